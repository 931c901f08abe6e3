import Events

/// Follows all threads, CPUs and spans of a machine through its events in time order, and keeps
/// what waited longest and who used the CPUs.
struct StateTracking: ~Copyable {
  var threads = ThreadStates()
  var cpus = CPUStates()
  var spans = SpanStacks()
  var worst: WorstWaits
  var usage: CPUUsage
  /// Names of threads, by the number in their labels.
  var names = NameTable()
  var affinities = AffinityTable()
  var devices: [Int64: [UInt8]] = [:]
  /// Losses of each stream's process.
  var streamLosses: UInt32 = 0
  /// Time of the record at hand.
  var now: UInt64 = 0
  /// Records that came when later ones had been dealt with.
  var late: UInt64 = 0
  /// The span that the record at hand ended; holds until the next end.
  var endedSpan: EndedSpan?
  /// Whether a control group has a CPU quota: CPUs may then idle beside threads in their queues.
  var hasQuotas = false
  /// Kinds of events that were there at all.
  var sawSwitches = false
  var sawDisk = false

  init(start: UInt64, names systemCallNames: [String], own: Set<ThreadNumber>) {
    worst = WorstWaits(systemCallNames: systemCallNames, own: own)
    usage = CPUUsage(start: start)
  }

  /// Takes the next event.
  @inline(__always)
  mutating func take(_ record: StateRecord) {
    switch record.role {
    case .systemCallEnter:
      pass(record.key)
      _ = takeCall(
        record.thread, on: record.cpu, Int32(truncatingIfNeeded: record.value), at: record.key)
    case .systemCallExit:
      pass(record.key)
      _ = takeCall(record.thread, on: record.cpu, -1, at: record.key)
    case .schedSwitch:
      pass(record.key)
      takeSwitch(record)
    case .schedWaking, .schedWakeup:
      pass(record.key)
      takeWaking(record)
    default:
      pass(record.key)
      takeRare(record)
    }
  }

  @inline(__always)
  private mutating func pass(_ key: UInt64) {
    if key < now { late &+= 1 } else { now = key }
  }

  /// Takes the beginning of a system call, or its end (-1); the thread's dense index.
  ///
  /// It may come with a later event of its CPU (`OwnCalls`).
  @inline(__always)
  mutating func takeCall(
    _ thread: ThreadNumber, on cpu: UInt16, _ call: Int32, at key: UInt64
  ) -> Int {
    if key > now { now = key }
    let dense = threads.index(of: thread)
    observe(dense, on: cpu)
    threads.table[dense].systemCall = call
    return dense
  }

  /// Takes a system call of a thread that is known to run on the CPU since before; nil where it is
  /// not.
  @inline(__always)
  mutating func takeWholeCall(
    _ thread: ThreadNumber, on cpu: UInt16, from start: UInt64, to end: UInt64
  ) -> Int? {
    let dense = threads.usual(thread)
    guard dense != 0, cpu.isKnownCPU, Int(cpu) < cpus.count,
      cpus.table[Int(cpu)].current == Int32(dense), cpus.table[Int(cpu)].disk == 0,
      threads.table[dense].since <= start
    else { return nil }
    threads.table[dense].systemCall = -1
    if end > now { now = end }
    return dense
  }

  /// Takes it that the thread which has a CPU has made calls there, and is in none; its dense index.
  @inline(__always)
  mutating func settle(_ number: UInt16) -> Int {
    let cpu = Int(number)
    guard number.isKnownCPU, cpu < cpus.count, cpus.table[cpu].current > 0 else { return 0 }
    if cpus.table[cpu].disk != 0 { cpus.table[cpu].leaveInterrupts() }
    let dense = Int(cpus.table[cpu].current)
    threads.table[dense].systemCall = -1
    return dense
  }

  private mutating func takeRare(_ record: StateRecord) {
    switch record.role {
    case .schedWakeupNew: takeNew(record)
    case .schedMigrate: takeMigration(record)
    case .processFork: takeFork(record)
    case .processExec, .processExit: observe(record)
    case .interruptEntry, .interruptExit, .softInterruptEntry, .softInterruptExit:
      takeInterrupt(record)
    case .blockComplete: takeDiskCompletion(record)
    case .spanBegin, .spanEnd: takeSpan(record)
    case .machineThread: takeMachineThread(record)
    default: break
    }
  }

  /// Notes that a thread is seen running on a CPU, in its own context.
  ///
  /// Where another one was thought to run there, a switch was not seen: what both were taken for
  /// does not count.
  @inline(__always)
  mutating func observe(_ dense: Int, on number: UInt16) {
    let cpu = Int(number)
    guard number.isKnownCPU else { return }
    cpus.reach(cpu)
    if cpus.table[cpu].current == Int32(dense), cpus.table[cpu].disk == 0 { return }
    correct(dense, on: cpu)
  }

  mutating func observe(_ record: StateRecord) {
    guard !record.isInterrupt else { return }
    observe(threads.index(of: record.thread), on: record.cpu)
  }

  @inline(never)
  private mutating func correct(_ dense: Int, on cpu: Int) {
    cpus.table[cpu].leaveInterrupts()
    let current = cpus.table[cpu].current
    guard current != Int32(dense) else { return }
    leaveUnseen(cpu, certain: cpus.table[cpu].since)
    cpus.table[cpu].current = Int32(dense)
    cpus.table[cpu].since = max(now, 1)
    guard dense != 0 else { return }
    // Who waited for a CPU came on unseen: how long it waited is not known.
    if threads.table[dense].activity.isQueued {
      threads.lose(dense, certain: threads.table[dense].since, at: now)
    }
    threads.begin(.running, dense, on: UInt16(cpu), at: now)
    threads.table[dense].beganUnseen = true
  }

  /// The thread on a CPU left it, and it is not known when; until `certain` it was there.
  mutating func leaveUnseen(_ cpu: Int, certain: UInt64) {
    let current = Int(cpus.table[cpu].current)
    if current > 0, threads.table[current].activity == .running,
      threads.table[current].cpu == UInt16(cpu)
    {
      threads.lose(current, certain: certain, at: now)
    }
    if current == 0 { noteIdle(.idle, cpu, from: cpus.table[cpu].since, to: certain) }
    if current >= 0 {
      cpus.table[cpu].current = -1
      cpus.endSlice(cpu, number: 0, at: now)
    }
    cpus.table[cpu].current = -1
  }

  /// A CPU goes idle: who is still taken to wait in its queue has run unseen.
  ///
  /// Some kernels leave idle without telling. A thread is woken before it is put into a queue, which
  /// may take a while where that is another CPU's; sched_wakeup tells that it is there.
  @inline(never)
  mutating func refuteWaits(on cpu: Int) {
    let queued = cpus.takeQueued(cpu)
    guard !hasQuotas else { return }
    for dense in queued where threads.isUsed(dense) {
      let state = threads.table[dense]
      guard state.activity.isQueued, Int(state.cpu) == cpu else { continue }
      let waited = now &- min(now, state.since)
      guard waited >= (state.isEnqueued ? worst.chainTicks / 4 : worst.chainTicks &* 10) else {
        continue
      }
      threads.lose(dense, certain: state.since, at: now)
    }
  }

  /// Notes a gap: a moment at which threads may have done what was not seen.
  mutating func takeGap(of stream: EventStream?, at key: UInt64) {
    now = max(now, key)
    switch stream?.source {
    case .cpu(let cpu, _):
      threads.takeGap(at: now)
      guard cpu >= 0, cpu < Int(Batch.unknownCPU) else { return }
      cpus.reach(cpu)
      leaveUnseen(cpu, certain: now)
      noteGap(cpu)
      cpus.table[cpu].since = max(now, 1)
      cpus.table[cpu].leaveInterrupts()
    case .process: streamLosses &+= 1
    case .machine: break
    case nil: threads.takeGap(at: now)
    }
  }

  /// Ends observation: what runs is charged up to `key`.
  mutating func finish(at key: UInt64) {
    now = max(now, key)
    for cpu in 0..<cpus.count {
      let state = cpus.table[cpu]
      guard state.current >= 0, state.since < now else { continue }
      usage.add(isBusy: state.current != 0, from: state.since, to: now)
      let dense = Int(state.current)
      if dense > 0, threads.table[dense].activity == .running {
        threads.table[dense].parts.run &+= now &- min(now, threads.table[dense].since)
        threads.table[dense].since = now
      }
    }
    for dense in 1..<max(1, threads.count) where threads.isUsed(dense) {
      usage.add(threads.table[dense], number: threads.number(dense))
    }
  }
}
