import Events
import SyntheticTrace
import Testing

@testable import Analysis

/// What findings make of a hand-made trace; a tick is a nanosecond.
enum Found {
  static let calls = ["read", "write", "futex", "fsync", "vfork", "nanosleep", "sched_yield"]
  static let ms: UInt64 = 1_000_000

  static func summary(
    of trace: HandMadeTrace, until end: UInt64, own: Set<ThreadNumber> = [],
    losses: [Loss] = []
  ) throws -> RecordingSummary {
    var batches = trace.all
    if !losses.isEmpty {
      var carrier = Batch(stream: StreamID(0))
      carrier.losses = losses
      batches.append(carrier)
    }
    return try summary(of: batches, tables: trace.tables, until: end, own: own)
  }

  static func summary(
    of batches: [Batch], tables: TraceTables, until end: UInt64, own: Set<ThreadNumber> = [],
    watermarks: Bool = false
  ) throws -> RecordingSummary {
    let start = ClockReading(processor: 0, monotonic: 0, realtime: 0, boottime: 0)
    var findings = Findings(
      reference: .monotonic, start: start, systemCallNames: calls, own: own)
    findings.update(tables: tables)
    var reader = StateRecordReader(
      tables: tables, clock: TraceClock(reference: .monotonic, start: start))
    for (index, batch) in batches.enumerated() {
      let records = reader.read(batch)
      findings.add(try #require(records))
      if watermarks {
        let ahead = batches[(index + 1)...].compactMap { $0.times.first }.min() ?? .max
        findings.advance(to: ahead == 0 ? 0 : ahead - 1)
      }
    }
    return findings.finish(
      at: ClockReading(processor: 0, monotonic: end, realtime: end, boottime: end))
  }

  /// Kind, length, start, who and cause of each.
  static func told(_ summary: RecordingSummary) -> [String] {
    summary.findings.map {
      "\($0.kind.words) \($0.length.nanoseconds / 1000) us at \($0.start.nanoseconds / 1000) us: \($0.who): \($0.cause)"
    }
  }
}

@Suite struct CPUWaitTests {
  /// CPU0 runs `hog` from 1 ms on; 10 is asleep from then, with its name and affinity known.
  static func start(affinity: String = "0-1") -> HandMadeTrace {
    var trace = HandMadeTrace(cpus: 4)
    trace.thread(10, "sleeper", affinity: affinity)
    trace.thread(11, "hog", affinity: affinity)
    trace.change(1 * Found.ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
    return trace
  }

  @Test func `wakeup latency counts from the first waking to running`() throws {
    var trace = Self.start()
    trace.wake(2 * Found.ms, cpu: 0, by: 11, 10)
    trace.wake(5 * Found.ms, cpu: 0, by: 11, 10)
    trace.change(9 * Found.ms, cpu: 0, from: 11, KernelTypes.preempted, to: 10)
    let summary = try Found.summary(of: trace, until: 10 * Found.ms)
    #expect(Found.told(summary) == ["cpu wait 7000 us at 2000 us: sleeper 10: behind hog"])
    #expect(summary.findings.first?.thread == 10)
    #expect(summary.findings.first?.cpu == 0)
  }

  @Test func `a waking of a running thread is ignored`() throws {
    var trace = Self.start()
    trace.wake(2 * Found.ms, cpu: 0, by: 11, 11)
    trace.change(9 * Found.ms, cpu: 0, from: 11, KernelTypes.sleeping, to: 10)
    #expect(Found.told(try Found.summary(of: trace, until: 10 * Found.ms)).isEmpty)
  }

  @Test func `preempt wait counts from the switch, on the way back to the program too`() throws {
    for state in [KernelTypes.preempted, 0] {
      var trace = Self.start()
      trace.wake(3 * Found.ms - 1000, cpu: 0, by: 11, 10)
      trace.change(3 * Found.ms, cpu: 0, from: 11, state, to: 10)
      trace.change(9 * Found.ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
      #expect(
        Found.told(try Found.summary(of: trace, until: 10 * Found.ms)) == [
          "cpu wait 6000 us at 3000 us: hog 11: behind sleeper"
        ])
    }
  }

  @Test func `who yields does not wait`() throws {
    var trace = Self.start()
    trace.wake(3 * Found.ms - 2000, cpu: 0, by: 11, 10)
    let yield = Int64(try #require(Found.calls.firstIndex(of: "sched_yield")))
    trace.enter(3 * Found.ms - 1000, cpu: 0, 11, yield)
    trace.change(3 * Found.ms, cpu: 0, from: 11, 0, to: 10)
    trace.change(9 * Found.ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
    #expect(Found.told(try Found.summary(of: trace, until: 10 * Found.ms)) == [])
  }

  @Test func `a new thread waits from wakeup_new on`() throws {
    var trace = Self.start()
    trace.add(
      KernelTypes.fork, 2 * Found.ms, cpu: 0, thread: 11, .text("hog"), .integer(11),
      .text("child"), .integer(12))
    trace.wake(2 * Found.ms + 10, cpu: 0, by: 11, 12, KernelTypes.wakeupNew)
    trace.change(6 * Found.ms, cpu: 0, from: 11, KernelTypes.preempted, to: 12)
    #expect(
      Found.told(try Found.summary(of: trace, until: 7 * Found.ms)) == [
        "cpu wait 3999 us at 2000 us: child 12: behind hog"
      ])
  }

  @Test(arguments: [("0-1", true), ("0", false), ("", false), ("2-x", false)])
  func `an idle CPU is told where the thread may run there`(affinity: String, told: Bool) throws {
    var trace = Self.start(affinity: affinity)
    trace.wake(2 * Found.ms, cpu: 0, by: 11, 10)
    trace.change(1 * Found.ms, cpu: 1, from: 13, KernelTypes.sleeping, to: 0)
    trace.change(8 * Found.ms, cpu: 1, from: 0, 0, to: 13)
    trace.change(1 * Found.ms, cpu: 2, from: 14, KernelTypes.sleeping, to: 0)
    trace.change(9 * Found.ms, cpu: 0, from: 11, KernelTypes.preempted, to: 10)
    let summary = try Found.summary(of: trace, until: 10 * Found.ms)
    #expect(
      summary.findings.first?.cause == (told ? "behind hog while CPU1 idled" : "behind hog"))
  }

  @Test func `the CPU in whose queue it waited longest is the one that counts`() throws {
    var trace = Self.start()
    trace.wake(2 * Found.ms, cpu: 0, by: 11, 10)
    trace.change(1 * Found.ms, cpu: 1, from: 13, KernelTypes.sleeping, to: 14)
    trace.add(
      KernelTypes.migrate, 9 * Found.ms, cpu: 1, thread: 14, .text("sleeper"), .integer(10),
      .integer(120), .integer(0), .integer(1))
    trace.change(9 * Found.ms + 100, cpu: 1, from: 14, KernelTypes.sleeping, to: 10)
    trace.change(9 * Found.ms + 200, cpu: 0, from: 11, KernelTypes.preempted, to: 15)
    let summary = try Found.summary(of: trace, until: 10 * Found.ms)
    // The hog's slice on CPU0 is still open when the wait ends.
    #expect(summary.findings.first?.cpu == 0)
    #expect(summary.findings.first?.cause == "behind hog")
  }

  @Test func `many runners are counted`() throws {
    var trace = Self.start()
    trace.wake(2 * Found.ms, cpu: 0, by: 11, 10)
    for turn in 0..<6 {
      let (from, to) = (turn == 0 ? 11 : 20 + turn, 21 + turn)
      trace.change(
        UInt64(3 + turn) * Found.ms, cpu: 0, from: ThreadNumber(from), KernelTypes.preempted,
        to: ThreadNumber(to))
    }
    trace.change(9 * Found.ms, cpu: 0, from: 26, KernelTypes.preempted, to: 10)
    let summary = try Found.summary(of: trace, until: 10 * Found.ms)
    #expect(summary.findings.first?.cause == "behind 7 threads")
  }

  @Test func `a recorder's own thread is not told`() throws {
    var trace = Self.start()
    trace.wake(2 * Found.ms, cpu: 0, by: 11, 10)
    trace.change(9 * Found.ms, cpu: 0, from: 11, KernelTypes.preempted, to: 10)
    #expect(
      try Found.summary(of: trace, until: 10 * Found.ms, own: [10]).findings.isEmpty)
  }

  @Test(arguments: [(0, 1), (1, 1), (3, 1), (0, 8)])
  func `a wait across a gap does not count`(cpu: Int, at time: Int) throws {
    var trace = Self.start()
    trace.change(1 * Found.ms, cpu: 3, from: 30, KernelTypes.sleeping, to: 0)
    trace.wake(2 * Found.ms, cpu: 0, by: 11, 10)
    trace.change(9 * Found.ms, cpu: 0, from: 11, KernelTypes.preempted, to: 10)
    let loss = Loss(
      stream: StreamID(UInt32(cpu)), reason: .kernelOverrun, count: 5,
      first: UInt64(time) * Found.ms, last: UInt64(time) * Found.ms + 1_500_000)
    let summary = try Found.summary(of: trace, until: 10 * Found.ms, losses: [loss])
    #expect(summary.findings.isEmpty)
  }

  @Test func `a wait after a gap counts again`() throws {
    var trace = Self.start()
    trace.change(5 * Found.ms, cpu: 0, from: 11, KernelTypes.preempted, to: 12)
    trace.change(9 * Found.ms, cpu: 0, from: 12, KernelTypes.sleeping, to: 11)
    let loss = Loss(
      stream: StreamID(0), reason: .kernelOverrun, count: 5, first: 2 * Found.ms,
      last: 3 * Found.ms)
    let summary = try Found.summary(of: trace, until: 10 * Found.ms, losses: [loss])
    #expect(summary.findings.map(\.length.nanoseconds) == [4_000_000])
  }

  @Test func `a switch that was not seen censors what hangs on it`() throws {
    var trace = Self.start()
    trace.wake(2 * Found.ms, cpu: 0, by: 11, 10)
    // 10 runs at 3 ms, seen only by its system call: whatever it waited is not known.
    trace.enter(3 * Found.ms, cpu: 0, 10, 0)
    trace.wake(4 * Found.ms, cpu: 0, by: 10, 12)
    trace.change(9 * Found.ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
    #expect(try Found.summary(of: trace, until: 10 * Found.ms).findings.isEmpty)
  }

  @Test func `nothing below a millisecond is told`() throws {
    var trace = Self.start()
    trace.wake(2 * Found.ms, cpu: 0, by: 11, 10)
    trace.change(3 * Found.ms - 1, cpu: 0, from: 11, KernelTypes.preempted, to: 10)
    let summary = try Found.summary(of: trace, until: 10 * Found.ms)
    #expect(summary.findings.isEmpty)
    #expect(summary.sawSwitches)
  }
}

@Suite struct DiskWaitTests {
  /// Thread 10 calls fsync and waits uninterruptibly on CPU0 from 2 ms on.
  static func start(call: Int64? = 3) -> HandMadeTrace {
    var trace = HandMadeTrace(cpus: 2)
    trace.thread(10, "postgres")
    trace.thread(50, parent: 2, "kworker/1:0")
    trace.device(254, 1, "vda1")
    if let call { trace.enter(1 * Found.ms, cpu: 0, 10, call) }
    trace.change(2 * Found.ms, cpu: 0, from: 10, KernelTypes.uninterruptible, to: 0)
    return trace
  }

  static func complete(
    _ trace: inout HandMadeTrace, _ time: UInt64, cpu: Int, by thread: ThreadNumber,
    flags: Int64 = 8
  ) {
    trace.add(
      KernelTypes.blockComplete, time, cpu: cpu, thread: thread, flags: flags,
      .integer(254 << 20 | 1), .integer(0))
  }

  static let expected = "disk wait 8000 us at 2000 us: postgres 10: fsync on vda1"

  @Test func `a waking by the interrupt that completed a request ends a disk wait`() throws {
    var trace = Self.start()
    trace.add(
      KernelTypes.interruptEntry, 10 * Found.ms - 20, cpu: 1, thread: 99, flags: 8, .integer(5),
      .text("virtio"))
    Self.complete(&trace, 10 * Found.ms - 10, cpu: 1, by: 99)
    trace.wake(10 * Found.ms, cpu: 1, by: 99, 10, flags: 8, target: 0)
    trace.change(10 * Found.ms + 50, cpu: 0, from: 0, 0, to: 10)
    #expect(Found.told(try Found.summary(of: trace, until: 20 * Found.ms)) == [Self.expected])
  }

  @Test func `a soft interrupt that follows at once goes on with it`() throws {
    var trace = Self.start()
    trace.add(
      KernelTypes.interruptEntry, 10 * Found.ms - 20, cpu: 1, thread: 99, flags: 8, .integer(5),
      .text("virtio"))
    Self.complete(&trace, 10 * Found.ms - 10, cpu: 1, by: 99)
    trace.add(
      KernelTypes.interruptExit, 10 * Found.ms - 8, cpu: 1, thread: 99, flags: 8, .integer(5),
      .integer(1))
    trace.add(
      KernelTypes.softEntry, 10 * Found.ms - 5, cpu: 1, thread: 99, flags: 16, .integer(4))
    trace.wake(10 * Found.ms, cpu: 1, by: 99, 10, flags: 16, target: 0)
    #expect(Found.told(try Found.summary(of: trace, until: 20 * Found.ms)) == [Self.expected])
  }

  @Test func `a kernel thread that the interrupt woke hands it on`() throws {
    var trace = Self.start()
    trace.change(1 * Found.ms, cpu: 1, from: 50, KernelTypes.sleeping, to: 0)
    Self.complete(&trace, 9 * Found.ms, cpu: 1, by: 0)
    trace.wake(9 * Found.ms + 10, cpu: 1, by: 0, 50, flags: 8)
    trace.change(9 * Found.ms + 20, cpu: 1, from: 0, 0, to: 50)
    trace.wake(10 * Found.ms, cpu: 1, by: 50, 10, target: 0)
    // What the kernel thread does after it slept has another cause.
    #expect(Found.told(try Found.summary(of: trace, until: 20 * Found.ms)) == [Self.expected])
  }

  @Test func `a kernel thread that slept since hands nothing on`() throws {
    var trace = Self.start()
    trace.change(1 * Found.ms, cpu: 1, from: 50, KernelTypes.sleeping, to: 0)
    Self.complete(&trace, 3 * Found.ms, cpu: 1, by: 0)
    trace.wake(3 * Found.ms + 10, cpu: 1, by: 0, 50, flags: 8)
    trace.change(3 * Found.ms + 20, cpu: 1, from: 0, 0, to: 50)
    trace.change(4 * Found.ms, cpu: 1, from: 50, KernelTypes.sleeping, to: 0)
    trace.wake(9 * Found.ms, cpu: 1, by: 0, 50, flags: 8)
    trace.change(9 * Found.ms + 20, cpu: 1, from: 0, 0, to: 50)
    trace.wake(10 * Found.ms, cpu: 1, by: 50, 10, target: 0)
    #expect(
      Found.told(try Found.summary(of: trace, until: 20 * Found.ms)) == [
        "kernel wait 8000 us at 2000 us: postgres 10: in fsync"
      ])
  }

  @Test func `a thread that an interrupt interrupts is not the waker`() throws {
    var trace = Self.start()
    // 60 completes a request itself, then a timer's interrupt on it wakes 10.
    Self.complete(&trace, 5 * Found.ms, cpu: 1, by: 60, flags: 0)
    trace.wake(10 * Found.ms, cpu: 1, by: 60, 10, flags: 8, target: 0)
    #expect(
      try Found.summary(of: trace, until: 20 * Found.ms).findings.map(\.kind) == [.blocked])
  }

  @Test func `a thread that completes requests itself is one`() throws {
    var trace = Self.start()
    Self.complete(&trace, 10 * Found.ms - 10, cpu: 1, by: 60, flags: 0)
    trace.wake(10 * Found.ms, cpu: 1, by: 60, 10, target: 0)
    #expect(Found.told(try Found.summary(of: trace, until: 20 * Found.ms)) == [Self.expected])
  }

  @Test func `an interrupt long after the request is another one`() throws {
    var trace = Self.start()
    Self.complete(&trace, 9 * Found.ms, cpu: 1, by: 0)
    trace.wake(10 * Found.ms, cpu: 1, by: 0, 10, flags: 8, target: 0)
    #expect(
      try Found.summary(of: trace, until: 20 * Found.ms).findings.map(\.kind) == [.blocked])
  }

  @Test func `without a system call it is a page fault, without a name a number`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.change(2 * Found.ms, cpu: 0, from: 10, KernelTypes.uninterruptible, to: 0)
    Self.complete(&trace, 9 * Found.ms, cpu: 0, by: 0)
    trace.wake(9 * Found.ms, cpu: 0, by: 0, 10, flags: 8)
    #expect(
      Found.told(try Found.summary(of: trace, until: 20 * Found.ms)) == [
        "disk wait 7000 us at 2000 us: thread 10: page fault on device 254:1"
      ])
  }

  @Test func `a system call ends with its exit`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.enter(1 * Found.ms, cpu: 0, 10, 3)
    trace.exit(1 * Found.ms + 10, cpu: 0, 10, 3)
    trace.change(2 * Found.ms, cpu: 0, from: 10, KernelTypes.uninterruptible, to: 0)
    trace.wake(9 * Found.ms, cpu: 0, by: 0, 10, flags: 8)
    #expect(
      try Found.summary(of: trace, until: 20 * Found.ms).findings.map(\.cause) == [
        "in page fault"
      ])
  }

  @Test func `a call lasts over switches and batches`() throws {
    var trace = HandMadeTrace(cpus: 2)
    trace.enter(1 * Found.ms, cpu: 0, 10, 3)
    trace.change(1 * Found.ms + 5, cpu: 0, from: 10, KernelTypes.preempted, to: 11)
    trace.enter(1 * Found.ms + 6, cpu: 0, 11, 0)
    let first = trace.batches
    trace.batches = [Batch(stream: StreamID(0)), Batch(stream: StreamID(1))]
    trace.change(1 * Found.ms + 20, cpu: 1, from: 0, 0, to: 10)
    trace.change(2 * Found.ms, cpu: 1, from: 10, KernelTypes.uninterruptible, to: 0)
    trace.change(2 * Found.ms, cpu: 0, from: 11, KernelTypes.uninterruptible, to: 0)
    trace.wake(5 * Found.ms, cpu: 1, by: 0, 11, flags: 8)
    trace.wake(9 * Found.ms, cpu: 1, by: 0, 10, flags: 8)
    let batches = first.filter { $0.count > 0 } + trace.all
    let summary = try Found.summary(
      of: batches, tables: trace.tables, until: 10 * Found.ms)
    #expect(summary.findings.map(\.cause) == ["in fsync"])
    #expect(summary.findings.map(\.thread) == [10])
  }

  @Test(arguments: [4, 5])
  func `waits by design are not among the worst`(call: Int64) throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.enter(1 * Found.ms, cpu: 0, 10, call)
    let state = call == 4 ? KernelTypes.uninterruptible : KernelTypes.sleeping
    trace.change(2 * Found.ms, cpu: 0, from: 10, state, to: 0)
    trace.wake(900 * Found.ms, cpu: 0, by: 0, 10, flags: 8)
    trace.change(900 * Found.ms + 10, cpu: 0, from: 0, 0, to: 10)
    #expect(try Found.summary(of: trace, until: 1000 * Found.ms).findings.isEmpty)
  }
}

@Suite struct SpanFindingTests {
  static let types = ["request", "query"].flatMap { name in
    [EventType.Kind.begin, .end].map { kind in
      EventType(
        system: "http", name: name + (kind == .begin ? "_begin" : "_end"), kind: kind,
        origin: .program, fields: [])
    }
  }

  /// 0 and 1 begin and end `request`, 2 and 3 `query`, all on thread 10.
  static func trace(_ marks: [(time: UInt64, type: Int)], kernel: Bool = true) -> HandMadeTrace {
    let stream = EventStream(
      source: .process(
        TracedProcess(pid: 10, namespacePid: 10, nonce: 1, start: 0, executable: "web")),
      clock: .monotonic)
    var trace = HandMadeTrace(cpus: 2, types: types, streams: [stream])
    var batch = Batch(stream: StreamID(3))
    for mark in marks {
      batch.append(
        HandMadeTrace.id(ofExtra: mark.type), of: types[mark.type], time: mark.time * 1000,
        thread: 10, cpu: 0, values: [])
    }
    trace.batches.append(batch)
    if kernel { trace.change(1000, cpu: 0, from: 0, 0, to: 10) }
    return trace
  }

  /// Thread 10 sleeps from `time` to `until` in a call, then waits for the CPU until `runs`.
  static func sleep(
    _ trace: inout HandMadeTrace, in call: Int64, _ time: UInt64, _ until: UInt64, _ runs: UInt64
  ) {
    trace.enter(time * 1000 - 10, cpu: 0, 10, call)
    trace.change(time * 1000, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
    trace.wake(until * 1000, cpu: 0, by: 11, 10)
    trace.change(runs * 1000, cpu: 0, from: 11, KernelTypes.sleeping, to: 10)
    trace.exit(runs * 1000 + 10, cpu: 0, 10, call)
  }

  @Test func `the reason is the largest part of its waiting`() throws {
    var trace = Self.trace([(2000, 0), (12_000, 1)])
    Self.sleep(&trace, in: 2, 3000, 9000, 9500)
    #expect(
      Found.told(try Found.summary(of: trace, until: 20 * Found.ms)) == [
        "span 10000 us at 2000 us: http:request: 60 % waiting for a lock"
      ])
  }

  @Test func `what its children waited is theirs`() throws {
    var trace = Self.trace([(2000, 0), (2500, 2), (10_500, 3), (12_000, 1)])
    Self.sleep(&trace, in: 2, 3000, 9000, 9500)
    let summary = try Found.summary(of: trace, until: 20 * Found.ms)
    #expect(
      Found.told(summary) == [
        "span 8000 us at 2500 us: http:query: 75 % waiting for a lock"
      ])
  }

  @Test func `a span that sleeps or runs by itself is none`() throws {
    var trace = Self.trace([(2000, 0), (12_000, 1)])
    Self.sleep(&trace, in: 5, 3000, 9000, 9100)
    #expect(try Found.summary(of: trace, until: 20 * Found.ms).findings.isEmpty)
  }

  @Test func `ends without begin and begins without end count for nothing`() throws {
    var trace = Self.trace([(1500, 1), (2000, 0), (2500, 2), (12_000, 1), (13_000, 3)])
    Self.sleep(&trace, in: 2, 3000, 9000, 9500)
    #expect(
      Found.told(try Found.summary(of: trace, until: 20 * Found.ms)) == [
        "span 10000 us at 2000 us: http:request: 60 % waiting for a lock"
      ])
  }

  @Test func `a span in which something was lost does not count`() throws {
    var trace = Self.trace([(2000, 0), (12_000, 1)])
    Self.sleep(&trace, in: 2, 3000, 9000, 9500)
    let loss = Loss(
      stream: StreamID(3), reason: .programBufferFull, count: 1, first: 5 * Found.ms,
      last: 6 * Found.ms)
    #expect(
      try Found.summary(of: trace, until: 20 * Found.ms, losses: [loss]).findings.isEmpty)
  }

  @Test func `without switches the longest by itself is told without a reason`() throws {
    let trace = Self.trace(
      [(2000, 0), (2500, 2), (10_500, 3), (12_000, 1)], kernel: false)
    let summary = try Found.summary(of: trace, until: 20 * Found.ms)
    #expect(Found.told(summary) == ["span 8000 us at 2500 us: http:query: "])
    #expect(!summary.sawSwitches)
    #expect(summary.busy == nil)
  }
}

@Suite struct RecordingSummaryTests {
  @Test func `tells how busy the CPUs were and who used them`() throws {
    var trace = HandMadeTrace(cpus: 2)
    trace.thread(10, "web")
    trace.thread(12, pid: 10, "worker")
    trace.thread(11, "db")
    // CPU0: web 0-30, db 30-60, idle. CPU1: worker 0-60, idle.
    trace.change(0, cpu: 0, from: 0, 0, to: 10)
    trace.change(0, cpu: 1, from: 0, 0, to: 12)
    trace.change(30 * Found.ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
    trace.change(60 * Found.ms, cpu: 0, from: 11, KernelTypes.sleeping, to: 0)
    trace.change(60 * Found.ms, cpu: 1, from: 12, KernelTypes.sleeping, to: 0)
    let summary = try Found.summary(of: trace, until: 120 * Found.ms)
    #expect(summary.busy.map { Int(($0 * 100).rounded()) } == 50)
    #expect(summary.busiest.map(\.name) == ["web", "db"])
    #expect(summary.busiest.map { Int(($0.share * 100).rounded()) } == [75, 25])
    #expect(summary.processes == 2)
    #expect(summary.duration == TimeSpan(milliseconds: 120))
    #expect(summary.events == 8)
    #expect(summary.busyOverTime.count == 30)
    #expect(summary.sparkline.prefix(14) == "██████████████")
    #expect(summary.sparkline.suffix(14) == "▁▁▁▁▁▁▁▁▁▁▁▁▁▁")
  }

  @Test func `what a CPU did in a gap is not known`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.change(10 * Found.ms, cpu: 0, from: 0, 0, to: 10)
    trace.change(90 * Found.ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 0)
    let loss = Loss(
      stream: StreamID(0), reason: .kernelOverrun, count: 3, first: 20 * Found.ms,
      last: 80 * Found.ms)
    let summary = try Found.summary(of: trace, until: 100 * Found.ms, losses: [loss])
    // Observed: idle 90 to 100.
    #expect(summary.busy == 0)
    #expect(summary.busyOverTime[15] == nil)
  }

  @Test func `keeps what threads ran whose number is used again`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "first")
    trace.change(0, cpu: 0, from: 0, 0, to: 10)
    trace.change(40 * Found.ms, cpu: 0, from: 10, 0x10, to: 9)
    trace.add(
      KernelTypes.fork, 50 * Found.ms, cpu: 0, thread: 9, .text("nine"), .integer(9),
      .text("second"), .integer(10))
    trace.change(60 * Found.ms, cpu: 0, from: 9, KernelTypes.sleeping, to: 10)
    trace.add(
      KernelTypes.exec, 60 * Found.ms + 1, cpu: 0, thread: 10, .text("/bin/x"), .integer(10),
      .integer(10))
    trace.change(70 * Found.ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 0)
    let summary = try Found.summary(of: trace, until: 70 * Found.ms)
    #expect(summary.busiest.map(\.name) == ["first", "(unknown)", "second"])
    #expect(summary.processes == 2)
  }

  @Test func `a long interrupt is told`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.add(
      KernelTypes.softEntry, 10 * Found.ms, cpu: 0, thread: 5, flags: 16, .integer(3))
    trace.add(
      KernelTypes.interruptEntry, 11 * Found.ms, cpu: 0, thread: 5, flags: 8, .integer(7),
      .text("disk"))
    trace.add(
      KernelTypes.interruptExit, 11 * Found.ms + 100, cpu: 0, thread: 5, flags: 8, .integer(7),
      .integer(1))
    trace.add(KernelTypes.softExit, 14 * Found.ms, cpu: 0, thread: 5, flags: 16, .integer(3))
    #expect(
      Found.told(try Found.summary(of: trace, until: 20 * Found.ms)) == [
        "interrupt 4000 us at 10000 us: softirq NET_RX: on CPU0"
      ])
  }

  @Test func `ranks at most three, one of each kind`() throws {
    var trace = CPUWaitTests.start()
    trace.wake(2 * Found.ms, cpu: 0, by: 11, 10)
    trace.change(5 * Found.ms, cpu: 0, from: 11, KernelTypes.preempted, to: 10)
    trace.change(6 * Found.ms, cpu: 0, from: 10, KernelTypes.uninterruptible, to: 11)
    DiskWaitTests.complete(&trace, 90 * Found.ms, cpu: 0, by: 11)
    trace.wake(90 * Found.ms, cpu: 0, by: 11, 10, flags: 8)
    trace.change(90 * Found.ms + 10, cpu: 0, from: 11, KernelTypes.uninterruptible, to: 10)
    trace.wake(95 * Found.ms, cpu: 0, by: 10, 11)
    trace.change(95 * Found.ms + 10, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
    trace.add(
      KernelTypes.softEntry, 96 * Found.ms, cpu: 0, thread: 11, flags: 16, .integer(3))
    trace.add(KernelTypes.softExit, 98 * Found.ms, cpu: 0, thread: 11, flags: 16, .integer(3))
    let summary = try Found.summary(of: trace, until: 100 * Found.ms)
    #expect(summary.findings.map(\.kind) == [.diskWait, .cpuWait, .interrupt])
  }

  @Test func `is the same in whatever pieces and order it is fed`() throws {
    var load = MessagingLoad(cpus: 4, threads: 60)
    let tables = HandMadeTrace(cpus: 4).tables
    var batches: [Batch] = []
    for _ in 0..<6 { batches += load.next(9000) }
    let end = (batches.compactMap { $0.times.last }.max() ?? 0) + 1
    func told(_ batches: [Batch], watermarks: Bool) throws -> String {
      let summary = try Found.summary(
        of: batches, tables: tables, until: end, watermarks: watermarks)
      #expect(summary.late == 0)
      return "\(Found.told(summary)) \(summary.busyOverTime) \(summary.events)"
    }
    let whole = try told(batches, watermarks: false)
    #expect(try told(batches, watermarks: true) == whole)
    #expect(try told(batches.reversed(), watermarks: false) == whole)
    #expect(!(try Found.summary(of: batches, tables: tables, until: end)).findings.isEmpty)
  }

  @Test func `nothing at all is nothing waited`() throws {
    let summary = try Found.summary(of: HandMadeTrace(), until: 5)
    #expect(summary.findings.isEmpty)
    #expect(summary.events == 0)
    #expect(summary.sparkline.count == 30)
  }
}

@Suite struct SchedulerStatesTests {
  static func states(_ format: String) -> SchedulerStates {
    SchedulerStates(
      EventType(
        system: "sched", name: "sched_switch", origin: .kernel,
        fields: [Field("prev_state", .signed(bytes: 8))], printFormat: format))
  }

  @Test(arguments: [
    (Int64(0), SwitchedOut.runnable), (1, .sleeping), (2, .uninterruptible), (4, .stopped),
    (8, .stopped), (0x10, .dead), (0x20, .dead), (0x40, .sleeping), (0x80, .sleeping),
    (0x100, .preempted), (0x101, .preempted),
  ])
  func `reads letters of today's kernels`(value: Int64, meaning: SwitchedOut) {
    var states = SchedulerStates(KernelTypes.schedSwitch)
    #expect(states.meaning(value) == meaning)
    var bare = Self.states("")
    #expect(bare.meaning(value) == meaning)
  }

  @Test(arguments: [
    (Int64(0), SwitchedOut.runnable), (1, .sleeping), (2, .uninterruptible), (16, .dead),
    (32, .dead),
    (64, .dead), (128, .sleeping), (1024, .sleeping), (2048, .preempted),
  ])
  func `reads letters of older kernels`(value: Int64, meaning: SwitchedOut) {
    var states = Self.states(
      #""prev_state=%s%s", REC->prev_state & (2048-1) ? __print_flags(REC->prev_state & (2048-1), "|", { 1, "S"} , { 2, "D" }, { 4, "T" }, { 8, "t" }, { 16, "Z" }, { 32, "X" }, { 64, "x" }, { 128, "K" }, { 256, "W" }, { 512, "P" }, { 1024, "N" }) : "R", REC->prev_state & 2048 ? "+" : """#
    )
    #expect(states.meaning(value) == meaning)
  }
}
