import Testing

@testable import Events

@Suite struct EventSelectionTests {
  static let kernel = [
    EventName("sched", "sched_switch"), EventName("sched", "sched_waking"),
    EventName("sched", "sched_stat_runtime"), EventName("task", "task_rename"),
    EventName("raw_syscalls", "sys_enter"), EventName("raw_syscalls", "sys_exit"),
    EventName("syscalls", "sys_enter_openat"), EventName("irq", "softirq_raise"),
    EventName("irq", "irq_handler_entry"), EventName("block", "block_rq_issue"),
    EventName("block", "block_touch_buffer"), EventName("net", "net_dev_queue"),
  ]
  let known = KnownEvents(
    kernel: kernel, markers: [EventName("app", "request"), EventName("app", "read")],
    systemCalls: ["openat", "read", "sched_yield"])

  func resolve(_ lists: String...) throws(EventsError) -> ResolvedSelection {
    try EventSelection(parsing: lists).resolve(known)
  }

  @Test func `records the default and every marker where nothing is asked for`() throws {
    let result = try resolve()
    #expect(
      result.kernel.map(\.qualified) == [
        "block:block_rq_issue", "irq:irq_handler_entry", "irq:softirq_raise",
        "raw_syscalls:sys_enter", "raw_syscalls:sys_exit", "sched:sched_switch",
        "sched:sched_waking", "task:task_rename",
      ])
    #expect(result.systemCalls == .all)
    #expect(result.markers.includes(system: "any", name: "thing"))
    #expect(result.unavailable.isEmpty)
  }

  @Test(arguments: [
    (["sched_switch"], ["sched:sched_switch"]),
    (["sched:sched_s*"], ["sched:sched_stat_runtime", "sched:sched_switch"]),
    (["sched_*"], ["sched:sched_stat_runtime", "sched:sched_switch", "sched:sched_waking"]),
    (["irq"], ["irq:irq_handler_entry", "irq:softirq_raise"]),
    (["irq:"], ["irq:irq_handler_entry", "irq:softirq_raise"]),
    (["syscalls:*"], ["syscalls:sys_enter_openat"]),
    (["block:"], ["block:block_rq_issue", "block:block_touch_buffer"]),
    (["net", "sched_switch"], ["net:net_dev_queue", "sched:sched_switch"]),
    (["sched,^sched_waking,^task_rename"], ["sched:sched_switch"]),
    (["^sched,^irq,^syscalls,^block,+net"], ["net:net_dev_queue"]),
    (["openat"], ["raw_syscalls:sys_enter", "raw_syscalls:sys_exit"]),
    (["openat,^openat,net"], ["net:net_dev_queue"]),
    (
      ["+net , ^sched", "^irq,^block"],
      [
        "net:net_dev_queue", "raw_syscalls:sys_enter", "raw_syscalls:sys_exit",
      ]
    ),
  ])
  func `chooses kernel events`(lists: [String], expected: [String]) throws {
    let result = try EventSelection(parsing: lists).resolve(known)
    #expect(result.kernel.map(\.qualified) == expected)
  }

  @Test func `takes single system calls`() throws {
    #expect(try resolve("openat").systemCalls == .only(["openat"]))
    #expect(try resolve("openat,sched_yield").systemCalls == .only(["openat", "sched_yield"]))
    #expect(try resolve("^openat").systemCalls == .except(["openat"]))
    #expect(try resolve("^openat,+openat").systemCalls == .all)
    #expect(try resolve("openat,syscalls").systemCalls == .all)
    #expect(try resolve("sched").systemCalls == .none)
    #expect(try resolve("openat,raw_syscalls:sys_enter").systemCalls == .all)
    #expect(try resolve("^syscalls,+openat").systemCalls == .only(["openat"]))
  }

  @Test func `takes markers by name, pattern and exclusion`() throws {
    let named = try resolve("request")
    #expect(named.markers.includes(system: "app", name: "request"))
    #expect(!named.markers.includes(system: "app", name: "read"))
    #expect(named.kernel.isEmpty)
    let without = try resolve("^app:read")
    #expect(without.markers.includes(system: "app", name: "request"))
    #expect(!without.markers.includes(system: "app", name: "read"))
    let both = try resolve("read")
    #expect(both.systemCalls == .only(["read"]))
    #expect(both.markers.includes(system: "app", name: "read"))
    #expect(try resolve("sched").markers.isEmpty)
  }

  @Test func `waits for markers of programs that are yet to start`() throws {
    let result = try resolve("plugin:load*")
    #expect(result.awaited.map(\.text) == ["plugin:load*"])
    #expect(result.markers.includes(system: "plugin", name: "load_file"))
    #expect(try resolve("app:request").awaited.isEmpty)
  }

  @Test(arguments: [
    ("sched,", SelectionProblem.emptyItem, 6..<6), ("+", .emptyItem, 0..<1),
    ("", .emptyItem, 0..<0), ("sched, ,irq", .emptyItem, 6..<7),
    ("sched,all", .everything, 6..<9), ("*", .everything, 0..<1), ("^*:*", .everything, 1..<4),
    ("irq,sw[ab", .pattern(.openBracket), 6..<9),
  ])
  func `refuses what is not a list`(text: String, problem: SelectionProblem, at: Range<Int>) {
    #expect(throws: EventsError.selection(problem, text: text, at: at)) {
      try EventSelection(parsing: [text])
    }
  }

  @Test(arguments: [
    (
      "irq,sched_swtich", SelectionProblem.unknownName("sched_swtich", nearest: ["sched_switch"]),
      4..<16
    ),
    ("+opnat", .unknownName("opnat", nearest: ["openat"]), 1..<6),
    ("^shced", .unknownName("shced", nearest: ["sched"]), 1..<6),
    (
      "sched:sched_wakng",
      .unknownName("sched:sched_wakng", nearest: ["sched:sched_waking"]), 0..<17
    ),
    ("irq,shed:sched_switch", .unknownSystem("shed", nearest: ["sched"]), 4..<8),
    ("frobnicate", .unknownName("frobnicate", nearest: []), 0..<10),
  ])
  func `names what is nearest to an unknown word`(
    text: String, problem: SelectionProblem, at: Range<Int>
  ) throws {
    let selection = try EventSelection(parsing: [text])
    #expect(throws: EventsError.selection(problem, text: text, at: at)) {
      try selection.resolve(known)
    }
  }

  @Test func `says what cannot be had where the kernel cannot be traced`() throws {
    let bare = KnownEvents(
      kernel: nil, markers: [EventName("app", "request")], systemCalls: ["openat"])
    let result = try EventSelection(parsing: ["+net,sched_switch,openat,request"]).resolve(bare)
    #expect(result.kernel.isEmpty)
    #expect(result.systemCalls == .none)
    #expect(result.unavailable == ["net", "sched_switch", "openat"])
    #expect(result.markers.includes(system: "app", name: "request"))
    let standard = try EventSelection().resolve(bare)
    #expect(standard.unavailable == ["sched", "syscalls", "irq", "block"])
    #expect(standard.markers.includes(system: "app", name: "request"))
  }

  @Test func `names sets of which this kernel has nothing`() throws {
    #expect(try resolve("power,sched_switch").unavailable == ["power"])
  }

  @Test func `survives 20 000 random lists`() {
    var random = SplitMix(seed: 20_260_727)
    let alphabet = Array("+^,:*?[]\\ asched_swirqopenat.é\u{1B}".utf8)
    var read = 0
    var resolved = 0
    for _ in 0..<20_000 {
      let list = random.text(of: alphabet, upTo: 24)
      guard let selection = try? EventSelection(parsing: [list]) else { continue }
      read += 1
      if (try? selection.resolve(known)) != nil { resolved += 1 }
    }
    #expect(read > 500)
    #expect(resolved < read)
  }
}
