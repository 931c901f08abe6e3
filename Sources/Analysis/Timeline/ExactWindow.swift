import Events
import Synchronization
import TraceFile

/// The stretches of some lanes in a window, read from its events.
struct ExactWindow {
  /// So many are kept.
  static let most = 8
  /// Windows of more events than this are not read.
  static let mostEvents: UInt64 = 16 << 20

  var window: TimelineWindow
  /// Whether nothing comes after it.
  var reachesEnd: Bool
  /// By row, in order of time; rows that were not asked for are missing.
  var stretches: [Int32: [LaneStretch]]
}

extension TimelineState {
  /// The stretches of a row in a window, where they were read.
  func exactWindow(_ window: TimelineWindow, row: Int) -> [LaneStretch]? {
    for known in windows.reversed()
    where known.window.start <= max(0, window.start)
      && (known.reachesEnd || known.window.end >= window.end)
    {
      if let stretches = known.stretches[Int32(row)] { return stretches }
    }
    return nil
  }

  func isExact(_ window: TimelineWindow, columns: Int, lanes: [TimelineLane]) -> Bool {
    if columns < 1 || level(ofColumns: window.length / Int64(columns)) != nil { return true }
    return lanes.allSatisfy { lane in
      table.row(of: lane).map { exactWindow(window, row: $0) != nil } ?? true
    }
  }

  /// What a lane is in just before an end of a cell of the finest level.
  func stateBefore(_ end: Int64, row: Int) -> LevelState {
    LaneNodes(self, row, 0, from: UInt64(max(0, end)) >> shift).next?.before
      ?? LevelState(state: table.lanes[row].unsaid)
  }

  /// About how many events a window has.
  func events(in window: TimelineWindow) -> UInt64 {
    func number(_ time: Int64) -> UInt64? {
      var low = 0
      var high = anchors.count
      while low < high {
        let middle = (low + high) / 2
        if anchors[middle].time <= time { low = middle + 1 } else { high = middle }
      }
      return low > 0 ? anchors[low - 1].number : 0
    }
    let first = number(window.start) ?? 0
    return (number(window.end) ?? first) - first
  }
}

/// What a pass over a window needs of what was read before.
struct PassStart {
  var mark: PassMark?
  var table: LaneTable
  var lives: [ThreadLife]
  var gapTimes: [UInt64]
  var throttled: Set<ThrottledWait>
}

extension Timeline {
  /// Reads the events of a window, so that cells of these lanes in it are exact however narrow they
  /// are.
  ///
  /// False where `isWanted` said no, or the window is too long for that. Reads the file.
  package func read(
    _ window: TimelineWindow, lanes: [TimelineLane], isWanted: () -> Bool = { true }
  ) throws(AnalysisError) -> Bool {
    let end = summary.end
    let (shift, whole, rows, events) = state.withLock { state in
      let bits = Int64(state.shift)
      let first = (min(max(0, window.start), end) >> bits) << bits
      let last = ((min(max(0, window.end), end) >> bits) + 1) << bits
      let whole = TimelineWindow(first, last)
      var rows = lanes.compactMap { state.table.row(of: $0) }
      // One window has all of them: others may be pushed out by it.
      if rows.allSatisfy({ state.exactWindow(whole, row: $0) != nil }) { rows = [] }
      return (state.shift, whole, rows, state.events(in: whole))
    }
    guard !rows.isEmpty else { return true }
    guard events <= ExactWindow.mostEvents else { return false }
    var found: [Int32: [LaneStretch]] = [:]
    for row in rows { found[Int32(row)] = [] }
    var tails: [Int32: [LaneInterval]] = [:]
    let isWhole = try pass(whole, isWanted: isWanted) { pass, isAtEnd in
      for interval in pass.intervals
      where Int64(clamping: interval.end) > whole.start
        && Int64(clamping: interval.start) < whole.end
      {
        found[interval.row]?.append(LaneStretch(interval))
      }
      if isAtEnd { tails = pass.tails() }
    }
    guard isWhole else { return false }
    return state.withLock { state in
      // Levels that became coarser meanwhile say nothing about the window's end.
      guard state.shift == shift else { return false }
      for row in rows {
        var stretches = found[Int32(row)] ?? []
        state.complete(
          &stretches, row, tails[Int32(row)] ?? [], until: whole.end)
        found[Int32(row)] = stretches
      }
      state.windows.append(
        ExactWindow(window: whole, reachesEnd: whole.end > end, stretches: found))
      if state.windows.count > ExactWindow.most { state.windows.removeFirst() }
      return true
    }
  }

  /// Goes through a window's events with all that was known before them.
  ///
  /// `body` sees the pass after each stretch, and once more at the window's end. False where
  /// `isWanted` said no.
  func pass(
    _ window: TimelineWindow, watching watched: WatchedWakings? = nil, isWanted: () -> Bool,
    _ body: (inout LanePass, _ isAtEnd: Bool) -> Void
  ) throws(AnalysisError) -> Bool {
    let start = state.withLock { state in
      PassStart(
        mark: state.marks.last { $0.time <= window.start && state.knows($0) }, table: state.table,
        lives: state.lives, gapTimes: state.gapTimes, throttled: state.throttled)
    }
    var pass = LanePass(
      trace, systemCallNames: systemCallNames, names: LiveNames(), learnsNames: false,
      table: start.table)
    pass.watched = watched
    pass.throttled = start.throttled
    if let mark = start.mark { pass.resume(mark, lives: start.lives, gapTimes: start.gapTimes) }
    let choice = trace.laneColumns
    let last = min(window.end, summary.end)
    // What happens in the trace's last nanosecond belongs to it.
    let isToEnd = window.end > summary.end
    let limit = Timestamp(nanoseconds: last)
    var events = try MergedEvents(
      trace,
      window: EventWindow(
        from: start.mark.map { Timestamp(nanoseconds: $0.time) }, to: isToEnd ? nil : limit),
      selection: .types(choice.types), choice: .some(choice.columns))
    var stretch = MergedStretch()
    while try events.next(into: &stretch) {
      pass.take(stretch, trace.tables, trace.known, trace.clock)
      body(&pass, false)
      pass.intervals.removeAll(keepingCapacity: true)
      pass.numbers.removeAll(keepingCapacity: true)
      guard isWanted() else { return false }
    }
    pass.finish(
      at: trace.clock.monotonic(of: limit),
      before: isToEnd ? .max : trace.clock.key(notBefore: limit), trace.tables, trace.clock)
    body(&pass, true)
    return true
  }
}

extension TimelineState {
  /// Adds what is open at the end of a window that was read: what it turns out to be is known from
  /// the levels.
  fileprivate func complete(
    _ stretches: inout [LaneStretch], _ row: Int, _ tails: [LaneInterval], until end: Int64
  ) {
    guard end <= observedUntil, end <= readUntil else {
      stretches += tails.map { LaneStretch($0) }
      return
    }
    stretches += tails.dropLast().map { LaneStretch($0) }
    let state = stateBefore(end, row: row)
    let start =
      tails.last.map { Int64(clamping: $0.start) } ?? stretches.last?.end ?? earliestStart(row)
    guard state.state != table.lanes[row].unsaid || state.occupant >= 0, start < end else { return }
    stretches.append(LaneStretch(state.state, state.occupant, start, end))
  }
}

extension TimelineState {
  /// Whether what a mark refers to was published.
  fileprivate func knows(_ mark: PassMark) -> Bool {
    mark.lives <= lives.count && Int(mark.gaps) <= gapTimes.count
  }

  /// From when on a lane can have been in what is told of it later on.
  private func earliestStart(_ row: Int) -> Int64 {
    guard case .systemCalls(let thread) = table.lanes[row], thread < lives.count else { return 0 }
    return Int64(clamping: lives[thread].firstSeen)
  }
}

extension LaneStretch {
  init(_ interval: LaneInterval) {
    self.init(
      interval.state, interval.occupant, Int64(clamping: interval.start),
      Int64(clamping: interval.end))
  }
}
