internal import ArgumentParser

/// `swtrace print`: the events of a trace in order of time.
struct PrintCommand: ParsableCommand {
  static let manual = Manual(
    summary: """
      Prints the events of all CPUs and programs in order of time: from a file, or from \
      standard input while it is being recorded.
      """,
    examples: [
      ("swtrace print", "all events of ./trace.swt"),
      ("swtrace print web.swt --from 4.8s --to 4.9s", "a tenth of a second of it"),
      ("swtrace print --where 'comm == \"nginx\" && prio < 100'", "events that match"),
      ("swtrace print --format ndjson | jq .event", "one JSON object a line"),
      ("sudo swtrace record -o - | swtrace print -", "events while they are recorded"),
    ],
    sections: [
      Manual.Section(
        "FORMATS",
        [
          .item(
            "text",
            """
            One line an event: seconds since the start of the trace, CPU, thread, name, event, \
            fields. A line of its own says where events were lost. Characters that could act \
            on a terminal are escaped.
            """),
          .item(
            "ndjson",
            """
            One object a line: time_ns (since the start of the trace, ascending), cpu, pid, \
            tid, comm, event, fields.
            """),
          .item("json", "The same objects as the array events of one object with version 1."),
          .item("csv", "The same columns; a header line; the fields in one column."),
          .text(
            """
            A pid or tid below 0 is a number inside another pid namespace, of a program that \
            ended before this host's number could be found.
            """),
        ]),
      Manual.Section(
        "CONDITIONS",
        [
          .text(
            """
            Beside fields, --where knows what other events tell. The trace is read twice for \
            it, so it has to be a file. dur and state are about what takes time, not about \
            events: swtrace-stats(1) answers them.
            """),
          .item(
            "in span NAME, outside span NAME",
            "Events of a thread while a span of this name is open on it, or not."),
          .item(
            "waker of (EXPR)",
            """
            The event by which a thread ended another one's wait that EXPR chooses: comm, pid, \
            tid and cpu are those of who waited, dur is how long, state in which state.
            """),
          .item(
            "within TIME after (EXPR)",
            "Events of any thread at most so long after an event that EXPR chooses, itself too."),
        ]),
      Manual.Section(
        "TIMES",
        [
          .text(
            """
            --from and --to count from the start of the trace (4.8s, 250ms), from its end \
            (-2s), or in percent of it (50%).
            """)
        ]),
      Manual.exitStatus,
    ],
    seeAlso: ["swtrace(1)", "swtrace-record(1)", "swtrace-info(1)"])

  static let configuration = CommandConfiguration(
    commandName: "print",
    abstract: "Print the events of a trace in order of time.",
    usage: "swtrace print [file] [options]",
    discussion: manual.helpText)

  @Argument(
    help: "The trace; '-' is standard input.", completion: .file(extensions: ["swt"]))
  var file = "./trace.swt"

  @Option(
    name: .customLong("where"), help: ArgumentHelp("Only matching events.", valueName: "expr"))
  var condition: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Only from this time on.", valueName: "time"))
  var from: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Only before this time.", valueName: "time"))
  var to: String?

  @Option(
    help: ArgumentHelp("How events are written.", valueName: "text|json|ndjson|csv"),
    completion: .list(["text", "json", "ndjson", "csv"]))
  var format = "text"
}
