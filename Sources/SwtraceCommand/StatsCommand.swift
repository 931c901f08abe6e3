internal import ArgumentParser

/// `swtrace stats`: answers from a trace, table by table.
struct StatsCommand: ParsableCommand {
  static let manual = Manual(
    summary: """
      Answers from a trace. Without a table, an overview: what was slow and why, how busy the \
      machine was, what was lost, what to type next. With tables, one after the other, as text \
      or for other programs.
      """,
    examples: [
      ("swtrace stats", "the overview of ./trace.swt"),
      ("swtrace stats web.swt threads,syscalls --top 10", "who ran, and which calls took long"),
      (
        "swtrace stats web.swt syscalls --where 'comm ~ \"postgres*\"' --from 4s --to 6s", "of some"
      ),
      ("swtrace stats web.swt threads --by comm --sort max", "threads of a name together"),
      ("swtrace stats web.swt spans --by path --histogram", "spans by a field, with distributions"),
      ("swtrace stats web.swt waits --where 'in span \"http:request\" && dur > 2ms'", "blame"),
      ("sudo swtrace record -o - | swtrace stats - threads --every 2s", "a live top"),
    ],
    sections: tableSections + definitionSections + [formats, times, Manual.exitStatus],
    seeAlso: [
      "swtrace(1)", "swtrace-record(1)", "swtrace-diff(1)", "swtrace-print(1)", "swtrace-info(1)",
      "swtrace(7)",
    ])

  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Answer questions about a trace in tables.",
    usage: "swtrace stats [file] [table[,table...]] [options]",
    discussion: manual.helpText)

  static let formatNames = ["text", "json", "csv", "ndjson", "md"]

  @Argument(
    help: ArgumentHelp(
      "The trace, '-' is standard input; then tables, separated by commas.",
      valueName: "file table"),
    completion: .file(extensions: ["swt"]))
  var words: [String] = []

  @Option(
    name: .customLong("where"), help: ArgumentHelp("Only matching instances.", valueName: "expr"))
  var condition: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Only from this time on.", valueName: "time"))
  var from: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Only before this time.", valueName: "time"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "Rows for each cpu, thread, process, comm, cgroup, container; of spans also parent or a field.",
      valueName: "key"))
  var by: String?

  @Option(help: ArgumentHelp("At most so many rows of each table.", valueName: "n"))
  var top: Int?

  @Option(help: ArgumentHelp("Sort by this column, most first.", valueName: "column"))
  var sort: String?

  @Flag(
    help: ArgumentHelp(
      "Draw the distribution of each row below it.",
      discussion: """
        In steps that double (--histogram=log) or in equal ones (--histogram=lin); without, in those \
        that suit each row. As text alone.
        """))
  var histogram = false

  @Option(name: .customLong("histogram-scale"), help: .hidden)
  var histogramScale: String?

  @Option(
    help: ArgumentHelp("The event that begins a period (table periods).", valueName: "expr"))
  var begin: String?

  @Option(help: ArgumentHelp("The event that ends a period.", valueName: "expr"))
  var end: String?

  @Option(
    help: ArgumentHelp("How tables are written.", valueName: "text|json|csv|ndjson|md"),
    completion: .list(formatNames))
  var format = "text"

  @Option(help: ArgumentHelp("Columns of the text: the terminal's, or 100.", valueName: "n"))
  var width: Int?

  @Option(
    help: ArgumentHelp(
      "From standard input: tables of every so long, while it is recorded.", valueName: "time"))
  var every: String?
}
