/// The hand-written part of a command's manual, kept beside the command: its examples, which its
/// help shows too, and what else its page says.
struct Manual: Sendable {
  struct Section: Sendable {
    enum Part: Sendable {
      case text(String)
      case item(String, String)
      /// Lines that stand as they are.
      case literal(String)
    }

    var title: String
    var parts: [Part]

    init(_ title: String, _ parts: [Part]) {
      self.title = title
      self.parts = parts
    }
  }

  /// What the command does, in a few sentences.
  var summary: String
  var examples: [(command: String, meaning: String)]
  var sections: [Section]
  var seeAlso: [String]

  /// What `--help` shows of it.
  var helpText: String {
    var text = "\(summary)\n\nEXAMPLES:"
    for example in examples { text += "\n  \(example.command)\n      \(example.meaning)" }
    return text
  }

  static let environment = Section(
    "ENVIRONMENT",
    [
      .item("NO_COLOR", "Where it is set and not empty, nothing is coloured, terminal or not."),
      .item(
        "SUDO_UID, SUDO_GID", "Under sudo, the user and group who get the trace that is written."),
    ])

  static let exitStatus = Section(
    "EXIT STATUS",
    [
      .item("0", "Good."),
      .item("1", "Failure: the error is told on standard error, with a hint where there is one."),
      .item("2", "Wrong usage."),
    ])
}
