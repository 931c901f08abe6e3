internal import ArgumentParser

/// `swtrace info`: what a trace holds; without one, what can be recorded here.
struct InfoCommand: ParsableCommand {
  static let manual = Manual(
    summary: """
      With a trace: what it holds, what is missing, and what was lost where. Without one: \
      what can be recorded on this machine, what cannot, and the remedy.
      """,
    examples: [
      ("swtrace info", "what can be recorded on this machine, what is missing, and the remedy"),
      ("swtrace info web.swt", "host, clock, streams, event types, blocks, losses of a trace"),
      ("swtrace info --check web.swt", "read every block; exit 1 where one is damaged"),
      ("sudo swtrace record -o - -d 1s | swtrace info -", "of a trace from standard input"),
    ],
    sections: [
      Manual.Section(
        "STREAMS",
        [
          .text(
            """
            A program stands with its number on the host. In another pid namespace its number \
            there follows, and the container's name where its control group tells: web 4211 \
            (7 inside 0123456789ab).
            """)
        ]),
      Manual.Section(
        "JSON",
        [
          .literal(
            """
            {"version":1,"clock","streams":[...],"event_types":N,"blocks":N,
              "complete":true|false,...}
            """),
          .text("More keys may be added; none is renamed without raising version."),
        ]),
      Manual.exitStatus,
    ],
    seeAlso: ["swtrace(1)", "swtrace-record(1)", "swtrace-file(5)"])

  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Say what a trace holds, or what can be recorded here.",
    usage: "swtrace info [file] [--check] [--format text|json]",
    discussion: manual.helpText)

  @Argument(
    help: "The trace; '-' is standard input. Without it: what can be recorded on this machine.",
    completion: .file(extensions: ["swt"]))
  var file: String?

  @Flag(help: "Read every block of the trace; exit 1 where something is damaged or missing.")
  var check = false

  @Option(
    help: ArgumentHelp("How it is written.", valueName: "text|json"),
    completion: .list(["text", "json"]))
  var format = "text"
}
