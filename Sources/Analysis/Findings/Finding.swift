package import Events

/// Something that waited long: which thing, how long, who, when, and why in one clause.
package struct Finding: Hashable, Sendable {
  package var kind: FindingKind
  package var length: TimeSpan
  /// When it began.
  package var start: Timestamp
  /// `postgres 917`, `http:request`, `softirq BLOCK`; safe for a terminal.
  package var who: String
  /// Why, in one clause, safe for a terminal; empty where it is not known.
  ///
  /// `behind kworker/0:1 while CPU3 idled`, `fsync on vda`, `61 % waiting for a lock`
  package var cause: String
  /// 0 where it is not one thread's.
  package var thread: ThreadNumber
  package var process: ProcessNumber
  /// nil where it is not known.
  package var cpu: Int?

  package var end: Timestamp { start + length }
}

extension FindingKind {
  /// The kind in one or two words.
  package var words: String {
    switch self {
    case .cpuWait: "cpu wait"
    case .diskWait: "disk wait"
    case .span: "span"
    case .blocked: "kernel wait"
    case .interrupt: "interrupt"
    }
  }

  /// What is already bad for its kind, in nanoseconds: findings are ranked by how many times that
  /// they took.
  var norm: Double {
    switch self {
    case .cpuWait, .interrupt: 1e6
    case .span: 5e6
    case .diskWait, .blocked: 10e6
    }
  }
}
