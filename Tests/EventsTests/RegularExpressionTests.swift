import Testing

@testable import Events

@Suite struct RegularExpressionTests {
  @Test(arguments: [
    ("ngin", "nginx", true), ("^gin", "nginx", false), ("^nginx$", "nginx", true), ("", "x", true),
    ("a|b|cd", "xcdx", true), ("a|b|cd", "xcx", false), ("^(ab)+$", "ababab", true),
    ("^(ab)+$", "ababa", false), ("^a?b*c+$", "bbcc", true), ("^a?b*c+$", "aab", false),
    ("[0-9]{2,3}", "a12", true), ("^[0-9]{2,3}$", "1234", false), ("^x{3}$", "xxx", true),
    ("^x{2,}$", "x", false), ("\\d+\\s\\w", "12 a", true), ("[^a-z]", "abc", false),
    (".", "\n", false),
    ("a\\.b", "axb", false), ("a\\.b", "a.b", true), ("\\bfoo\\b", "a foo b", true),
    ("\\bfoo\\b", "afoo", false), ("\\Bfoo", "afoo", true), ("(?i)NGINX", "nGiNx", true),
    ("(?i)[a-c]+$", "ABC", true), ("a{x", "a{x", true), ("(?:ab|cd)e", "cde", true),
    ("^$", "", true),
    ("^$", "x", false), ("[]x]", "]", true), ("größe", "die größe", true), ("a*?b", "aab", true),
    ("(a*)*b", "aaac", false), ("(|a)+b", "aab", true), ("$^", "", true), ("^a**b$", "aab", true),
    ("x{0}y", "y", true),
  ])
  func `matches any part of a text`(pattern: String, text: String, expected: Bool) throws {
    #expect(try RegularExpression(parsing: pattern).matches(text) == expected)
  }

  @Test(arguments: [
    ("a(b", RegexProblem.openGroup, 1..<2), ("ab)", .strayParenthesis, 2..<3),
    ("[ab", .openBracket, 0..<1), ("*a", .nothingToRepeat, 0..<1),
    ("a\\", .openEscape, 1..<2), ("[z-a]", .badRange, 1..<4), ("a{5,2}", .badRepeat, 1..<6),
    ("a{9999}", .badRepeat, 1..<7), ("(?=a)", .unsupported, 0..<3), ("(a)\\1", .unsupported, 3..<5),
    ("[é]", .unsupported, 1..<2), ("^*", .nothingToRepeat, 0..<2),
    ("(((x{1000}){1000}){1000})", .tooLarge(limit: 4000), 0..<25),
  ])
  func `says what is wrong and where`(pattern: String, problem: RegexProblem, at: Range<Int>) {
    #expect(throws: EventsError.filter(.badRegex(problem), text: pattern, at: at)) {
      try RegularExpression(parsing: pattern)
    }
  }

  @Test func `takes no longer for patterns that make others backtrack`() throws {
    let pattern = String(repeating: "a?", count: 60) + String(repeating: "a", count: 60)
    let text = String(repeating: "a", count: 60)
    #expect(try RegularExpression(parsing: "^\(pattern)$").matches(text))
    #expect(
      try !RegularExpression(parsing: "^(a+)+$").matches(String(repeating: "a", count: 200) + "b"))
  }

  @Test func `uses its scratch again`() throws {
    let small = try RegularExpression(parsing: "^ab$")
    let large = try RegularExpression(parsing: "^(abc|abd){3}x*$")
    var scratch = RegularExpression.Scratch()
    for _ in 0..<3 {
      #expect(large.matches(Array("abcabdabcxx".utf8).span, &scratch))
      #expect(small.matches(Array("ab".utf8).span, &scratch))
      #expect(!small.matches(Array("abc".utf8).span, &scratch))
    }
  }

  @Test func `survives 20 000 random patterns`() {
    var random = SplitMix(seed: 3)
    let alphabet = Array("ab.*+?()[]{}|^$\\dwb-,019:i".utf8)
    var read = 0
    for _ in 0..<20_000 {
      let text = random.text(of: alphabet, upTo: 16)
      guard let pattern = try? RegularExpression(parsing: text) else { continue }
      read += 1
      _ = pattern.matches("aabbab01")
    }
    #expect(read > 1000)
  }
}
