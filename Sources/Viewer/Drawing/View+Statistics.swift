internal import Analysis
internal import Events

extension View {
  /// Tables of `swtrace stats`, in their order.
  static let tables = StatisticsTable.names.filter { $0 != "periods" }

  func drawStatistics(in frame: inout Frame) {
    let first = layout.rulerRow
    drawTables(first, in: &frame)
    let window = statisticsWindow
    var title = marked == nil ? "window" : "A-B"
    title +=
      "  \(Words.instant(window.start, decimals: 6)) … \(Words.instant(window.end, decimals: 6)) s"
    title += "  \(Words.span(window.length))"
    if let key = state.stats.key { title += "  by \(key)" }
    if let sort = state.stats.sort { title += "  sorted by \(columnTitle(sort))" }
    frame.fill(first + 1, 0..<layout.columns, "─", Style(.faint))
    frame.put("─ \(title) ", first + 1, 0, Style(.faint))
    let lines = statisticsLines
    let space = statisticsRows
    let top = min(max(0, state.stats.firstLine), max(0, lines.count - space))
    for (place, line) in lines[top...].prefix(space).enumerated() {
      let isAtHand = top + place == state.stats.line && lines.count > 1
      let style =
        isAtHand ? Style(.cursor, reversed: true) : Style(top + place == 0 ? .heading : .text)
      if isAtHand { frame.fill(first + 2 + place, 0..<layout.columns, " ", style) }
      frame.put(" \(line)", first + 2 + place, 0, style)
    }
    if lines.count > space, space > 1 {
      frame.put(
        " \(lines.count - space) more lines ", first + 1, max(0, layout.columns - 20), Style(.faint)
      )
    }
  }

  /// What heads a column, by its key.
  private func columnTitle(_ key: String) -> String {
    knownTable?.columns.first { $0.key == key }?.title ?? key
  }

  var statisticsRows: Int {
    max(1, layout.statusRow - layout.rulerRow - 2)
  }

  private func drawTables(_ row: Int, in frame: inout Frame) {
    frame.fill(row, 0..<layout.columns)
    // The table at hand is always among those that fit.
    let at = Self.tables.firstIndex(of: state.stats.table) ?? 0
    var start = 0
    while width(start...at) > layout.columns - 10, start < at { start += 1 }
    var place = frame.put(start > 0 ? " ‹ " : " ", row, 0, Style(.faint))
    for table in Self.tables[start...] {
      let isOn = table == state.stats.table
      let text = isOn ? "[\(table)]" : table
      guard place + text.columns + 3 < layout.columns else {
        frame.put("›", row, layout.columns - 2, Style(.faint))
        break
      }
      place = frame.put(text, row, place, Style(isOn ? .heading : .text, bold: isOn)) + 1
    }
  }

  private func width(_ range: ClosedRange<Int>) -> Int {
    Self.tables[range].reduce(0) { $0 + $1.columns + 1 } + 2
  }

  /// The table at hand; before it is read, what the levels tell.
  var statisticsLines: [String] {
    let question = Question.statistics(statisticsQuestion)
    if let words = answers.failure(.statistics, question) { return [words] }
    if let known = answers.statistics, known.question == question {
      return table?.look == tableLook(question) ? table?.lines ?? [] : lines(of: known.value)
    }
    return ["reading …"] + provisionalLines
  }

  private func lines(of value: TraceStatistics) -> [String] {
    host.tableLines(value, layout.columns - 2, state.stats.sort, state.stats.drawsHistograms)
  }

  private func tableLook(_ question: Question) -> TableLook {
    TableLook(
      question: question, width: layout.columns - 2, sort: state.stats.sort,
      drawsHistograms: state.stats.drawsHistograms)
  }

  /// Lays the table at hand out where that has changed: thousands of rows take longer than a frame.
  mutating func layOutTable() {
    guard state.screen == .stats else { return }
    let question = Question.statistics(statisticsQuestion)
    guard let known = answers.statistics, known.question == question else { return table = nil }
    let look = tableLook(question)
    if table?.look != look { table = LaidOutTable(look: look, lines: lines(of: known.value)) }
  }

  private var provisionalLines: [String] {
    guard state.stats.table == "threads" || state.stats.table == "cpus" else { return [] }
    let window = statisticsWindow
    guard let sums = knownSums else { return [] }
    let length = Double(max(1, window.length))
    func line(_ name: String, _ times: StateTimes) -> String {
      let run = Words.span(Int64(clamping: times[.run]))
      let text = name + String(repeating: " ", count: max(1, 26 - name.columns)) + run
      return text + "  \(Words.percent(Double(times[.run]) / length))"
    }
    if state.stats.table == "cpus" {
      return ["CPU                       about RUN"]
        + sums.cpus.map { line("CPU\($0.cpu)", $0.times) }
    }
    return ["THREAD                    about RUN"]
      + sums.threads.prefix(200).map { line(threadLabel($0.thread), $0.times) }
  }

  /// The command that prints what the screen shows.
  var reproducingCommand: String {
    var words = ["swtrace", "stats", host.shellPath, state.stats.table]
    let window = statisticsWindow
    if window != whole {
      words += ["--from", Words.instant(window.start, grouped: false)]
      words += ["--to", Words.instant(window.end, grouped: false)]
    }
    if let key = state.stats.key { words += ["--by", key] }
    if let sort = state.stats.sort { words += ["--sort", sort] }
    if let filter = activeFilter { words += ["--where", Self.quoted(filter)] }
    return words.joined(separator: " ")
  }

  /// A word as a shell takes it, whatever is in it.
  package static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }

  mutating func moveStatistics(by count: Int) {
    let lines = statisticsLines.count
    let stats = state.stats
    let line = min(
      max(0, stats.line.addingReportingOverflow(count).partialValue), max(0, lines - 1))
    if line == stats.line { state.message = count < 0 ? "the first line" : "the last line" }
    state.stats.line = line
    let space = statisticsRows
    state.stats.firstLine = min(max(stats.firstLine, line - space + 1), line)
  }

  /// The table that was read, if it is the one that is asked for.
  var knownTable: StatisticsTable? {
    guard let known = answers.statistics,
      known.question == .statistics(statisticsQuestion)
    else { return nil }
    return known.value.tables.first
  }
}

/// What the lines of a table depend on.
struct TableLook: Hashable, Sendable {
  var question: Question
  var width: Int
  var sort: String?
  var drawsHistograms: Bool
}

struct LaidOutTable: Sendable {
  var look: TableLook
  var lines: [String]
}
