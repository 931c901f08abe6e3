internal import Events

/// The exit statuses of swtrace.
enum ExitStatus: Int32 {
  case good = 0
  case failure = 1
  case usage = 2
  /// `diff` had too few instances to tell whether an assertion holds.
  case undecided = 4
  /// `record` itself failed; the command's own statuses stand beside it.
  case recordFailure = 125
  case commandNotExecutable = 126
  case commandNotFound = 127
}

/// An error as a person is told it: what it is about, why, and the way out.
///
/// ```
/// swtrace: --filter: unknown field 'pod'
///     pid > 10 && pod == 3
///                 ^~~
/// hint: did you mean 'pid'?
/// ```
struct Problem: Error, Equatable {
  /// A line of the user's own words and the part of it that is wrong, in characters.
  struct Excerpt: Equatable {
    var text: String
    var part: Range<Int>
  }

  var what: String
  var why: String
  var hint: String?
  var excerpt: Excerpt?
  var status: ExitStatus

  init(
    _ what: String, _ why: String, hint: String? = nil, excerpt: Excerpt? = nil,
    status: ExitStatus = .failure
  ) {
    self.what = what
    self.why = why
    self.hint = hint
    self.excerpt = excerpt
    self.status = status
  }

  /// The lines of the error, in colour where asked.
  func text(coloured: Bool) -> String {
    let (red, cyan, plain) = coloured ? ("\u{1b}[31m", "\u{1b}[36m", "\u{1b}[0m") : ("", "", "")
    var text = "swtrace: "
    if !what.isEmpty { text += "\(TerminalText.escaped(what)): " }
    text += "\(red)\(TerminalText.escaped(why))\(plain)\n"
    if let excerpt { text += Self.lines(of: excerpt, red, plain) }
    if let hint { text += "\(cyan)hint:\(plain) \(TerminalText.escaped(hint))\n" }
    return text
  }

  private static func lines(of excerpt: Excerpt, _ red: String, _ plain: String) -> String {
    let characters = Array(excerpt.text)
    let start = min(max(excerpt.part.lowerBound, 0), characters.count)
    let end = min(max(excerpt.part.upperBound, start), characters.count)
    let before = TerminalText.escaped(String(characters[..<start]))
    let wrong = TerminalText.escaped(String(characters[start..<end]))
    let after = TerminalText.escaped(String(characters[end...]))
    let gap = String(repeating: " ", count: before.count)
    let caret = "^" + String(repeating: "~", count: max(0, wrong.count - 1))
    return "    \(before)\(wrong)\(after)\n    \(gap)\(red)\(caret)\(plain)\n"
  }

  func show() {
    var output = StandardOutput(descriptor: 2)
    output.write(text(coloured: Terminal.hasColours(2)))
    output.flush()
  }
}
