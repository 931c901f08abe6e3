import Testing

@testable import Events

@Suite struct GlobTests {
  @Test(arguments: [
    ("sched_switch", "sched_switch", true), ("sched_switch", "sched_switc", false),
    ("sched_*", "sched_switch", true), ("sched_*", "sched", false), ("*", "", true),
    ("*switch*", "sched_switch", true), ("a*b*c", "axxbyyc", true), ("a*b*c", "axxbyy", false),
    ("sched_wak?ng", "sched_waking", true), ("?", "", false), ("[a-c]x", "bx", true),
    ("[a-c]x", "dx", false), ("[!a-c]x", "dx", true), ("[^a]", "a", false), ("[]]", "]", true),
    ("[a-]", "-", true), ("\\*", "*", true), ("\\*", "x", false), ("", "", true), ("", "a", false),
    ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
  ])
  func `matches whole texts`(pattern: String, text: String, expected: Bool) throws {
    #expect(try Glob(parsing: pattern).matches(text) == expected)
  }

  @Test func `says where a bracket is left open`() {
    #expect(throws: EventsError.pattern(.openBracket, text: "ab[cd", at: 2..<5)) {
      try Glob(parsing: "ab[cd")
    }
  }

  @Test func `knows literal and all-matching patterns`() throws {
    #expect(try Glob(parsing: "abc").isLiteral)
    #expect(try !Glob(parsing: "a?c").isLiteral)
    #expect(try Glob(parsing: "a\\*").literal == Array("a*".utf8))
    #expect(try Glob(parsing: "**").matchesEverything)
    #expect(try !Glob(parsing: "").matchesEverything)
  }
}
