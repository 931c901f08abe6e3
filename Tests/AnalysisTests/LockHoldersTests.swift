import Events
import Testing

@testable import Analysis

/// Locks that tell the kernel who holds them.
@Suite struct LockHoldersTests {
  private static let ms: UInt64 = 1_000_000
  private static let futex: Int64 = 2
  private static let (lock, unlock): (UInt64, UInt64) = (6, 7 | 128)

  /// Thread 12 holds 0x40, which was free; thread 10 waits for it from 1 to 5 ms, and holds it from 6
  /// to 9 ms.
  private func trace() -> HandMadeTrace {
    var trace = HandMadeTrace(cpus: 2)
    for thread: ThreadNumber in [10, 12] { trace.thread(thread, pid: 10, "t\(thread)") }
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    trace.change(1, cpu: 1, from: 0, 0, to: 12)
    trace.enter(1 * Self.ms, cpu: 0, 10, Self.futex, 0x40, Self.lock)
    trace.change(1 * Self.ms + 1, cpu: 0, from: 10, KernelTypes.sleeping, to: 0)
    trace.enter(5 * Self.ms, cpu: 1, 12, Self.futex, 0x40, Self.unlock)
    trace.wake(5 * Self.ms + 1, cpu: 1, by: 12, 10, target: 0)
    trace.exit(5 * Self.ms + 2, cpu: 1, 12, Self.futex)
    trace.change(5 * Self.ms + 3, cpu: 0, from: 0, 0, to: 10)
    trace.exit(6 * Self.ms, cpu: 0, 10, Self.futex)
    trace.enter(9 * Self.ms, cpu: 0, 10, Self.futex, 0x40, Self.unlock)
    trace.exit(9 * Self.ms + 1, cpu: 0, 10, Self.futex)
    return trace
  }

  @Test(arguments: [nil, "comm ~ \"t1*\""])
  func `a lock that the kernel hands on has an owner, and the time that it was held`(
    condition: String?
  ) throws {
    let answers = try Answers(trace(), until: 10 * Self.ms, where: condition)
    #expect(answers.rows("locks") == 1)
    #expect(answers.cell("locks", "0x40", "owner")?.value == .text("t12 12"))
    #expect(answers.number("locks", "0x40", "count") == 1)
    #expect(answers.number("locks", "0x40", "sum_ns") == 4 * Self.ms)
    // Since when thread 12 held it was never told.
    #expect(answers.number("locks", "0x40", "hold_count") == 1)
    #expect(answers.number("locks", "0x40", "hold_sum_ns") == 3 * Self.ms)
  }

  @Test func `of another lock neither is known`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "t10")
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    trace.enter(1 * Self.ms, cpu: 0, 10, Self.futex, 0x40, 0)
    trace.change(1 * Self.ms + 1, cpu: 0, from: 10, KernelTypes.sleeping, to: 0)
    trace.wake(5 * Self.ms, cpu: 0, by: 0, 10, flags: 8)
    trace.change(5 * Self.ms + 3, cpu: 0, from: 0, 0, to: 10)
    trace.exit(6 * Self.ms, cpu: 0, 10, Self.futex)
    let answers = try Answers(trace, until: 10 * Self.ms)
    for column in ["owner", "hold_count", "hold_sum_ns", "hold_max_ns"] {
      let cell = try #require(answers.cell("locks", "0x40", column))
      #expect(cell.value == StatisticsCell.none.value, "\(column)")
    }
  }
}
