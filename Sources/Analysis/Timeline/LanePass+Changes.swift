import Events

extension LanePass {
  /// Takes what state tracking told since the last time.
  @inline(never)
  mutating func takeChanges() {
    for place in 0..<tracking.threads.changes.count {
      let change = tracking.threads.changes[place]
      if change.kind == .activity { takeActivity(change) } else { takeOther(change) }
    }
    tracking.threads.changes.removeAll()
  }

  @inline(__always)
  private mutating func takeActivity(_ change: StateChange) {
    let dense = Int(change.thread)
    let difference = (change.next.isQueued ? 1 : 0) - (change.activity.isQueued ? 1 : 0)
    if difference != 0 {
      queued += difference
      numbers.append(NumberChange(row: 0, time: time(change.end), value: Double(queued)))
    }
    let isUnborn = change.activity == .unknown && change.start == 0
    let life = life(dense, at: isUnborn ? change.end : change.start)
    lives[life].lastSeen = max(lives[life].lastSeen, time(change.end))
    if watched != nil {
      let waker = Int(change.waker)
      let isKnown = waker > 0 && waker < lifeOf.count
      watched?.take(change, life: Int32(life), waker: isKnown ? lifeOf[waker] : -1, origin)
    }
    if change.activity == .dead || isUnborn {
      if hasQuotas { _ = throttle(change, life) }
      return
    }
    tellActivity(change, life)
  }

  /// Tells what a thread did, up to where that is certain, and that nothing is known from there on.
  @inline(__always)
  private mutating func tellActivity(_ change: StateChange, _ life: Int) {
    let state = state(of: change, life)
    let row = table.row(stateOf: life)
    let cpu = change.cpu.isKnownCPU ? Int32(change.cpu) : -1
    tell(row, state, state == .unknown ? -1 : cpu, from: change.start, to: change.certain)
    if change.certain < change.end {
      tell(row, .unknown, -1, from: change.certain, to: change.end)
    }
    let length = time(max(change.certain, origin)) &- time(change.start)
    if state == .run {
      lives[life].runTime &+= length
      if cpu >= 0 {
        tell(
          table.row(cpu: Int(cpu), 0), .run, Int32(life), from: change.start, to: change.certain)
      }
    } else if state.isRunnable {
      lives[life].runnableTime &+= length
    }
  }

  @inline(__always)
  private mutating func state(of change: StateChange, _ life: Int) -> LaneState {
    let state = LaneState(change.activity, disk: change.disk)
    guard hasQuotas || !throttled.isEmpty else { return state }
    return throttle(change, life) && state.isRunnable ? .throttled : state
  }

  /// Whether a wait was one for a quota.
  @inline(never)
  private mutating func throttle(_ change: StateChange, _ life: Int) -> Bool {
    let wait = ThrottledWait(life: Int32(life), start: time(change.start))
    guard hasQuotas else { return throttled.contains(wait) }
    let thread = tracking.threads.number(Int(change.thread))
    let isThrottled =
      change.activity.isQueued
      && throttles.isThrottled(thread, from: change.start, to: change.end)
    throttles.take(
      thread, from: change.start, to: change.end, ran: change.activity == .running,
      waits: change.next.isQueued)
    if isThrottled { throttled.insert(wait) }
    return isThrottled
  }

  @inline(never)
  private mutating func takeOther(_ change: StateChange) {
    let cpu = Int(change.cpu)
    switch change.kind {
    case .activity, .move, .idleBegin, .gap: break
    case .idle, .idleEnd:
      guard change.cpu.isKnownCPU else { return }
      tell(table.row(cpu: cpu, 0), .idle, -1, from: change.start, to: change.end)
    case .hardInterrupt, .softInterrupt:
      guard change.cpu.isKnownCPU else { return }
      let layer = change.kind == .hardInterrupt ? 1 : 2
      tell(
        table.row(cpu: cpu, layer), .inside, Int32(truncatingIfNeeded: change.line),
        from: change.start, to: change.end)
    case .retire:
      throttles.retire(change.number)
      endLife(Int(change.thread))
    }
  }

  private mutating func endLife(_ dense: Int) {
    if dense < calls.count {
      if calls[dense].start != LaneCall.nothing { endCall(dense) }
      calls[dense] = LaneCall()
    }
    guard dense < lifeOf.count, lifeOf[dense] >= 0 else { return }
    let life = Int(lifeOf[dense])
    if dense < spans.count { endSpans(dense, life, downTo: 0) }
    lives[life].isGone = true
    lives[life].lastSeen = max(lives[life].lastSeen, time(tracking.now))
    lifeOf[dense] = -1
  }

  /// Takes the gaps and names before `key`, and time up to `end` as far as it was observed.
  mutating func finish(
    at end: UInt64, before key: UInt64, _ tables: TraceTables, _ clock: TraceClock
  ) {
    takeAside(before: key, tables, clock)
    tracking.now = max(tracking.now, min(end, observedUntil))
  }

  /// Calls `body` with what is open at the time at hand, as it will be told at its end as far as
  /// that is known.
  mutating func forEachOpen(_ body: (LaneInterval) -> Void) {
    let start = origin
    // The machine's readings may come later.
    let now = min(tracking.now, observedUntil)
    func tell(
      _ row: Int32, _ state: LaneState, _ occupant: Int32, _ first: UInt64, _ last: UInt64
    ) {
      body(
        LaneInterval(
          row: row, occupant: occupant, state: state, start: first > start ? first &- start : 0,
          end: last > start ? last &- start : 0))
    }
    for cpu in 0..<tracking.cpus.count {
      let state = tracking.cpus.table[cpu]
      if state.current == 0 {
        tell(table.row(cpu: cpu, 0), .idle, -1, state.since, now)
      }
      if state.hard > 0 {
        tell(
          table.row(cpu: cpu, 1), .inside, Int32(truncatingIfNeeded: state.hardLine),
          state.hardSince, now)
      }
      if state.isSoft {
        tell(
          table.row(cpu: cpu, 2), .inside, Int32(truncatingIfNeeded: state.softVector),
          state.softSince, now)
      }
    }
    for dense in 1..<max(1, tracking.threads.count)
    where dense < lifeOf.count && lifeOf[dense] >= 0 {
      let life = Int(lifeOf[dense])
      let state = tracking.threads.table[dense]
      if state.activity != .dead, state.activity != .unknown || state.since > 0 {
        let certain =
          state.activity == .running
          ? now : tracking.threads.certainEnd(dense, now)
        let kind = LaneState(state.activity, disk: 0)
        let cpu = state.cpu.isKnownCPU ? Int32(state.cpu) : -1
        let row = table.row(stateOf: life)
        tell(row, kind, kind == .unknown ? -1 : cpu, state.since, certain)
        if certain < now { tell(row, .unknown, -1, certain, now) }
        if kind == .run, cpu >= 0 {
          tell(table.row(cpu: Int(cpu), 0), .run, Int32(life), state.since, now)
        }
      }
      if dense < calls.count, calls[dense].start != LaneCall.nothing {
        let call = calls[dense]
        let certain = certainEnd(of: call, now)
        let row = table.row(callsOf: life)
        tell(row, .inside, call.number, call.start, certain)
        if certain < now { tell(row, .unknown, -1, certain, now) }
      }
      if dense < spans.count {
        for (depth, span) in spans[dense].enumerated() {
          tell(
            table.row(spansOf: life, depth: depth), .inside, span.name, span.start, now)
        }
      }
    }
  }
}

extension LaneState {
  @inline(__always)
  init(_ activity: ThreadActivity, disk: Int64) {
    switch activity {
    case .unknown: self = .unknown
    case .dead: self = .none
    case .running: self = .run
    case .woken: self = .wakeup
    case .new: self = .fresh
    case .preempted: self = .preempt
    case .yielded: self = .yield
    case .sleeping: self = .sleep
    case .locked: self = .lock
    case .uninterruptible: self = disk != 0 ? .diskIO : .diskOther
    case .stopped: self = .stopped
    }
  }
}

/// Wakings of one thread and by it, as they were seen.
struct WatchedWakings {
  struct Seen {
    var thread: Int32
    /// When the wait began that it ended, and when that was.
    var start: UInt64
    var end: UInt64
    /// Place of a thread, or one of the constants of `StateChange`.
    var waker: Int32
    var line: Int64
  }

  let life: Int32
  private(set) var seen: [Seen] = []
  /// Where each waking came about.
  private(set) var cpuOf: [UInt64: UInt16] = [:]

  init(life: Int32) {
    self.life = life
  }

  mutating func take(_ change: StateChange, life: Int32, waker: Int32, _ origin: UInt64) {
    guard change.next == .woken, change.waker != StateChange.noWaker,
      life == self.life || waker == self.life
    else { return }
    seen.append(
      Seen(
        thread: life, start: change.start > origin ? change.start - origin : 0,
        end: change.end > origin ? change.end - origin : 0,
        waker: change.waker < 0 ? change.waker : waker, line: change.line))
  }

  mutating func take(_ record: StateRecord, origin: UInt64) {
    guard record.role == .schedWaking || record.role == .schedWakeup,
      seen.last.map({ $0.end &+ origin == record.key }) ?? false
    else { return }
    cpuOf[record.key &- origin] = record.cpu
  }
}
