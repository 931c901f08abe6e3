import Events
import Synchronization

extension Timeline {
  /// So many cells of the finest level are read sooner than looked up.
  private static var mostReadCells: Int64 { 16 }

  /// What threads and CPUs did in a window, exactly: out of the levels as far as whole cells of the
  /// finest one go, else by reading its events.
  ///
  /// Where that cannot be done yet, the ends are those of the finest level's cells. Nil where
  /// `isWanted` said no. Reads the file.
  package func sums(
    _ window: TimelineWindow, isWanted: () -> Bool = { true }
  ) throws(AnalysisError) -> WindowSums? {
    let (shift, directory, readUntil) = state.withLock { ($0.shift, $0.directory, $0.readUntil) }
    guard readUntil >= window.end else { return levelSums(window) }
    let threads = directory.threads.indices.filter {
      directory.threads[$0].lastSeen >= window.start && directory.threads[$0].firstSeen < window.end
    }
    let cpus = directory.cpus.filter(\.isSeen).map(\.number)
    let lanes = threads.map { TimelineLane.state(thread: $0) } + cpus.map { .cpu($0) }
    let parts = ExactParts(
      window, shift: shift, mostRead: Self.mostReadCells, observedUntil: summary.recorded.end)
    for part in parts.read {
      guard try read(part, lanes: lanes, isWanted: isWanted) else {
        return isWanted() ? levelSums(window) : nil
      }
    }
    var sums = state.withLock { $0.emptySums(window) }
    sums.cpus = []
    sums.isRough = false
    // A few lanes at a time, so that nobody waits long for what is drawn meanwhile.
    for first in stride(from: 0, to: lanes.count, by: 32) {
      guard isWanted() else { return nil }
      let isSame = state.withLock { state in
        for lane in lanes[first..<min(lanes.count, first + 32)] {
          let (times, changes) = state.sum(lane, parts, trace)
          switch lane {
          case .cpu(let cpu):
            sums.cpus.append(WindowSums.CPU(cpu: cpu, times: times, changes: changes))
          case .state(let thread):
            sums.threads.append(WindowSums.Thread(thread: thread, times: times, changes: changes))
          default: break
          }
        }
        return state.shift == shift
      }
      guard isSame else { return levelSums(window) }
    }
    sums.sortThreads()
    return sums
  }

  /// The same out of the levels alone.
  package func levelSums(_ window: TimelineWindow) -> WindowSums {
    var sums = state.withLock { $0.emptySums(window) }
    let whole = state.withLock { $0.edges(of: window) }
    let directory = directory
    // A few threads at a time, so that nobody waits long for what is drawn meanwhile.
    var batch: [Int] = []
    func add() {
      sums.threads += state.withLock { state in
        batch.map { place in
          let (times, changes) = state.sum(.state(thread: place), whole)
          return WindowSums.Thread(thread: place, times: times, changes: changes)
        }
      }
      batch.removeAll(keepingCapacity: true)
    }
    for (place, thread) in directory.threads.enumerated()
    where thread.lastSeen >= whole.start && thread.firstSeen < whole.end {
      batch.append(place)
      if batch.count == 32 { add() }
    }
    add()
    sums.sortThreads()
    return sums
  }

  /// The tables of `swtrace stats`, by the same code: reads all events up to the window's end.
  package func statistics(
    _ options: StatisticsOptions, progress: (Double) -> Bool = { _ in true }
  ) throws(AnalysisError) -> TraceStatistics {
    try trace.statistics(options, progress: progress)
  }
}

/// The parts of a window that are summed up out of levels, and those that are read.
private struct ExactParts {
  var whole: TimelineWindow?
  var read: [TimelineWindow]
  /// How much longer `whole` is than the window: nothing is told of that.
  var excess: UInt64 = 0

  init(_ window: TimelineWindow, shift: UInt64, mostRead: Int64, observedUntil: Int64) {
    let bits = Int64(shift)
    let window = TimelineWindow(max(0, window.start), max(0, window.end))
    let first = ((window.start + (1 << bits) - 1) >> bits) << bits
    var last = (window.end >> bits) << bits
    if window.end >= observedUntil, last < window.end {
      last += 1 << bits
      excess = UInt64(last - window.end)
    }
    guard first < last, (last - first) >> bits >= mostRead else {
      excess = 0
      read = [window]
      return
    }
    whole = TimelineWindow(first, last)
    read = [TimelineWindow(window.start, first), TimelineWindow(last, window.end)]
      .filter { $0.length > 0 }
  }
}

extension WindowSums {
  /// Those that ran most first, then those that waited most.
  fileprivate mutating func sortThreads() {
    threads.sort {
      ($0.times[.run], $0.times.runnable, $1.thread) > (
        $1.times[.run], $1.times.runnable, $0.thread
      )
    }
  }
}

extension TimelineState {
  /// A window's ends moved to those of the finest level's cells.
  func edges(of window: TimelineWindow) -> TimelineWindow {
    let half: Int64 = shift > 0 ? 1 << (Int64(shift) - 1) : 0
    let bits = Int64(shift)
    return TimelineWindow(
      ((max(0, window.start) + half) >> bits) << bits,
      ((max(0, window.end) + half) >> bits) << bits)
  }

  /// What CPUs did, no threads yet.
  func emptySums(_ window: TimelineWindow) -> WindowSums {
    var sums = WindowSums(runnable: numbers(.runnable, window, columns: 1)[0])
    let whole = edges(of: window)
    sums.isRough = whole != window
    sums.isUnread = window.end > readUntil
    sums.isLost = placedLosses.contains {
      $0.process == nil && $0.first < window.end && $0.last >= window.start
    }
    for cpu in directory.cpus where cpu.isSeen {
      let (times, changes) = sum(.cpu(cpu.number), whole)
      sums.cpus.append(WindowSums.CPU(cpu: cpu.number, times: times, changes: changes))
    }
    return sums
  }

  /// A lane's time in each state and its changes, out of levels and of windows that were read.
  fileprivate func sum(
    _ lane: TimelineLane, _ parts: ExactParts, _ trace: OpenTrace
  ) -> (StateTimes, UInt64) {
    var (times, changes) = parts.whole.map { sum(lane, $0) } ?? (StateTimes(), 0)
    times[lane.unsaid] &-= min(times[lane.unsaid], parts.excess)
    for part in parts.read {
      guard let cell = cells(lane, part, columns: 1, trace).first else { continue }
      times += cell.times
      changes += cell.changes
    }
    return (times, changes)
  }

  /// A lane's time in each state between two ends of the finest level's cells, and its changes.
  func sum(_ lane: TimelineLane, _ window: TimelineWindow) -> (StateTimes, UInt64) {
    var times = StateTimes()
    var changes: UInt64 = 0
    guard let row = table.row(of: lane) else { return (times, changes) }
    func add(_ level: Int, _ start: Int64, _ end: Int64) {
      guard start < end else { return }
      let bits = shift + UInt64(level) * LevelLane.step
      var nodes = LaneNodes(self, row, level, from: UInt64(start) >> bits)
      let cell = nodes.cell(TimelineWindow(start, end), bits: bits, unsaid: lane.unsaid)
      times += cell.times
      changes += cell.changes
    }
    // As much as possible out of long cells, the rest at both ends out of shorter ones.
    var (start, end, level) = (window.start, window.end, 0)
    while start < end {
      let bits = Int64(shift) + Int64(level + 1) * Int64(LevelLane.step)
      let first = ((start + (1 << bits) - 1) >> bits) << bits
      let last = (end >> bits) << bits
      guard first < last, bits < 60 else {
        add(level, start, end)
        break
      }
      add(level, start, first)
      add(level, last, end)
      (start, end, level) = (first, last, level + 1)
    }
    return (times, changes)
  }
}

extension StateTimes {
  /// Time in which it waited for a CPU, other than for a quota.
  package var runnable: UInt64 {
    self[.wakeup] &+ self[.fresh] &+ self[.preempt] &+ self[.yield]
  }
}
