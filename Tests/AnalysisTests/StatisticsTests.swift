import Events
import SyntheticTrace
import Testing

@testable import Analysis

/// Answers about a random schedule, whose truth is known.
@Suite struct RandomScheduleTests {
  private static func name(_ thread: Int) -> String { "t\(RandomSchedule.number(thread))" }

  @Test(arguments: [1, 2, 3, 4, 5])
  func `the time of every thread is where it was`(seed: UInt64) throws {
    let schedule = RandomSchedule(seed: seed)
    let answers = try Answers(schedule.trace, until: schedule.end)
    for (thread, truth) in schedule.truth.enumerated() {
      let name = Self.name(thread)
      #expect(answers.number("threads", name, "run_ns") == truth.run)
      #expect(answers.number("threads", name, "run_delay_sum_ns") == truth.delay)
      #expect(answers.number("threads", name, "preempt_wait_ns") == truth.preempt)
      #expect(answers.number("threads", name, "sleep_ns") == truth.sleep)
      #expect(answers.number("threads", name, "d_ns") == truth.blocked)
      #expect(answers.number("threads", name, "slices") == truth.slices)
    }
    let wakeups = schedule.truth.reduce(0) { $0 + $1.wakeups }
    #expect(answers.number("states", "wakeup latency", "count") == wakeups)
    let ran = schedule.truth.reduce(0) { $0 + $1.run }
    let busy = (answers.tables["cpus"]?.rows ?? []).reduce(UInt64(0)) { sum, row in
      guard case .duration(let time) = row.cells[1].value else { return sum }
      return sum + time
    }
    #expect(busy == ran)
  }

  @Test(arguments: [11, 12])
  func `a trace split at 100 random instants adds up exactly`(seed: UInt64) throws {
    let schedule = RandomSchedule(seed: seed, steps: 600)
    let whole = try Answers(schedule.trace, until: schedule.end)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let instant = 1 + random.next() % schedule.end
      let left = try Answers(schedule.trace, until: schedule.end, to: instant)
      let right = try Answers(schedule.trace, until: schedule.end, from: instant)
      for thread in schedule.truth.indices {
        for column in [
          "run_ns", "run_delay_sum_ns", "run_delay_count", "preempt_wait_ns", "sleep_ns", "d_ns",
          "slices", "voluntary", "involuntary",
        ] {
          let name = Self.name(thread)
          let parts =
            (left.number("threads", name, column) ?? 0)
            + (right.number("threads", name, column) ?? 0)
          #expect(
            parts == whole.number("threads", name, column) ?? 0,
            "\(name) \(column) split at \(instant)")
        }
      }
      for (leaf, time) in Self.leaves(whole) {
        let parts = [left, right].reduce(0) { $0 + (Self.leaves($1)[leaf] ?? 0) }
        #expect(parts == time, "\(leaf) split at \(instant)")
      }
      for state in TimeKind.allCases {
        for column in ["count", "sum_ns", "time_ns"] {
          let parts =
            (left.number("states", state.name, column) ?? 0)
            + (right.number("states", state.name, column) ?? 0)
          #expect(
            parts == whole.number("states", state.name, column) ?? 0,
            "\(state.name) \(column) split at \(instant)")
        }
      }
    }
  }

  /// What waiting went into, by kind and name.
  private static func leaves(_ answers: Answers) -> [String: UInt64] {
    let rows = answers.tables["waits"]?.rows ?? []
    return rows.reduce(into: [:]) { leaves, row in
      guard case .duration(let time) = row.cells[2].value else { return }
      leaves["\(row.cells[0].value) \(row.cells[1].value)", default: 0] += time
    }
  }

  @Test(arguments: 0..<40)
  func `after random ranges are lost, the truth lies within every bound`(seed: UInt64) throws {
    let schedule = RandomSchedule(seed: seed + 100, steps: 800)
    var random = SeededGenerator(seed: seed)
    var batches = schedule.trace.all
    for _ in 0..<(1 + random.below(4)) {
      let start = 1 + random.next() % (schedule.end - 1)
      let length = 1 + random.next() % (schedule.end / 20)
      batches = schedule.without(
        cpu: random.below(2), start...min(start + length, schedule.end), from: batches)
    }
    let answers = try Answers(
      batches, schedule.trace.tables, schedule.trace.clock, until: schedule.end)
    for (thread, truth) in schedule.truth.enumerated() {
      for (column, value) in [
        ("run_ns", truth.run), ("run_delay_sum_ns", truth.delay),
        ("preempt_wait_ns", truth.preempt), ("sleep_ns", truth.sleep), ("d_ns", truth.blocked),
        ("slices", truth.slices),
      ] {
        let cell = try #require(answers.cell("threads", Self.name(thread), column))
        let printed = try #require(answers.number("threads", Self.name(thread), column))
        switch cell.bound {
        case .exact: #expect(printed == value, "\(Self.name(thread)) \(column)")
        case .atLeast: #expect(printed <= value, "\(Self.name(thread)) \(column)")
        case .atMost: #expect(printed >= value, "\(Self.name(thread)) \(column)")
        }
      }
    }
  }
}

@Suite struct StatisticsTests {
  private let ms: UInt64 = 1_000_000

  /// On CPU0 `hog` (11) runs and `sleeper` (10) waits for it.
  private func trace() -> HandMadeTrace {
    var trace = HandMadeTrace(cpus: 2)
    trace.thread(10, "sleeper", affinity: "0-1")
    trace.thread(11, "hog", affinity: "0-1")
    trace.change(1 * ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
    trace.wake(2 * ms, cpu: 0, by: 11, 10)
    trace.change(9 * ms, cpu: 0, from: 11, KernelTypes.preempted, to: 10)
    trace.change(12 * ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
    return trace
  }

  @Test func `run delay is wakeup latency and preempt wait`() throws {
    let answers = try Answers(trace(), until: 15 * ms)
    #expect(answers.number("threads", "t10", "run_delay_max_ns") == 7 * ms)
    #expect(answers.number("threads", "t11", "run_delay_max_ns") == 3 * ms)
    #expect(answers.number("threads", "t11", "preempt_wait_ns") == 3 * ms)
    #expect(answers.number("states", "wakeup latency", "max_at_ns") == 2 * ms)
    #expect(answers.number("threads", "t11", "involuntary") == 1)
    #expect(answers.number("threads", "t10", "voluntary") == 2)
  }

  @Test func `before its first event it is not known what a CPU did, or who ran`() throws {
    let answers = try Answers(trace(), until: 15 * ms)
    #expect(answers.number("threads", "t10", "run_ns") == 3 * ms)
    #expect(answers.number("cpus", "0", "busy_ns") == 14 * ms)
    #expect(answers.number("cpus", "0", "idle_ns") == 0)
    #expect(answers.number("cpus", "0", "unobserved_ns") == 1 * ms)
  }

  @Test func `a window clips times and counts what ends in it`() throws {
    let answers = try Answers(trace(), until: 15 * ms, from: 5 * ms, to: 10 * ms)
    #expect(answers.number("threads", "t11", "run_ns") == 4 * ms)
    #expect(answers.number("threads", "t10", "run_delay_sum_ns") == 4 * ms)
    #expect(answers.number("threads", "t10", "run_delay_max_ns") == 7 * ms)
    // The hog's preempt wait is open at the end of the window.
    let open = answers.cell("threads", "t11", "run_delay_max_ns")
    #expect(open == StatisticsCell(.duration(1 * ms), .atLeast))
  }

  @Test(arguments: [
    ("comm == \"t11\"", true), ("comm == \"t10\"", false), ("tid == 11", true),
    ("dur > 7500us", true), ("dur < 1ms", false), ("state == run", true),
    ("state == S", false), ("cpu == 0", true), ("cpu == 1", false), ("t11", true), ("t12", false),
  ])
  func `where chooses instances`(condition: String, ran: Bool) throws {
    let answers = try Answers(trace(), until: 15 * ms, where: condition)
    #expect((answers.number("threads", "t11", "run_ns") ?? 0 > 0) == ran)
    // Who has nothing of it has no row.
    if condition == "comm == \"t11\"" { #expect(answers.rows("threads") == 1) }
  }

  @Test func `a violation is a wait while another CPU idles`() throws {
    var trace = trace()
    trace.change(1 * ms, cpu: 1, from: 12, KernelTypes.sleeping, to: 0)
    trace.change(6 * ms, cpu: 1, from: 0, 0, to: 12)
    let answers = try Answers(trace, until: 15 * ms)
    #expect(answers.overview.cpus?.violation == 4 * ms)
  }

  @Test func `a CPU that a thread may not use is none that idles beside its wait`() throws {
    var trace = HandMadeTrace(cpus: 3)
    // What the kernel tells of affinities is without the CPUs that the cpuset forbids.
    trace.thread(10, "sleeper", affinity: "0,2")
    trace.thread(11, "hog")
    trace.change(1 * ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
    trace.change(1 * ms, cpu: 1, from: 12, KernelTypes.sleeping, to: 0)
    trace.change(1 * ms, cpu: 2, from: 13, KernelTypes.sleeping, to: 14)
    trace.wake(2 * ms, cpu: 0, by: 11, 10)
    trace.change(7 * ms, cpu: 2, from: 14, KernelTypes.sleeping, to: 0)
    trace.change(9 * ms, cpu: 0, from: 11, KernelTypes.sleeping, to: 10)
    let answers = try Answers(trace, until: 15 * ms)
    #expect(answers.overview.cpus?.violation == 2 * ms)
  }

  @Test func `time that a thread is stopped is its own state`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "stopped")
    trace.change(1 * ms, cpu: 0, from: 11, KernelTypes.sleeping, to: 10)
    trace.change(2 * ms, cpu: 0, from: 10, KernelTypes.stopped, to: 0)
    trace.wake(9 * ms, cpu: 0, by: 0, 10, flags: 8)
    trace.change(9 * ms + 10, cpu: 0, from: 0, 0, to: 10)
    let answers = try Answers(trace, until: 10 * ms)
    #expect(answers.number("threads", "t10", "stopped_ns") == 7 * ms)
    #expect(answers.number("states", "stopped", "max_ns") == 7 * ms)
    #expect(answers.number("threads", "t10", "sleep_ns") == 1 * ms)
  }

  @Test func `migrations are counted at both CPUs, and queues are averaged over time`() throws {
    var trace = HandMadeTrace(cpus: 2)
    for thread in [10, 13] as [ThreadNumber] { trace.thread(thread, "t\(thread)") }
    trace.change(1, cpu: 0, from: 0, 0, to: 11)
    trace.change(1, cpu: 1, from: 0, 0, to: 12)
    trace.wake(2 * ms, cpu: 0, by: 11, 10)
    trace.wake(3 * ms, cpu: 0, by: 11, 13)
    trace.add(
      KernelTypes.migrate, 6 * ms, cpu: 1, thread: 12, .text("t10"), .integer(10), .integer(120),
      .integer(0), .integer(1))
    trace.change(8 * ms, cpu: 1, from: 12, KernelTypes.sleeping, to: 10)
    let answers = try Answers(trace, until: 10 * ms)
    let table = try #require(answers.tables["cpus"])
    func values(_ key: String) throws -> [StatisticsCell.Value] {
      let column = try #require(table.column(key))
      let numbered = table.rows.sorted { "\($0.cells[0].value)" < "\($1.cells[0].value)" }
      return numbered.map { $0.cells[column].value }
    }
    #expect(try values("migrations_out") == [.count(1), .count(0)])
    #expect(try values("migrations_in") == [.count(0), .count(1)])
    // Thread 10 from 2 to 6 and 13 from 3 to the end; thread 10 from 6 to 8.
    #expect(try values("run_queue_avg") == [.number(1.1), .number(0.2)])
    #expect(try values("run_queue_max") == [.count(2), .count(1)])
    #expect(answers.number("threads", "t10", "migrations") == 1)
  }

  @Test func `steal is what the hypervisor's count grew by`() throws {
    var trace = HandMadeTrace(cpus: 1, types: [MachineEvents.cpuTime])
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    for (time, steal) in [(0, 5 * ms), (10 * ms, 7 * ms)] {
      trace.machine.append(
        HandMadeTrace.id(ofExtra: 0), of: MachineEvents.cpuTime, time: time,
        values: [0, 0, 0, 0, 0, 0, 0, Int64(steal)].map { .integer($0) })
    }
    let answers = try Answers(trace, until: 10 * ms)
    #expect(answers.overview.cpus?.steal == 0.2)
    let table = try #require(answers.tables["cpus"])
    let column = try #require(table.column("steal_ns"))
    #expect(table.rows.first?.cells[column].value == .duration(2 * ms))
  }

  @Test func `a state or a call that there is not is refused`() throws {
    for condition in ["state == sleeping", "syscall == raed", "id in {read, wirte}"] {
      #expect(throws: AnalysisError.self, "\(condition)") {
        try Answers(trace(), until: 15 * ms, where: condition)
      }
    }
  }

  @Test func `a call's time is split into running, waiting for a CPU and blocked`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "caller")
    trace.thread(11, "other")
    trace.change(1 * ms, cpu: 0, from: 11, KernelTypes.sleeping, to: 10)
    trace.enter(2 * ms, cpu: 0, 10, 3)
    trace.change(3 * ms, cpu: 0, from: 10, KernelTypes.uninterruptible, to: 11)
    trace.wake(7 * ms, cpu: 0, by: 11, 10)
    trace.change(9 * ms, cpu: 0, from: 11, KernelTypes.sleeping, to: 10)
    trace.exit(10 * ms, cpu: 0, 10, 3, -11)
    trace.enter(11 * ms, cpu: 0, 10, 3)
    trace.exit(12 * ms, cpu: 0, 10, 3, 0)
    trace.enter(13 * ms, cpu: 0, 10, 1)
    let answers = try Answers(trace, until: 15 * ms)
    #expect(answers.number("syscalls", "fsync", "count") == 2)
    #expect(answers.number("syscalls", "fsync", "sum_ns") == 9 * ms)
    #expect(answers.number("syscalls", "fsync", "max_ns") == 8 * ms)
    #expect(answers.number("syscalls", "fsync", "on_cpu_ns") == 3 * ms)
    #expect(answers.number("syscalls", "fsync", "runnable_ns") == 2 * ms)
    #expect(answers.number("syscalls", "fsync", "blocked_ns") == 4 * ms)
    #expect(answers.number("syscalls", "fsync", "errors") == 1)
    #expect(answers.cell("syscalls", "fsync", "errnos")?.value == .text("EAGAIN 1"))
    #expect(answers.number("syscalls", "write", "censored") == 1)
    #expect(answers.number("syscalls", "write", "count") == 0)
    #expect(
      answers.cell("syscalls", "write", "max_ns") == StatisticsCell(.duration(2 * ms), .atLeast))
  }

  @Test func `a wait in D that a disk's request ended is D-io`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "reader")
    trace.change(1 * ms, cpu: 0, from: 10, KernelTypes.uninterruptible, to: 0)
    trace.add(
      KernelTypes.interruptEntry, 4 * ms, cpu: 0, thread: 0, flags: 8, .integer(24), .text("vda"))
    trace.add(
      KernelTypes.blockComplete, 4 * ms + 10, cpu: 0, thread: 0, flags: 8, .integer(8 << 20),
      .integer(0))
    trace.wake(4 * ms + 20, cpu: 0, by: 0, 10, flags: 8)
    trace.add(KernelTypes.interruptExit, 4 * ms + 30, cpu: 0, thread: 0, .integer(24), .integer(1))
    trace.change(4 * ms + 40, cpu: 0, from: 0, 0, to: 10)
    trace.change(5 * ms, cpu: 0, from: 10, KernelTypes.uninterruptible, to: 0)
    trace.wake(6 * ms, cpu: 0, by: 0, 10, flags: 8)
    trace.change(6 * ms + 10, cpu: 0, from: 0, 0, to: 10)
    let answers = try Answers(trace, until: 7 * ms)
    #expect(answers.number("threads", "t10", "d_io_ns") == 3 * ms + 20)
    #expect(answers.number("threads", "t10", "d_other_ns") == 1 * ms)
    #expect(answers.number("irq", "vda", "sum_ns") == 30)
    #expect(answers.number("waits", "8:0", "time_ns") == 3 * ms + 20)
  }

  @Test func `blame of all waits adds up to them to the nanosecond`() throws {
    for seed in 20..<26 {
      let schedule = RandomSchedule(seed: UInt64(seed), steps: 900)
      let answers = try Answers(schedule.trace, until: schedule.end)
      let blamed = answers.sum("waits", "time_ns")
      let waited = schedule.truth.reduce(UInt64(0)) { $0 + $1.delay + $1.blocked }
      #expect(blamed == waited, "seed \(seed)")
    }
  }

  @Test func `rows by a key add up to those without`() throws {
    let schedule = RandomSchedule(seed: 31, steps: 900)
    let whole = try Answers(schedule.trace, until: schedule.end)
    for key in [StatisticsKey.cpu, .thread, .process, .comm] {
      let parts = try Answers(schedule.trace, until: schedule.end, by: key)
      let table = try #require(parts.tables["states"])
      let time = try #require(table.column("time_ns"))
      let state = try #require(table.column("state"))
      for kind in TimeKind.allCases {
        let sum = table.rows.filter { $0.cells[state].value == .text(kind.name) }
          .reduce(UInt64(0)) { sum, row in
            guard case .duration(let time) = row.cells[time].value else { return sum }
            return sum + time
          }
        #expect(sum == whole.number("states", kind.name, "time_ns") ?? 0, "\(kind.name) by \(key)")
      }
      #expect(parts.sum("waits", "time_ns") == whole.sum("waits", "time_ns"), "waits by \(key)")
    }
  }

  /// `t10` starts a child by a call with these flags; the child runs.
  @Test(
    arguments: [(8, 0, 20), (7, 0x0120_0011, 20), (7, 0x0001_0f00, 9)] as [(Int64, UInt64, UInt64)])
  func `who is forked is a process of its own, a thread is one of its parent's`(
    call: Int64, flags: UInt64, process: UInt64
  ) throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, pid: 9, "parent")
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    trace.enter(1 * ms, cpu: 0, 10, call, flags)
    trace.fork(1 * ms + 10, cpu: 0, 10, 20, "child")
    trace.exit(2 * ms, cpu: 0, 10, call, 20)
    trace.change(3 * ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 20)
    let answers = try Answers(trace, until: 5 * ms)
    #expect(answers.number("threads", "t20", "pid") == process)
    #expect(answers.number("threads", "t20", "run_ns") == 2 * ms)
  }

  @Test func `what the machine tells when sources are off makes nothing longer`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "t10")
    trace.change(1 * ms, cpu: 0, from: 0, 0, to: 10)
    trace.change(2 * ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
    trace.thread(10, "t10", at: 9 * ms)
    trace.thread(11, "t11", at: 9 * ms)
    let answers = try Answers(trace, until: 4 * ms)
    #expect(answers.overview.length == TimeSpan(nanoseconds: Int64(4 * ms)))
    #expect(answers.number("threads", "t11", "run_ns") == 2 * ms)
  }

  @Test func `a column is found by key, title and the end of a title`() throws {
    let table = try #require(Answers(HandMadeTrace(cpus: 1), until: 0).tables["threads"])
    let delay = table.column("run_delay_max_ns")
    #expect(delay != nil)
    for word in ["delay max", "MAX", "run_delay_max"] {
      #expect(table.column(word) == delay, "\(word)")
    }
    #expect(table.column("run") == table.column("run_ns"))
    #expect(table.column("slises") == nil)
  }

  @Test func `of a recording of some threads no other ones are told of`() throws {
    var trace = HandMadeTrace(cpus: 1, types: [MachineEvents.fact])
    for event in ["sched:sched_switch", "sched:sched_waking"] {
      trace.fact("recorded \(event)", "narrowed")
    }
    trace.fact("narrowed to", "10 11")
    for thread in [10, 11, 12] as [ThreadNumber] { trace.thread(thread, "t\(thread)") }
    trace.change(1 * ms, cpu: 0, from: 12, KernelTypes.preempted, to: 10)
    trace.fork(2 * ms, cpu: 0, 10, 20, "t20")
    trace.change(3 * ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 20)
    trace.change(4 * ms, cpu: 0, from: 20, KernelTypes.sleeping, to: 12)
    let answers = try Answers(trace, until: 5 * ms)
    let table = try #require(answers.tables["threads"])
    #expect(
      Set(table.rows.map { $0.cells[0].value }) == [.text("t10"), .text("t11"), .text("t20")])
    #expect(answers.number("states", "run", "time_ns") == 3 * ms)
    #expect(answers.overview.threads == 3)
  }

  @Test func `periods go from an event to another of the same thread`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "caller")
    trace.change(1 * ms, cpu: 0, from: 11, KernelTypes.sleeping, to: 10)
    for turn in 0..<3 {
      trace.enter(UInt64(2 + turn * 3) * ms, cpu: 0, 10, 0)
      trace.exit(UInt64(4 + turn * 3) * ms, cpu: 0, 10, 0)
    }
    let answers = try Answers(
      trace, until: 20 * ms, period: ("sys_enter : id == 0", "sys_exit : id == 0"))
    let table = try #require(answers.tables["periods"])
    #expect(table.rows.count == 1)
    let count = try #require(table.column("count"))
    let sum = try #require(table.column("sum_ns"))
    #expect(table.rows.first?.cells[count].value == .count(3))
    #expect(table.rows.first?.cells[sum].value == .duration(6 * ms))
    // Those that ended before the window are not open at its edge.
    let late = try Answers(
      trace, until: 20 * ms, from: 6 * ms, to: 9 * ms,
      period: ("sys_enter : id == 0", "sys_exit : id == 0"))
    let rest = try #require(late.tables["periods"]?.rows.first)
    #expect(rest.cells[count].value == .count(1))
    let censored = try #require(table.column("censored"))
    #expect(rest.cells[censored].value == .count(1))
    // The recorder's readings of the machine are no events of a thread's.
    let reading = "event == thread"
    let readings = try Answers(trace, until: 20 * ms, period: (reading, reading))
    #expect(readings.tables["periods"]?.rows.isEmpty == true)
  }

  @Test func `a trace without events answers with empty tables`() throws {
    let answers = try Answers(HandMadeTrace(cpus: 2), until: 0)
    for name in StatisticsTable.names where !["events", "counters"].contains(name) {
      #expect(answers.rows(name) == 0, "\(name)")
    }
    #expect(answers.overview.cpus == nil)
    #expect(answers.overview.worst.isEmpty)
    #expect(answers.overview.length == TimeSpan(nanoseconds: 0))
  }

  @Test func `a trace of markers alone has spans without parts`() throws {
    let begin = EventType(
      system: "app", name: "work", kind: .begin, origin: .program, fields: [])
    let end = EventType(system: "app", name: "work", kind: .end, origin: .program, fields: [])
    var batch = Batch(stream: StreamID(0))
    batch.append(EventTypeID(0), of: begin, time: 1 * ms, thread: 10, values: [])
    batch.append(EventTypeID(1), of: end, time: 4 * ms, thread: 10, values: [])
    let process = TracedProcess(
      pid: 10, namespacePid: 10, nonce: 1, start: 0, executable: "/bin/app")
    let tables = TraceTables(
      types: [begin, end], streams: [EventStream(source: .process(process), clock: .monotonic)])
    let clock = TraceClock(
      reference: .monotonic,
      start: ClockReading(processor: 0, monotonic: 0, realtime: 0, boottime: 0))
    let answers = try Answers([batch], tables, clock, until: 5 * ms)
    #expect(answers.number("spans", "app:work", "sum_ns") == 3 * ms)
    #expect(answers.cell("spans", "app:work", "run_ns")?.value == .notRecorded(["sched"]))
    #expect(answers.tables["threads"]?.missing == ["sched"])
    #expect(answers.tables["cpus"]?.missing == ["sched"])
    #expect(answers.overview.cpus == nil)
  }

  @Test func `what was not recorded is told, never 0`() throws {
    let types = Array(KernelTypes.all[0..<1])
    var batch = Batch(stream: StreamID(0))
    batch.append(
      EventTypeID(0), of: types[0], time: 1000, thread: 10,
      values: [
        .integer(0), .text("a"), .integer(10), .integer(120), .integer(1), .text("b"),
        .integer(11), .integer(120),
      ])
    let tables = TraceTables(
      types: types, streams: [EventStream(source: .cpu(0, buffer: 0), clock: .monotonic)])
    let clock = TraceClock(
      reference: .monotonic,
      start: ClockReading(processor: 0, monotonic: 0, realtime: 0, boottime: 0))
    let answers = try Answers([batch], tables, clock, until: 2000)
    #expect(
      answers.cell("threads", "b", "run_delay_sum_ns")?.value == .notRecorded(["sched"]))
    #expect(answers.number("threads", "b", "run_ns") == 1000)
    #expect(answers.tables["syscalls"]?.missing == ["syscalls"])
    #expect(answers.tables["spans"]?.missing == ["markers"])
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64], [nil, .comm, .thread] as [StatisticsKey?])
  func `answers are the same whether calls keep their place or come together`(
    seed: UInt64, key: StatisticsKey?
  ) throws {
    var machine = SyntheticTrace(
      seed: seed, cpus: 6, threads: 50, processes: 2, systemCalls: 6, clock: .monotonic)
    let tables = TraceTables(types: machine.types, streams: machine.streams)
    let clock = TraceClock(
      reference: .monotonic,
      start: ClockReading(
        processor: 0, monotonic: machine.start, realtime: machine.start, boottime: 0))
    let batches = machine.batches(rounds: 3, events: 400)
    let end = try #require(batches.compactMap(\.times.last).max())
    var random = SeededGenerator(seed: seed)
    for _ in 0..<6 {
      let to = machine.start + random.next() % (end - machine.start)
      let strict = try Answers(
        batches, tables, clock, until: end, to: to, by: key, callsTogether: false)
      let together = try Answers(batches, tables, clock, until: end, to: to, by: key)
      for (name, table) in strict.tables {
        let other = try #require(together.tables[name])
        // Of equals the one comes first that was seen first.
        let rows = table.rows.map { "\($0.cells)" }.sorted()
        #expect(other.rows.map { "\($0.cells)" }.sorted() == rows, "\(name) up to \(to)")
      }
      #expect(strict.number("syscalls", "read", "count") ?? 0 > 0)
    }
  }

  @Test func `all tables of 5,000 threads on 256 CPUs take less than 256 MB`() async {
    await #expect(processExitsWith: .success) {
      let file = ScratchFile()
      var wide = SyntheticTrace(seed: 1, cpus: 256, threads: 5000, processes: 0)
      try wide.write(to: file.descriptor, rounds: 2, events: 500)
      let trace = try OpenTrace(path: file.path)
      let tables = StatisticsTable.names.filter { $0 != "periods" }
      let statistics = try trace.statistics(StatisticsOptions(tables: tables))
      #expect(statistics.threads >= 4500)
      #expect(PeakMemory.kibibytes < 256 << 10, "\(PeakMemory.kibibytes) KiB")
    }
  }

  /// Some tables look at what ends a wait after the window's end, and read on.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `what is open at the end of a window is as it was then, however far was read`(
    seed: UInt64
  ) throws {
    var machine = SyntheticTrace(seed: seed, cpus: 40, threads: 200, processes: 0, systemCalls: 6)
    let batches = machine.batches(rounds: 3, events: 150)
    let tables = TraceTables(types: machine.types, streams: machine.streams)
    let clock = TraceClock(reference: .processor, start: machine.reading(at: machine.start))
    let times = batches.flatMap { batch in
      [batch.times.first, batch.times.last].compactMap { $0 }.map { clock.monotonic($0) }
    }
    let (first, last) = (times.min() ?? 0, times.max() ?? 0)
    for part in 1...3 as ClosedRange<UInt64> {
      let to = first + (last - first) * part / 4
      let cells = try [30, 1 << 20].map { most in
        try Answers(batches, tables, clock, until: last, to: to, most: most).tables.mapValues {
          $0.rows.map { $0.cells.map { "\($0.value)" }.joined(separator: " ") }.sorted() + $0.notes
        }
      }
      // Threads may be told their names later.
      for (name, rows) in cells[0] where !["threads", "processes"].contains(name) {
        let others = cells[1][name] ?? []
        #expect(Set(rows).symmetricDifference(others).sorted() == [], "\(name) up to \(to)")
      }
      #expect(cells[0]["block"]?.contains { $0.contains("under way") } == true)
    }
  }
}
