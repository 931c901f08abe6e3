import Glibc
import Testing

@testable import Events

@Suite struct FilterKernelTests {
  static let switches = FlagNamesTests.types["sched_switch"] ?? MachineEvents.thread

  func pushed(_ text: String, _ type: EventType = switches) throws -> KernelFilter {
    FilterEvaluation(try Filter(parsing: text), outsideScope: .keep).kernelFilter(for: type)
  }

  @Test(arguments: [
    ("prev_prio == 120", "prev_prio == 120", false),
    ("prev_prio != 120", "prev_prio != 120", false),
    ("prev_prio < 100", "prev_prio <= 99", false), ("!(prev_prio < 100)", "prev_prio > 99", false),
    ("prev_prio >= 1us", "prev_prio >= 1000", false), ("prev_state & 0x3", "prev_state & 3", false),
    ("!prev_state & 3", "!(prev_state & 3)", false),
    ("prev_comm == bash", "prev_comm == \"bash\"", false),
    ("prev_comm ~ \"ng*\"", "prev_comm ~ \"ng*\"", false),
    ("!(prev_comm ~ ng*)", "!(prev_comm ~ \"ng*\")", false),
    ("prev_prio in {1,2}", "prev_prio == 1 || prev_prio == 2", false),
    (
      "!(prev_prio in {1,2}) && next_prio == 3",
      "(prev_prio != 1 && prev_prio != 2) && next_prio == 3", false
    ),
    ("prev_comm in {a, b}", "prev_comm == \"a\" || prev_comm == \"b\"", false),
    ("tid == 7", "common_pid == 7", false), ("comm == bash", "COMM == \"bash\"", false),
    ("cpu & CPUS{1-3,7}", "(CPU >= 1 && CPU <= 3) || CPU == 7", false),
    ("cpu == 2", "CPU == 2", false),
    ("prev_prio == 1 && prev_comm =~ ^a", "prev_prio == 1", true),
    ("prev_prio == 1 && (pid == 3 || next_prio == 2)", "prev_prio == 1", true),
    ("event == sched_switch && prev_prio == 1", "prev_prio == 1", false),
    ("bytes == 3 || prev_prio == 1", "prev_prio == 1", false),
    ("!(prev_prio == 1 || prev_comm =~ a)", "prev_prio != 1", true),
    ("prev_prio == 1 && dur > 1ms", "prev_prio == 1", true),
    ("sched_switch : prev_prio > 5 || next_prio > 5", "prev_prio >= 6 || next_prio >= 6", false),
  ])
  func `hands to the kernel what it can do`(text: String, expected: String, hasRemainder: Bool)
    throws
  {
    #expect(
      try pushed(text) == KernelFilter(verdict: .expression(expected), hasRemainder: hasRemainder))
  }

  @Test(arguments: [
    ("prev_comm =~ a", KernelFilter.Verdict.everything, true), ("pid == 3", .everything, true),
    ("prev_prio == 1 || pid == 3", .everything, true),
    ("event == sched_switch", .everything, false),
    ("event == other", .nothing, false), ("bytes == 3", .nothing, false),
    ("switch", .everything, false),
    ("bash", .everything, true), ("sched_waking : prev_prio == 1", .everything, false),
    ("prev_prio > 99999999999", .nothing, false), ("prev_prio < 99999999999", .everything, false),
    ("prev_comm == \"a\\\\b\"", .everything, true), ("prev_comm ~ \"[ab]*\"", .everything, true),
    ("prev_comm == \"\"", .everything, true), ("prev_state == D", .everything, true),
  ])
  func `never asks the kernel for less than what matches`(
    text: String, verdict: KernelFilter.Verdict, hasRemainder: Bool
  ) throws {
    #expect(try pushed(text) == KernelFilter(verdict: verdict, hasRemainder: hasRemainder))
  }

  @Test func `uses names of values`() throws {
    let softirq = try #require(FlagNamesTests.types["softirq_raise"])
    #expect(try pushed("vec == NET_RX", softirq).verdict == .expression("vec == 3"))
    #expect(
      try pushed("vec in {NET_RX, RCU}", softirq).verdict == .expression("vec == 3 || vec == 9"))
  }

  @Test func `gives up on what would be too long`() throws {
    let many = (0..<500).map { "prev_prio == \($0)" }.joined(separator: " || ")
    #expect(try pushed(many) == KernelFilter(verdict: .everything, hasRemainder: true))
  }

  @Test func `says which tables a filter spoils`() throws {
    let types = FilterEvaluationTests.types
    func spoiled(_ text: String) throws -> [String] {
      FilterEvaluation(try Filter(parsing: text), outsideScope: .keep)
        .tablesSpoiled(types: types).map { "\($0.event.name) \($0.tables.joined(separator: ","))" }
    }
    #expect(
      try spoiled("prev_prio < 5") == [
        "sched_switch threads,processes,cpus,states,syscalls,irq,locks,spans,waits",
        "sched_waking threads,processes,cpus,states,syscalls,locks,spans,waits",
      ])
    #expect(try spoiled("request : bytes > 3") == [])
    #expect(try spoiled("sched_waking : target_cpu == 1").map { $0.prefix(12) } == ["sched_waking"])
  }

  @Test(.enabled(if: FlagNamesTests.canTrace, "needs root and tracefs"))
  func `is understood by this machine's kernel`() throws {
    let instance = "\(FlagNamesTests.tracefs)/instances/test-filter-\(getpid())"
    guard unsafe mkdir(instance, 0o700) == 0 else { return }
    defer { FlagNamesTests.remove(instance) }
    let format = "\(FlagNamesTests.tracefs)/events/sched/sched_switch/format"
    let type = try #require(FormatText(FormatText.contents(format) ?? "", system: "sched")).type
    for text in [
      "prev_prio == 120 && !(prev_comm ~ \"kworker*\")", "prev_state & 3 || !(prev_state & 1)",
      "prev_prio in {1,2,-3} && next_comm != bash", "tid != 7 && comm == bash", "cpu & CPUS{0-1,7}",
      "!(cpu & CPUS{0-1,7}) || comm ~ \"*sh\"",
      "!(prev_prio in {1,2}) && (next_prio > 3 || prev_pid < 9)",
      "prev_state > -1 && prev_state < 0x7fffffffffff", "comm in {a, b} or !(comm in {c})",
    ] {
      guard case .expression(let expression) = try pushed(text, type).verdict else {
        Issue.record("\(text)")
        continue
      }
      let descriptor = unsafe open("\(instance)/events/sched/sched_switch/filter", O_WRONLY)
      let written = unsafe write(descriptor, expression, expression.utf8.count)
      #expect(written == expression.utf8.count, "\(expression)")
      close(descriptor)
    }
  }
}
