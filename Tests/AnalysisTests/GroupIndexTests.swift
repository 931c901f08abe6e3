import Events
import Testing

@testable import Analysis

/// Rows for cgroups and containers.
@Suite struct GroupIndexTests {
  private static let ms: UInt64 = 1_000_000
  private static let hexadecimal = String(repeating: "0123456789abcdef", count: 4)

  @Test(arguments: [
    (StatisticsKey.cgroup, "/docker/\(hexadecimal)", "/"), (.container, "0123456789ab", "(none)"),
  ])
  func `a thread's time is its cgroup's, and its children's too`(
    key: StatisticsKey, inside: String, outside: String
  ) throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "t10", cgroup: "/docker/\(Self.hexadecimal)")
    // Named again, as a thread of which no more is known.
    trace.thread(10, "t10", cgroup: "")
    trace.thread(11, "t11")
    trace.change(1 * Self.ms, cpu: 0, from: 0, 0, to: 10)
    trace.add(
      KernelTypes.fork, 2 * Self.ms, cpu: 0, thread: 10, .text("t10"), .integer(10), .text("t12"),
      .integer(12))
    trace.change(4 * Self.ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 12)
    trace.change(9 * Self.ms, cpu: 0, from: 12, KernelTypes.sleeping, to: 11)
    trace.change(11 * Self.ms, cpu: 0, from: 11, KernelTypes.sleeping, to: 0)
    let answers = try Answers(trace, until: 20 * Self.ms, by: key)
    #expect(answers.number("threads", inside, "run_ns") == 8 * Self.ms)
    #expect(answers.number("threads", inside, "threads") == 2)
    #expect(answers.number("threads", outside, "run_ns") == 2 * Self.ms)
  }
}
