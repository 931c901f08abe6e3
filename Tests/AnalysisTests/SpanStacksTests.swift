import Events
import Testing

@testable import Analysis

/// Spans that Swift tasks, and nobody in particular, begin and end.
@Suite struct SpanStacksTests {
  private static let ms: UInt64 = 1_000_000
  private static let begin = EventType(
    system: "app", name: "work", kind: .begin, origin: .program,
    fields: [Field("span", .unsigned(bytes: 8))])
  private static let end = EventType(
    system: "app", name: "work", kind: .end, origin: .program,
    fields: [Field("span", .unsigned(bytes: 8))])
  private static let inner = EventType(
    system: "app", name: "inner", kind: .begin, origin: .program,
    fields: [Field("span", .unsigned(bytes: 8))])
  private static let innerEnd = EventType(
    system: "app", name: "inner", kind: .end, origin: .program,
    fields: [Field("span", .unsigned(bytes: 8))])
  private static let types = [begin, end, inner, innerEnd]

  /// Threads 10 and 11 on a CPU each, and the markers of two processes.
  private struct Scene {
    var trace: HandMadeTrace
    var markers: [Batch]

    init() {
      let streams = [100, 200].map { pid in
        EventStream(
          source: .process(
            TracedProcess(
              pid: ProcessNumber(pid), namespacePid: ProcessNumber(pid), nonce: 1, start: 0,
              executable: "")),
          clock: .monotonic)
      }
      trace = HandMadeTrace(cpus: 2, types: SpanStacksTests.types, streams: streams)
      markers = [3, 4].map { Batch(stream: StreamID($0)) }
      trace.thread(10, pid: 100, "a")
      trace.thread(11, pid: 100, "b")
      trace.thread(20, pid: 200, "c")
      trace.change(1, cpu: 0, from: 0, 0, to: 10)
      trace.change(1, cpu: 1, from: 0, 0, to: 11)
    }

    mutating func mark(
      _ type: Int, _ time: UInt64, _ thread: ThreadNumber, _ span: UInt64, process: Int = 0
    ) {
      markers[process].append(
        HandMadeTrace.id(ofExtra: type), of: SpanStacksTests.types[type],
        time: time * SpanStacksTests.ms, thread: thread,
        values: [.integer(Int64(bitPattern: span))])
    }

    func answers(until end: UInt64, to: UInt64? = nil, where condition: String? = nil) throws
      -> Answers
    {
      try Answers(
        trace.all + markers.filter { $0.count > 0 }, trace.tables, trace.clock,
        until: end * SpanStacksTests.ms, to: to.map { $0 * SpanStacksTests.ms }, where: condition)
    }
  }

  @Test func `a task's span ends on another thread than it began on`() throws {
    var scene = Scene()
    scene.mark(0, 2, 10, 7)
    scene.mark(1, 9, 11, 7)
    let answers = try scene.answers(until: 10)
    #expect(answers.number("spans", "app:work", "count") == 1)
    #expect(answers.number("spans", "app:work", "sum_ns") == 7 * Self.ms)
    #expect(answers.number("spans", "app:work", "orphans") == 0)
    #expect(answers.number("spans", "app:work", "run_ns") == 0)
    #expect(answers.number("spans", "app:work", "suspended_ns") == 7 * Self.ms)
  }

  /// Thread 10 leaves CPU0 unseen: another one leaves it, and it comes on again.
  @Test func `the parts of a span add up to its wall time, with what is unknown`() throws {
    var scene = Scene()
    scene.mark(0, 2, 10, 0)
    scene.trace.change(4 * Self.ms, cpu: 0, from: 30, KernelTypes.sleeping, to: 0)
    scene.trace.change(6 * Self.ms, cpu: 0, from: 0, 0, to: 10)
    scene.mark(1, 9, 10, 0)
    let answers = try scene.answers(until: 10)
    let parts = ["run_ns", "runnable_ns", "d_ns", "sleep_ns", "suspended_ns", "unknown_ns"].map {
      answers.number("spans", "app:work", $0) ?? 0
    }
    #expect(parts.reduce(0, +) == 7 * Self.ms)
    #expect(answers.number("spans", "app:work", "suspended_ns") == 0)
    #expect(answers.number("spans", "app:work", "unknown_ns") == 4 * Self.ms)
  }

  @Test func `what a thread does for another task is not a task's own`() throws {
    var scene = Scene()
    scene.mark(0, 1, 10, 7)
    scene.mark(2, 3, 10, 7)
    scene.mark(0, 4, 10, 8)
    scene.mark(1, 6, 10, 8)
    scene.mark(3, 7, 10, 7)
    scene.mark(1, 9, 10, 7)
    let answers = try scene.answers(until: 10)
    #expect(answers.number("spans", "app:work", "count") == 2)
    #expect(answers.number("spans", "app:work", "orphans") == 0)
    // Task 7 from 1 to 3 and from 7 to 9, task 8 from 4 to 6.
    #expect(answers.number("spans", "app:work", "run_ns") == 6 * Self.ms)
    #expect(answers.number("spans", "app:work", "suspended_ns") == 4 * Self.ms)
    #expect(answers.number("spans", "app:inner", "suspended_ns") == 4 * Self.ms)
    #expect(answers.cell("spans", "app:inner", "parent")?.value == .text("app:work"))
    #expect(answers.number("spans", "app:work", "self_ns") == 6 * Self.ms)
  }

  @Test func `tasks of two processes with one number are two`() throws {
    var scene = Scene()
    scene.mark(0, 2, 10, 7)
    scene.mark(0, 3, 20, 7, process: 1)
    scene.mark(1, 5, 11, 7)
    scene.mark(1, 8, 20, 7, process: 1)
    let answers = try scene.answers(until: 10)
    #expect(answers.number("spans", "app:work", "count") == 2)
    #expect(answers.number("spans", "app:work", "sum_ns") == 8 * Self.ms)
    #expect(answers.number("spans", "app:work", "max_ns") == 5 * Self.ms)
  }

  @Test func `spans with numbers of their own cross each other`() throws {
    let alone: UInt64 = 1 << 63
    var scene = Scene()
    scene.mark(0, 2, 10, alone | 1)
    scene.mark(0, 3, 10, alone | 2)
    scene.mark(1, 6, 10, alone | 1)
    scene.mark(1, 9, 11, alone | 2)
    scene.mark(1, 9, 11, alone | 2)
    let answers = try scene.answers(until: 10)
    #expect(answers.number("spans", "app:work", "count") == 2)
    #expect(answers.number("spans", "app:work", "sum_ns") == 10 * Self.ms)
    #expect(answers.number("spans", "app:work", "run_ns") == 4 * Self.ms)
    #expect(answers.number("spans", "app:work", "suspended_ns") == 6 * Self.ms)
    #expect(answers.number("spans", "app:work", "orphans") == 1)
  }

  @Test func `a task's span that is open at the end is censored once`() throws {
    var scene = Scene()
    scene.mark(0, 2, 10, 7)
    scene.mark(2, 3, 11, 1 << 63 | 5)
    let answers = try scene.answers(until: 10)
    #expect(answers.number("spans", "app:work", "censored") == 1)
    #expect(answers.number("spans", "app:inner", "censored") == 1)
    #expect(answers.number("spans", "app:work", "count") == 0)
  }

  @Test func `a task is in its span on the thread that it was last seen on`() throws {
    var scene = Scene()
    scene.trace.enter(4 * Self.ms, cpu: 0, 10, 0)
    scene.trace.exit(5 * Self.ms, cpu: 0, 10, 0)
    scene.trace.enter(4 * Self.ms, cpu: 1, 11, 0)
    scene.trace.exit(5 * Self.ms, cpu: 1, 11, 0)
    scene.mark(0, 2, 10, 7)
    scene.mark(2, 3, 11, 7)
    scene.mark(3, 6, 11, 7)
    scene.mark(1, 8, 11, 7)
    let inside = try scene.answers(until: 10, where: "in span \"app:work\"")
    #expect(inside.number("syscalls", "read", "count") == 1)
    let everything = try scene.answers(until: 10)
    #expect(everything.number("syscalls", "read", "count") == 2)
  }

  @Test func `what a task was on no thread for is blamed on nobody else`() throws {
    var scene = Scene()
    scene.mark(0, 2, 10, 7)
    scene.mark(1, 9, 11, 7)
    let answers = try scene.answers(until: 10, where: "in span \"app:work\"")
    #expect(answers.number("waits", "suspended", "time_ns") == 7 * Self.ms)
    #expect(answers.rows("waits") == 1)
  }
}
