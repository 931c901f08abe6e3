import Events

extension StatisticsPass {
  /// Ends observation: what is open at the window's end, or at `end` where that comes first, is
  /// clipped and censored.
  ///
  /// Names and gaps that come at `key` and later are left for what follows.
  mutating func finish(
    at end: UInt64, _ tables: TraceTables, _ clock: TraceClock, asidesBefore key: UInt64 = .max
  ) {
    if !isDone { takeAside(before: key, tables, clock) }
    let last = tracking.now == rare.lastReading ? rare.lastEvent : tracking.now
    let end = max(min(window.to, max(end, last)), origin)
    ended = end
    occupyRest()
    for cpu in 0..<tracking.cpus.count where tracking.cpus.table[cpu].current == 0 {
      // The machine's readings may come later.
      let since = tracking.cpus.table[cpu].since
      var change = StateChange(kind: .idle, start: since, end: max(since, end))
      change.cpu = UInt16(truncatingIfNeeded: cpu)
      cpus.reach(cpu)
      idle.end(cpu, at: change.end, window)
      takeOpenIdle(change)
    }
    for dense in 1..<max(1, tracking.threads.count) where tracking.threads.isUsed(dense) {
      let state = tracking.threads.table[dense]
      let number = tracking.threads.number(dense)
      if state.activity != .dead, state.activity != .unknown || state.since > 0,
        state.since < end
      {
        takeOpen(dense, state, until: end)
      }
      if let row = threads.known(dense) { threads.name(row, number, state.label) }
      if !isPastWindow, dense < calls.count, calls[dense].start > 0,
        calls[dense].start < window.to
      {
        censorCall(dense, from: calls[dense].start, to: min(window.to, max(end, tracking.now)))
      }
    }
    for cpu in 0..<cpus.count {
      cpus[cpu].queue(0, at: end, window)
      cpus[cpu].run(at: cpus[cpu].frequency, from: end, window)
    }
    for place in rare.counters.rows.indices { rare.counters.rows[place].hold(until: end, window) }
    threads.settle()
    censorSpans()
    censorPeriods(at: end)
  }

  private mutating func takeOpen(_ dense: Int, _ state: ThreadState, until end: UInt64) {
    var change = StateChange(kind: .activity, start: state.since, end: end)
    change.thread = Int32(truncatingIfNeeded: dense)
    change.activity = state.activity
    change.cpu = state.cpu
    change.beganUnseen = state.beganUnseen
    change.certain = end
    if state.activity != .running { change.certain = tracking.threads.certainEnd(dense, end) }
    takeInterval(change, isOpen: true)
    if blame.isWanted, !blamesSpans { chargeOpen(dense, change) }
  }

  /// A wait whose end is not seen: who had the CPU is known, who ends another wait is not yet.
  private mutating func chargeOpen(_ dense: Int, _ change: StateChange) {
    let isQueued = change.activity.isQueued
    let isAlone = blamesEach || blame.queues.stay(dense)?.isAlone == true
    guard isQueued ? isAlone : change.activity == .locked || change.activity == .uninterruptible,
      window.overlap(change.start, change.certain) > 0,
      admits(dense, cpu: change.cpu, start: change.start, end: change.end, kind(of: change))
    else { return }
    let group = group(of: dense, cpu: change.cpu)
    guard isQueued else {
      return blame.charge(.unknown, window.overlap(change.start, change.certain), of: group)
    }
    let (start, end) = (max(change.start, window.from), min(change.certain, window.to))
    for (leaf, time) in leaves(ofOpen: change, from: start, to: end) {
      blame.charge(leaf, time, of: group)
    }
  }

  private mutating func takeOpenIdle(_ change: StateChange) {
    let overlap = window.overlap(change.start, change.end)
    let cpu = Int(change.cpu)
    guard overlap > 0,
      admits(0, cpu: change.cpu, start: change.start, end: change.end, nil)
    else { return }
    cpus[cpu].isSeen = true
    cpus[cpu].idle &+= overlap
  }

  private mutating func censorPeriods(at end: UInt64) {
    for (dense, start) in rare.periods.begun where start < end && !hasFilter {
      let state = tracking.threads.table[dense]
      let group = groups.group(tracking.threads.number(dense), state.label, cpu: state.cpu)
      let row = rare.periods.rows.row(group: group, name: 0)
      rare.periods.rows.rows[row].censored &+= 1
      rare.periods.rows.rows[row].longestCensored = max(
        rare.periods.rows.rows[row].longestCensored, end &- start)
    }
  }
}
