import Events

extension StatisticsPass {
  /// Takes what state tracking told since the last time.
  @inline(never)
  mutating func takeChanges() {
    for place in 0..<tracking.threads.changes.count {
      let change = tracking.threads.changes[place]
      if change.kind == .activity { takeActivity(change) } else { takeOther(change) }
    }
    tracking.threads.changes.removeAll()
  }

  @inline(never)
  private mutating func takeOther(_ change: StateChange) {
    let cpu = Int(change.cpu)
    if change.cpu.isKnownCPU { cpus.reach(cpu) }
    switch change.kind {
    case .activity: break
    case .move:
      if change.cpu.isKnownCPU { cpus[cpu].queue(-1, at: change.end, window) }
      if change.nextCPU.isKnownCPU {
        cpus.reach(Int(change.nextCPU))
        cpus[Int(change.nextCPU)].queue(1, at: change.end, window)
      }
      if blame.isWanted { moveStay(change) }
    case .idleBegin: idle.begin(cpu, at: change.start)
    case .idle, .idleEnd:
      idle.end(cpu, at: change.end, window)
      occupyIdle(change)
      takeIdle(change)
    case .hardInterrupt, .softInterrupt: takeInterrupt(change)
    case .retire:
      let dense = Int(change.thread)
      if dense < calls.count { calls[dense] = OpenCall() }
      blame.retire(dense)
      rare.throttles.retire(change.number)
      rare.periods.retire(dense)
      threads.retire(dense, number: change.number, label: change.label)
    case .gap:
      cpus[cpu].gaps &+= 1
      if blame.isWanted { _ = blame.handle(nil, cpu) }
    }
  }

  private mutating func takeIdle(_ change: StateChange) {
    let overlap = window.overlap(change.start, change.end)
    guard overlap > 0 else { return }
    let cpu = Int(change.cpu)
    cpus[cpu].isSeen = true
    guard admits(0, cpu: change.cpu, start: change.start, end: change.end, nil) else { return }
    cpus[cpu].idle &+= overlap
  }

  @inline(__always)
  private mutating func takeActivity(_ change: StateChange) {
    let dense = Int(change.thread)
    let activity = change.activity
    if activity.isQueued, change.cpu.isKnownCPU {
      cpus.reach(Int(change.cpu))
      cpus[Int(change.cpu)].queue(-1, at: change.end, window)
    }
    if change.next.isQueued, change.nextCPU.isKnownCPU {
      cpus.reach(Int(change.nextCPU))
      cpus[Int(change.nextCPU)].queue(1, at: change.end, window)
      noteQueued(dense, at: change.end)
    }
    if blame.isWanted { takeBlame(change) }
    defer {
      if blame.isWanted, change.next.isQueued { beginStay(dense, change.nextCPU, at: change.end) }
    }
    if watchesWakings, let finder = rare.finder { noteWaking(change, finder) }
    if activity == .locked { takeLockWait(change) }
    // Not seen yet.
    if activity == .dead || (activity == .unknown && change.start == 0) { return }
    if let left = undecided, isUndecided(activity), change.start < window.to {
      undecided = left - 1
    }
    takeInterval(change, isOpen: false)
    if hasQuotas { noteQuota(change) }
  }

  /// Remembers how long CPUs have been idle when a thread begins to wait for one.
  @inline(__always)
  private mutating func noteQueued(_ dense: Int, at key: UInt64) {
    let affinity = tracking.threads.table[dense].affinity
    guard let total = idle.total(affinity, at: key, window) else { return }
    idleBefore.reach(dense)
    idleBefore[dense] = total
  }

  /// Takes a thread's activity that ended, or that is open at the end.
  @inline(__always)
  mutating func takeInterval(_ change: StateChange, isOpen: Bool) {
    let dense = Int(change.thread)
    let kind = kind(of: change)
    let end = change.end
    let overlap = window.overlap(change.start, change.certain)
    let unknown = window.overlap(change.certain, end)
    let isCounted = !isOpen && window.counts(endAt: end)
    guard overlap > 0 || unknown > 0 || isCounted else { return }
    if isIsolated, !isChosen(dense) { return }
    if hasFilter, !admits(dense, cpu: change.cpu, start: change.start, end: end, kind) {
      return
    }
    let row = threads.row(dense)
    let isRunning = kind == .run
    if isRunning, change.cpu.isKnownCPU {
      cpus.reach(Int(change.cpu))
      cpus[Int(change.cpu)].busy &+= overlap
      cpus[Int(change.cpu)].isSeen = true
    }
    let isWhole = change.certain == end && !change.beganUnseen
    var isDelay = false
    threads.withRow(row) { row in
      row.times[kind.rawValue] &+= overlap
      row.times[TimeKind.unknown.rawValue] &+= unknown
      if isRunning {
        row.lastCPU = change.cpu
        row.lastSeen = end
      }
      guard isCounted else {
        if overlap > 0, end >= window.to { row.censor(change, kind, window) }
        return
      }
      if isRunning {
        switch change.next {
        case .preempted, .yielded: row.involuntary &+= 1
        case .unknown, .running: break
        default: row.voluntary &+= 1
        }
      }
      if isWhole {
        isDelay = kind == .wakeup || kind == .preempt
      } else if change.certain != end {
        row.unpaired &+= 1
      } else {
        row.censor(change, kind, window)
      }
    }
    if isDelay {
      threads.note(delay: end &- change.start, at: change.start, row)
      if end &- change.start >= IdleTime.leastWait { takeViolation(dense, change) }
    }
    takeState(change, kind, overlap: overlap, unknown: unknown, isCounted, isWhole)
  }

  @inline(__always)
  private mutating func takeState(
    _ change: StateChange, _ kind: TimeKind, overlap: UInt64, unknown: UInt64, _ isCounted: Bool,
    _ isWhole: Bool
  ) {
    let dense = Int(change.thread)
    var group = 0
    if groups.key != nil {
      group = groups.group(
        tracking.threads.number(dense), tracking.threads.table[dense].label, cpu: change.cpu)
    }
    let place = states.row(group: group, name: Int64(kind.rawValue))
    if unknown > 0 {
      let other = states.row(group: group, name: Int64(TimeKind.unknown.rawValue))
      states.rows[other].clipped &+= unknown
    }
    let duration = change.end &- change.start
    let isTold = kind != .unknown
    var isWorst = false
    states.withRow(place) { row in
      row.clipped &+= overlap
      guard isTold else { return }
      if isCounted, isWhole {
        isWorst = duration > row.histogram.max
        row.histogram.record(duration, at: change.start)
      } else if isCounted, change.certain != change.end {
        row.unpaired &+= 1
      } else if overlap > 0 {
        row.censored &+= 1
        row.longestCensored = max(
          row.longestCensored, min(change.end, window.to) &- change.start)
      }
    }
    if isWorst { noteWorst(change, place) }
  }

  @inline(never)
  private mutating func noteWorst(_ change: StateChange, _ place: Int) {
    let dense = Int(change.thread)
    states.rows[place].worst = WorstInstance(
      start: change.start, thread: tracking.threads.number(dense),
      label: tracking.threads.table[dense].label,
      cpu: change.next == .running ? change.nextCPU : change.cpu)
  }

  @inline(never)
  private mutating func takeViolation(_ dense: Int, _ change: StateChange) {
    let affinity = tracking.threads.table[dense].affinity
    guard change.cpu.isKnownCPU, dense < idleBefore.count,
      let total = idle.total(affinity, at: change.end, window)
    else { return }
    cpus[Int(change.cpu)].violation &+= total &- min(total, idleBefore[dense])
  }
}

extension ThreadRow {
  /// Notes an activity that began or ended out of sight.
  mutating func censor(_ change: StateChange, _ kind: TimeKind, _ window: StatisticsWindow) {
    censored &+= 1
    guard kind == .wakeup || kind == .preempt else { return }
    longestCensored = max(
      longestCensored, min(change.end, window.to) &- min(change.start, change.end))
  }
}

extension ThreadActivity {
  /// In a CPU's queue.
  @inline(__always)
  var isQueued: Bool {
    switch self {
    case .woken, .new, .preempted, .yielded: true
    default: false
    }
  }
}
