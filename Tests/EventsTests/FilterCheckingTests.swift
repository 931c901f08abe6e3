import Testing

@testable import Events

@Suite struct FilterCheckingTests {
  let types = FilterEvaluationTests.types

  @Test(arguments: [
    "prev_prio < 3", "bytes > 4KiB && has ratio", "event == request", "event ~ \"sched*\"",
    "system in {sched, http}", "prev_state == S", "vec == NET_RX", ".pid == 3", "dur > 1ms",
    "waker of (prev_comm == x)", "comm =~ ^a", "sched_switch : prev_prio == 1", "anything",
    "mask & CPUS{1}", "fast == true", "args[1] == 2", "in span request", "state == S",
    "outside span \"http:request\"", "state in {R, S}", "dur in {1us, 2us}", "bytes == 5us",
  ])
  func `accepts what some event can answer`(text: String) throws {
    try Filter(parsing: text).check(against: types)
  }

  @Test(
    arguments: [
      (
        "prev_prio < 3 && pre_prio > 1",
        FilterProblem.unknownField("pre_prio", nearest: ["prev_prio"]), 17..<25
      ),
      ("!has byte", .unknownField("byte", nearest: ["bytes"]), 5..<9),
      (".tid == 3", .unknownField("tid", nearest: ["pid", "tid"]), 0..<4),
      ("waker of (prev_com == x)", .unknownField("prev_com", nearest: ["prev_comm"]), 10..<18),
      ("sched_switch : bytes > 3", .unknownField("bytes", nearest: []), 15..<20),
      ("event == sched_swich", .unknownEvent("sched_swich", nearest: ["sched_switch"]), 9..<20),
      ("event in {request, requst}", .unknownEvent("requst", nearest: ["request"]), 19..<25),
      ("event ~ \"foo*\"", .unknownEvent("foo*", nearest: []), 0..<14),
      ("system == schd", .unknownEvent("schd", nearest: ["sched"]), 10..<14),
      ("sched_swich : x == 1", .unknownEvent("sched_swich", nearest: ["sched_switch"]), 0..<11),
      ("prev_comm > 5", .incomparable(field: "prev_comm"), 0..<13),
      ("prev_prio ~ \"a*\"", .incomparable(field: "prev_prio"), 0..<16),
      ("bytes == lots", .incomparable(field: "bytes"), 0..<13),
      ("ratio & 3", .incomparable(field: "ratio"), 0..<9),
      ("mask == 3", .incomparable(field: "mask"), 0..<9),
      ("comm > 5", .incomparable(field: "comm"), 0..<8),
      ("pid ~ \"a\"", .incomparable(field: "pid"), 0..<9),
      ("event < 5", .incomparable(field: "event"), 0..<9),
      ("cpu == x", .incomparable(field: "cpu"), 0..<8),
      ("in span \"reqest\"", .unknownSpan("reqest", nearest: ["request"]), 0..<16),
      ("!(outside span http:x)", .unknownSpan("http:x", nearest: []), 2..<21),
      ("dur == \"long\"", .incomparable(field: "dur"), 0..<13),
      ("state < 5", .incomparable(field: "state"), 0..<9),
      ("args[7] == 1", .unknownField("args[7]", nearest: ["args"]), 0..<7),
    ] as [(String, FilterProblem, Range<Int>)])
  func `refuses what none can`(text: String, problem: FilterProblem, at: Range<Int>) throws {
    let filter = try Filter(parsing: text)
    let error = #expect(throws: EventsError.self) { try filter.check(against: types) }
    guard case .filter(let found, text, at) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    switch (found, problem) {
    case (.unknownField(let name, let nearest), .unknownField(let wanted, let names)):
      #expect(name == wanted)
      #expect(Set(names).isSubset(of: Set(nearest)))
    default: #expect(found == problem)
    }
  }

  @Test(
    arguments: [
      ("state == sleap", "sleap", ["sleep"], 9..<14), ("state in {S, Q2}", "Q2", [], 13..<15),
      ("state ~ \"z*\"", "z*", [], 0..<12), ("!(state =~ ^Q)", "^Q", [], 2..<13),
      ("id == raed", "raed", ["read"], 6..<10),
    ] as [(String, String, [String], Range<Int>)])
  func `refuses a value that a field never has`(
    text: String, name: String, nearest: [String], at: Range<Int>
  ) throws {
    let values: [FilterField: [String]] = [
      .state: ["S", "sleep", "run"], .field("id"): ["read", "write"],
    ]
    let types =
      types + [
        EventType(
          system: "raw_syscalls", name: "sys_exit", origin: .kernel, fields: [Field("id", .string)])
      ]
    let field = text.contains("state") ? "state" : "id"
    let filter = try Filter(parsing: text)
    #expect(
      throws: EventsError.filter(
        .unknownValue(name, field: field, nearest: nearest), text: text, at: at)
    ) { try filter.check(against: types, values: values) }
    try Filter(parsing: "state == S || state ~ \"r*\" || id == read || id != write").check(
      against: types, values: values)
  }
}
