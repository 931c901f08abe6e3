import Synchronization
import TraceFile

extension Timeline {
  /// Threads that take in kept levels at once, at most.
  private static let mostThreads = 4

  /// Takes in what is left of kept levels; false where that made no sense, or `progress` said no.
  func load(_ progress: (Double) -> Bool) -> Bool {
    state.withLock { $0.kept?.isStopped = false }
    let helpers = (1..<max(1, min(Self.mostThreads, OtherThread.processors))).compactMap { _ in
      OtherThread { [self] in while takeRun() {} }
    }
    while takeRun() {
      if !progress(state.withLock { $0.kept?.share ?? 1 }) {
        state.withLock { $0.kept?.isStopped = true }
      }
    }
    for helper in helpers { helper.join() }
    return levels == .complete
  }

  /// Whether kept levels turned out to be none.
  var keptAreBad: Bool { state.withLock { $0.kept?.isBad ?? false } }

  /// Takes in one run; false where there is none left.
  private func takeRun() -> Bool {
    let next = state.withLock { state in
      state.kept?.take().map { ($0, state.keptMarkReader, state.keptLaneReader) }
    }
    guard let (run, markReader, laneReader) = next else { return false }
    var place = run.place
    guard
      let bytes = try? SealedBytes.open(run.bytes, at: &place, most: KeptLevels.mostRunBytes)
    else {
      state.withLock { $0.kept?.refuse() }
      return false
    }
    var input = KeptReader(bytes)
    if run.number == 0 {
      let marks = markReader.marks(&input)
      state.withLock { $0.take(input.isDone ? marks : nil) }
    } else {
      let lanes = laneReader.lanes(&input)
      state.withLock { $0.take(lanes) }
    }
    return true
  }
}

extension TimelineState {
  fileprivate var keptMarkReader: KeptMarkReader {
    KeptMarkReader(
      lives: lives.count, gaps: gapTimes.count, spanNames: directory.spanNames.count)
  }

  fileprivate var keptLaneReader: KeptLaneReader {
    KeptLaneReader(
      table: table, shift: shift, threads: directory.threads.count,
      spanNames: directory.spanNames.count)
  }

  /// Takes marks in, or that they made no sense.
  fileprivate mutating func take(_ kept: [PassMark]?) {
    guard let kept else {
      self.kept?.refuse()
      return
    }
    marks = kept
    markSize = kept.reduce(0) { $0 + $1.size }
    arrive(rows: [])
  }

  /// Takes lanes in, or that they made no sense.
  fileprivate mutating func take(_ kept: [(row: Int, lane: LevelLane)]?) {
    guard let kept else {
      self.kept?.refuse()
      return
    }
    for (row, lane) in kept {
      lanes[row] = lane
      size += lane.size
    }
    arrive(rows: kept.map(\.row))
  }

  private mutating func arrive(rows: [Int]) {
    let isLast = kept?.arrive(rows: rows) ?? false
    levels = isLast ? .complete : .loading(kept?.share ?? 0)
  }
}
