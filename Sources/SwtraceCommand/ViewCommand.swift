internal import ArgumentParser
internal import Viewer

/// `swtrace view`: the timeline in the terminal.
struct ViewCommand: ParsableCommand {
  static let manual = Manual(
    summary: """
      Shows a trace over time in the terminal: CPUs, threads with their states, system calls \
      and spans, events and tables of any part. Opens at the worst wait that it finds, or where \
      it was left the last time. ? lists the keys, : runs any command by name.
      """,
    examples: [
      ("swtrace view", "./trace.swt"),
      ("swtrace view web.swt --at 4.21 --span 5ms", "a place in it"),
      ("swtrace view web.swt --follow", "a trace that is still being recorded"),
      ("swtrace view web.swt --print cpu --columns 120", "a screen as text, for a ticket"),
    ],
    sections: ViewCommand.manualSections,
    seeAlso: [
      "swtrace(1)", "swtrace-record(1)", "swtrace-stats(1)", "swtrace-print(1)", "swtrace(7)",
    ])

  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Show a trace over time in the terminal.",
    usage: "swtrace view [file] [options]",
    discussion: manual.helpText)

  static let screenNames = ScreenName.allCases.map(\.rawValue)

  @Argument(
    help: ArgumentHelp("The trace.", valueName: "file"), completion: .file(extensions: ["swt"]))
  var file = "./trace.swt"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Where the window begins: 4.21, 50%, 14:02:11.", valueName: "time"))
  var at: String?

  @Option(help: ArgumentHelp("How long the window is.", valueName: "time"))
  var span: String?

  @Option(
    help: ArgumentHelp("The screen to begin with.", valueName: "cpu|thread|events|stats"),
    completion: .list(screenNames))
  var screen: String?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Filter for events, tables and rows.", valueName: "expr"))
  var condition: String?

  @Option(help: ArgumentHelp("The table of the screen stats.", valueName: "table"))
  var table: String?

  @Flag(help: "Show what is added while the trace is being recorded.")
  var follow = false

  @Option(
    name: .customLong("print"),
    help: ArgumentHelp("Write a screen as text and end.", valueName: "cpu|thread|events|stats"),
    completion: .list(screenNames))
  var printed: String?

  @Option(help: ArgumentHelp("With --print: rows of the screen.", valueName: "n"))
  var rows = 40

  @Option(help: ArgumentHelp("With --print: columns of the screen.", valueName: "n"))
  var columns = 120

  @Option(
    help: ArgumentHelp(
      "With --print: keys to press first, as 'wwdm' or 'w,Enter'.", valueName: "keys"))
  var keys: String?

  /// For Tests/Benchmarks: how long keys and frames took, on standard error; without keys, the frame
  /// that is shown before anything is read.
  @Flag(help: .hidden)
  var times = false
}
