/// A regular expression over bytes, matched in time proportional to text times pattern.
///
/// `.` `[a-z]` `[^a]` `\d \w \s \b` `^ $` `( )` `|` `* + ?` `{2,5}`, `(?i)` at the start; it matches
/// where any part of the text does.
package struct RegularExpression: Hashable, Sendable {
  /// A step of the machine that reads the text byte by byte, in every state at once.
  enum Step: Hashable, Sendable {
    case oneOf(ByteSet)
    case split(Int32, Int32)
    case jump(Int32)
    case start, end
    case wordEdge(Bool)
    case match
  }

  static let stepLimit = 4000
  static let nestingLimit = 64

  package let text: String
  let steps: [Step]
  /// The bytes with which a match can begin; nil where it can be empty or begin at an edge.
  private let first: ByteSet?
  /// Whether a match can begin at the start of the text alone.
  private let isAnchored: Bool

  /// Reads an expression; ranges of errors are offsets into `text`.
  package init(parsing text: String) throws(EventsError) {
    var parser = RegularExpressionParser(Array(text.utf8))
    self.text = text
    do {
      steps = try parser.steps()
      first = Self.first(steps)
      isAnchored = steps[0] == .start
    } catch {
      throw .filter(.badRegex(error.problem), text: text, at: error.range)
    }
  }

  /// Room for the states of a match, used again for one text after the other.
  package struct Scratch: Sendable {
    var now: [Int32] = []
    var next: [Int32] = []
    var pending: [Int32] = []
    /// At which byte a step was last entered.
    var entered: [Int] = []

    package init() {}
  }

  package func matches(_ text: String) -> Bool {
    var scratch = Scratch()
    return matches(Array(text.utf8).span, &scratch)
  }

  /// Whether any part of `bytes` matches.
  package func matches(_ bytes: Span<UInt8>, _ scratch: inout Scratch) -> Bool {
    scratch.now.removeAll(keepingCapacity: true)
    scratch.next.removeAll(keepingCapacity: true)
    if scratch.entered.count < steps.count {
      scratch.entered = [Int](repeating: -1, count: steps.count)
    } else {
      for index in steps.indices { scratch.entered[index] = -1 }
    }
    var position = 0
    while true {
      if scratch.next.isEmpty {
        if isAnchored, position > 0 { return false }
        if let first {
          while position < bytes.count, !first.contains(bytes[position]) { position += 1 }
          if position == bytes.count { return false }
        }
      }
      if !isAnchored || position == 0 {
        if enter(0, bytes, position, &scratch) { return true }
      }
      if position == bytes.count { return false }
      swap(&scratch.now, &scratch.next)
      scratch.next.removeAll(keepingCapacity: true)
      let byte = bytes[position]
      position += 1
      for index in scratch.now.indices {
        let state = scratch.now[index]
        guard case .oneOf(let set) = steps[Int(state)], set.contains(byte) else { continue }
        if enter(state + 1, bytes, position, &scratch) { return true }
      }
    }
  }

  private static func first(_ steps: [Step]) -> ByteSet? {
    var set = ByteSet()
    var seen = [Bool](repeating: false, count: steps.count)
    var pending: [Int32] = [0]
    while let state = pending.popLast() {
      if seen[Int(state)] { continue }
      seen[Int(state)] = true
      switch steps[Int(state)] {
      case .oneOf(let bytes): set.formUnion(bytes)
      case .jump(let target): pending.append(target)
      case .split(let one, let other): pending += [one, other]
      case .start, .end, .wordEdge, .match: return nil
      }
    }
    return set
  }

  /// Adds the states that are reached from `first` without reading; true where one is the match.
  private func enter(
    _ first: Int32, _ bytes: Span<UInt8>, _ position: Int, _ scratch: inout Scratch
  ) -> Bool {
    scratch.pending.append(first)
    while let state = scratch.pending.popLast() {
      if scratch.entered[Int(state)] == position { continue }
      scratch.entered[Int(state)] = position
      switch steps[Int(state)] {
      case .match:
        scratch.pending.removeAll(keepingCapacity: true)
        return true
      case .oneOf: scratch.next.append(state)
      case .jump(let target): scratch.pending.append(target)
      case .split(let one, let other):
        scratch.pending.append(other)
        scratch.pending.append(one)
      case .start: if position == 0 { scratch.pending.append(state + 1) }
      case .end: if position == bytes.count { scratch.pending.append(state + 1) }
      case .wordEdge(let isWanted):
        if isWordEdge(bytes, position) == isWanted { scratch.pending.append(state + 1) }
      }
    }
    return false
  }

  private func isWordEdge(_ bytes: Span<UInt8>, _ position: Int) -> Bool {
    let before = position > 0 && ByteSet.word.contains(bytes[position - 1])
    let after = position < bytes.count && ByteSet.word.contains(bytes[position])
    return before != after
  }
}

extension ByteSet {
  static let digits = ByteSet(0x30...0x39)
  static let blanks = ByteSet([0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D])
  static let word = ByteSet(
    Array(0x30...0x39) + Array(0x41...0x5A) + Array(0x61...0x7A) + [UInt8(ascii: "_")])

  /// With the other case of every letter.
  var withBothCases: ByteSet {
    var set = self
    for letter in UInt8(0x61)...0x7A where contains(letter) || contains(letter - 0x20) {
      set.insert(letter)
      set.insert(letter - 0x20)
    }
    return set
  }
}
