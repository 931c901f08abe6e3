import Events
import Testing

@testable import Analysis

/// What state tracking makes of a machine that does not tell everything.
@Suite struct StateTrackingTests {
  private static let ms: UInt64 = 1_000_000

  /// `t10` is woken onto CPU0; other threads run there, and CPU0 goes idle at 4 ms.
  private func trace(enqueued: Bool) -> HandMadeTrace {
    var trace = HandMadeTrace(cpus: 2)
    trace.thread(10, "t10")
    trace.thread(11, "t11")
    trace.change(1, cpu: 1, from: 0, 0, to: 11)
    trace.change(1, cpu: 0, from: 0, 0, to: 10)
    trace.change(1 * Self.ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 0)
    trace.wake(4 * Self.ms - 100_000, cpu: 1, by: 11, 10, target: 0)
    if enqueued {
      trace.wake(4 * Self.ms - 90_000, cpu: 1, by: 11, 10, target: 0, KernelTypes.wakeup)
    }
    trace.change(4 * Self.ms, cpu: 0, from: 12, KernelTypes.sleeping, to: 0)
    trace.change(9 * Self.ms, cpu: 0, from: 0, 0, to: 10)
    return trace
  }

  @Test func `who is in the queue of a CPU that goes idle has run unseen`() throws {
    let answers = try Answers(trace(enqueued: true), until: 10 * Self.ms)
    #expect(answers.number("states", "wakeup latency", "count") == 0)
    #expect(answers.number("states", "wakeup latency", "unpaired") == 1)
    #expect(answers.number("threads", "t10", "unpaired") == 1)
    #expect(answers.number("states", "wakeup latency", "time_ns") == 0)
    // From the waking to the next time that it is seen.
    #expect(answers.number("threads", "t10", "unknown_ns") == 5 * Self.ms + 100_000)
    #expect(answers.overview.worst.isEmpty)
  }

  @Test func `who is only on the way to a queue still waits`() throws {
    let answers = try Answers(trace(enqueued: false), until: 10 * Self.ms)
    #expect(answers.number("states", "wakeup latency", "max_ns") == 5 * Self.ms + 100_000)
    #expect(answers.number("states", "wakeup latency", "unpaired") == 0)
  }

  @Test func `a CPU may idle beside those whose quota is used up`() throws {
    var trace = trace(enqueued: true)
    trace.cgroup("/limited", throttled: 0, at: 0)
    let answers = try Answers(trace, until: 10 * Self.ms)
    #expect(answers.number("states", "wakeup latency", "max_ns") == 5 * Self.ms + 100_000)
  }

  @Test func `who is seen to run came on unseen, and has not waited until then`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "t10")
    trace.change(1 * Self.ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 0)
    trace.wake(2 * Self.ms, cpu: 0, by: 0, 10, flags: 8)
    trace.enter(9 * Self.ms, cpu: 0, 10, 0)
    trace.exit(9 * Self.ms + 10, cpu: 0, 10, 0)
    let answers = try Answers(trace, until: 10 * Self.ms)
    #expect(answers.number("states", "wakeup latency", "unpaired") == 1)
    #expect(answers.number("states", "wakeup latency", "count") == 0)
    #expect(answers.number("threads", "t10", "unknown_ns") == 8 * Self.ms)
  }
}
