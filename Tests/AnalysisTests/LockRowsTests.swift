import Events
import Testing

@testable import Analysis

/// Waits for futexes.
@Suite struct LockRowsTests {
  private static let ms: UInt64 = 1_000_000
  private static let futex: Int64 = 2

  @Test func `a lock has its waits, its waiters, and who ended most of them`() throws {
    var trace = HandMadeTrace(cpus: 2)
    for thread: ThreadNumber in [10, 11, 12] { trace.thread(thread, pid: 10, "t\(thread)") }
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    trace.change(1, cpu: 1, from: 0, 0, to: 12)
    for turn in 0..<3 {
      let start = UInt64(1 + turn * 20) * Self.ms
      let waiter: ThreadNumber = turn == 1 ? 11 : 10
      if turn > 0 { trace.change(start - 10, cpu: 0, from: 0, 0, to: waiter) }
      trace.enter(start, cpu: 0, waiter, Self.futex)
      trace.change(start + 10, cpu: 0, from: waiter, KernelTypes.sleeping, to: 0)
      trace.wake(start + UInt64(turn + 1) * Self.ms + 10, cpu: 1, by: 12, waiter, target: 0)
      trace.change(
        start + UInt64(turn + 1) * Self.ms + 20, cpu: 0, from: 0, 0, to: waiter)
      trace.exit(start + UInt64(turn + 1) * Self.ms + 30, cpu: 0, waiter, Self.futex)
      trace.change(
        start + UInt64(turn + 1) * Self.ms + 40, cpu: 0, from: waiter, KernelTypes.sleeping, to: 0)
    }
    let answers = try Answers(trace, until: 100 * Self.ms)
    #expect(answers.rows("locks") == 1)
    #expect(answers.number("locks", "0x0", "count") == 3)
    #expect(answers.number("locks", "0x0", "sum_ns") == 6 * Self.ms)
    #expect(answers.number("locks", "0x0", "max_ns") == 3 * Self.ms)
    #expect(answers.number("locks", "0x0", "waiters") == 2)
    #expect(answers.cell("locks", "0x0", "woken_by")?.value == .text("t12 12"))
  }
}
