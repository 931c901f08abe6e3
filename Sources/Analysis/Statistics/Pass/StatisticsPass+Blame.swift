import Events

extension StatisticsPass {
  /// Whether `waits` tells about spans that the filter chose, not about all waits.
  var blamesSpans: Bool { rare.filter?.needsSpans == true }
  /// Whether each wait is charged by itself: the filter or the window may leave it out.
  var blamesEach: Bool { hasFilter }

  /// Charges an activity that ended to who is to blame for it.
  @inline(never)
  mutating func takeBlame(_ change: StateChange) {
    let dense = Int(change.thread)
    if !blamesEach { chargeQueue(change) }
    guard change.activity != .dead, change.start > 0 || change.activity != .unknown else { return }
    let activity = pastActivity(change)
    blame.remember(activity, of: dense)
    if blamesSpans {
      guard hasOpenSpans(dense), change.activity != .running else { return }
      for (leaf, time) in leaves(of: activity, dense, from: change.start, to: change.end) {
        blame.keep(leaf, time, of: dense, until: change.end)
      }
      return
    }
    let kind = kind(of: change)
    switch kind {
    case .run, .sleep, .stopped, .unknown: return
    case .wakeup, .fresh, .preempt, .yield, .throttled: if !blamesEach { return }
    case .diskIO, .diskOther, .lock: break
    }
    let (start, end) = (max(change.start, window.from), min(change.certain, window.to))
    guard start < end else { return }
    guard admits(dense, cpu: change.cpu, start: change.start, end: change.end, kind) else { return }
    let group = group(of: dense, cpu: change.cpu)
    for (leaf, time) in leaves(of: activity, dense, from: start, to: end) {
      blame.charge(leaf, time, of: group)
    }
  }

  /// Who waits, where rows are made for a key.
  mutating func group(of dense: Int, cpu: UInt16) -> Int {
    groups.group(tracking.threads.number(dense), tracking.threads.table[dense].label, cpu: cpu)
  }

  func pastActivity(_ change: StateChange) -> PastActivity {
    let request = change.disk != 0 ? rare.disks.finished[change.disk - 1] : nil
    return PastActivity(
      start: change.start, end: change.end, activity: change.activity, cpu: change.cpu,
      waker: change.waker, disk: change.disk, line: change.line,
      call: tracking.threads.table[Int(change.thread)].systemCall, certain: change.certain,
      request: request ?? DiskRequestTimes())
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
    let before = blame.handle(leaf, cpu, at: tracking.now)
    guard !blamesEach else {
      if before.leaf != nil { blame.remember(before, on: cpu) }
      return
    }
    cpus.reach(cpu)
    charge(queueOf: cpu, before.leaf ?? self.leaf(ofThread: state.current), at: tracking.now)
  }

  /// Charges what a CPU's queue waited since it was charged last.
  private mutating func charge(queueOf cpu: Int, _ leaf: BlameLeaf, at now: UInt64) {
    guard groups.key == nil else {
      return blame.chargeQueue(cpu, leaf, at: now, window)
    }
    cpus[cpu].queue(0, at: now, window)
    blame.charge(leaf, blame.takeQueued(cpu, cpus[cpu].depthTime), of: 0)
  }

  /// A thread begins to wait for a CPU, ends to, or both where it is moved.
  @inline(never)
  mutating func noteQueued(_ dense: Int, from old: UInt16, to new: UInt16, at now: UInt64) {
    guard groups.key != nil, !blamesEach else { return }
    if old.isKnownCPU { blame.leaveQueue(Int(old), dense, at: now, window) }
    guard new.isKnownCPU else { return }
    var group = blame.group(ofQueued: dense)
    if group == nil || groups.key == .cpu { group = self.group(of: dense, cpu: new) }
    blame.enterQueue(Int(new), dense, group ?? 0, at: now, window)
  }

  /// A CPU that a thread has.
  private func leaf(ofThread dense: Int32) -> BlameLeaf {
    if dense == 0 { return BlameLeaf(kind: .idle) }
    guard dense > 0, tracking.threads.isUsed(Int(dense)) else { return .unknown }
    return BlameLeaf(
      kind: .cpu, detail: Int64(tracking.threads.table[Int(dense)].label.name))
  }

  /// All who wait in a CPU's queue wait for who has the CPU: what they wait together while a thread
  /// has it is the integral of the queue's length.
  private mutating func chargeQueue(_ change: StateChange) {
    guard change.activity == .running, change.cpu < Batch.unknownCPU else { return }
    let cpu = Int(change.cpu)
    cpus.reach(cpu)
    charge(queueOf: cpu, leaf(ofThread: change.thread), at: change.end)
  }

  /// What waits in the queue of an idle CPU waits for the CPU to come on.
  mutating func chargeIdle(_ change: StateChange) {
    guard blame.isWanted, !blamesEach, change.cpu < Batch.unknownCPU else { return }
    charge(queueOf: Int(change.cpu), BlameLeaf(kind: .idle), at: change.end)
  }

  /// What is left in the queues at the end.
  mutating func chargeRest() {
    guard blame.isWanted, !blamesEach else { return }
    for cpu in 0..<cpus.count {
      let current = tracking.cpus.count > cpu ? tracking.cpus.table[cpu].current : -1
      charge(queueOf: cpu, leaf(ofThread: current), at: ended)
    }
  }

  /// A span that the filter chose: all of it, leaf by leaf.
  mutating func takeSpanBlame(_ dense: Int, _ span: EndedSpan) {
    defer { if !hasOpenSpans(dense) { blame.forgetPieces(of: dense) } }
    guard blamesSpans, span.isCertain else { return }
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

  private func hasOpenSpans(_ dense: Int) -> Bool {
    tracking.spans.hasOpen(on: tracking.threads.table[dense], tracking.threads.number(dense))
  }

  /// The leaves of an activity's time from `start` to `end`; they add up to it.
  func leaves(
    of activity: PastActivity, _ dense: Int, from start: UInt64, to end: UInt64
  ) -> [(BlameLeaf, UInt64)] {
    var leaves: [(BlameLeaf, UInt64)] = []
    var chain = [Int32(truncatingIfNeeded: dense)]
    append(activity, from: start, to: end, &chain, to: &leaves)
    return leaves
  }

  private func append(
    _ activity: PastActivity, from start: UInt64, to end: UInt64, _ chain: inout [Int32],
    to leaves: inout [(BlameLeaf, UInt64)]
  ) {
    guard start < end else { return }
    switch activity.activity {
    case .woken, .new, .preempted, .yielded:
      appendRunners(on: activity.cpu, from: start, to: end, chain[chain.count - 1], to: &leaves)
    case .uninterruptible:
      guard activity.disk == 0 else {
        return appendDisk(activity, from: start, to: end, to: &leaves)
      }
      leaves.append((BlameLeaf(kind: .kernel, detail: Int64(activity.call) + 1), end - start))
    case .locked, .sleeping: appendSleep(activity, from: start, to: end, &chain, to: &leaves)
    case .stopped: leaves.append((BlameLeaf(kind: .stopped), end - start))
    case .running, .unknown, .dead: leaves.append((.unknown, end - start))
    }
  }

  /// Who had the CPU meanwhile.
  private func appendRunners(
    on cpu: UInt16, from start: UInt64, to end: UInt64, _ own: Int32,
    to leaves: inout [(BlameLeaf, UInt64)]
  ) {
    var rest = end - start
    guard Int(cpu) < tracking.cpus.count else {
      leaves.append((.unknown, rest))
      return
    }
    func append(_ thread: Int32, from start: UInt64, to end: UInt64) {
      var ran = end - start
      rest -= ran
      blame.forEachHandled(Int(cpu), from: start, to: end) { leaf, time in
        leaves.append((leaf, time))
        ran -= time
      }
      if ran > 0 { leaves.append((leaf(ofThread: thread), ran)) }
    }
    let state = tracking.cpus.table[Int(cpu)]
    if state.current >= 0, state.current != own, state.since < end {
      append(state.current, from: max(state.since, start), to: end)
    }
    tracking.cpus.forEachSlice(Int(cpu), from: start, to: end) { slice, overlap in
      guard slice.thread != own, overlap <= rest else { return }
      let start = max(slice.start, start)
      append(slice.thread, from: start, to: start + overlap)
    }
    if rest > 0 { leaves.append((.unknown, rest)) }
  }

  /// A wait that a disk's request ended, by what the request waited for.
  private func appendDisk(
    _ activity: PastActivity, from start: UInt64, to end: UInt64,
    to leaves: inout [(BlameLeaf, UInt64)]
  ) {
    let request = activity.request
    var rest = end - start
    func append(_ phase: DiskPhase, from first: UInt64, to last: UInt64) {
      let (first, last) = (max(first, start), min(last, end))
      guard first < last else { return }
      leaves.append((.disk(activity.disk, phase, request.operation), last - first))
      rest -= last - first
    }
    append(.queue, from: request.insert, to: request.issue)
    append(.service, from: request.issue, to: request.complete)
    if rest > 0 { leaves.append((.disk(activity.disk), rest)) }
  }

  /// A sleep is to blame on what its waker did meanwhile.
  private func appendSleep(
    _ activity: PastActivity, from start: UInt64, to end: UInt64, _ chain: inout [Int32],
    to leaves: inout [(BlameLeaf, UInt64)]
  ) {
    if activity.disk != 0 { return appendDisk(activity, from: start, to: end, to: &leaves) }
    switch activity.waker {
    case StateChange.hardWaker:
      // The local timer's interrupt has no line.
      leaves.append(
        activity.line < 0
          ? (BlameLeaf(kind: .timer), end - start)
          : (.interrupt(activity.line), end - start))
    case StateChange.softWaker:
      leaves.append((Self.leaf(ofVector: activity.line), end - start))
    case 1...:
      let waker = activity.waker
      guard !chain.contains(waker) else {
        leaves.append((BlameLeaf(kind: .cycle), end - start))
        return
      }
      guard chain.count < BlameRows.mostDepth, tracking.threads.isUsed(Int(waker)) else {
        leaves.append((.unknown, end - start))
        return
      }
      chain.append(waker)
      appendWaker(activity, from: start, to: end, &chain, to: &leaves)
      chain.removeLast()
    default: leaves.append((.unknown, end - start))
    }
  }

  private func appendWaker(
    _ activity: PastActivity, from start: UInt64, to end: UInt64, _ chain: inout [Int32],
    to leaves: inout [(BlameLeaf, UInt64)]
  ) {
    let waker = Int(activity.waker)
    let isLock = activity.activity == .locked
    let name = Int64(tracking.threads.table[waker].label.name)
    let work = BlameLeaf(kind: isLock ? .lock : .thread, detail: name)
    var covered: UInt64 = 0
    let state = tracking.threads.table[waker]
    if state.activity == .running, state.since < end {
      let from = max(state.since, start)
      leaves.append((work, end - from))
      covered += end - from
    }
    var past: [PastActivity] = []
    blame.forEachPast(waker, from: start, to: end) { past.append($0) }
    for other in past {
      let (from, to) = (max(other.start, start), min(other.end, end))
      guard from < to else { continue }
      covered += to - from
      if other.activity == .running {
        leaves.append((work, to - from))
      } else {
        append(other, from: from, to: to, &chain, to: &leaves)
      }
    }
    if covered < end - start { leaves.append((work, end - start - covered)) }
  }

  private static func leaf(ofVector vector: Int64) -> BlameLeaf {
    switch vector {
    case 1, 8: BlameLeaf(kind: .timer)
    case 2, 3: BlameLeaf(kind: .network)
    default: .unknown
    }
  }
}
