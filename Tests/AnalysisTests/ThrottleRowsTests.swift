import Events
import Testing

@testable import Analysis

@Suite struct ThrottleRowsTests {
  private static let ms: UInt64 = 1_000_000

  /// Two groups, read at the start and at 10 ms.
  private static func trace(hasEnd: Bool = true) -> HandMadeTrace {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "t10")
    trace.cgroup("/calm", throttled: 70_000_000, at: 1)
    trace.cgroup("/busy", throttled: 5_000_000, at: 1)
    trace.change(2, cpu: 0, from: 0, 0, to: 10)
    trace.change(9 * ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 0)
    if hasEnd {
      trace.cgroup("/calm", throttled: 70_000_000, at: 10 * ms)
      trace.cgroup("/busy", throttled: 9_000_000, at: 10 * ms)
    }
    return trace
  }

  @Test func `the group that was kept longest is told, and for how long since the start`() throws {
    let overview = try Answers(Self.trace(), until: 10 * Self.ms).overview
    #expect(overview.throttled == TraceOverview.Throttled(cgroup: "/busy", time: 4_000_000))
  }

  @Test func `without a reading at the end nothing is told`() throws {
    let overview = try Answers(Self.trace(hasEnd: false), until: 10 * Self.ms).overview
    #expect(overview.throttled == nil)
  }

  @Test func `a window without both readings tells nothing`() throws {
    for (from, to) in [(2 * Self.ms, nil), (nil, 5 * Self.ms)] as [(UInt64?, UInt64?)] {
      let overview = try Answers(Self.trace(), until: 10 * Self.ms, from: from, to: to).overview
      #expect(overview.throttled == nil)
    }
  }

  @Test func `where no group has a limit nothing is told`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.change(2, cpu: 0, from: 0, 0, to: 10)
    #expect(try Answers(trace, until: Self.ms).overview.throttled == nil)
  }

  /// Beside `t11`, `t10` runs for 20 ms and waits for 80, which is to the next period; runs for 10,
  /// waits for 30, and runs for 10 and waits for 50, to the next one after.
  ///
  /// Its quota, where it has one, is 20 ms in 100.
  private static func waits(cgroup: String) -> HandMadeTrace {
    var trace = HandMadeTrace(cpus: 1)
    trace.cgroup("/busy", throttled: 0, at: 0)
    trace.thread(10, "t10", cgroup: cgroup)
    trace.thread(11, "t11", cgroup: "/")
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    trace.change(20 * ms, cpu: 0, from: 10, 0, to: 11)
    trace.change(100 * ms, cpu: 0, from: 11, 0, to: 10)
    trace.change(110 * ms, cpu: 0, from: 10, 0, to: 11)
    trace.change(140 * ms, cpu: 0, from: 11, 0, to: 10)
    trace.change(150 * ms, cpu: 0, from: 10, 0, to: 11)
    trace.change(200 * ms, cpu: 0, from: 11, 0, to: 10)
    return trace
  }

  @Test(arguments: ["/busy", "/busy/below"])
  func `a thread that waits after its group ran its quota is throttled`(cgroup: String) throws {
    let answers = try Answers(Self.waits(cgroup: cgroup), until: 210 * Self.ms)
    #expect(answers.number("threads", "t10", "throttled_ns") == 130 * Self.ms)
    #expect(answers.number("states", "throttled", "max_ns") == 80 * Self.ms)
    #expect(answers.number("threads", "t10", "run_delay_count") == 1)
    // Half a quota was left at 110 ms.
    #expect(answers.number("threads", "t10", "preempt_wait_ns") == 30 * Self.ms)
  }

  @Test(arguments: ["/", "/busybody"])
  func `without a quota no wait is throttled`(cgroup: String) throws {
    let answers = try Answers(Self.waits(cgroup: cgroup), until: 210 * Self.ms)
    #expect(answers.number("threads", "t10", "throttled_ns") == 0)
    #expect(answers.number("threads", "t10", "preempt_wait_ns") == 160 * Self.ms)
  }

  /// Beside what `t10` waits, `t11` waits 10 ms three times, the last one open at the end.
  @Test(arguments: [nil, .comm] as [StatisticsKey?])
  func `waits for a quota are a leaf of their own, and all leaves add up`(key: StatisticsKey?)
    throws
  {
    let answers = try Answers(Self.waits(cgroup: "/busy"), until: 210 * Self.ms, by: key)
    #expect(answers.sum("waits", "time_ns", "throttled") == 130 * Self.ms)
    #expect(answers.sum("waits", "time_ns", "cpu") == 60 * Self.ms)
    #expect(answers.sum("waits", "time_ns") == 190 * Self.ms)
  }

  @Test func `chosen waits for a quota are told as well`() throws {
    let own = try Answers(
      Self.waits(cgroup: "/busy"), until: 210 * Self.ms, where: "comm == \"t10\"")
    #expect(own.number("waits", "CPU quota", "time_ns") == 130 * Self.ms)
    #expect(own.sum("waits", "time_ns") == 160 * Self.ms)
    let throttled = try Answers(
      Self.waits(cgroup: "/busy"), until: 210 * Self.ms, where: "state == \"throttled\"")
    #expect(throttled.rows("waits") == 1)
  }

  /// The quota is told of when `t10` has waited for 10 ms.
  @Test func `a quota that comes to be known in the middle loses no wait`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "t10", cgroup: "/busy")
    trace.thread(11, "t11", cgroup: "/")
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    trace.change(20 * Self.ms, cpu: 0, from: 10, 0, to: 11)
    trace.cgroup("/busy", throttled: 0, at: 30 * Self.ms)
    trace.change(100 * Self.ms, cpu: 0, from: 11, KernelTypes.sleeping, to: 10)
    let answers = try Answers(trace, until: 110 * Self.ms)
    #expect(answers.number("waits", "t11", "time_ns") == 80 * Self.ms)
    #expect(answers.sum("waits", "time_ns") == 80 * Self.ms)
  }
}
