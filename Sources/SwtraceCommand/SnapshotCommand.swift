internal import ArgumentParser
internal import Events
internal import Glibc
internal import ProgramTracing
internal import Recording

/// `swtrace snapshot`: what a flight recorder holds, as a trace.
struct SnapshotCommand: ParsableCommand {
  static let manual = Manual(
    summary: """
      Writes what a flight recorder holds into a trace, while recording goes on: the newest \
      events of the kernel and of programs, cut at one moment for both.
      """,
    examples: [
      (
        "sudo swtrace record --flight-recorder --session box -e +net -q &",
        "keeps the newest events in 64 MiB of memory and writes nothing"
      ),
      ("sudo swtrace snapshot box -o slow.swt", "what happened until now"),
    ],
    sections: [
      Manual.Section(
        "THE TRACE",
        [
          .text(
            """
            It begins with the oldest event that is held and ends with the moment of the \
            command; names and the state of the machine are those of that moment. A fact says \
            how many older events had fallen out. Nothing is consumed: the next snapshot holds \
            what this one did, as far as it is still there.
            """)
        ]),
      Manual.exitStatus,
    ],
    seeAlso: ["swtrace(1)", "swtrace-record(1)", "swtrace-sessions(1)", "swtrace-recover(1)"])

  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Write what a flight recorder holds.",
    usage: "swtrace snapshot name [-o file] [--user name]",
    discussion: manual.helpText)

  @Argument(help: "The session, as swtrace sessions lists it.")
  var name: String

  @Option(
    name: [.customShort("o", allowingJoined: true), .customLong("output")],
    help: ArgumentHelp(
      "The trace; an existing one is kept as FILE.old.", valueName: "file"),
    completion: .file(extensions: ["swt"]))
  var output = "snapshot.swt"

  @Option(help: ArgumentHelp("Whose session, where several have the name.", valueName: "name"))
  var user: String?

  mutating func run() throws {
    if output.isEmpty { throw Words.wrongValue("-o", "''", "the name of the trace is empty") }
    let session = try SessionChoice(name: name, user: user).session()
    guard session.status.mode.contains(.flightRecorder) else { throw Words.noFlightRecorder(name) }
    var options = RecordingOptions()
    options.output = .file(output)
    options.owner = UserAccount.behindSudo
    var progress = ProgressLine()
    let outcome: SnapshotRequest.Outcome
    do throws(RecordingError) {
      outcome = try SnapshotRequest.take(of: session, into: options) {
        progress.show("taking a snapshot of \(TerminalText.escaped(session.status.name))")
        return SessionList.state(session) != "dead"
      }
    } catch {
      progress.clear()
      if case .programs(let error) = error { throw Words.problem(error, asking: session) }
      throw Words.problem(error, options: options)
    }
    progress.clear()
    var text = StandardOutput()
    text.write(
      "\(TerminalText.escaped(output))  \(Figure.count(outcome.events, "event"))  "
        + "\(ByteCount(bytes: outcome.bytes).text)  "
        + "\(Figure.count(outcome.fellOut)) older ones had fallen out\n")
    try text.close()
  }
}
