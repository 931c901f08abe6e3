import Events
import Testing

@testable import Analysis

/// Requests of disks and the waits that they end.
@Suite struct DiskRowsTests {
  private static let ms: UInt64 = 1_000_000
  private static let device = FieldType.unsigned(bytes: 4)
  private static let types = ["insert", "issue"].map { word in
    EventType(
      system: "block", name: "block_rq_\(word)", origin: .kernel,
      fields: [
        Field("common_flags", .unsigned(bytes: 1)), Field("dev", device),
        Field("sector", .unsigned(bytes: 8)), Field("nr_sector", device), Field("rwbs", .string),
      ])
  }

  /// Threads that insert a request each, the sector their own number, and wait in D.
  ///
  /// One without a kind inserts none. A kworker issues all; one interrupt completes all and wakes who waits.
  private static func requests(
    _ threads: [(number: ThreadNumber, insert: UInt64, issue: UInt64, kind: String)]
  ) -> HandMadeTrace {
    var trace = HandMadeTrace(cpus: threads.count + 1, types: types)
    trace.thread(2, "kworker")
    func add(
      _ place: Int, cpu: Int, _ time: UInt64, by thread: ThreadNumber, _ sector: Int64,
      _ kind: String
    ) {
      trace.batches[cpu].append(
        HandMadeTrace.id(ofExtra: place), of: types[place], time: time, thread: thread,
        values: [
          .integer(0), .integer(8 << 20), .integer(sector), .integer(8), .text(kind),
        ])
    }
    for (cpu, thread) in threads.enumerated() {
      trace.thread(thread.number, "t\(thread.number)")
      trace.change(1, cpu: cpu, from: 0, 0, to: thread.number)
      if !thread.kind.isEmpty {
        add(0, cpu: cpu, thread.insert, by: thread.number, Int64(thread.number), thread.kind)
      }
      trace.change(
        thread.insert + 1, cpu: cpu, from: thread.number, KernelTypes.uninterruptible, to: 0)
    }
    let last = threads.count
    let asking = threads.filter { !$0.kind.isEmpty }
    for thread in asking.sorted(by: { $0.issue < $1.issue }) {
      add(1, cpu: last, thread.issue, by: 2, Int64(thread.number), thread.kind)
    }
    trace.add(
      KernelTypes.interruptEntry, 20 * ms - 10, cpu: last, thread: 0, flags: 8, .integer(24),
      .text("vda"))
    for thread in asking {
      trace.add(
        KernelTypes.blockComplete, 20 * ms, cpu: last, thread: 0, flags: 8, .integer(8 << 20),
        .integer(Int64(thread.number)))
    }
    for (cpu, thread) in threads.enumerated() {
      trace.wake(20 * ms, cpu: last, by: 0, thread.number, flags: 8, target: cpu)
    }
    trace.add(
      KernelTypes.interruptExit, 20 * ms + 1, cpu: last, thread: 0, .integer(24), .integer(1))
    for (cpu, thread) in threads.enumerated() {
      trace.change(20 * ms + 2, cpu: cpu, from: 0, 0, to: thread.number)
    }
    return trace
  }

  private static let three: [(number: ThreadNumber, insert: UInt64, issue: UInt64, kind: String)] =
    [(10, 2 * ms, 5 * ms, "R"), (11, 3 * ms, 13 * ms, "WS"), (12, 4 * ms, 6 * ms, "R")]

  @Test func `of several requests under way a wait is told by the thread's own`() throws {
    let answers = try Answers(Self.requests(Self.three), until: 21 * Self.ms)
    #expect(answers.number("waits", "8:0 read, queue", "time_ns") == 5 * Self.ms - 2)
    #expect(answers.number("waits", "8:0 read, service", "time_ns") == 29 * Self.ms)
    #expect(answers.number("waits", "8:0 write, queue", "time_ns") == 10 * Self.ms - 1)
    #expect(answers.number("waits", "8:0 write, service", "time_ns") == 7 * Self.ms)
    #expect(answers.sum("waits", "time_ns", "disk") == 51 * Self.ms - 3)
    #expect(answers.number("waits", "8:0", "time_ns") == nil)
  }

  @Test func `a request is of the process that inserted it, whoever issues it`() throws {
    let answers = try Answers(Self.requests(Self.three), until: 21 * Self.ms, by: .comm)
    let table = try #require(answers.tables["block"])
    let names = Set(table.rows.map { $0.cells[0].value })
    #expect(names == [.text("t10"), .text("t11"), .text("t12")])
  }

  @Test func `who asked for nothing waits for what was complete last`() throws {
    // It waits for a page that another one reads.
    let threads = Self.three + [(13, 2 * Self.ms, 0, "")]
    let answers = try Answers(
      Self.requests(threads), until: 21 * Self.ms, where: "comm == \"t13\"")
    #expect(answers.number("waits", "8:0 read, queue", "time_ns") == 2 * Self.ms)
    #expect(answers.number("waits", "8:0 read, service", "time_ns") == 14 * Self.ms)
    #expect(answers.number("waits", "8:0", "time_ns") == 2 * Self.ms - 1)
  }

  @Test func `a request is sequential that begins where the one before ended`() throws {
    let threads: [(number: ThreadNumber, insert: UInt64, issue: UInt64, kind: String)] = [
      (10, 2 * Self.ms, 5 * Self.ms, "R"), (18, 3 * Self.ms, 6 * Self.ms, "R"),
      (30, 4 * Self.ms, 7 * Self.ms, "R"), (38, 4 * Self.ms, 8 * Self.ms, "R"),
    ]
    let answers = try Answers(Self.requests(threads), until: 21 * Self.ms)
    #expect(answers.share("block", "read", "sequential_share") == 0.5)
  }
}
