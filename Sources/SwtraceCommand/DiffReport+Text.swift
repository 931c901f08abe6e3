internal import Analysis
internal import Events
internal import TraceFile

extension DiffReport {
  /// A column of the text: the lower its rank, the longer it stays.
  private struct TextColumn: Sendable {
    var title: String
    var rank: Int
    var isRight = false
    var cell: @Sendable (ComparedRow) -> String
  }

  private static let columns = [
    TextColumn(title: "", rank: 0) {
      String(repeating: "  ", count: min($0.depth, 8)) + TerminalText.escaped($0.name)
    },
    TextColumn(title: "n", rank: 4, isRight: true) { "\($0.baseCount) → \($0.newCount)" },
    TextColumn(title: "p50", rank: 2, isRight: true) { DiffReport.pair($0.comparison(.p50)) },
    TextColumn(title: "p90", rank: 5, isRight: true) { DiffReport.pair($0.comparison(.p90)) },
    TextColumn(title: "p99", rank: 1, isRight: true) { DiffReport.pair($0.comparison(.p99)) },
    TextColumn(title: "state that moved", rank: 3) { DiffReport.shifts($0) },
    TextColumn(title: "verdict", rank: 0) { DiffReport.verdict($0) },
  ]

  var text: String {
    var text = ""
    for (title, side) in [("base", base), ("new", new)] { text += headline(title, side) + "\n" }
    for line in warnings { text += "\(TerminalText.escaped(line))\n" }
    for table in comparison.tables {
      text += "\n"
      let shown = shown(table)
      if shown.isEmpty {
        for note in notes(table) { text += "\(table.name)  \(TerminalText.escaped(note))\n" }
        continue
      }
      text += rows(shown, of: table)
      for note in notes(table) { text += "\(TerminalText.escaped(note))\n" }
    }
    if !checks.isEmpty { text += "\n" }
    for (outcome, line) in checkLines {
      text += "\(Self.word(outcome))  \(TerminalText.escaped(line))\n"
    }
    return text
  }

  static func word(_ outcome: ComparisonCondition.Outcome) -> String {
    switch outcome {
    case .holds: "ok  "
    case .broken: "FAIL"
    case .tooFew: "?   "
    }
  }

  private func headline(_ title: String, _ side: Side) -> String {
    let preamble = side.contents.preamble
    var parts = [
      title == "new" ? "new " : title, TerminalText.escaped(side.path), side.contents.span,
      Figure.count(UInt64(max(0, preamble?.cpus ?? 0)), "CPU"),
    ]
    if let preamble {
      parts.append(
        TerminalText.escaped("\(preamble.hostName) Linux \(preamble.kernelRelease)"))
    }
    parts.append(Figure.count(side.contents.events, "event"))
    return parts.joined(separator: "  ")
  }

  private func rows(_ rows: [ComparedRow], of table: ComparedTable) -> String {
    var columns = Self.columns
    columns[0].title = table.name
    if !table.hasShifts { columns.removeAll { $0.title == "state that moved" } }
    var cells = rows.map { row in columns.map { $0.cell(row) } }
    var widths = columns.indices.map { column in
      cells.reduce(columns[column].title.count) { max($0, $1[column].count) }
    }
    var left = request.width + 2
    var chosen: Set<Int> = []
    let verdict = columns.count - 1
    // A name that is too long is cut before its verdict is.
    widths[0] = max(8, min(widths[0], left - 2 - widths[verdict] - 2))
    for row in cells.indices where cells[row][0].count > widths[0] {
      cells[row][0] = cells[row][0].prefix(widths[0] - 1) + "…"
    }
    for column in columns.indices.sorted(by: { (columns[$0].rank, $0) < (columns[$1].rank, $1) }) {
      guard columns[column].rank == 0 || widths[column] + 2 <= left else { continue }
      left -= widths[column] + 2
      chosen.insert(column)
    }
    func line(_ texts: [String]) -> String {
      var line = ""
      for column in columns.indices where chosen.contains(column) {
        if !line.isEmpty { line += "  " }
        let gap = String(repeating: " ", count: max(0, widths[column] - texts[column].count))
        line += columns[column].isRight ? gap + texts[column] : texts[column] + gap
      }
      return line.trimmed + "\n"
    }
    return line(columns.map { $0.title.uppercased() }) + cells.map(line).joined()
  }

  /// Markdown for a pull request.
  var markdown: String {
    var text = "**\(Self.markdown(base.path)) → \(Self.markdown(new.path))**\n\n"
    for line in warnings { text += "\(Self.markdown(line))\n\n" }
    for table in comparison.tables {
      text += "### \(table.name)\n\n"
      let shown = shown(table)
      if !shown.isEmpty {
        let columns = Self.columns.filter {
          table.hasShifts || $0.title != "state that moved"
        }
        text += "| \(columns.map(\.title).joined(separator: " | ")) |\n"
        let rules = columns.map { $0.isRight ? "---:" : "---" }
        text += "| \(rules.joined(separator: " | ")) |\n"
        for row in shown {
          let cells = columns.map { column in
            let cell =
              column.title.isEmpty
              ? String(repeating: "&emsp;", count: min(row.depth, 8)) + Self.markdown(row.name)
              : Self.markdown(column.cell(row))
            return column.title == "verdict" && row.verdict == .worse ? "**\(cell)**" : cell
          }
          text += "| \(cells.joined(separator: " | ")) |\n"
        }
        text += "\n"
      }
      for note in notes(table) { text += "\(Self.markdown(note))\n\n" }
    }
    for (outcome, line) in checkLines {
      let word = Self.word(outcome).trimmed
      text += "- **\(word == "?" ? "undecided" : word)** \(Self.markdown(line))\n"
    }
    return text
  }

  private static func markdown(_ text: String) -> String {
    StatsReport.markdown(TerminalText.escaped(text))
  }
}
