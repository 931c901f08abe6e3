internal import Analysis
internal import Events

/// The answers of `stats`, written in the format that was asked for.
struct StatsReport {
  let request: StatsRequest
  private(set) var contents: TraceContents
  var statistics: TraceStatistics
  /// Whether parts of the same trace were written before.
  let isContinued: Bool

  init(
    request: StatsRequest, contents: TraceContents, statistics: TraceStatistics,
    isContinued: Bool = false
  ) throws(Problem) {
    self.request = request
    self.isContinued = isContinued
    self.contents = contents
    self.statistics = statistics
    for loss in statistics.damaged { self.contents.add(loss) }
    guard let column = request.sort else { return }
    for place in self.statistics.tables.indices {
      guard let found = self.statistics.tables[place].column(column) else {
        let table = self.statistics.tables[place]
        throw Words.unknownColumn(column, table.name, among: table.columns.map(\.key))
      }
      self.statistics.tables[place].sort(by: found)
    }
  }

  func write(to output: inout StandardOutput) {
    let isText = request.format == "text" || request.format == "md"
    if let part = statistics.part, isText {
      let times = "\(CellText.instant(part.lowerBound)) … \(CellText.instant(part.upperBound))"
      let line = request.format == "md" ? "## \(times)\n\n" : times + "\n"
      output.write((isContinued ? "\n" : "") + line)
    }
    switch request.format {
    case "json": output.write(json)
    case "ndjson":
      for table in statistics.tables { writeLines(table, to: &output) }
      if let overview = statistics.overview {
        output.write(overview.line(file: request.file, part: statistics.part))
      }
    case "csv":
      let isAlone = statistics.tables.count + (statistics.overview == nil ? 0 : 1) == 1
      let hasHeader = !isContinued || !isAlone
      for (place, table) in statistics.tables.enumerated() {
        if place > 0 || (isContinued && !isAlone) { output.write("\n") }
        writeCSV(table, hasHeader: hasHeader, to: &output)
      }
      if let overview = statistics.overview {
        output.write(overview.csv(part: statistics.part, hasHeader: hasHeader))
      }
    case "md":
      if statistics.overview != nil { output.write("```\n\(overviewText)```\n") }
      for table in statistics.tables { writeMarkdown(table, to: &output) }
    default:
      if statistics.overview != nil { output.write(overviewText) }
      for (place, table) in statistics.tables.enumerated() {
        if place > 0 || statistics.overview != nil { output.write("\n") }
        writeText(table, to: &output)
      }
    }
  }

  /// The rows of a table that are shown, and how many are not, with their share of all weight.
  func shown(_ table: StatisticsTable) -> (rows: ArraySlice<StatisticsTable.Row>, rest: String?) {
    guard let top = request.top, table.rows.count > top else { return (table.rows[...], nil) }
    let rest = table.rows[top...]
    let all = table.rows.reduce(0.0) { $0 + Double($1.weight) }
    let left = rest.reduce(0.0) { $0 + Double($1.weight) }
    let share = all > 0 ? ", \(CellText.percent(left / all)) of the \(table.weightName)" : ""
    return (table.rows[..<top], "\(rest.count) more\(share)")
  }

  /// Lines below a table that is there.
  func notes(_ table: StatisticsTable) -> [String] { table.missing == nil ? table.notes : [] }

  /// What columns are not there, in a line each.
  func missing(_ table: StatisticsTable) -> [String] {
    if let sets = table.missing { return ["not recorded (\(CellText.remedy(sets)))"] }
    guard let first = table.rows.first else { return [] }
    var columns: [(sets: [String], titles: [String])] = []
    for (column, cell) in zip(table.columns, first.cells) {
      guard case .notRecorded(let sets) = cell.value,
        column.rank != nil || column.key.hasPrefix("d_")
      else { continue }
      if let known = columns.firstIndex(where: { $0.sets == sets }) {
        columns[known].titles.append(column.title)
      } else {
        columns.append((sets, [column.title]))
      }
    }
    return columns.map {
      "\($0.titles.joined(separator: ", ")): not recorded (\(CellText.remedy($0.sets)))"
    }
  }
}

extension StatisticsTable {
  fileprivate var weightName: String {
    switch name {
    case "events", "counters": "events"
    case "net": "bytes"
    default: "time"
    }
  }
}
