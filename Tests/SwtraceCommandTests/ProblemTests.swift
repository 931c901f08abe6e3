import Testing

@testable import SwtraceCommand

@Suite struct ProblemTests {
  @Test func `tells what, why and the way out`() {
    let problem = Problem(
      "trace.swt", "No such file or directory", hint: "swtrace record makes one")
    #expect(
      problem.text(coloured: false) == """
        swtrace: trace.swt: No such file or directory
        hint: swtrace record makes one

        """)
  }

  @Test func `marks the wrong part of an expression`() {
    let problem = Problem(
      "--filter", "unknown field 'pod'", hint: "did you mean 'pid'?",
      excerpt: Problem.Excerpt(text: "pid > 10 && pod == 3", part: 12..<15), status: .usage)
    #expect(
      problem.text(coloured: false) == """
        swtrace: --filter: unknown field 'pod'
            pid > 10 && pod == 3
                        ^~~
        hint: did you mean 'pid'?

        """)
  }

  @Test func `marks the end and an empty expression`() {
    let end = Problem("x", "y", excerpt: Problem.Excerpt(text: "a ==", part: 4..<4))
    #expect(end.text(coloured: false) == "swtrace: x: y\n    a ==\n        ^\n")
    let empty = Problem("x", "y", excerpt: Problem.Excerpt(text: "", part: 0..<9))
    #expect(empty.text(coloured: false) == "swtrace: x: y\n    \n    ^\n")
  }

  @Test func `nothing in an error acts on the terminal`() {
    let problem = Problem(
      "a\u{1b}]52;c;x\u{7}b", "\u{202e}why\r\n", hint: "\u{9b}31m",
      excerpt: Problem.Excerpt(text: "p\u{1b}d == 1", part: 1..<2))
    let text = problem.text(coloured: false)
    #expect(
      text == """
        swtrace: a\\x1b]52;c;x\\x07b: \\u{202e}why\\r\\n
            p\\x1bd == 1
             ^~~~
        hint: \\u{9b}31m

        """)
  }

  @Test func `colours only where asked`() {
    let problem = Problem("a", "b")
    #expect(problem.text(coloured: true) == "swtrace: a: \u{1b}[31mb\u{1b}[0m\n")
  }
}
