internal import Analysis
internal import Events

/// The answers of `stats`, written in the format that was asked for.
struct StatsReport {
  let request: StatsRequest
  let contents: TraceContents
  var statistics: TraceStatistics

  init(request: StatsRequest, contents: TraceContents, statistics: TraceStatistics) throws(Problem)
  {
    self.request = request
    self.contents = contents
    self.statistics = statistics
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
    switch request.format {
    case "json": output.write(json)
    case "ndjson":
      for table in statistics.tables { writeLines(table, to: &output) }
      if let overview = statistics.overview { output.write(overview.line(file: request.file)) }
    case "csv":
      for (place, table) in statistics.tables.enumerated() {
        if place > 0 { output.write("\n") }
        writeCSV(table, to: &output)
      }
      if let overview = statistics.overview { output.write(overview.csv) }
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
