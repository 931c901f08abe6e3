import Events

extension StatisticsPass {
  /// Whether `waits` tells about spans that the filter chose, not about all waits.
  var blamesSpans: Bool { rare.filter?.needsSpans == true }
  /// Whether each wait is charged by itself: the filter or the window may leave it out.
  var blamesEach: Bool { hasFilter }

  /// Whether what queues wait is summed up by who waits, not by how long each queue is.
  private var sumsUpWaiters: Bool { groups.key != nil || hasQuotas }

  /// Charges an activity that ended to who is to blame for it.
  @inline(never)
  mutating func takeBlame(_ change: StateChange) {
    let dense = Int(change.thread)
    if change.activity == .running { occupy(change) }
    if change.next == .running { occupyUnseen(change.nextCPU, until: change.end) }
    guard change.activity != .dead, change.start > 0 || change.activity != .unknown else { return }
    let isAlone = remember(change)
    if blamesSpans {
      guard hasOpenSpans(dense), change.activity != .running else { return }
      for (leaf, time) in leaves(of: change, from: change.start, to: change.end) {
        blame.keep(leaf, time, of: dense, until: change.end)
      }
      return
    }
    let kind = kind(of: change)
    switch kind {
    case .run, .sleep, .stopped, .unknown: return
    case .wakeup, .fresh, .preempt, .yield, .throttled: if !blamesEach, !isAlone { return }
    case .diskIO, .diskOther, .lock: break
    }
    let (start, end) = (max(change.start, window.from), min(change.certain, window.to))
    guard start < end else { return }
    guard admits(dense, cpu: change.cpu, start: change.start, end: change.end, kind) else { return }
    let group = group(of: dense, cpu: change.cpu)
    for (leaf, time) in leaves(of: change, from: start, to: end) {
      blame.charge(leaf, time, of: group)
    }
  }

  /// Remembers an activity; whether it was a wait that is charged by itself.
  private mutating func remember(_ change: StateChange) -> Bool {
    var (activity, detail) = pastActivity(change)
    var isAlone = false
    if change.activity.isQueued,
      let stay = blame.queues.end(Int(change.thread), at: change.end, window)
    {
      isAlone = stay.isAlone
      detail = endStay(stay, &activity)
    }
    blame.past.remember(activity, detail, of: Int(change.thread))
    return isAlone
  }

  /// The leaves of what was remembered last.
  private func leaves(
    of change: StateChange, from start: UInt64, to end: UInt64
  ) -> [(BlameLeaf, UInt64)] {
    if kind(of: change) == .throttled { return [(BlameLeaf(kind: .throttled), end - start)] }
    return leaves(ofThread: Int(change.thread), from: start, to: end)
  }

  /// The leaves of a wait for a CPU that is not over.
  mutating func leaves(
    ofOpen change: StateChange, from start: UInt64, to end: UInt64
  ) -> [(BlameLeaf, UInt64)] {
    if kind(of: change) == .throttled { return [(BlameLeaf(kind: .throttled), end - start)] }
    let dense = Int(change.thread)
    var (activity, detail) = pastActivity(change)
    if let stay = blame.queues.stay(dense) {
      activity.start = max(stay.start, start)
      detail = blame.occupancy.runners(Int(stay.cpu), from: activity.start, to: activity.end).map {
        .runners($0)
      }
    }
    return leaves(ofThread: dense, from: start, to: end, open: (activity, detail))
  }

  /// What a thread waited in one queue.
  private mutating func endStay(
    _ stay: QueueStay, _ activity: inout PastActivity
  ) -> PastActivities.Detail? {
    occupyCurrent(Int(stay.cpu), until: activity.end)
    let from = blamesSpans ? stay.start : max(stay.start, window.from)
    let end = min(activity.end, window.to)
    activity.start = stay.start
    let runners = blame.occupancy.endWait(Int(stay.cpu), begun: stay.start, from: from, to: end)
    guard let runners, from < end else { return nil }
    (activity.start, activity.end) = (from, end)
    return .runners(runners)
  }

  /// Who waits, where rows are made for a key.
  mutating func group(of dense: Int, cpu: UInt16) -> Int {
    groups.group(tracking.threads.number(dense), tracking.threads.table[dense].label, cpu: cpu)
  }

  private func pastActivity(_ change: StateChange) -> (PastActivity, PastActivities.Detail?) {
    let thread = Int(change.thread)
    var activity = PastActivity(
      start: change.start, end: change.end, disk: change.disk,
      line: Int32(truncatingIfNeeded: change.line), waker: change.waker,
      call: tracking.threads.table[thread].systemCall, cpu: change.cpu, activity: change.activity)
    activity.isThrottled = kind(of: change) == .throttled
    guard change.disk != 0 else { return (activity, nil) }
    let request = rare.disks.finished(
      change.disk - 1, for: tracking.threads.number(thread), since: change.start)
    return (activity, request.map { .request($0) })
  }

  /// An interrupt's handling began or ended on a CPU.
  @inline(never)
  mutating func takeInterruptEdge(_ cpu: UInt16) {
    guard cpu.isKnownCPU, Int(cpu) < tracking.cpus.count else { return }
    let cpu = Int(cpu)
    let state = tracking.cpus.table[cpu]
    let leaf: BlameLeaf? =
      state.hard > 0
      ? .interrupt(state.hardLine)
      : state.isSoft ? .interrupt(state.softVector, isSoft: true) : nil
    let before = blame.handle(leaf, cpu)
    occupy(cpu, before ?? self.leaf(ofThread: state.current), until: tracking.now)
  }

  /// What had a CPU up to now: those who wait in its queue waited for it.
  ///
  /// What they wait together is the integral of the queue's length.
  private mutating func occupy(
    _ cpu: Int, _ leaf: BlameLeaf, ofThread dense: Int? = nil, until now: UInt64
  ) {
    blame.occupancy.append(
      cpu, leaf, ofThread: dense, until: min(now, window.to), since: origin, cut: window.from,
      blame.queues.stays)
    guard !blamesEach else { return }
    cpus.reach(cpu)
    guard !sumsUpWaiters else { return blame.chargeQueue(cpu, leaf, at: now, window) }
    cpus[cpu].queue(0, at: now, window)
    blame.charge(leaf, blame.takeQueued(cpu, cpus[cpu].depthTime), of: 0)
  }

  private mutating func occupy(_ change: StateChange) {
    guard change.cpu.isKnownCPU else { return }
    guard change.certain == change.end else {
      return occupy(Int(change.cpu), .unknown, until: change.end)
    }
    let leaf = leaf(ofThread: change.thread)
    let dense = leaf.kind == .cpu ? Int(change.thread) : nil
    occupy(Int(change.cpu), leaf, ofThread: dense, until: change.end)
  }

  /// Who has a CPU had it up to now.
  private mutating func occupyCurrent(_ cpu: Int, until now: UInt64) {
    guard blame.occupancy.end(cpu) ?? origin < now else { return }
    let current = cpu < tracking.cpus.count ? tracking.cpus.table[cpu].current : -1
    occupy(cpu, blame.handled(cpu) ?? leaf(ofThread: current), until: now)
  }

  /// Somebody comes on: what had the CPU since it was left, if it was seen to be.
  private mutating func occupyUnseen(_ cpu: UInt16, until now: UInt64) {
    guard cpu.isKnownCPU, blame.occupancy.end(Int(cpu)) ?? origin < now else { return }
    occupy(Int(cpu), .unknown, until: now)
  }

  /// What waits in the queue of an idle CPU waits for the CPU to come on.
  mutating func occupyIdle(_ change: StateChange) {
    guard blame.isWanted, change.cpu.isKnownCPU else { return }
    occupy(Int(change.cpu), BlameLeaf(kind: .idle), until: change.end)
  }

  /// Tells what has each CPU at the end.
  mutating func occupyRest() {
    guard blame.isWanted else { return }
    for cpu in 0..<cpus.count { occupyCurrent(cpu, until: ended) }
  }

  /// A thread begins to wait for a CPU, or goes on to in another one's queue.
  @inline(never)
  mutating func beginStay(_ dense: Int, _ cpu: UInt16, at now: UInt64, after old: QueueStay? = nil)
  {
    guard cpu.isKnownCPU else { return }
    var stay = QueueStay(start: now, cpu: cpu)
    stay.isAlone =
      old?.isAlone ?? (hasQuotas && rare.throttles.isSpent(tracking.threads.number(dense)))
    if sumsUpWaiters, !blamesEach, !stay.isAlone {
      let group = groups.key == .cpu ? nil : old?.group
      stay.group = group ?? Int32(truncatingIfNeeded: self.group(of: dense, cpu: cpu))
    }
    blame.queues.begin(stay, dense, at: now, window)
    blame.occupancy.beginWait(Int(cpu), dense, at: now, since: origin, blame.queues.stays)
  }

  /// A waiting thread was put into another CPU's queue.
  mutating func moveStay(_ change: StateChange) {
    let dense = Int(change.thread)
    guard let old = blame.queues.end(dense, at: change.end, window) else {
      return beginStay(dense, change.nextCPU, at: change.end)
    }
    var (activity, _) = pastActivity(change)
    let detail = endStay(old, &activity)
    blame.past.remember(activity, detail, of: dense)
    beginStay(dense, change.nextCPU, at: change.end, after: old)
  }

  /// From now on waits are summed up by who waits: those for a quota are known when they are over.
  mutating func beginQuotas() {
    guard !hasQuotas else { return }
    if blame.isWanted {
      for cpu in 0..<cpus.count { occupyCurrent(cpu, until: tracking.now) }
    }
    hasQuotas = true
    tracking.hasQuotas = true
    guard blame.isWanted, groups.key == nil, !blamesEach else { return }
    for dense in 0..<blame.queues.count {
      guard var stay = blame.queues.stay(dense) else { continue }
      stay.group = Int32(truncatingIfNeeded: group(of: dense, cpu: stay.cpu))
      blame.queues.begin(stay, dense, at: tracking.now, window)
    }
  }

  private func leaf(ofThread dense: Int32) -> BlameLeaf {
    if dense == 0 { return BlameLeaf(kind: .idle) }
    guard dense > 0 else { return .unknown }
    return BlameLeaf(
      kind: .cpu, detail: Int64(tracking.threads.table[Int(dense)].label.name))
  }

  /// A span that the filter chose: all of it, leaf by leaf.
  mutating func takeSpanBlame(_ dense: Int, _ span: EndedSpan) {
    defer { if !hasOpenSpans(dense) { blame.forgetPieces(of: dense) } }
    guard blamesSpans, span.isCertain, isBlamed(span) else { return }
    blame.spans &+= 1
    blame.spanTime &+= span.wall
    var rest = span.wall
    let group = group(of: dense, cpu: tracking.threads.table[dense].cpu)
    // What a thread did while a task was not on it is not the task's.
    let pieces = span.isOnOneThread ? blame.pieces(of: dense, since: span.begin) : []
    for (leaf, time) in pieces {
      let part = min(time, rest)
      blame.charge(leaf, part, of: group)
      rest &-= part
    }
    let ran = min(rest, span.parts.run)
    blame.charge(BlameLeaf(kind: .itself), ran, of: group)
    rest &-= ran
    let suspended = span.isOnOneThread ? 0 : min(rest, span.suspended)
    blame.charge(BlameLeaf(kind: .suspended), suspended, of: group)
    blame.charge(.unknown, rest &- suspended, of: group)
  }

  /// Whether a span is one of those that were asked for, not only inside of one: its time is that one's
  /// too.
  private func isBlamed(_ span: EndedSpan) -> Bool {
    let name = tracking.spans.names[Int(span.name)]
    return rare.blamedSpans.isEmpty
      || rare.blamedSpans.contains { name == $0 || name.hasSuffix(":" + $0) }
  }

  private func hasOpenSpans(_ dense: Int) -> Bool {
    tracking.spans.hasOpen(on: tracking.threads.table[dense], tracking.threads.number(dense))
  }
}
