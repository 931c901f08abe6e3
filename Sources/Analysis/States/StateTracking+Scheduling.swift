import Events

extension StateTracking {
  @inline(__always)
  mutating func takeSwitch(_ record: StateRecord) {
    guard record.cpu.isKnownCPU else { return }
    sawSwitches = true
    let cpu = Int(record.cpu)
    cpus.reach(cpu)
    let previous = threads.index(of: record.a)
    let next = threads.index(of: record.b)
    let key = now
    if cpus.table[cpu].current == Int32(previous) {
      usage.add(isBusy: previous != 0, from: cpus.table[cpu].since, to: key)
      endSlice(cpu, number: record.a)
    } else {
      missedSwitch(cpu, to: previous)
    }
    cpus.table[cpu].current = Int32(next)
    cpus.table[cpu].since = max(key, 1)
    cpus.table[cpu].disk = 0
    if next == 0 {
      if cpus.table[cpu].queued > 0 { refuteWaits(on: cpu) }
      noteIdle(.idleBegin, cpu, from: key)
    }
    if previous != 0 {
      if record.flags & StateRecord.hasCall != 0 {
        threads.table[previous].systemCall = Int32(truncatingIfNeeded: record.value >> 8)
      }
      leave(previous, cpu, record)
    }
    if next != 0 { enter(next, cpu) }
  }

  /// The thread that leaves a CPU is not the one that was thought to be on it.
  @inline(never)
  private mutating func missedSwitch(_ cpu: Int, to previous: Int) {
    let state = cpus.table[cpu]
    // A recorder's own threads may be kept out of the trace: they leave for idle unseen.
    if previous == 0, state.current > 0 {
      usage.add(isBusy: false, from: state.since, to: now)
      noteIdle(.idle, cpu, from: state.since, to: now)
    }
    leaveUnseen(cpu, certain: state.since)
    guard previous != 0 else { return }
    threads.lose(previous, certain: threads.table[previous].since, at: now)
    if state.since == 0 {
      // The first that is seen of the CPU: the thread ran up to now, since when is not known.
      threads.begin(.running, previous, on: UInt16(cpu), at: now)
      threads.table[previous].beganUnseen = true
    }
  }

  @inline(__always)
  private mutating func leave(_ dense: Int, _ cpu: Int, _ record: StateRecord) {
    if threads.table[dense].activity == .running {
      threads.table[dense].parts.run &+= now &- min(now, threads.table[dense].since)
    }
    switch SwitchedOut(rawValue: UInt8(truncatingIfNeeded: record.value)) ?? .sleeping {
    case .preempted:
      queue(dense, .preempted, on: record.cpu)
      return
    case .runnable:
      // Who is sent away on its return to the program has no preemption in its state either.
      let isYield = worst.isYield(threads.table[dense].systemCall)
      queue(dense, isYield ? .yielded : .preempted, on: record.cpu)
      return
    case .sleeping:
      let isLock = worst.isLock(threads.table[dense].systemCall)
      threads.begin(isLock ? .locked : .sleeping, dense, on: record.cpu, at: now)
    case .uninterruptible: threads.begin(.uninterruptible, dense, on: record.cpu, at: now)
    case .stopped: threads.begin(.stopped, dense, on: record.cpu, at: now)
    case .dead:
      threads.begin(.dead, dense, on: record.cpu, at: now)
      retire(dense)
      return
    }
    threads.table[dense].disk = 0
  }

  /// A thread begins to wait for a CPU.
  @inline(__always)
  private mutating func queue(_ dense: Int, _ activity: ThreadActivity, on cpu: UInt16) {
    threads.begin(activity, dense, on: cpu, at: now)
    threads.table[dense].wasMoved = false
    threads.table[dense].isEnqueued = activity != .woken
    cpus.noteQueued(dense, cpu)
  }

  @inline(__always)
  private mutating func enter(_ dense: Int, _ cpu: Int) {
    let waited = now &- min(now, threads.table[dense].since)
    switch threads.table[dense].activity {
    case .woken, .new, .preempted:
      threads.table[dense].parts.runnable &+= waited
      if waited >= worst.leastCPUWait, threads.isCertain(dense) { offerCPUWait(dense, cpu, waited) }
    case .yielded: threads.table[dense].parts.runnable &+= waited
    case .sleeping, .stopped: threads.table[dense].parts.sleep &+= waited
    case .locked: threads.table[dense].parts.lock &+= waited
    case .uninterruptible: threads.table[dense].parts.blocked &+= waited
    case .unknown, .running, .dead: break
    }
    threads.begin(.running, dense, on: UInt16(truncatingIfNeeded: cpu), at: now)
  }

  @inline(__always)
  mutating func takeWaking(_ record: StateRecord) {
    if !record.isInterrupt { observe(threads.index(of: record.thread), on: record.cpu) }
    let dense = threads.index(of: record.a)
    let target = UInt16(exactly: record.b) ?? threads.table[dense].cpu
    let activity = threads.table[dense].activity
    guard activity.awaitsWaking else {
      // What is said of a thread that runs or waits already is where it was put.
      guard activity == .woken, record.role == .schedWakeup else { return }
      threads.table[dense].isEnqueued = true
      if threads.table[dense].cpu != target {
        threads.noteMove(dense, to: target, at: now)
        threads.table[dense].cpu = target
        cpus.noteQueued(dense, target)
      }
      return
    }
    let waited = now &- min(now, threads.table[dense].since)
    let disk = diskRequest(behind: record)
    switch activity {
    case .uninterruptible: endUninterruptible(dense, waited, disk)
    case .locked: threads.table[dense].parts.lock &+= waited
    default: threads.table[dense].parts.sleep &+= waited
    }
    if threads.table[dense].isKernel { threads.table[dense].disk = disk }
    queue(dense, .woken, on: target)
    if threads.changes.isWatched { noteWaker(record, disk) }
  }

  /// Notes who ended the wait that was noted last.
  private mutating func noteWaker(_ record: StateRecord, _ disk: Int64) {
    var waker = StateChange.hardWaker
    if record.flags & StateRecord.hardFlag == 0 {
      waker =
        record.isInterrupt
        ? StateChange.softWaker
        : Int32(truncatingIfNeeded: threads.index(of: record.thread))
    }
    let cpu = Int(record.cpu)
    let state = cpu < cpus.count ? cpus.table[cpu] : CPUState()
    let line = state.hard > 0 ? state.hardLine : state.isSoft ? state.softVector : -1
    threads.changes.amend { change in
      change.waker = waker
      change.disk = disk
      change.line = line
    }
  }

  private mutating func endUninterruptible(_ dense: Int, _ waited: UInt64, _ disk: Int64) {
    if disk != 0 {
      threads.table[dense].parts.disk &+= waited
      if waited >= worst.leastDiskWait, threads.isCertain(dense) {
        offer(.disk, dense, waited, disk)
      }
    } else {
      threads.table[dense].parts.blocked &+= waited
      if waited >= worst.leastBlockedWait, threads.isCertain(dense) {
        offer(.blocked, dense, waited, 0)
      }
    }
  }

  mutating func takeNew(_ record: StateRecord) {
    observe(record)
    let dense = threads.index(of: record.a)
    queue(dense, .new, on: UInt16(exactly: record.b) ?? record.cpu)
  }

  mutating func takeMigration(_ record: StateRecord) {
    let dense = threads.index(of: record.a)
    guard let target = UInt16(exactly: record.b) else { return }
    switch threads.table[dense].activity {
    case .woken, .new, .preempted, .yielded:
      if !threads.table[dense].wasMoved {
        threads.table[dense].wasMoved = true
        threads.table[dense].queueSince = threads.table[dense].since
        threads.table[dense].longestStay = 0
      }
      let stay = now &- min(now, threads.table[dense].queueSince)
      if stay >= threads.table[dense].longestStay {
        threads.table[dense].longestStay = stay
        threads.table[dense].longestCPU = threads.table[dense].cpu
      }
      threads.noteMove(dense, to: target, at: now)
      threads.table[dense].cpu = target
      threads.table[dense].queueSince = now
      threads.table[dense].isEnqueued = false
      cpus.noteQueued(dense, target)
    case .sleeping, .locked, .uninterruptible: threads.table[dense].cpu = target
    default: break
    }
  }

  mutating func takeFork(_ record: StateRecord) {
    observe(record)
    let parent = threads.index(of: record.a)
    let child = threads.index(of: record.b)
    guard child != 0 else { return }
    if threads.table[child].activity != .unknown || threads.table[child].parts.run > 0 {
      retire(child)
      takeFork(record)
      return
    }
    let label = threads.table[child].label
    threads.table[child] = ThreadState()
    threads.table[child].label = label
    threads.table[child].affinity = threads.table[parent].affinity
    threads.table[child].isKernel = record.a == 2
  }

  /// A thread is gone: what it ran is kept with its process.
  mutating func retire(_ dense: Int) {
    spans.clear(&threads.table[dense].stack)
    if threads.table[dense].label.process == threads.number(dense) {
      spans.clear(process: threads.number(dense))
    }
    noteRetirement(of: dense)
    usage.retire(threads.table[dense], number: threads.number(dense))
    threads.remove(dense)
  }

  mutating func takeMachineThread(_ record: StateRecord) {
    let dense = threads.index(of: record.a)
    guard dense != 0 else { return }
    threads.table[dense].isKernel = record.a == 2 || record.b == 2
    threads.table[dense].affinity = Int32(truncatingIfNeeded: record.value >> 8)
    guard threads.table[dense].activity == .unknown else { return }
    switch UInt8(truncatingIfNeeded: record.value) {
    // Since when is not known: only what comes after the next waking counts.
    case UInt8(ascii: "S"), UInt8(ascii: "I"), UInt8(ascii: "D"):
      threads.begin(.sleeping, dense, on: threads.table[dense].cpu, at: now)
    case UInt8(ascii: "T"), UInt8(ascii: "t"):
      threads.begin(.stopped, dense, on: threads.table[dense].cpu, at: now)
    default: return
    }
    threads.table[dense].beganUnseen = true
  }
}
