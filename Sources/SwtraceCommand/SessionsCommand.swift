internal import ArgumentParser
internal import ProgramTracing
internal import Recording

/// `swtrace sessions`: the recordings that run on this machine.
struct SessionsCommand: ParsableCommand {
  static let manual = Manual(
    summary: """
      Lists the recordings that run on this machine: root's for everybody, one's own, and for \
      root those of all users.
      """,
    examples: [
      ("swtrace sessions", "what is being recorded, by whom, since when"),
      ("swtrace sessions --format json | jq '.sessions[].name'", "the names alone"),
      ("sudo swtrace stop web", "ends the one that is named web"),
    ],
    sections: [
      Manual.Section(
        "THE LIST",
        [
          .text(
            """
            A line a session: its name, who records, what (kernel, markers), for how long, \
            events and losses so far, the recorder's process, and the trace. Any number of \
            sessions run at once, each with its own events, filters, buffers and trace; a \
            program takes part in 16 at a time.
            """),
          .item(
            "stalled",
            """
            The recorder has not moved for two seconds: it was stopped (SIGSTOP), or gets no \
            CPU. Its buffers fill, and what it does not take is lost to it alone.
            """),
          .item(
            "dead",
            "The recorder was killed. What it left is saved by the next record and got by recover."),
        ]),
      Manual.Section(
        "JSON",
        [
          .literal(
            """
            {"version":1,"sessions":[{"name","owner","uid","pid",
              "state":"recording|stalled|dead",
              "mode":["kernel"|"markers"|"flight"|"rotating"|"detached"],
              "start_unix_ns","age_ns","events","lost","bytes","output"}]}
            """)
        ]),
      Manual.exitStatus,
    ],
    seeAlso: ["swtrace(1)", "swtrace-record(1)", "swtrace-stop(1)"])

  static let configuration = CommandConfiguration(
    commandName: "sessions",
    abstract: "List the recordings that run on this machine.",
    usage: "swtrace sessions [--format text|json]",
    discussion: manual.helpText)

  @Option(
    help: ArgumentHelp("How the list is written.", valueName: "text|json"),
    completion: .list(["text", "json"]))
  var format = "text"

  mutating func run() throws {
    guard ["text", "json"].contains(format) else {
      throw Words.wrongChoice("--format", format, among: ["text", "json"])
    }
    let list = SessionList(FoundRecorder.all(in: .ofEnvironment), now: SessionList.now)
    var output = StandardOutput()
    if format == "json" {
      output.write(list.json)
    } else {
      output.write(list.text)
    }
    try output.close()
  }
}
