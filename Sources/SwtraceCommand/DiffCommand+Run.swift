internal import Analysis
internal import ArgumentParser
internal import Events
internal import KernelTracing
internal import TraceFile

extension DiffCommand {
  mutating func run() throws {
    let request = try DiffRequest(self)
    var progress = ProgressLine()
    let (before, baseContents) = try Self.read(base, request, &progress)
    let (after, newContents) = try Self.read(new, request, &progress)
    progress.clear()
    let comparison = TraceComparison(
      base: before, new: after, tables: request.shown(before, after),
      leastEffect: request.leastEffect)
    let checks = request.conditions.map { CheckedCondition($0, comparison) }
    let report = DiffReport(
      request: request, base: DiffReport.Side(base, before, baseContents),
      new: DiffReport.Side(new, after, newContents), comparison: comparison, checks: checks)
    var output = StandardOutput()
    report.write(to: &output)
    try output.close()
    let isWhole = [
      Self.tell(before, base), Self.tell(after, new),
    ].allSatisfy { $0 }
    let outcomes = checks.map(\.outcome)
    if !isWhole || outcomes.contains(.broken) { throw ExitCode(ExitStatus.failure.rawValue) }
    if outcomes.contains(.tooFew) { throw ExitCode(ExitStatus.undecided.rawValue) }
  }

  private static func read(
    _ path: String, _ request: DiffRequest, _ progress: inout ProgressLine
  ) throws -> (SlicedTrace, TraceContents) {
    guard case .file = try TraceInput(path) else { throw Words.diffNeedsFile(path) }
    do {
      let trace = try OpenTrace(path: path, decodePages: LatePages.decode)
      let names = SystemCallTable(machine: trace.reader.preamble.machine)?.names ?? []
      let sliced = try trace.sliced(
        request.tables, where: request.filter, systemCallNames: names
      ) { share in
        progress.show("reading \(TerminalText.escaped(path))  \(Int(share * 100)) %")
        return true
      }
      return (sliced, TraceContents(trace.reader))
    } catch {
      throw Words.problem(error, path: path)
    }
  }

  /// Says on standard error what of a trace could not be read; whether it was good enough.
  private static func tell(_ trace: SlicedTrace, _ path: String) -> Bool {
    var outcome = PrintOutcome()
    outcome.unreadable = trace.unreadable
    outcome.damage = trace.damage
    outcome.late = trace.late
    let problems = Words.problems(with: outcome, path: path)
    for problem in problems { problem.show() }
    return !problems.contains { $0.status != .good }
  }
}

/// What `diff` was asked for, checked.
struct DiffRequest {
  var tables: [String]
  /// Whether nobody named tables: those without events in both traces are passed over.
  var isDefault: Bool
  var filter: Filter?
  var conditions: [ComparisonCondition]
  var leastEffect: Double
  var format: String
  var width: Int
  /// Whether rows with too few instances are told one by one.
  var all: Bool

  init(_ command: DiffCommand) throws(Problem) {
    guard DiffCommand.formatNames.contains(command.format) else {
      throw Words.wrongChoice("--format", command.format, among: DiffCommand.formatNames)
    }
    format = command.format
    all = command.all
    if command.base == "-" || command.new == "-" { throw Words.diffNeedsFile("-") }
    isDefault = command.tables == nil
    tables =
      try command.tables.map { text throws(Problem) in try Self.tables(text) }
      ?? ["spans", "syscalls", "states"]
    do throws(EventsError) {
      filter = try command.selection.map { text throws(EventsError) in try Filter(parsing: text) }
    } catch {
      throw Words.problem(error, option: "--where")
    }
    conditions = []
    for text in command.conditions {
      do throws(AnalysisError) {
        conditions.append(try ComparisonCondition(parsing: text))
      } catch {
        throw Words.problem(error, path: "--assert")
      }
    }
    leastEffect = try command.minEffect.map { text throws(Problem) in try Self.share(text) } ?? 0.05
    if let width = command.width, !(20...10_000).contains(width) {
      throw Words.wrongValue("--width", "\(width)", "between 20 and 10000 columns")
    }
    width = command.width ?? max(40, Terminal.columns(1) ?? 100)
  }

  private static func tables(_ text: String) throws(Problem) -> [String] {
    var names: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = String(part)
      guard SlicedTrace.tables.contains(name) else {
        throw StatisticsTable.names.contains(name)
          ? Words.tableWithoutDurations(name) : Words.unknownTable(name, among: SlicedTrace.tables)
      }
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// A share in percent, above what a distribution's buckets hide.
  private static func share(_ text: String) throws(Problem) -> Double {
    let digits = text.hasSuffix("%") ? text.dropLast() : text[...]
    let number = digits.last == " " ? digits.dropLast() : digits
    let isPlain = number.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    guard isPlain, let percent = Double(number), (2...1000).contains(percent) else {
      throw Words.wrongValue(
        "--min-effect", text, "between 2 and 1000 %", hint: "distributions are exact within 1.6 %")
    }
    return percent / 100
  }

  /// The tables that are told about.
  func shown(_ base: SlicedTrace, _ new: SlicedTrace) -> [String] {
    guard isDefault else { return tables }
    let recorded = tables.filter { base.missing[$0] == nil || new.missing[$0] == nil }
    return recorded.isEmpty ? tables : recorded
  }
}
