import Testing

@testable import Events

@Suite struct EventPatternTests {
  @Test(arguments: [
    ("sched_switch", "sched", "sched_switch", true),
    ("sched_switch", "other", "sched_switch", true),
    ("sched:sched_switch", "other", "sched_switch", false), ("sched:", "sched", "anything", true),
    ("sched:*", "sched", "sched_waking", true), ("s*:*_[we]*", "sched", "sched_waking", true),
    ("app:a::b", "app", "a::b", true), ("http.request", "nginx", "http.request", true),
  ])
  func `matches system and name`(
    pattern: String, system: String, name: String, expected: Bool
  ) throws {
    #expect(try EventPattern(parsing: pattern).matches(system: system, name: name) == expected)
  }

  @Test(arguments: [
    ("", PatternProblem.empty, 0..<0), (":x", .emptySystem, 0..<1),
    ("sched:sw[", .openBracket, 8..<9), ("a b", .unexpectedCharacter, 1..<2),
    ("a\u{1B}b", .unexpectedCharacter, 1..<2),
  ])
  func `says what is wrong and where`(text: String, problem: PatternProblem, at: Range<Int>) {
    #expect(throws: EventsError.pattern(problem, text: text, at: at)) {
      try EventPattern(parsing: text)
    }
  }

  @Test func `writes itself as it was read`() throws {
    for text in ["a", "a:b", "a:*", "x*:[yz]"] {
      #expect(try EventPattern(parsing: text).text == text)
    }
  }

  @Test func `lets the last rule of a list decide`() throws {
    let list = EventPatternList([
      .init(.everything), .init(try EventPattern(parsing: "app:debug*"), includes: false),
      .init(try EventPattern(parsing: "app:debug_point")),
    ])
    #expect(list.includes(system: "app", name: "request"))
    #expect(!list.includes(system: "app", name: "debug_line"))
    #expect(list.includes(system: "app", name: "debug_point"))
    #expect(!EventPatternList().includes(system: "app", name: "request"))
    #expect(EventPatternList().isEmpty)
  }
}
