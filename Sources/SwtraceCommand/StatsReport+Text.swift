internal import Analysis
internal import Events

extension StatsReport {
  /// A table in columns, as many as fit.
  func writeText(_ table: StatisticsTable, to output: inout StandardOutput) {
    for line in lines(table) { output.write(line + "\n") }
  }

  func lines(_ table: StatisticsTable) -> [String] {
    var lines: [String] = []
    let (rows, rest) = shown(table)
    let isThere = table.missing == nil && !table.rows.isEmpty
    if isThere, let rest { lines.append(rest) }
    if table.missing == nil, !isThere { lines.append("\(table.name)  nothing") }
    for line in missing(table) {
      lines.append(table.missing != nil ? "\(table.name)  \(line)" : line)
    }
    lines += notes(table).map { TerminalText.escaped($0) }
    // A row is as wide as its columns are; a sentence goes on in the next line.
    return (isThere ? rowLines(table, rows) : [])
      + lines.flatMap { $0.folded(to: request.width) }
  }

  private func rowLines(
    _ table: StatisticsTable, _ rows: ArraySlice<StatisticsTable.Row>
  ) -> [String] {
    let cells = rows.map { row in row.cells.map { CellText.text($0) } }
    let columns = chosen(table, cells)
    let widths = columns.map { column in
      cells.reduce(table.columns[column].title.count) { max($0, $1[column].count) }
    }
    var lines: [String] = []
    var line = ""
    for (place, column) in columns.enumerated() {
      append(
        table.columns[column].title.uppercased(), table.columns[column], widths[place], to: &line)
    }
    lines.append(line.trimmed)
    for (row, texts) in zip(rows, cells) {
      line = ""
      for (place, column) in columns.enumerated() {
        append(texts[column], table.columns[column], widths[place], to: &line)
      }
      lines.append(line.trimmed)
      if let scale = request.histograms, let histogram = row.histogram, !histogram.isEmpty {
        lines += HistogramDrawing.lines(histogram, width: request.width, scale)
      }
    }
    return lines
  }

  /// Whether there is no room for all columns of a table.
  func leavesOutColumns(_ table: StatisticsTable) -> Bool {
    guard table.missing == nil, !table.rows.isEmpty else { return false }
    let cells = shown(table).0.map { row in row.cells.map { CellText.text($0) } }
    return chosen(table, cells).count < candidates(table).count
  }

  private func append(
    _ text: String, _ column: StatisticsColumn, _ width: Int, to line: inout String
  ) {
    if !line.isEmpty { line += "  " }
    let gap = String(repeating: " ", count: max(0, width - text.count))
    line += column.kind == .text ? text + gap : gap + text
  }

  /// The columns of lowest rank that fit side by side, in their order.
  private func chosen(_ table: StatisticsTable, _ cells: [[String]]) -> [Int] {
    let sorted = request.sort.flatMap { table.column($0) }
    let byRank = candidates(table).sorted {
      let left = $0 == sorted ? 0 : table.columns[$0].rank ?? 0
      let right = $1 == sorted ? 0 : table.columns[$1].rank ?? 0
      return (left, $0) < (right, $1)
    }
    var left = request.width
    var chosen: [Int] = []
    for column in byRank {
      let width = cells.reduce(table.columns[column].title.count) { max($0, $1[column].count) } + 2
      guard width <= left + 2 || table.columns[column].rank == 0 else { break }
      left -= width
      chosen.append(column)
    }
    return chosen.sorted()
  }

  /// The columns that would be shown if there was room.
  private func candidates(_ table: StatisticsTable) -> [Int] {
    let sorted = request.sort.flatMap { table.column($0) }
    return table.columns.indices.filter { column in
      guard table.columns[column].rank != nil || column == sorted else { return false }
      return !table.rows.allSatisfy {
        if case .notRecorded = $0.cells[column].value { true } else { false }
      }
    }
  }
}

extension String {
  /// In lines of at most `width` columns, broken at blanks.
  fileprivate func folded(to width: Int) -> [String] {
    var lines: [String] = []
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// Without blanks at its end.
  var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
