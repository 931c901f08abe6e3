import Events
import Testing

@testable import Analysis

/// Handlers of interrupts, and how long soft ones wait for theirs.
@Suite struct InterruptRowsTests {
  private static let us: UInt64 = 1000
  private static let raised = EventType(
    system: "irq", name: "softirq_raise", origin: .kernel,
    fields: [Field("common_flags", .unsigned(bytes: 1)), Field("vec", .unsigned(bytes: 4))])

  private var trace = HandMadeTrace(cpus: 2, types: [raised])

  private mutating func raise(_ vector: Int64, _ time: UInt64, cpu: Int) {
    trace.batches[cpu].append(
      HandMadeTrace.id(ofExtra: 0), of: Self.raised, time: time * Self.us, thread: 10,
      values: [.integer(8), .integer(vector)])
  }

  private mutating func handle(_ vector: Int64, _ start: UInt64, _ end: UInt64, cpu: Int) {
    trace.add(KernelTypes.softEntry, start * Self.us, cpu: cpu, thread: 10, .integer(vector))
    trace.add(KernelTypes.softExit, end * Self.us, cpu: cpu, thread: 10, .integer(vector))
  }

  @Test mutating func `raise latency goes from the first raise to the handler on that CPU`() throws
  {
    trace.thread(10, "t10")
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    raise(3, 10, cpu: 0)
    raise(3, 15, cpu: 0)
    raise(1, 16, cpu: 0)
    // Another CPU's raise is its own.
    raise(3, 17, cpu: 1)
    handle(3, 30, 34, cpu: 0)
    handle(1, 40, 41, cpu: 0)
    // Nobody was seen to raise it: it is handled all the same.
    handle(3, 50, 57, cpu: 0)
    let answers = try Answers(trace, until: 100 * Self.us)
    let name = "NET_RX"
    #expect(answers.number("irq", name, "count") == 2)
    #expect(answers.number("irq", name, "sum_ns") == 11 * Self.us)
    #expect(answers.number("irq", name, "max_ns") == 7 * Self.us)
    #expect(answers.number("irq", name, "latency_count") == 1)
    #expect(answers.number("irq", name, "latency_max_ns") == 20 * Self.us)
    #expect(answers.number("irq", "TIMER", "latency_max_ns") == 24 * Self.us)
    #expect(answers.number("irq", name, "stolen_ns") == 11 * Self.us)
    #expect(answers.number("threads", "t10", "interrupted_ns") == 12 * Self.us)
  }

  @Test mutating func `a hard interrupt inside a soft one is taken off it`() throws {
    trace.thread(10, "t10")
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    trace.add(KernelTypes.softEntry, 10 * Self.us, cpu: 0, thread: 10, .integer(3))
    trace.add(
      KernelTypes.interruptEntry, 12 * Self.us, cpu: 0, thread: 10, .integer(24), .text("eth0"))
    trace.add(
      KernelTypes.interruptExit, 15 * Self.us, cpu: 0, thread: 10, .integer(24), .integer(1))
    trace.add(KernelTypes.softExit, 20 * Self.us, cpu: 0, thread: 10, .integer(3))
    let answers = try Answers(trace, until: 100 * Self.us)
    let table = try #require(answers.tables["cpus"])
    let (hard, soft) = (
      try #require(table.column("irq_ns")), try #require(table.column("softirq_ns"))
    )
    #expect(table.rows.first?.cells[hard].value == .duration(3 * Self.us))
    #expect(table.rows.first?.cells[soft].value == .duration(7 * Self.us))
    #expect(answers.number("threads", "t10", "interrupted_ns") == 10 * Self.us)
  }
}
