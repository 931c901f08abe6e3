import Testing

@testable import Events

@Suite struct NearestNamesTests {
  let names = ["sched_switch", "sched_waking", "sched_wakeup", "openat", "openat2", "irq", "net"]

  @Test(arguments: [
    ("sched_swtich", ["sched_switch"]), ("SCHED_WAKING", ["sched_waking", "sched_wakeup"]),
    ("opneat", ["openat", "openat2"]), ("iqr", ["irq"]), ("switch", ["sched_switch"]),
    ("frobnicate", []), ("", []),
  ])
  func `finds what was probably meant`(word: String, expected: [String]) {
    #expect(NearestNames.of(word, among: names) == expected)
  }

  @Test func `keeps to its limit, with overlong words too`() {
    let many = (0..<500).map { "event_number_\($0)" }
    #expect(NearestNames.of("event_number_1x", among: many, limit: 3).count == 3)
    #expect(NearestNames.of(String(repeating: "x", count: 100_000), among: many).isEmpty)
  }
}
