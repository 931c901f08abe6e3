internal import ArgumentParser
internal import Events
internal import Glibc
internal import ProgramTracing
internal import Recording

/// `swtrace stop`: ends a recording that runs.
struct StopCommand: ParsableCommand {
  static let manual = Manual(
    summary: """
      Ends a recording as Ctrl-C would: what was recorded comes into its trace, and stop \
      returns when the trace is whole. A command that is recorded goes on.
      """,
    examples: [
      ("swtrace stop web", "ends the session that was started with --session web"),
      ("sudo swtrace stop --user www web", "root ends the session of another user"),
    ],
    sections: [
      Manual.Section(
        "WHO MAY",
        [
          .text(
            """
            The user who records, and root. A session is looked for among one's own first; \
            root finds those of all users.
            """)
        ]),
      Manual.exitStatus,
    ],
    seeAlso: ["swtrace(1)", "swtrace-record(1)", "swtrace-sessions(1)"])

  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "End a recording that runs.",
    usage: "swtrace stop name [--user name]",
    discussion: manual.helpText)

  @Argument(help: "The session, as swtrace sessions lists it.")
  var name: String

  @Option(help: ArgumentHelp("Whose session, where several have the name.", valueName: "name"))
  var user: String?

  mutating func run() throws {
    let session = try SessionChoice(name: name, user: user).session()
    var progress = ProgressLine()
    let answer: String
    do {
      answer = try session.ask("stop") {
        progress.show("stopping \(TerminalText.escaped(session.status.name))")
        return SessionList.state(session) != "dead"
      }
    } catch {
      progress.clear()
      throw Words.problem(error, asking: session)
    }
    progress.clear()
    let words = answer.split(separator: " ")
    guard words.count == 4, words[0] == "stopped", let events = UInt64(words[1]),
      let lost = UInt64(words[2]), let bytes = UInt64(words[3])
    else { throw Words.refused(answer, by: session) }
    var output = StandardOutput()
    let isWritten =
      !session.status.output.isEmpty && !session.status.mode.contains(.flightRecorder)
    let place = isWritten ? session.status.output : session.status.name
    output.write(
      "\(TerminalText.escaped(place))  \(Figure.count(events, "event"))  "
        + "\(ByteCount(bytes: bytes).text)  lost \(Figure.count(lost))\n")
    try output.close()
  }
}

/// A session chosen by its name among those that can be seen.
struct SessionChoice {
  var name: String
  var user: String?

  func session() throws(Problem) -> FoundRecorder {
    let all = FoundRecorder.all(in: .ofEnvironment)
    var found = all.filter { $0.status.name == name && $0.isAlive }
    if let user {
      guard let account = UserAccount(user) else {
        throw Words.noSuchTarget("--user \(user)", "no such user")
      }
      found.removeAll { $0.status.user != account.user }
    } else if let own = found.first(where: { $0.status.user == geteuid() }) {
      found = [own]
    }
    guard let first = found.first else {
      if all.contains(where: { $0.status.name == name }) { throw Words.deadSession(name) }
      throw Words.noSuchSession(name, among: all.filter(\.isAlive).map(\.status.name))
    }
    guard found.count == 1 else {
      throw Words.manySessions(name, of: found.map { UserAccount.name(of: $0.status.user) })
    }
    return first
  }
}
