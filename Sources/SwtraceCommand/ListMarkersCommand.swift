internal import ArgumentParser

/// `swtrace list-markers`: what can be recorded, by name.
struct ListMarkersCommand: ParsableCommand {
  static let manual = Manual(
    summary: """
      Lists markers by name, with their fields: of running programs, of a program's file, of \
      a trace; and the kernel's events.
      """,
    examples: [
      ("swtrace list-markers", "the markers of all running programs that can be seen"),
      ("swtrace list-markers --file ./server", "the markers in a program or a library"),
      ("swtrace list-markers --kernel 'sched:*'", "kernel events with their fields"),
      ("swtrace list-markers --trace web.swt --format json", "what a trace holds, as JSON"),
    ],
    sections: [
      Manual.Section(
        "THE LIST",
        [
          .text(
            """
            A line a marker: its name, what it says (event, begin, end, counter), its fields \
            with their types, where it stands in the source, and the processes or the file \
            that have it. PATTERN is a name with * and ?; without a colon it is looked for in \
            the name alone. Several patterns add up.
            """),
          .text(
            """
            Markers are read from the program's file or from its shared description; no code \
            of it is run.
            """),
        ]),
      Manual.Section(
        "JSON",
        [
          .literal(
            """
            {"version":1,"markers":[{"name","kind":"marker|kernel|usdt",
              "type":"event|begin|end|counter","fields":[{"name","type"}],
              "source":{"file","line"},"where":[{"pid"|"path"}]}]}
            """)
        ]),
      Manual.exitStatus,
    ],
    seeAlso: ["swtrace(1)", "swtrace-record(1)", "swtrace.h(3)"])

  static let configuration = CommandConfiguration(
    commandName: "list-markers",
    abstract: "List the markers and kernel events that can be recorded.",
    usage: """
      swtrace list-markers [--pid PID | --file ELF | --trace FILE | --kernel] [pattern ...] \
      [--format text|json]
      """,
    discussion: manual.helpText,
    aliases: ["list"])

  @Argument(help: "Only names that match: app:*, '*_begin', sched_switch.")
  var pattern: [String] = []

  @Option(help: ArgumentHelp("Markers of this process.", valueName: "pid"))
  var pid: String?

  @Option(
    help: ArgumentHelp("Markers in this program or library.", valueName: "elf"),
    completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp("Markers and kernel events of this trace.", valueName: "file"),
    completion: .file(extensions: ["swt"]))
  var trace: String?

  @Flag(help: "Events of the kernel.")
  var kernel = false

  @Option(
    help: ArgumentHelp("How the list is written.", valueName: "text|json"),
    completion: .list(["text", "json"]))
  var format = "text"
}
