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

  /// What is said where only one screen can be shown.
  static func printedOnce(terminal name: String) -> Problem {
    Problem(
      "TERM", "'\(name)' cannot move its cursor: this is one screen",
      hint: "swtrace view --print cpu|thread|events|stats --at TIME --keys KEYS writes any other")
  }

  static func problem(_ error: KeyFileProblem, path: String) -> Problem {
    let place = "\(path):\(error.line)"
    switch error.kind {
    case .unknownCommand(let name):
      let nearest = NearestNames.of(name, among: Command.all.map(\.name))
      return Problem(
        place, "no command is called '\(name)'",
        hint: nearest.isEmpty
          ? "swtrace-view(1) names them, in parentheses"
          : "did you mean \(nearest.map { "'\($0)'" }.joined(separator: ", "))?")
    case .unknownKey(let word):
      return Problem(
        place, "no key is called '\(word)'",
        hint: "keys are letters, or names as Up, PgDn, Space, Enter, Ctrl-P, F5")
    case .boundTwice(let name, let line):
      return Problem(
        place, "line \(line) has the keys of '\(name)' already",
        hint: "all keys of a command stand in one line")
    case .takenKey(let word, let owner):
      return Problem(
        place, "'\(word)' is already the key of '\(owner)', on the same screen",
        hint: "each key does one thing")
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
