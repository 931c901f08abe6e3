/// A question about events, as `--filter` and `--where` put it.
///
/// ```
/// sched_switch, sched_waking : prev_prio < 100 && !(comm ~ "kworker*")
/// scope                        root: all [ term, not [ term ] ]
/// ```
package struct Filter: Hashable, Sendable {
  package static let lengthLimit = 65_536
  package static let nestingLimit = 64
  package static let termLimit = 4096

  package let text: String
  /// The events to which the filter is bound by `events :`; nil where it is bound to all.
  package let scope: [FilterScope]?
  package let root: FilterNode

  package init(parsing text: String) throws(EventsError) {
    var parser = FilterParser(text)
    self.text = text
    (scope, root) = try parser.filter()
  }

  /// A part of a filter (what stands in `waker of (…)`) as a filter of its own.
  package init(part: FilterNode, of text: String) {
    self.text = text
    scope = nil
    root = part
  }

  /// Whether the filter has a say about events of this type.
  package func covers(_ type: EventType) -> Bool {
    scope?.contains { $0.matches(type) } ?? true
  }

  /// The terms that only a whole trace can answer, in the order in which they stand.
  package var traceTerms: [FilterTerm] {
    var terms: [FilterTerm] = []
    root.visit { if $0.question.needsTrace { terms.append($0) } }
    return terms
  }

  /// Refuses a filter that events cannot answer one by one, by the name of the first such term
  /// that the caller does not answer.
  package func refuseTraceTerms(
    answering isAnswered: (FilterQuestion) -> Bool = { _ in false }
  ) throws(EventsError) {
    if let term = traceTerms.first(where: { !isAnswered($0.question) }) { throw needsTrace(term) }
  }

  /// Refuses terms that are answered by reading a whole trace twice, which what arrives cannot be.
  package func refuseResolvedTerms(
    _ isResolved: (FilterQuestion) -> Bool = { $0.isResolved }
  ) throws(EventsError) {
    guard let term = traceTerms.first(where: { isResolved($0.question) }) else { return }
    throw .filter(
      .needsFile(term: term.question.traceName ?? ""), text: text, at: term.range)
  }

  func needsTrace(_ term: FilterTerm) -> EventsError {
    .filter(.needsTrace(term: term.question.traceName ?? ""), text: text, at: term.range)
  }
}

/// One name before the `:` of a filter: an event's or a system's.
package struct FilterScope: Hashable, Sendable {
  package var pattern: EventPattern
  package var range: Range<Int>

  func matches(_ type: EventType) -> Bool {
    pattern.matches(type) || (pattern.system == nil && pattern.name.matches(type.system))
  }
}

/// A filter's tree; chains of `&&` and `||` are one node, so that it is never deep.
package indirect enum FilterNode: Hashable, Sendable {
  case all([FilterNode])
  case any([FilterNode])
  case not(FilterNode)
  case term(FilterTerm)

  /// Calls `body` with every term, but not with those inside of another.
  package func visit(_ body: (FilterTerm) -> Void) {
    switch self {
    case .all(let nodes), .any(let nodes): for node in nodes { node.visit(body) }
    case .not(let node): node.visit(body)
    case .term(let term): body(term)
    }
  }
}

/// One question of a filter and where it stands in the text.
package struct FilterTerm: Hashable, Sendable {
  package var question: FilterQuestion
  package var range: Range<Int>
  /// Where the field stands that it asks about.
  package var fieldRange: Range<Int>
}

package enum FilterQuestion: Hashable, Sendable {
  case compare(FilterField, FilterOperator, FilterValue)
  /// `field & mask`: any of these bits.
  case anyBit(FilterField, FilterValue)
  case glob(FilterField, Glob)
  case regex(FilterField, RegularExpression)
  case among(FilterField, [FilterValue])
  /// `field & CPUS{…}`, `field == CPUS{…}`, `field != CPUS{…}`.
  case cpus(FilterField, FilterCPUTest, CPUList)
  case has(FilterField)
  /// A part of the event's name, of the thread's, or of a string among the fields.
  case word(String)
  case inSpan(String)
  case outsideSpan(String)
  case wakerOf(FilterNode)
  case after(TimeSpan, FilterNode)

  /// What only a whole trace can answer is called so.
  package var traceName: String? {
    switch self {
    case .inSpan: "in span"
    case .outsideSpan: "outside span"
    case .wakerOf: "waker of"
    case .after: "within … after"
    default: field?.traceName
    }
  }

  package var needsTrace: Bool { traceName != nil }

  /// Whether it is answered by what a first pass over the trace found out.
  package var isResolved: Bool {
    switch self {
    case .wakerOf, .after: true
    default: false
    }
  }

  /// Whether it is about the spans around.
  package var isAboutSpans: Bool {
    switch self {
    case .inSpan, .outsideSpan: true
    default: false
    }
  }

  package var field: FilterField? {
    switch self {
    case .compare(let field, _, _), .anyBit(let field, _), .glob(let field, _),
      .regex(let field, _), .among(let field, _), .cpus(let field, _, _), .has(let field):
      field
    default: nil
    }
  }
}

package enum FilterOperator: Hashable, Sendable {
  case equal, unequal, less, lessOrEqual, greater, greaterOrEqual
}

package enum FilterCPUTest: Hashable, Sendable {
  case intersects, equal, unequal
}

/// What a term asks about.
///
/// Names that every event has come before fields of the same name; `.pid` is always the field.
package enum FilterField: Hashable, Sendable {
  case event, system, comm, pid, tid, cpu, time
  case duration, state
  case field(String)

  /// The field that a word names.
  package init(_ word: String) {
    switch word {
    case "event", "ev": self = .event
    case "system": self = .system
    case "comm", "COMM", "common_comm": self = .comm
    case "pid": self = .pid
    case "tid", "common_pid": self = .tid
    case "cpu", "CPU", "common_cpu": self = .cpu
    case "time": self = .time
    case "dur": self = .duration
    case "state": self = .state
    default: self = .field(word.hasPrefix(".") ? String(word.dropFirst()) : word)
    }
  }

  package static let names = [
    "event", "system", "comm", "pid", "tid", "cpu", "time", "dur", "state",
  ]

  var traceName: String? {
    switch self {
    case .duration: "dur"
    case .state: "state"
    default: nil
    }
  }
}

/// A value as it was written, and the number that it is, if it is one.
package struct FilterValue: Hashable, Sendable {
  package var text: String
  package var number: FilterNumber?
  package var isQuoted: Bool
  package var range: Range<Int>
}

/// A number with its unit multiplied in: nanoseconds, bytes.
package struct FilterNumber: Hashable, Sendable {
  package var isNegative: Bool
  /// The number without its sign, cut to a whole one.
  package var magnitude: UInt64
  /// Whether nothing was cut off.
  package var isWhole: Bool
  package var value: Double
}

/// `0-3,8`: numbers of CPUs.
package struct CPUList: Hashable, Sendable {
  package static let limit = 8192

  package var ranges: [ClosedRange<Int>]

  package func contains(_ cpu: Int) -> Bool { ranges.contains { $0.contains(cpu) } }
}
