internal import Analysis
internal import Events
internal import TraceFile

extension StatsReport {
  /// One object with the trace and its tables.
  var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.pair("version", 1)
      json.key("trace")
      json.object { appendTrace(to: &$0) }
      if let part = statistics.part {
        json.key("part")
        json.object { $0.append(part) }
      }
      json.key("tables")
      json.object { json in
        if let overview = statistics.overview {
          json.key("overview")
          json.array { json in json.object { json in overview.append(to: &json) } }
        }
        for table in statistics.tables {
          json.key(table.name)
          json.array { json in
            for row in shown(table).rows {
              json.object { Self.append(row, of: table, to: &$0) }
            }
          }
        }
      }
      appendMissing(to: &json)
    }
    json.endLine()
    return json.bytes
  }

  private func appendTrace(to json: inout JSONText) {
    json.pair("file", request.file)
    json.pair("host", contents.preamble?.hostName ?? "")
    json.pair("kernel", contents.preamble?.kernelRelease ?? "")
    json.pair("clock", contents.preamble?.referenceClock.name ?? "")
    json.pair("start_unix_ns", contents.preamble?.reading.realtime ?? 0)
    json.pair("duration_ns", contents.duration.nanoseconds)
    json.pair("cpus", contents.preamble?.cpus ?? 0)
    json.pair("events", contents.events)
    json.pair("lost", contents.lost)
    json.pair("lost_is_lower_bound", contents.lostMore || contents.mayLackEvents)
    json.pair("bytes", contents.bytes)
    json.pair("processes", statistics.processes)
    json.pair("threads", statistics.threads)
  }

  /// The columns that could not be filled, by table, each with what would have to be recorded.
  private func appendMissing(to json: inout JSONText) {
    let missing = statistics.tables.filter { !self.missing($0).isEmpty }
    guard !missing.isEmpty else { return }
    json.key("not_recorded")
    json.object { json in
      for table in missing {
        json.key(table.name)
        json.object { json in
          if let sets = table.missing { json.pair("*", CellText.remedy(sets)) }
          for (column, cell) in zip(table.columns, table.rows.first?.cells ?? []) {
            if case .notRecorded(let sets) = cell.value {
              json.pair(column.key, CellText.remedy(sets))
            }
          }
        }
      }
    }
  }

  /// A row's cells by their columns' keys; which are bounds, which quantiles stand on few.
  private static func append(
    _ row: StatisticsTable.Row, of table: StatisticsTable, to json: inout JSONText
  ) {
    var lower: [String] = []
    var upper: [String] = []
    var few: [String] = []
    for (column, cell) in zip(table.columns, row.cells) {
      json.key(column.key)
      json.value(cell.value)
      if cell.bound == .atLeast { lower.append(column.key) }
      if cell.bound == .atMost { upper.append(column.key) }
      if cell.isBracketed { few.append(column.key) }
    }
    for (name, keys) in [("lower_bounds", lower), ("upper_bounds", upper), ("bracketed", few)]
    where !keys.isEmpty {
      json.key(name)
      json.array { json in for key in keys { json.string(key) } }
    }
  }

  /// A row as an object.
  static func json(_ row: StatisticsTable.Row, of table: StatisticsTable) -> [UInt8] {
    var json = JSONText()
    json.object { append(row, of: table, to: &$0) }
    return json.bytes
  }

  /// A table, an object a line.
  func writeLines(_ table: StatisticsTable, to output: inout StandardOutput) {
    for row in shown(table).rows {
      var json = JSONText()
      json.object { json in
        json.pair("version", 1)
        json.pair("table", table.name)
        if let part = statistics.part { json.append(part) }
        if let key = table.key {
          json.pair("by", key)
          json.key("key")
          json.value(row.cells[0].value)
        }
        Self.append(row, of: table, to: &json)
      }
      json.endLine()
      output.write(json.bytes)
    }
  }
}

extension JSONText {
  /// The part of a trace that is told about.
  mutating func append(_ part: Range<Timestamp>) {
    pair("from_ns", part.lowerBound.nanoseconds)
    pair("to_ns", part.upperBound.nanoseconds)
  }

  mutating func value(_ value: StatisticsCell.Value) {
    switch value {
    case .text(let text): string(text)
    case .count(let number), .duration(let number), .bytes(let number): integer(number)
    case .integer(let number): integer(number)
    case .instant(let instant): integer(instant.nanoseconds)
    case .share(let number), .number(let number): self.number(number)
    case .none, .notRecorded: null()
    }
  }
}

extension StatsReport {
  /// A header line and a line a row.
  func writeCSV(_ table: StatisticsTable, hasHeader: Bool, to output: inout StandardOutput) {
    let times = statistics.part.map {
      ["\($0.lowerBound.nanoseconds)", "\($0.upperBound.nanoseconds)"]
    }
    if hasHeader {
      let titles = ["table"] + (times == nil ? [] : ["from_ns", "to_ns"])
      output.write((titles + table.columns.map(\.key)).joined(separator: ",") + "\n")
    }
    for row in shown(table).rows {
      let cells = row.cells.map { Self.csv($0.value) }
      output.write(([table.name] + (times ?? []) + cells).joined(separator: ",") + "\n")
    }
  }

  private static func csv(_ value: StatisticsCell.Value) -> String {
    switch value {
    case .text(let text):
      "\"\(TerminalText.escaped(text).replacing("\"", with: "\"\""))\""
    case .count(let number), .duration(let number), .bytes(let number): String(number)
    case .integer(let number): String(number)
    case .instant(let instant): String(instant.nanoseconds)
    case .share(let number), .number(let number): JSONText.decimal(number)
    case .none: ""
    case .notRecorded: "not recorded"
    }
  }

  /// A table of Markdown with the columns that text shows.
  func writeMarkdown(_ table: StatisticsTable, to output: inout StandardOutput) {
    output.write("### \(table.name)\n\n")
    let columns = table.columns.indices.filter { table.columns[$0].rank.map { $0 <= 4 } ?? false }
    let (rows, rest) = shown(table)
    if !rows.isEmpty {
      output.write("| \(columns.map { table.columns[$0].title }.joined(separator: " | ")) |\n")
      let rules = columns.map { table.columns[$0].kind == .text ? "---" : "---:" }
      output.write("| \(rules.joined(separator: " | ")) |\n")
      for row in rows {
        let cells = columns.map { Self.markdown(CellText.text(row.cells[$0])) }
        output.write("| \(cells.joined(separator: " | ")) |\n")
      }
      output.write("\n")
    }
    for line in [rest].compactMap({ $0 }) + missing(table) + notes(table) {
      output.write("\(Self.markdown(TerminalText.escaped(line)))\n\n")
    }
  }

  /// A text in which nothing is Markdown's own.
  static func markdown(_ text: String) -> String {
    var escaped = ""
    for letter in text {
      if "\\|`*_<>[]#".contains(letter) { escaped.append("\\") }
      escaped.append(letter)
    }
    return escaped
  }
}
