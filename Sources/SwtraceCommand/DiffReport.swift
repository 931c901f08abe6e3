internal import Analysis
internal import Events
internal import TraceFile

/// The answer of `diff`, written in the format that was asked for.
struct DiffReport {
  struct Side {
    var path: String
    var trace: SlicedTrace
    var contents: TraceContents

    init(_ path: String, _ trace: SlicedTrace, _ contents: TraceContents) {
      self.path = path
      self.trace = trace
      self.contents = contents
    }
  }

  let request: DiffRequest
  let base: Side
  let new: Side
  let comparison: TraceComparison
  let checks: [CheckedCondition]

  func write(to output: inout StandardOutput) {
    switch request.format {
    case "json": output.write(json)
    case "ndjson": for line in lines { output.write(line) }
    case "csv": output.write(csv)
    case "md": output.write(markdown)
    default: output.write(text)
    }
  }

  /// Rows that are told one by one: those that could be judged, and what these stand below.
  func shown(_ table: ComparedTable) -> [ComparedRow] {
    guard !request.all else { return table.rows }
    var shown: [ComparedRow] = []
    var above = 0
    for row in table.rows.reversed() {
      guard row.verdict != .tooFew || row.depth < above else { continue }
      above = row.depth
      shown.append(row)
    }
    return shown.reversed()
  }

  /// Lines below a table: what is missing, what is in no quantile.
  func notes(_ table: ComparedTable) -> [String] {
    var notes: [String] = []
    for (path, sets) in [(base.path, table.missingInBase), (new.path, table.missingInNew)] {
      if let sets { notes.append("not recorded in \(path) (\(CellText.remedy(sets)))") }
    }
    if table.missingInBase == nil, table.missingInNew == nil, table.rows.isEmpty {
      notes.append("nothing in either trace")
    }
    let folded = table.rows.count - shown(table).count
    if folded > 0 {
      let (rows, them) = folded == 1 ? ("row has", "it") : ("rows have", "them")
      let count = Figure.count(UInt64(folded))
      notes.append("\(count) \(rows) too few instances (--all shows \(them))")
    }
    if !table.hasShifts, ["spans", "syscalls"].contains(table.name), !table.rows.isEmpty {
      notes.append("state that moved: not recorded (-e +sched)")
    }
    for (path, count) in [(base.path, table.unpaired.base), (new.path, table.unpaired.new)]
    where count > 0 {
      notes.append("\(Figure.count(count)) of \(path) in no quantile: across what was not seen")
    }
    return notes
  }

  /// What is said about both traces as a whole.
  var warnings: [String] {
    var warnings: [String] = []
    for side in [base, new] where side.trace.isLossy {
      warnings.append("\(side.path) lost events: instances across a gap are not compared")
    }
    let (before, after) = (base.contents.preamble, new.contents.preamble)
    if let before, let after, before.cpus != after.cpus || before.machine != after.machine {
      warnings.append(
        "the machines differ: \(Figure.count(UInt64(max(0, before.cpus)), "CPU")) "
          + "\(before.machine), \(Figure.count(UInt64(max(0, after.cpus)), "CPU")) \(after.machine)"
      )
    }
    return warnings
  }

  /// `p50`, as it stood and as it stands: `412 → 453 us  +10 %`.
  static func pair(_ one: QuantityComparison?) -> String {
    guard let one, one.base != nil || one.new != nil else { return "-" }
    let (before, after) = (time(one.base), time(one.new))
    var text = "\(before) → \(after)"
    if let space = before.lastIndex(of: " "), after.hasSuffix(before[space...]) {
      text = "\(before[..<space]) → \(after)"
    }
    if let change = one.change { text += " \(percent(change))" }
    return one.isBracketed ? "[\(text)]" : text
  }

  private static func time(_ value: Double?) -> String {
    guard let value else { return "-" }
    return TimeSpan(nanoseconds: Int64(exactly: value.rounded()) ?? .max).text
  }

  /// `+188 %`, `-3 %`, `+0 %`.
  static func percent(_ change: Double) -> String {
    let rounded = (change * 100).rounded()
    guard let whole = Int64(exactly: rounded) else { return "+∞ %" }
    return "\(whole < 0 ? "-" : "+")\(whole.magnitude) %"
  }

  /// `runnable +1.10 ms, lock +300 us`.
  static func shifts(_ row: ComparedRow) -> String {
    guard let first = row.shifts.first, abs(first.shift) >= 1 else { return "-" }
    var shown = [first]
    if row.shifts.count > 1, abs(row.shifts[1].shift) >= abs(first.shift) / 2 {
      shown.append(row.shifts[1])
    }
    return shown.map { one in
      let span = TimeSpan(nanoseconds: Int64(exactly: abs(one.shift).rounded()) ?? .max)
      return "\(one.state) \(one.shift < 0 ? "-" : "+")\(span.text)"
    }.joined(separator: ", ")
  }

  /// `WORSE p99 ***`.
  static func verdict(_ row: ComparedRow) -> String {
    switch row.verdict {
    case .worse, .better:
      let word = row.verdict == .worse ? "WORSE" : "better"
      let one = row.decisive.flatMap { row.comparison($0) }
      let chance = one?.chance ?? 1
      let stars = chance < 0.001 ? "***" : chance < 0.01 ? "**" : "*"
      return "\(word) \(one?.quantity.name ?? "") \(stars)"
    case .same: return "same"
    case .tooFew: return "too few"
    }
  }

  /// What each assertion came to, in lines.
  var checkLines: [(outcome: ComparisonCondition.Outcome, text: String)] {
    checks.flatMap { check -> [(ComparisonCondition.Outcome, String)] in
      let rows = check.tooFew == 1 ? "row" : "rows"
      switch check.outcome {
      case .holds:
        let rest = check.tooFew > 0 ? ", \(check.tooFew) \(rows) with too few instances" : ""
        return [(.holds, "\(check.condition.text)  holds for \(check.held)\(rest)")]
      case .tooFew:
        let why =
          check.tooFew > 0 ? "\(check.tooFew) \(rows), too few instances" : "no such row"
        return [(.tooFew, "\(check.condition.text)  undecided: \(why)")]
      case .broken:
        return check.broken.map { (.broken, Self.failure($0.row, check.condition)) }
      }
    }
  }

  /// `http.request p99 +188 % (limit < +20 %)`.
  private static func failure(_ row: ComparedRow, _ condition: ComparisonCondition) -> String {
    let limit = "(limit \(condition.order.rawValue) \(condition.limitText))"
    let name = "\(row.name) \(condition.quantity.name)"
    switch (condition.quantity, condition.limit) {
    case (.compared(let quantity), .change):
      return "\(name) \(percent(row.comparison(quantity)?.change ?? 0)) \(limit)"
    case (.compared(.rate), .value):
      return "\(name) \(CellText.decimal(row.comparison(.rate)?.new ?? 0)) a second \(limit)"
    case (.compared(let quantity), .value):
      return "\(name) \(time(row.comparison(quantity)?.new)) \(limit)"
    case (.most, _): return "\(name) \(time(row.newMost.map { Double($0) })) \(limit)"
    }
  }
}
