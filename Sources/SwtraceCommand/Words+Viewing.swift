internal import Events
internal import Viewer

extension Words {
  static func problem(_ error: TerminalError) -> Problem {
    let print = "swtrace view --print cpu writes a screen as text"
    switch error {
    case .notATerminal:
      return Problem("view", "standard input and output are not a terminal", hint: print)
    case .unknownTerminal(let name):
      return Problem(
        "TERM", name.isEmpty ? "not set" : "'\(name)' is not known on this machine",
        hint: "TERM=xterm-256color suits most terminals; \(print)")
    case .poorTerminal(let name):
      return Problem("TERM", "'\(name)' cannot move its cursor", hint: print)
    case .outOfResources:
      return Problem("view", "the terminal cannot be taken: out of memory or descriptors")
    }
  }

  /// What is wrong with a filter, with what to write instead where that is known.
  static func text(_ problem: FilterProblem) -> String {
    let (why, hint) = words(for: problem)
    return hint.map { "\(why): \($0)" } ?? why
  }

  /// A word as a shell takes it.
  static func shellQuoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || $0.properties.numericType != nil
            || "/._-+,:@%".unicodeScalars.contains($0))
      }
    return isPlain ? word : View.quoted(word)
  }
}
