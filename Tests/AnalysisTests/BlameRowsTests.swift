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

  /// The time of all leaves, or of those of a kind.
  private static func sum(_ answers: Answers, _ kind: String? = nil) throws -> UInt64 {
    let table = try #require(answers.tables["waits"])
    let place = try #require(table.column("time_ns"))
    return table.rows.reduce(0) { sum, row in
      guard kind.map({ row.cells[0].value == .text($0) }) ?? true,
        case .duration(let time) = row.cells[place].value
      else { return sum }
      return sum + time
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
      let blamed = try Self.sum(try spans.answers(until: schedule.end))
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
    #expect(try Self.sum(answers, "run itself") == 2 * Self.ms)
    #expect(try Self.sum(answers, "disk") == 5 * Self.ms)
    // It ran from 2 to 3 and from 9 to 12.
    #expect(try Self.sum(answers, "thread") == 4 * Self.ms)
    // Both came on late, on CPUs that idled.
    #expect(try Self.sum(answers, "cpu") == 2 * Self.ms)
    #expect(try Self.sum(answers) == 13 * Self.ms)
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
    #expect(try Self.sum(answers) == now)
    let cut = try Self.sum(answers, "unknown")
    // Those whose sleep is too deep in the chain to be looked into: the first of them to run.
    #expect(cut > 0)
    #expect(cut < 20 * Self.ms)
    let work = try Self.sum(answers, "thread")
    #expect(work > 20 * Self.ms)
  }
}
