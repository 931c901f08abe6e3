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
    let call = tracking.threads.table[dense].systemCall
    blame.remember(
      PastActivity(
        start: change.start, end: change.end, activity: change.activity, cpu: change.cpu,
        waker: change.waker, disk: change.disk, line: change.line, call: call,
        certain: change.certain),
      of: dense)
    if blamesSpans {
      guard hasOpenSpans(dense), change.activity != .running else { return }
      for (leaf, time) in leaves(of: change, dense, from: change.start, to: change.end) {
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
    for (leaf, time) in leaves(of: change, dense, from: start, to: end) {
      blame.charge(leaf, time)
    }
  }

  /// All who wait in a CPU's queue wait for who has the CPU: what they wait together while a thread
  /// has it is the integral of the queue's length.
  private mutating func chargeQueue(_ change: StateChange) {
    guard change.activity == .running, change.cpu < Batch.unknownCPU else { return }
    let cpu = Int(change.cpu)
    cpus.reach(cpu)
    cpus[cpu].queue(0, at: change.end, window)
    let waited = blame.takeQueued(cpu, cpus[cpu].depthTime)
    let dense = Int(change.thread)
    blame.charge(
      BlameLeaf(kind: .cpu, detail: Int64(tracking.threads.table[dense].label.name)), waited)
  }

  /// What waits in the queue of an idle CPU waits for the CPU to come on.
  mutating func chargeIdle(_ change: StateChange) {
    guard blame.isWanted, !blamesEach, change.cpu < Batch.unknownCPU else { return }
    let cpu = Int(change.cpu)
    cpus[cpu].queue(0, at: change.end, window)
    blame.charge(BlameLeaf(kind: .idle), blame.takeQueued(cpu, cpus[cpu].depthTime))
  }

  /// What is left in the queues at the end.
  mutating func chargeRest() {
    guard blame.isWanted, !blamesEach else { return }
    let end = min(window.to, tracking.now)
    for cpu in 0..<cpus.count {
      cpus[cpu].queue(0, at: end, window)
      let waited = blame.takeQueued(cpu, cpus[cpu].depthTime)
      let current = Int(tracking.cpus.count > cpu ? tracking.cpus.table[cpu].current : -1)
      if current > 0 {
        let name = Int64(tracking.threads.table[current].label.name)
        blame.charge(BlameLeaf(kind: .cpu, detail: name), waited)
      } else {
        blame.charge(current == 0 ? BlameLeaf(kind: .idle) : .unknown, waited)
      }
    }
  }

  /// A span that the filter chose: all of it, leaf by leaf.
  mutating func takeSpanBlame(_ dense: Int, _ span: EndedSpan) {
    defer { if !hasOpenSpans(dense) { blame.forgetPieces(of: dense) } }
    guard blamesSpans, span.isCertain else { return }
    blame.spans &+= 1
    blame.spanTime &+= span.wall
    var rest = span.wall
    // What a thread did while a task was not on it is not the task's.
    let pieces = span.isOnOneThread ? blame.pieces(of: dense, since: span.begin) : []
    for (leaf, time) in pieces {
      let part = min(time, rest)
      blame.charge(leaf, part)
      rest &-= part
    }
    let ran = min(rest, span.parts.run)
    blame.charge(BlameLeaf(kind: .itself), ran)
    rest &-= ran
    let suspended = span.isOnOneThread ? 0 : min(rest, span.suspended)
    blame.charge(BlameLeaf(kind: .suspended), suspended)
    blame.charge(.unknown, rest &- suspended)
  }

  private func hasOpenSpans(_ dense: Int) -> Bool {
    tracking.spans.hasOpen(on: tracking.threads.table[dense], tracking.threads.number(dense))
  }

  /// The leaves of an activity's time from `start` to `end`; they add up to it.
  private func leaves(
    of change: StateChange, _ dense: Int, from start: UInt64, to end: UInt64
  ) -> [(BlameLeaf, UInt64)] {
    let activity = PastActivity(
      start: change.start, end: change.end, activity: change.activity, cpu: change.cpu,
      waker: change.waker, disk: change.disk, line: change.line,
      call: tracking.threads.table[dense].systemCall, certain: change.certain)
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
      leaves.append(
        activity.disk != 0
          ? (BlameLeaf(kind: .disk, detail: activity.disk), end - start)
          : (BlameLeaf(kind: .kernel, detail: Int64(activity.call) + 1), end - start))
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
    func leaf(_ thread: Int32) -> BlameLeaf {
      if thread == 0 { return BlameLeaf(kind: .idle) }
      guard thread > 0, tracking.threads.isUsed(Int(thread)) else { return .unknown }
      return BlameLeaf(
        kind: .cpu, detail: Int64(tracking.threads.table[Int(thread)].label.name))
    }
    let state = tracking.cpus.table[Int(cpu)]
    if state.current >= 0, state.current != own, state.since < end {
      let time = min(rest, end - max(state.since, start))
      leaves.append((leaf(state.current), time))
      rest -= time
    }
    tracking.cpus.forEachSlice(Int(cpu), from: start, to: end) { slice, overlap in
      guard slice.thread != own else { return }
      let time = min(rest, overlap)
      leaves.append((leaf(slice.thread), time))
      rest -= time
    }
    if rest > 0 { leaves.append((.unknown, rest)) }
  }

  /// A sleep is to blame on what its waker did meanwhile.
  private func appendSleep(
    _ activity: PastActivity, from start: UInt64, to end: UInt64, _ chain: inout [Int32],
    to leaves: inout [(BlameLeaf, UInt64)]
  ) {
    if activity.disk != 0 {
      leaves.append((BlameLeaf(kind: .disk, detail: activity.disk), end - start))
      return
    }
    switch activity.waker {
    case StateChange.hardWaker:
      // The local timer's interrupt has no line.
      leaves.append(
        activity.line < 0
          ? (BlameLeaf(kind: .timer), end - start)
          : (BlameLeaf(kind: .interrupt, detail: activity.line), end - start))
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
