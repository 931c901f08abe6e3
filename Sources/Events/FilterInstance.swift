/// Something that a trace's events tell together and that a filter may be asked about: a wait, a
/// system call, a span.
package struct FilterInstance {
  package enum Value {
    case number(Int64)
    case unsigned(UInt64)
    case float(Double)
    case text([UInt8])
    /// A number that has a name: a system call, a state.
    case named(Int64, [UInt8])
  }

  /// `sys_exit` and `raw_syscalls`, as of the event that ended it; empty for what is no event's.
  package var event = ""
  package var system = ""
  package var comm: [UInt8] = []
  package var pid: Int64?
  package var tid: Int64 = 0
  package var cpu: Int64?
  /// Nanoseconds since the start of the trace.
  package var time: Int64 = 0
  package var duration: UInt64?
  /// All names of its state: `D-io`, `D`.
  package var states: [String] = []
  package var fields: [(name: String, value: Value)] = []
  /// Names of the spans that are open around it.
  package var spans: [String] = []
  /// Which of the filter's terms that were resolved beforehand hold, by the offsets of their first
  /// bytes.
  package var answers: Set<Int> = []

  package init() {}
}

/// A filter made to be asked about instances one by one.
package struct InstanceFilter: Sendable {
  private indirect enum Node: Sendable {
    case all([Node])
    case any([Node])
    case not(Node)
    case number(FilterField, [NumberInterval], isInverted: Bool)
    case float(FilterField, FilterOperator, Double)
    case text(FilterField, TextTest, isInverted: Bool)
    case has(FilterField)
    case bits(FilterField, UInt64)
    case cpus(FilterField, CPUList, FilterCPUTest)
    case word(TextTest)
    case span(String, isInside: Bool)
    case answer(Int)
  }

  private let scope: [FilterScope]?
  private let root: Node
  package let needsSpans: Bool

  package init(_ filter: Filter) {
    needsSpans = filter.traceTerms.contains { $0.question.isAboutSpans }
    scope = filter.scope
    root = Self.node(filter.root)
  }

  private static func node(_ node: FilterNode) -> Node {
    switch node {
    case .all(let nodes): .all(nodes.map(Self.node))
    case .any(let nodes): .any(nodes.map(Self.node))
    case .not(let node): .not(Self.node(node))
    case .term(let term):
      term.question.isResolved ? .answer(term.range.lowerBound) : Self.node(term.question)
    }
  }

  private static func node(_ question: FilterQuestion) -> Node {
    switch question {
    case .compare(let field, let order, let value):
      if let number = value.number, !value.isQuoted {
        if order != .equal, order != .unequal {
          return .any([
            .number(field, [NumberInterval(order, number)], isInverted: false),
            .float(field, order, number.value * (number.isNegative ? -1 : 1)),
          ])
        }
        let equal = Node.any([
          .number(field, [NumberInterval(.equal, number)], isInverted: false),
          .text(field, .equal(Array(value.text.utf8)), isInverted: false),
        ])
        return order == .equal ? equal : .all([.has(field), .not(equal)])
      }
      return .text(field, .equal(Array(value.text.utf8)), isInverted: order == .unequal)
    case .anyBit(let field, let value): return .bits(field, value.number?.magnitude ?? 0)
    case .glob(let field, let glob): return .text(field, .glob(glob), isInverted: false)
    case .regex(let field, let regex): return .text(field, .regex(regex), isInverted: false)
    case .among(let field, let values):
      let numbers = values.compactMap(\.number).map { NumberInterval(.equal, $0) }
      return .any([
        .number(field, numbers, isInverted: false),
        .text(field, .anyOf(values.map { Array($0.text.utf8) }), isInverted: false),
      ])
    case .cpus(let field, let test, let list): return .cpus(field, list, test)
    case .has(let field): return .has(field)
    case .word(let word): return .word(.contains(Array(word.utf8)))
    case .inSpan(let name): return .span(name, isInside: true)
    case .outsideSpan(let name): return .span(name, isInside: false)
    case .wakerOf, .after: return .any([])
    }
  }

  package func matches(_ instance: FilterInstance) -> Bool {
    if let scope {
      let type = EventType(
        system: instance.system, name: instance.event, origin: .kernel, fields: [])
      guard scope.contains(where: { $0.matches(type) }) else { return false }
    }
    return matches(root, instance)
  }

  private func matches(_ node: Node, _ instance: FilterInstance) -> Bool {
    switch node {
    case .all(let nodes): nodes.allSatisfy { matches($0, instance) }
    case .any(let nodes): nodes.contains { matches($0, instance) }
    case .not(let node): !matches(node, instance)
    case .number(let field, let intervals, let isInverted):
      instance.number(field).map { number in
        intervals.contains { $0.low <= number && number <= $0.high } != isInverted
      } ?? false
    case .float(let field, let order, let value):
      instance.float(field).map { order.holds($0, value) } ?? false
    case .text(let field, let test, let isInverted): instance.matches(field, test, isInverted)
    case .has(let field): instance.has(field)
    case .bits(let field, let mask):
      instance.number(field).map { UInt64(truncatingIfNeeded: $0) & mask != 0 } ?? false
    case .cpus(let field, let list, let test):
      instance.number(field).map { number in
        let isIn = list.contains(Int(clamping: number))
        return test == .unequal ? !isIn : isIn
      } ?? false
    case .word(let test): instance.contains(test)
    case .span(let name, let isInside):
      instance.spans.contains { $0 == name || $0.hasSuffix(":" + name) } == isInside
    case .answer(let term): instance.answers.contains(term)
    }
  }
}

extension FilterOperator {
  fileprivate func holds(_ left: Double, _ right: Double) -> Bool {
    switch self {
    case .equal: left == right
    case .unequal: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}

extension FilterInstance {
  private func value(_ name: String) -> Value? { fields.first { $0.name == name }?.value }

  fileprivate func number(_ field: FilterField) -> Int128? {
    switch field {
    case .pid: return pid.map { Int128($0) }
    case .tid: return Int128(tid)
    case .cpu: return cpu.map { Int128($0) }
    case .time: return Int128(time)
    case .duration: return duration.map { Int128($0) }
    case .event, .system, .comm, .state: return nil
    case .field(let name):
      switch value(name) {
      case .number(let number), .named(let number, _): return Int128(number)
      case .unsigned(let number): return Int128(number)
      case .text, .float, nil: return nil
      }
    }
  }

  fileprivate func float(_ field: FilterField) -> Double? {
    guard case .field(let name) = field, case .float(let number) = value(name) else { return nil }
    return number
  }

  fileprivate func has(_ field: FilterField) -> Bool {
    switch field {
    case .event, .system: !event.isEmpty
    case .comm: !comm.isEmpty
    case .state: !states.isEmpty
    case .field(let name): value(name) != nil
    default: number(field) != nil
    }
  }

  fileprivate func matches(
    _ field: FilterField, _ test: TextTest, _ isInverted: Bool
  ) -> Bool {
    switch field {
    case .event:
      guard !event.isEmpty else { return false }
      return (test.matches(event) || test.matches("\(system):\(event)")) != isInverted
    case .system: return system.isEmpty ? false : test.matches(system) != isInverted
    case .state: return states.isEmpty ? false : states.contains { test.matches($0) } != isInverted
    case .comm: return comm.isEmpty ? false : Self.matches(comm, test) != isInverted
    case .field(let name):
      switch value(name) {
      case .text(let text), .named(_, let text): return Self.matches(text, test) != isInverted
      default: return false
      }
    default: return false
    }
  }

  fileprivate func contains(_ test: TextTest) -> Bool {
    if test.matches(event) || Self.matches(comm, test) { return true }
    return fields.contains { field in
      switch field.value {
      case .text(let text), .named(_, let text): Self.matches(text, test)
      default: false
      }
    }
  }

  private static func matches(_ text: [UInt8], _ test: TextTest) -> Bool {
    var scratch = RegularExpression.Scratch()
    return test.matches(text.span, &scratch)
  }
}
