import Events
import Synchronization

/// Asks a timeline all about an item.
struct ItemInquiry {
  let timeline: Timeline
  var item: TimelineItem
  /// The thread that it is about, nil for an idle CPU or an interrupt.
  let thread: Int?

  init(_ timeline: Timeline, _ item: TimelineItem) throws(AnalysisError) {
    self.timeline = timeline
    self.item = item
    switch item.lane {
    case .cpu:
      thread = item.stretch.state == .run ? Int(item.stretch.occupant) : nil
    case .state(let thread), .systemCalls(let thread), .spans(let thread, _): self.thread = thread
    case .hardInterrupts, .softInterrupts: thread = nil
    }
  }

  func details() throws(AnalysisError) -> ItemDetails {
    var details = ItemDetails(item: item)
    details.thread = thread
    details.rank = rank
    switch item.lane {
    case .cpu(let cpu), .hardInterrupts(let cpu), .softInterrupts(let cpu): details.cpu = cpu
    case .state: details.cpu = item.stretch.occupant >= 0 ? Int(item.stretch.occupant) : nil
    case .systemCalls, .spans: break
    }
    guard let thread else { return details }
    let middle = item.stretch.start + item.stretch.length / 2
    details.spans = try spans(of: thread, at: middle)
    if case .systemCalls = item.lane {
    } else {
      details.systemCall = try inside(.systemCalls(thread: thread), at: middle)
    }
    switch item.lane {
    case .cpu, .state: try fillState(&details, thread)
    default: details.times = try times(of: thread)
    }
    return details
  }

  private func fillState(_ details: inout ItemDetails, _ thread: Int) throws(AnalysisError) {
    let lane = TimelineLane.state(thread: thread)
    let stretch = item.stretch
    details.next = try timeline.item(lane, at: stretch.end)?.stretch
    details.previous = try timeline.item(lane, at: stretch.start - 1)?.stretch
    switch stretch.state {
    case .run:
      if details.next?.state == .preempt, let cpu = details.cpu {
        details.preemptor = try timeline.item(.cpu(cpu), at: stretch.end)?.stretch
      }
      if let previous = details.previous, previous.state == .wakeup {
        details.waking = try waking(of: thread, at: previous.start)
      }
      try fillInterrupts(&details)
    case .wakeup, .fresh, .preempt, .yield:
      if let cpu = details.cpu {
        details.preemptor = try timeline.item(.cpu(cpu), at: stretch.start)?.stretch
      }
      if stretch.state == .wakeup { details.waking = try waking(of: thread, at: stretch.start) }
    case .throttled: break
    case .sleep, .lock, .diskIO, .diskOther, .stopped:
      details.waking = try waking(of: thread, at: stretch.end)
    case .unknown, .none, .idle, .inside: break
    }
  }

  private func fillInterrupts(_ details: inout ItemDetails) throws(AnalysisError) {
    guard let cpu = details.cpu else { return }
    let window = TimelineWindow(item.stretch.start, item.stretch.end)
    let sources = timeline.summary.sources
    let lanes = [TimelineLane.hardInterrupts(cpu: cpu), .softInterrupts(cpu: cpu)]
    _ = try timeline.read(window, lanes: lanes)
    func time(_ lane: TimelineLane) -> UInt64 {
      timeline.cells(lane, window, columns: 1)[0].times[.inside]
    }
    if sources.contains(.hardInterrupts) { details.hardInterruptTime = time(lanes[0]) }
    if sources.contains(.softInterrupts) { details.softInterruptTime = time(lanes[1]) }
  }

  private func times(of thread: Int) throws(AnalysisError) -> StateTimes {
    let window = TimelineWindow(item.stretch.start, item.stretch.end)
    _ = try timeline.read(window, lanes: [.state(thread: thread)])
    return timeline.cells(.state(thread: thread), window, columns: 1)[0].times
  }

  private var rank: DurationRank? {
    guard let kind = Instances.Kind(item.lane, item.stretch.what) else { return nil }
    return timeline.state.withLock { state in
      state.table.row(of: item.lane).flatMap { state.instances.rank(item.stretch, row: $0, kind) }
    }
  }

  private func spans(of thread: Int, at time: Int64) throws(AnalysisError) -> [TimelineItem] {
    let threads = timeline.directory.threads
    guard threads.indices.contains(thread) else { return [] }
    var depths = threads[thread].spanDepth
    if case .spans(_, let depth) = item.lane { depths = min(depths, depth) }
    var spans: [TimelineItem] = []
    for depth in 0..<depths {
      guard let span = try inside(.spans(thread: thread, depth: depth), at: time) else { break }
      spans.append(span)
    }
    return spans
  }

  private func inside(
    _ lane: TimelineLane, at time: Int64
  ) throws(AnalysisError) -> TimelineItem? {
    let item = try timeline.item(lane, at: time)
    return item?.stretch.state == .inside ? item : nil
  }

  /// The waking of a thread at an instant.
  private func waking(of thread: Int, at time: Int64) throws(AnalysisError) -> Waking? {
    try timeline.wakings(of: thread, in: TimelineWindow(time, time + 1)).first {
      $0.thread == thread && $0.waking.time == time
    }?.waking
  }

  // MARK: chains

  func waits(depth: Int) throws(AnalysisError) -> [WaitLink] {
    guard var thread, var stretch = try wait(of: thread, from: item.stretch) else { return [] }
    var links: [WaitLink] = []
    var seen: Set<Int> = []
    while links.count < depth, seen.insert(thread).inserted {
      let waking = try waking(of: thread, at: stretch.end)
      links.append(WaitLink(thread: thread, stretch: stretch, waking: waking))
      guard let waking, case .thread(let waker) = waking.waker else { break }
      // What the waker itself waited for while it was waited for.
      var before = try timeline.item(.state(thread: waker), at: waking.time - 1)?.stretch
      while let earlier = before, !earlier.state.awaitsWaking, earlier.start > stretch.start {
        before = try timeline.item(.state(thread: waker), at: earlier.start - 1)?.stretch
      }
      guard let next = before, next.state.awaitsWaking, next.end > stretch.start else { break }
      thread = waker
      stretch = next
    }
    return links
  }

  /// The wait that a stretch of a thread is, or that led to it.
  private func wait(
    of thread: Int, from start: LaneStretch
  ) throws(AnalysisError) -> LaneStretch? {
    var stretch: LaneStretch? = start
    if case .cpu = item.lane {
      stretch = try timeline.item(.state(thread: thread), at: start.start)?.stretch
    }
    for _ in 0..<3 {
      guard let found = stretch, !found.state.awaitsWaking else { return stretch }
      stretch = try timeline.item(.state(thread: thread), at: found.start - 1)?.stretch
    }
    return stretch.flatMap { $0.state.awaitsWaking ? $0 : nil }
  }

  func woken(
    after time: Int64, isWanted: () -> Bool
  ) throws(AnalysisError) -> TimelineItem? {
    guard let thread else { return nil }
    let start = max(time, item.stretch.start)
    var looked = 0
    var woken: WatchedWakings.Seen?
    let rest = TimelineWindow(start, timeline.summary.end + 1)
    _ = try timeline.pass(
      rest, watching: WatchedWakings(life: Int32(thread)),
      isWanted: { woken == nil && isWanted() }
    ) { pass, _ in
      guard woken == nil, let seen = pass.watched?.seen else { return }
      woken = seen[looked...].first { $0.waker == Int32(thread) && $0.end >= UInt64(start) }
      looked = seen.count
    }
    guard let woken else { return nil }
    return try timeline.item(
      .state(thread: Int(woken.thread)), at: Int64(clamping: woken.end))
  }
}

extension LaneState {
  /// Off the CPU until a waking.
  var awaitsWaking: Bool {
    switch self {
    case .sleep, .lock, .diskIO, .diskOther, .stopped: true
    default: false
    }
  }
}

/// A thread was woken.
struct SeenWaking {
  var thread: Int
  var waking: Waking
}

extension Timeline {
  /// Wakings of a thread and by it in a window, in order of time.
  func wakings(
    of thread: Int, in window: TimelineWindow
  ) throws(AnalysisError) -> [SeenWaking] {
    var found: WatchedWakings?
    _ = try pass(window, watching: WatchedWakings(life: Int32(thread)), isWanted: { true }) {
      pass, isAtEnd in
      if isAtEnd { found = pass.watched }
    }
    guard let watched = found else { return [] }
    return watched.seen.filter { window.contains(Int64(clamping: $0.end)) }.map { seen in
      let waker: Waker =
        switch seen.waker {
        case StateChange.hardWaker: .hardInterrupt(line: seen.line)
        case StateChange.softWaker: .softInterrupt(vector: seen.line)
        default: .thread(Int(seen.waker))
        }
      let cpu = watched.cpuOf[seen.end].flatMap { $0.isKnownCPU ? Int($0) : nil }
      return SeenWaking(
        thread: Int(seen.thread),
        waking: Waking(waker: waker, time: Int64(clamping: seen.end), cpu: cpu))
    }
  }
}
