import Events
import SyntheticTrace
import Testing

@testable import Analysis

/// Who is to blame for waits, to the nanosecond.
@Suite struct BlameRowsTests {
  private static let ms: UInt64 = 1_000_000
  private static let types = [
    EventType(system: "app", name: "work", kind: .begin, origin: .program, fields: []),
    EventType(system: "app", name: "work", kind: .end, origin: .program, fields: []),
  ]

  /// A trace with spans of threads beside it.
  private struct Spans {
    let trace: HandMadeTrace
    var markers: Batch
    let tables: TraceTables

    init(_ trace: HandMadeTrace) {
      self.trace = trace
      let stream = EventStream(
        source: .process(
          TracedProcess(pid: 100, namespacePid: 100, nonce: 1, start: 0, executable: "")),
        clock: .monotonic)
      tables = TraceTables(
        types: trace.tables.types + BlameRowsTests.types, streams: trace.tables.streams + [stream])
      markers = Batch(stream: StreamID(UInt32(trace.tables.streams.count)))
    }

    mutating func span(_ thread: ThreadNumber, _ begin: UInt64, _ end: UInt64) {
      for (place, time) in [begin, end].enumerated() {
        markers.append(
          HandMadeTrace.id(ofExtra: place), of: BlameRowsTests.types[place], time: time,
          thread: thread, values: [])
      }
    }

    func answers(until end: UInt64) throws -> Answers {
      try Answers(
        trace.all + [markers], tables, trace.clock, until: end, where: "in span \"app:work\"")
    }
  }

  @Test func `time in a span inside of the one that was asked for is told of once`() throws {
    let types =
      Self.types
      + ["part", "part"].enumerated().map { place, name in
        EventType(
          system: "app", name: name, kind: place == 0 ? .begin : .end, origin: .program, fields: [])
      }
    let stream = EventStream(
      source: .process(
        TracedProcess(pid: 10, namespacePid: 10, nonce: 1, start: 0, executable: "")),
      clock: .monotonic)
    var trace = HandMadeTrace(cpus: 1, types: types, streams: [stream])
    trace.thread(10, "t10")
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    var markers = Batch(stream: StreamID(2))
    for (type, time) in [(0, 1), (2, 2), (3, 4), (1, 6)] {
      markers.append(
        HandMadeTrace.id(ofExtra: type), of: types[type], time: UInt64(time) * Self.ms, thread: 10,
        values: [])
    }
    for (name, length) in [("work", 5), ("app:part", 2)] {
      let answers = try Answers(
        trace.all + [markers], trace.tables, trace.clock, until: 7 * Self.ms,
        where: "in span \"\(name)\"")
      #expect(answers.sum("waits", "time_ns") == UInt64(length) * Self.ms)
      #expect(answers.tables["waits"]?.notes.first?.hasPrefix("1 span, together") == true)
    }
  }

  @Test(arguments: 40..<60)
  func `blame of spans adds up to their wall time, whatever waits for whom`(seed: UInt64) throws {
    let schedule = RandomSchedule(seed: seed, steps: 900)
    var random = SeededGenerator(seed: seed)
    for thread in schedule.truth.indices {
      let begin = 1 + random.next() % (schedule.end / 2)
      let end = begin + 1 + random.next() % (schedule.end - begin - 1)
      var spans = Spans(schedule.trace)
      spans.span(RandomSchedule.number(thread), begin, end)
      let blamed = try spans.answers(until: schedule.end).sum("waits", "time_ns")
      #expect(blamed == end - begin, "thread \(thread), \(begin) to \(end)")
    }
  }

  /// `t10` sleeps until `t11` wakes it, which waited for a disk before it ran.
  @Test func `a chain of waits is followed to its end`() throws {
    var trace = HandMadeTrace(cpus: 2)
    trace.thread(10, "t10")
    trace.thread(11, "t11")
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    trace.change(1, cpu: 1, from: 0, 0, to: 11)
    trace.change(2 * Self.ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 0)
    trace.change(3 * Self.ms, cpu: 1, from: 11, KernelTypes.uninterruptible, to: 0)
    trace.add(
      KernelTypes.interruptEntry, 8 * Self.ms - 20, cpu: 1, thread: 0, flags: 8, .integer(24),
      .text("vda"))
    trace.add(
      KernelTypes.blockComplete, 8 * Self.ms - 10, cpu: 1, thread: 0, flags: 8,
      .integer(8 << 20), .integer(0))
    trace.wake(8 * Self.ms, cpu: 1, by: 0, 11, flags: 8)
    trace.add(
      KernelTypes.interruptExit, 8 * Self.ms + 10, cpu: 1, thread: 0, .integer(24), .integer(1))
    trace.change(9 * Self.ms, cpu: 1, from: 0, 0, to: 11)
    trace.wake(12 * Self.ms, cpu: 1, by: 11, 10, target: 0)
    trace.change(13 * Self.ms, cpu: 0, from: 0, 0, to: 10)
    var spans = Spans(trace)
    spans.span(10, 1 * Self.ms, 14 * Self.ms)
    let answers = try spans.answers(until: 15 * Self.ms)
    #expect(answers.sum("waits", "time_ns", "run itself") == 2 * Self.ms)
    #expect(answers.sum("waits", "time_ns", "disk") == 5 * Self.ms)
    // It ran from 2 to 3 and from 9 to 12.
    #expect(answers.sum("waits", "time_ns", "thread") == 4 * Self.ms)
    // Both came on late, on CPUs that idled, one of them after its interrupt.
    #expect(answers.sum("waits", "time_ns", "cpu") == 2 * Self.ms - 10)
    #expect(answers.sum("waits", "time_ns", "interrupt") == 10)
    #expect(answers.sum("waits", "time_ns") == 13 * Self.ms)
  }

  /// Each of 40 threads sleeps until the next one, which slept too, wakes it.
  @Test func `a chain is cut where it is too long, and still adds up`() throws {
    let length = 40
    func number(_ place: Int) -> ThreadNumber { ThreadNumber(10 + place) }
    var trace = HandMadeTrace(cpus: 2)
    for place in 0..<length { trace.thread(number(place), "t\(number(place))") }
    trace.change(1, cpu: 0, from: 0, 0, to: number(0))
    trace.change(1, cpu: 1, from: 0, 0, to: number(length - 1))
    trace.change(2 * Self.ms, cpu: 0, from: number(0), KernelTypes.sleeping, to: 0)
    var now = 3 * Self.ms
    for place in (1..<length).reversed() {
      trace.wake(now, cpu: 1, by: number(place), number(place - 1), target: place == 1 ? 0 : 1)
      trace.change(
        now, cpu: 1, from: number(place), KernelTypes.sleeping,
        to: place > 1 ? number(place - 1) : 0)
      now += Self.ms
    }
    trace.change(now, cpu: 0, from: 0, 0, to: number(0))
    var spans = Spans(trace)
    spans.span(number(0), 1 * Self.ms, now + Self.ms)
    let answers = try spans.answers(until: now + 2 * Self.ms)
    #expect(answers.sum("waits", "time_ns") == now)
    let cut = answers.sum("waits", "time_ns", "unknown")
    // Those whose sleep is too deep in the chain to be looked into: the first of them to run.
    #expect(cut > 0)
    #expect(cut < 20 * Self.ms)
    let work = answers.sum("waits", "time_ns", "thread")
    #expect(work > 20 * Self.ms)
  }

  /// `t10` sleeps from 1 to 6 ms until `t11` wakes it, which slept from 2 to 4 ms until `t10` woke
  /// it: so only where clocks of CPUs go apart.
  @Test func `a chain that comes back to who waits is cut and named`() {
    var pass = StatisticsPass(
      StatisticsOptions(tables: ["waits"]), nil, names: LiveNames(), origin: 0,
      window: StatisticsWindow())
    let first = pass.tracking.threads.index(of: 10)
    let second = pass.tracking.threads.index(of: 11)
    for (dense, waker, start, end) in [(first, second, 1, 6), (second, first, 2, 4)] {
      pass.blame.past.remember(
        PastActivity(
          start: UInt64(start) * Self.ms, end: UInt64(end) * Self.ms, disk: 0, line: -1,
          waker: Int32(waker), call: -1, cpu: 0, activity: .sleeping), nil, of: dense)
    }
    let leaves = pass.leaves(ofThread: first, from: 1 * Self.ms, to: 6 * Self.ms)
    func sum(_ kind: BlameLeaf.Kind) -> UInt64 {
      leaves.reduce(0) { $0 + ($1.0.kind == kind ? $1.1 : 0) }
    }
    #expect(sum(.cycle) == 2 * Self.ms)
    #expect(sum(.thread) == 3 * Self.ms)
  }

  /// `t10` waits for CPU 0 from 1 to 9 ms, which `t11` has; from 2 to 3 ms the CPU handles a hard
  /// interrupt, from 4 to 6 ms a soft one with a hard one of half a millisecond in it.
  private static func interrupted() -> HandMadeTrace {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "t10")
    trace.thread(11, "t11")
    func add(_ type: EventType, _ time: UInt64, _ values: FieldValue...) {
      trace.batches[0].append(
        KernelTypes.id(type), of: type, time: time, thread: 11, values: [.integer(8)] + values)
    }
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    trace.change(1 * ms, cpu: 0, from: 10, KernelTypes.preempted, to: 11)
    add(KernelTypes.interruptEntry, 2 * ms, .integer(24), .text("vda"))
    add(KernelTypes.interruptExit, 3 * ms, .integer(24), .integer(1))
    add(KernelTypes.softEntry, 4 * ms, .integer(3))
    add(KernelTypes.interruptEntry, 5 * ms, .integer(24), .text("vda"))
    add(KernelTypes.interruptExit, 5 * ms + ms / 2, .integer(24), .integer(1))
    add(KernelTypes.softExit, 6 * ms, .integer(3))
    trace.change(9 * ms, cpu: 0, from: 11, KernelTypes.sleeping, to: 10)
    return trace
  }

  @Test(arguments: [nil, "comm == \"t10\""])
  func `what a CPU handles while a thread waits for it is the interrupt's`(
    condition: String?
  ) throws {
    let answers = try Answers(Self.interrupted(), until: 10 * Self.ms, where: condition)
    #expect(answers.number("waits", "vda", "time_ns") == 3 * Self.ms / 2)
    #expect(answers.number("waits", "NET_RX", "time_ns") == 3 * Self.ms / 2)
    #expect(answers.number("waits", "t11", "time_ns") == 5 * Self.ms)
    #expect(answers.sum("waits", "time_ns") == 8 * Self.ms)
  }

  @Test(arguments: [nil, "comm == \"t10\""])
  func `who had a CPU until it ended is named`(condition: String?) throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "t10")
    trace.thread(11, "t11")
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    trace.change(1 * Self.ms, cpu: 0, from: 10, KernelTypes.preempted, to: 11)
    trace.change(4 * Self.ms, cpu: 0, from: 11, KernelTypes.dead, to: 10)
    let answers = try Answers(trace, until: 5 * Self.ms, where: condition, by: .comm)
    let table = try #require(answers.tables["waits"])
    #expect(table.rows.map { $0.cells[2].value } == [.text("t11")])
    #expect(answers.overview.worst.first?.cause == "behind t11")
    guard condition == nil else { return }
    let states = try #require(answers.tables["states"])
    let ran = states.rows.filter { $0.cells[1].value == .text("run") }.map { $0.cells[0].value }
    #expect(Set(ran) == [.text("t10"), .text("t11")])
  }

  @Test func `rows of waits are made for who waits`() throws {
    let answers = try Answers(Self.interrupted(), until: 10 * Self.ms, by: .comm)
    let table = try #require(answers.tables["waits"])
    #expect(table.columns.first?.key == "comm")
    #expect(table.rows.allSatisfy { $0.cells[0].value == .text("t10") })
    #expect(answers.sum("waits", "time_ns") == 8 * Self.ms)
  }

  private static let device = FieldType.unsigned(bytes: 4)
  private static let requests = ["insert", "issue"].map { word in
    EventType(
      system: "block", name: "block_rq_\(word)", origin: .kernel,
      fields: [
        Field("common_flags", .unsigned(bytes: 1)), Field("dev", device),
        Field("sector", .unsigned(bytes: 8)), Field("nr_sector", device), Field("rwbs", .string),
      ])
  }

  @Test func `a wait for a disk is told by what its request waited for`() throws {
    var trace = HandMadeTrace(cpus: 1, types: Self.requests)
    trace.thread(10, "reader")
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    for (place, time) in [Self.ms, 3 * Self.ms].enumerated() {
      trace.batches[0].append(
        HandMadeTrace.id(ofExtra: place), of: Self.requests[place], time: time, thread: 10,
        values: [.integer(0), .integer(8 << 20), .integer(64), .integer(8), .text("R")])
      if place == 0 {
        trace.change(2 * Self.ms, cpu: 0, from: 10, KernelTypes.uninterruptible, to: 0)
      }
    }
    trace.add(
      KernelTypes.interruptEntry, 8 * Self.ms - 10, cpu: 0, thread: 0, flags: 8, .integer(24),
      .text("vda"))
    trace.add(
      KernelTypes.blockComplete, 8 * Self.ms, cpu: 0, thread: 0, flags: 8, .integer(8 << 20),
      .integer(64))
    trace.wake(8 * Self.ms + 20, cpu: 0, by: 0, 10, flags: 8)
    trace.add(
      KernelTypes.interruptExit, 8 * Self.ms + 30, cpu: 0, thread: 0, .integer(24), .integer(1))
    trace.change(8 * Self.ms + 30, cpu: 0, from: 0, 0, to: 10)
    let answers = try Answers(trace, until: 9 * Self.ms)
    #expect(answers.number("waits", "8:0 read, queue", "time_ns") == Self.ms)
    #expect(answers.number("waits", "8:0 read, service", "time_ns") == 5 * Self.ms)
    #expect(answers.number("waits", "8:0", "time_ns") == 20)
    #expect(answers.sum("waits", "time_ns", "disk") == 6 * Self.ms + 20)
  }
}
