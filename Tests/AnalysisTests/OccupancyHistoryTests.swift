import Events
import SyntheticTrace
import Testing

@testable import Analysis

/// Who had a CPU during waits, however many slices they are long.
@Suite struct OccupancyHistoryTests {
  private static let ms: UInt64 = 1_000_000

  /// `t10` waits for CPU 0 all the time, which `t11` to `t13` have in turn: `slices` times, each for
  /// a length of its own; `t14` begins to wait in the middle.
  ///
  /// What each of the three had since `t10`, and since `t14`, began to wait.
  private struct LongWaits {
    var trace = HandMadeTrace(cpus: 1)
    var sinceFirst: [ThreadNumber: UInt64] = [:]
    var sinceSecond: [ThreadNumber: UInt64] = [:]
    let middle: UInt64
    let end: UInt64

    init(seed: UInt64, slices: Int, isOver: Bool = true) {
      var random = SeededGenerator(seed: seed)
      var now: UInt64 = 1000
      var middle: UInt64 = 0
      for thread in 10...14 { trace.thread(ThreadNumber(thread), "t\(thread)") }
      trace.change(1, cpu: 0, from: 0, 0, to: 10)
      trace.change(now, cpu: 0, from: 10, KernelTypes.preempted, to: 11)
      for slice in 0..<slices {
        let thread = ThreadNumber(11 + slice % 3)
        let next = slice == slices - 1 && isOver ? 10 : ThreadNumber(11 + (slice + 1) % 3)
        let length = 1 + UInt64(random.below(2000))
        if slice == slices / 2 {
          middle = now + length / 2
          trace.wake(middle, cpu: 0, by: thread, 14)
        }
        sinceFirst[thread, default: 0] += length
        sinceSecond[thread, default: 0] +=
          middle == 0 ? 0 : min(length, now + length - middle)
        now += length
        trace.change(now, cpu: 0, from: thread, KernelTypes.sleeping, to: next)
      }
      if isOver { trace.change(now + 500, cpu: 0, from: 10, KernelTypes.sleeping, to: 14) }
      self.middle = middle
      end = now + 1000
    }
  }

  @Test(arguments: [100, 1023, 1500, 6000])
  func `a wait is charged to each who had the CPU, to the nanosecond`(slices: Int) throws {
    let waits = LongWaits(seed: UInt64(slices), slices: slices)
    let first = try Answers(waits.trace, until: waits.end, where: "comm == \"t10\"")
    let second = try Answers(waits.trace, until: waits.end, where: "comm == \"t14\"")
    for thread in [11, 12, 13] as [ThreadNumber] {
      #expect(first.number("waits", "t\(thread)", "time_ns") == waits.sinceFirst[thread])
      #expect(second.number("waits", "t\(thread)", "time_ns") == waits.sinceSecond[thread])
    }
    #expect(first.rows("waits") == 3)
    #expect(second.number("waits", "t10", "time_ns") == 500)
    #expect(second.rows("waits") == 4)
  }

  @Test func `a wait that is open at the end is too`() throws {
    let waits = LongWaits(seed: 7, slices: 4000, isOver: false)
    let answers = try Answers(waits.trace, until: waits.end, where: "comm == \"t10\"")
    let last = ThreadNumber(11 + 4000 % 3)
    for thread in [11, 12, 13] as [ThreadNumber] {
      let time = (waits.sinceFirst[thread] ?? 0) + (thread == last ? 1000 : 0)
      #expect(answers.number("waits", "t\(thread)", "time_ns") == time)
    }
    #expect(answers.rows("waits") == 3)
  }

  @Test func `the part of a wait within a window is too`() throws {
    let waits = LongWaits(seed: 8, slices: 5000)
    let whole = try Answers(waits.trace, until: waits.end, where: "comm == \"t10\"")
    let begin = try Answers(
      waits.trace, until: waits.end, to: waits.middle, where: "comm == \"t10\"")
    let rest = try Answers(
      waits.trace, until: waits.end, from: waits.middle, where: "comm == \"t10\"")
    for thread in [11, 12, 13] as [ThreadNumber] {
      let parts = [begin, rest].map { $0.number("waits", "t\(thread)", "time_ns") ?? 0 }
      #expect(parts[1] == waits.sinceSecond[thread])
      #expect(parts[0] + parts[1] == whole.number("waits", "t\(thread)", "time_ns"))
    }
  }

  /// `t10` waits 1 ms for CPU 0, which `t11` has, and 2 ms for CPU 1, which `t12` has.
  @Test(arguments: [nil, "comm == \"t10\""])
  func `a wait in two queues is charged to who had either CPU`(condition: String?) throws {
    var trace = HandMadeTrace(cpus: 2)
    for thread in [10, 11, 12] as [ThreadNumber] { trace.thread(thread, "t\(thread)") }
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    trace.change(2, cpu: 1, from: 0, 0, to: 12)
    trace.change(1 * Self.ms, cpu: 0, from: 10, KernelTypes.preempted, to: 11)
    trace.add(
      KernelTypes.migrate, 2 * Self.ms, cpu: 1, thread: 12, .text("t10"), .integer(10),
      .integer(120), .integer(0), .integer(1))
    trace.change(4 * Self.ms, cpu: 1, from: 12, KernelTypes.sleeping, to: 10)
    let answers = try Answers(trace, until: 5 * Self.ms, where: condition)
    #expect(answers.number("waits", "t11", "time_ns") == 1 * Self.ms)
    #expect(answers.number("waits", "t12", "time_ns") == 2 * Self.ms)
    #expect(answers.sum("waits", "time_ns") == 3 * Self.ms)
  }

  @Test(arguments: 70..<76)
  func `waits charged one by one are what queues are charged`(seed: UInt64) throws {
    let schedule = RandomSchedule(seed: seed, threads: 12, steps: 6000)
    let queues = try Answers(schedule.trace, until: schedule.end)
    let each = try Answers(schedule.trace, until: schedule.end, where: "comm ~ \"t*\"")
    #expect(each.rows("waits") == queues.rows("waits"))
    for thread in schedule.truth.indices {
      let name = "t\(RandomSchedule.number(thread))"
      let time = queues.number("waits", name, "time_ns")
      #expect(each.number("waits", name, "time_ns") == time, "\(name)")
    }
    #expect(each.sum("waits", "time_ns") == queues.sum("waits", "time_ns"))
  }
}
