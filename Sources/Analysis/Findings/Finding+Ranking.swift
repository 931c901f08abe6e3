import Events

extension Finding {
  /// Nothing shorter is told.
  static let least: Int64 = 1_000_000

  /// Candidates that took long enough to be told, by how many times what is already bad for their
  /// kind they took.
  static func ranked(
    _ candidates: [WaitCandidate], _ writer: FindingWriter, nanoseconds: (UInt64) -> Int64
  ) -> [(candidate: WaitCandidate, finding: Finding)] {
    let all = candidates.compactMap { candidate -> (WaitCandidate, Finding)? in
      let start = nanoseconds(candidate.start)
      let end = nanoseconds(candidate.start &+ candidate.ticks)
      guard end &- start >= least else { return nil }
      let finding = Finding(
        kind: candidate.kind, length: TimeSpan(nanoseconds: end &- start),
        start: Timestamp(nanoseconds: start), who: writer.who(candidate),
        cause: writer.cause(of: candidate), thread: candidate.thread,
        process: candidate.label.process,
        cpu: candidate.cpu == Batch.unknownCPU ? nil : Int(candidate.cpu))
      return (candidate, finding)
    }
    return all.sorted {
      let (left, right) = ($0.1, $1.1)
      let leftRank = Double(left.length.nanoseconds) / left.kind.norm
      let rightRank = Double(right.length.nanoseconds) / right.kind.norm
      return (leftRank, right.kind.rawValue) > (rightRank, left.kind.rawValue)
    }
  }
}

extension WaitCandidate {
  /// The state as tables call it; of what is no state, what it is.
  var state: String {
    switch kind {
    case .cpuWait: TimeKind(activity, disk: 0).name
    case .diskWait: TimeKind.diskIO.name
    case .blocked: TimeKind.diskOther.name
    case .span: "span"
    case .interrupt: isSoft ? "softirq" : "irq"
    }
  }
}
