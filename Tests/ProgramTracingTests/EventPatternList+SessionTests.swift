import Events
import Testing

@testable import ProgramTracing

@Suite struct EventPatternListSessionTests {
  @Test(arguments: [
    (["app:*"], "app:*\n"),
    (["hit"], "*:hit\n"),
    (["app:"], "app:*\n"),
    (["*", "^db:*"], "*:*\n^db:*\n"),
    (["a[bc]d:x?"], "a?d:x?\n"),
    (["*", "^a[bc]:*"], "*:*\n"),
    (["a:x\\*y"], "a:x?y\n"),
    (["a:x\\.y"], "a:x.y\n"),
  ])
  func `rules become lines that take in no less`(rules: [String], lines: String) throws {
    let list = EventPatternList(
      try rules.map { text in
        let excludes = text.hasPrefix("^")
        return EventPatternList.Rule(
          try EventPattern(parsing: excludes ? String(text.dropFirst()) : text),
          includes: !excludes)
      })
    #expect(String(decoding: list.sessionLines, as: UTF8.self) == lines)
  }
}
