/// What to record, as `record -e LIST` says it: sets, events, system calls, markers, patterns.
///
/// A word without a sign replaces the default, `+word` adds to it, `^word` takes away; words are
/// heeded in the order in which they stand.
package struct EventSelection: Hashable, Sendable {
  package enum Sign: Hashable, Sendable {
    case plain, add, remove
  }

  package struct Item: Hashable, Sendable {
    package var sign: Sign
    package var word: String
    /// The option's whole argument and the word's place in it, for carets.
    package var list: String
    package var range: Range<Int>
  }

  /// What is recorded, beside every marker, where nothing else is asked for.
  package static let defaultList = "sched,irq,block,syscalls"

  package private(set) var items: [Item] = []

  /// The default.
  package init() {}

  package init(parsing lists: [String]) throws(EventsError) {
    for list in lists { try add(list) }
  }

  /// Whether something replaces the default.
  package var replacesDefault: Bool { items.contains { $0.sign == .plain } }

  /// Reads one more option's argument.
  package mutating func add(_ list: String) throws(EventsError) {
    let bytes = Array(list.utf8)
    var start = 0
    while start <= bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: ",")) ?? bytes.count
      items.append(try Self.item(list, bytes, start..<end))
      start = end + 1
    }
  }

  private static func item(
    _ list: String, _ bytes: [UInt8], _ range: Range<Int>
  ) throws(EventsError) -> Item {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, bytes[start] == UInt8(ascii: " ") { start += 1 }
    while start < end, bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
    var sign = Sign.plain
    if start < end {
      switch bytes[start] {
      case UInt8(ascii: "+"): sign = .add
      case UInt8(ascii: "^"): sign = .remove
      default: break
      }
      if sign != .plain { start += 1 }
    }
    let word = String(decoding: bytes[start..<end], as: UTF8.self)
    if word.isEmpty {
      let place = range.isEmpty ? range : range.lowerBound..<end
      throw .selection(.emptyItem, text: list, at: place)
    }
    if word == "all" || word.utf8.allSatisfy({ $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: ":") })
    {
      throw .selection(.everything, text: list, at: start..<end)
    }
    let item = Item(sign: sign, word: word, list: list, range: start..<end)
    do {
      _ = try EventPattern(parsing: word)
    } catch {
      guard case .pattern(let problem, _, let at) = error else { throw error }
      throw .selection(
        .pattern(problem), text: list, at: start + at.lowerBound..<start + at.upperBound)
    }
    return item
  }
}

/// An event as it is called: `sched`, `sched_switch`.
package struct EventName: Hashable, Comparable, Sendable {
  package var system: String
  package var name: String

  package init(_ system: String, _ name: String) {
    self.system = system
    self.name = name
  }

  package var qualified: String { "\(system):\(name)" }

  package static func < (left: EventName, right: EventName) -> Bool {
    (left.system, left.name) < (right.system, right.name)
  }
}

/// What can be named at this moment on this machine.
package struct KnownEvents: Sendable {
  /// The kernel's events; nil where the kernel cannot be traced.
  package var kernel: [EventName]?
  /// Markers of programs that run, or of the command that will.
  package var markers: [EventName]
  package var systemCalls: [String]

  package init(kernel: [EventName]?, markers: [EventName] = [], systemCalls: [String] = []) {
    self.kernel = kernel
    self.markers = markers
    self.systemCalls = systemCalls
  }
}

/// A selection in terms of what there is.
package struct ResolvedSelection: Hashable, Sendable {
  /// Kernel events to switch on, sorted.
  package var kernel: [EventName] = []
  /// Which system calls, where raw_syscalls events are among `kernel`.
  package var systemCalls: SystemCallSelection = .none
  package var markers = EventPatternList()
  /// Words that name something of the kernel which is not to be had here.
  package var unavailable: [String] = []
  /// Patterns that no marker known so far matches.
  package var awaited: [EventPattern] = []
}
