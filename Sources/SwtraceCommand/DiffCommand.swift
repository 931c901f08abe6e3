internal import ArgumentParser

/// `swtrace diff`: what became slower from one trace to another, and in which state.
struct DiffCommand: ParsableCommand {
  static let manual = Manual(
    summary: """
      Compares the durations of two traces, name by name: which became worse, by how much, \
      whether that is no accident, and which state the time moved to. With --assert a gate for CI.
      """,
    examples: [
      ("swtrace diff base.swt new.swt", "spans, system calls and waits that both traces have"),
      (
        "swtrace diff base.swt new.swt spans --format md", "a table that pastes into a pull request"
      ),
      (
        "swtrace diff base.swt new.swt spans --assert 'http:request: p99 < +20 %'",
        "exit 1 where this span's p99 rose by 20 % and more"
      ),
      (
        "swtrace diff base.swt new.swt syscalls --assert 'max < 50ms' --assert 'p50 < +10 %'",
        "several conditions, of all calls"
      ),
      (
        "swtrace diff base.swt new.swt --where 'comm == \"nginx\"'",
        "without what else the machine did meanwhile"
      ),
    ],
    sections: manualSections,
    seeAlso: ["swtrace(1)", "swtrace-record(1)", "swtrace-stats(1)", "swtrace-print(1)"])

  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two traces: what became slower, and why.",
    usage: "swtrace diff <base> <new> [table[,table...]] [options]",
    discussion: manual.helpText)

  static let formatNames = ["text", "json", "csv", "ndjson", "md"]

  @Argument(
    help: ArgumentHelp("The trace that is compared with.", valueName: "base"),
    completion: .file(extensions: ["swt"]))
  var base: String

  @Argument(
    help: ArgumentHelp("The trace that is judged.", valueName: "new"),
    completion: .file(extensions: ["swt"]))
  var new: String

  @Argument(
    help: ArgumentHelp(
      "Of spans, syscalls, states, threads, processes, irq, block, net, locks; without, the first three.",
      valueName: "table"))
  var tables: String?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Only matching instances, of both traces.", valueName: "expr"))
  var selection: String?

  @Option(
    name: .customLong("assert"),
    help: ArgumentHelp(
      "Exit 1 where a row breaks this condition, such as 'p99 < +20 %'; repeatable.",
      valueName: "condition"))
  var conditions: [String] = []

  @Option(
    help: ArgumentHelp("The least change that is worse or better: 5 %.", valueName: "percent"))
  var minEffect: String?

  @Flag(help: "Also the rows that have too few instances.")
  var all = false

  @Option(
    help: ArgumentHelp("How the answer is written.", valueName: "text|json|csv|ndjson|md"),
    completion: .list(formatNames))
  var format = "text"

  @Option(help: ArgumentHelp("Columns of the text: the terminal's, or 100.", valueName: "n"))
  var width: Int?
}

extension DiffCommand {
  static let manualSections = [
    Manual.Section(
      "ROWS",
      [
        .text(
          """
          A row is a name that means the same in both traces: a span, a system call, a state that a \
          thread waits in, a thread's or process's name (run delay), an interrupt, a disk and \
          operation, a network device and direction, a process whose threads wait for futexes. Calls that wait by design, time \
          on a CPU and sleep are not compared. \
          Spans stand below the span that all their instances are in. Rows with too few instances are \
          one line, unless --all is given; the formats for programs have them all.
          """),
        .item(
          "events, cpus, counters",
          "Numbers and no durations: p50 and p99 of them would say nothing."),
        .item(
          "waits, periods",
          """
          Blame and periods belong to a question (--where, --begin) that is asked of one trace: \
          swtrace stats of each.
          """),
      ]),
    Manual.Section(
      "VERDICTS",
      [
        .text(
          """
          The time of each trace is cut into 64 slices of equal length; an instance belongs to the \
          slice in which it ends. 400 times as many slices as a row extends over are drawn with \
          replacement (a block bootstrap, seeded by the row's name, so that the same traces always \
          give the same answer). d^2 is the variance of ln(quantile) over the drawings: what \
          averages out over a recording. v^2 is the variance of ln(quantile) over the eighths of the \
          trace. Where nothing drifts, v^2 is 8 d^2; u is the mean of v^2 / (8 d^2), at most 8, over p50, \
          p90 and p99 of both traces. Recordings of the same work that are made one after the other lie as \
          far apart as the eighths of one of them, so that what eighths scatter beyond chance is not \
          divided by their number: drift^2 = max(v^2, 8 u d^2) - 8 d^2, at least 0. With the width of the \
          histogram's buckets s^2 = d_base^2 + drift_base^2 + d_new^2 + drift_new^2 + 2 (1/64)^2 / 12. The \
          interval of a quantile's change is exp(ln(new / base) ± t s) - 1, with Student's t for 95 % \
          and Welch and Satterthwaite's degrees of freedom (eighths less one for drift; for d as many \
          slices as would hold the instances evenly, (sum n)^2 / sum n^2 of the n in each, less one: \
          a burst in one slice is one observation). The chance of so large a change by accident is Holm-corrected over p50, p90 and \
          p99 of all rows of all tables that are compared. What differs between recordings and never within one (another \
          build, another machine, another neighbour) is a change, not chance: --where leaves out what \
          other programs did. Where threads were put on the same CPU in one recording and not in the \
          other, that is such a change too: compare more than one pair before you blame a build.
          """),
        .item(
          "worse, better",
          """
          A chance below 5 % (*; ** below 1 %, *** below 0.1 %) and a change of at least --min-effect. \
          The verdict names the quantile that changed most.
          """),
        .item("same", "Neither."),
        .item(
          "too few",
          """
          No quantile has ten instances above it in both traces, or the row extends over fewer than \
          20 slices, or its instances are so bunched that they count as fewer than ten slices, or \
          stand in fewer than four eighths. Such quantiles stand in brackets.
          """),
        .item(
          "state that moved",
          """
          (time in the state / instances) of the new trace less that of the base: the state whose \
          share of an average instance changed most, and the next where it changed half as much.
          """),
      ]),
    Manual.Section(
      "CONDITIONS",
      [
        .text(
          """
          [PATTERN:] QUANTITY < LIMIT, also <=, > and >=. PATTERN is a glob over rows' names, with \
          or without what stands before their colon; without it all rows are meant. QUANTITY is \
          p50, p90, p95, p99, p99.9, avg, max or rate (instances a second).
          """),
        .item(
          "+20 %, -5 %",
          """
          A bound of the change. It is broken where the change is beyond it and no accident (a \
          corrected chance below 5 %). Where no change would break it (p50 < -10 % asks for one), it \
          is broken wherever that did not come. max has none.
          """),
        .item(
          "2ms, 50us",
          "A bound of the new trace's value. It is broken where the value is beyond it."),
        .item("100", "The same of a rate."),
        .text(
          """
          Rows with too few instances neither hold nor break; a condition that no row \
          could decide is undecided.
          """),
      ]),
    Manual.Section(
      "FORMATS",
      [
        .item(
          "json",
          """
          {"version":1,"base":{...},"new":{...},"min_effect","tables":{NAME:[row,...]},\
          "assertions":[...]}. Each quantity of a row has base_ns, new_ns, change, low, high, chance \
          and verdict; a rate is per second. Not known is null.
          """),
        .item("ndjson", "The rows, one object a line."),
        .item("csv", "A line for each quantity of each row."),
        .item("md", "Tables of Markdown, and the assertions as a list."),
      ]),
    Manual.Section(
      "EXIT STATUS",
      [
        .item("0", "Good: every condition holds, or there is none."),
        .item("1", "A condition is broken, or a trace could not be read whole."),
        .item("2", "Wrong usage."),
        .item("4", "No condition is broken, but for some there were too few instances to tell."),
      ]),
  ]
}
