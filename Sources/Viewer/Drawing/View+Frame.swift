internal import Analysis
internal import Events

extension View {
  /// What is on the screen now.
  package mutating func frame() -> Frame {
    directory = timeline.directory
    layOutTable()
    var frame = Frame(columns: state.columns, rows: state.rows)
    drawHeader(in: &frame)
    if let row = layout.overviewRow { drawOverview(row, in: &frame) }
    switch state.screen {
    case .cpu, .thread:
      drawRuler(in: &frame)
      drawTimeline(in: &frame)
    case .events: drawEvents(in: &frame)
    case .stats: drawStatistics(in: &frame)
    }
    if layout.detailRows > 0, state.screen != .stats { drawDetails(in: &frame) }
    drawStatus(in: &frame)
    drawHint(in: &frame)
    if let pane = state.pane { drawPane(pane, in: &frame) }
    if state.showsHelp { drawHelp(in: &frame) }
    if let prompt = state.prompt { drawPrompt(prompt, in: &frame) }
    return frame
  }

  // MARK: header

  private func drawHeader(in frame: inout Frame) {
    frame.fill(0, 0..<layout.columns)
    let (limit, tabs) = headerTabs
    var place = frame.put(" \(host.name)", 0, 0, Style(.heading, bold: true), limit: limit) + 2
    // What is missing is said before what is there.
    let lost = lossWords.map { "\($0) " } ?? ""
    let facts = [
      "\(max(summary.cpus, 1)) cpu  \(Words.span(summary.end))  ",
      "\(Words.short(summary.recordedEvents)) ev  ",
    ]
    for text in facts {
      guard place + text.columns + lost.columns <= limit else { break }
      place = frame.put(text, 0, place, limit: limit)
    }
    frame.put(lost, 0, place, Style(.warning, bold: true), limit: limit)
    place = frame.put("│ ", 0, limit, Style(.faint))
    for tab in tabs {
      let isOn = tab.screen == state.screen
      place = frame.put(tab.text, 0, tab.column, Style(isOn ? .heading : .text, bold: isOn)) + 1
    }
    frame.put(
      "│ F: \(headerFilter)", 0, place, Style(activeFilter == nil ? .faint : .text))
  }

  /// What is not there that should be; nil where nothing is known to be missing.
  private var lossWords: String? {
    let losses = timeline.losses
    if losses.events > 0 {
      return "LOST \(losses.hasMore ? "≥ " : "")\(Words.count(losses.events))"
    }
    if losses.hasMore { return "LOST some" }
    return summary.isCut && host.reopen == nil ? "CUT SHORT" : nil
  }

  /// Where the screens' names begin, and each of them stands.
  var headerTabs: (limit: Int, tabs: [(screen: ScreenName, text: String, column: Int)]) {
    let texts = ScreenName.allCases.map { screen in
      let text = "\(screen.number) \(screen.title)"
      return screen == state.screen ? "[\(text)]" : text
    }
    let width = texts.reduce(0) { $0 + $1.columns + 1 } + 2
    let filterWidth = min("│ F: \(headerFilter)".columns + 1, max(0, layout.columns / 4))
    let limit = max(8, layout.columns - width - filterWidth)
    var column = limit + 2
    return (
      limit,
      zip(ScreenName.allCases, texts).map { screen, text in
        defer { column += text.columns + 1 }
        return (screen, text, column)
      }
    )
  }

  private var headerFilter: String {
    guard let filter = state.filter, !filter.text.isEmpty else { return "none" }
    return filter.isOn ? filter.text : "off (\(filter.text))"
  }

  // MARK: overview and ruler

  private mutating func drawOverview(_ row: Int, in frame: inout Frame) {
    let columns = layout.laneColumns
    let left = layout.laneColumn
    drawLabel(" overview", Words.span(end), row, in: &frame)
    let cells = overviewCells(columns)
    let curve = CurvePainter(row: row, column: left)
    if hasSource(.switches) {
      curve.paint(cells, in: &frame)
    } else {
      frame.put(
        " CPUs not recorded (-e +sched)", row, left, Style(.faint), limit: left + columns)
      curve.flag(cells.map { ($0.isUnread, $0.isLost) }, in: &frame)
    }
    if case .search(let search, _) = answers.search?.question, search.text == state.search?.text {
      for (place, count) in (answers.search?.found.ticks ?? []).enumerated() where count > 0 {
        frame.restyle(row, left + place..<left + place + 1) { style in
          style = Style(.hit, bold: true, underlined: true)
        }
        if frame[row, left + place].glyph == " " {
          frame.set("▁", row, left + place, Style(.hit, bold: true))
        }
      }
    }
    let first = column(of: state.window.start, in: whole, columns)
    let last = column(of: max(state.window.start, state.window.end - 1), in: whole, columns)
    if state.window != whole {
      frame.set("[", row, left + first, Style(.cursor, bold: true))
      frame.set("]", row, left + max(first + 1, last), Style(.cursor, bold: true))
    }
  }

  /// What of all CPUs was busy; that takes long where there are many, and seldom changes.
  private mutating func overviewCells(_ columns: Int) -> [OverviewCell] {
    let levels = timeline.levels
    if let known = overview, known.levels == levels, known.cells.count == columns {
      return known.cells
    }
    let cells = timeline.overview(columns: columns, known: overview?.cells ?? [])
    overview = (levels, cells)
    return cells
  }

  /// Which of the columns an instant lies in.
  func column(of time: Int64, in window: TimelineWindow, _ columns: Int) -> Int {
    guard window.length > 0 else { return 0 }
    let share = Double(time - window.start) / Double(window.length)
    return min(columns - 1, max(0, Int((share * Double(columns)).rounded(.down))))
  }

  private func drawRuler(in frame: inout Frame) {
    let columns = layout.laneColumns
    let left = layout.laneColumn
    let window = state.window
    let row = layout.rulerRow
    let step = max(1, window.length / Int64(columns))
    drawLabel(" \(Words.span(window.length))", "col \(Words.span(step))", row, in: &frame)
    let tick = Self.tick(atLeast: step.multipliedClamped(by: 14))
    let decimals = Words.decimals(for: tick)
    var time = (window.start / tick) * tick
    if time < window.start { time = time.plus(tick) }
    while time < window.end {
      let place = column(of: time, in: window, columns)
      let text: String
      switch state.timeFormat {
      case .relative: text = Words.instant(time, decimals: decimals, grouped: false)
      default: text = instant(time, step: tick)
      }
      if place + text.columns + 1 <= columns {
        frame.put("╷\(text)", row, left + place, Style(.faint), limit: left + columns)
      }
      let next = time.plus(tick)
      guard next > time, next < .max else { break }
      time = next
    }
    drawMarks(in: &frame)
    let place = column(of: state.cursor, in: window, columns)
    frame.restyle(row, left + place..<left + place + 1) { $0 = Style(.cursor, reversed: true) }
  }

  /// 1, 2 or 5 times a power of ten nanoseconds.
  private static func tick(atLeast length: Int64) -> Int64 {
    var unit: Int64 = 1
    while true {
      for factor in [1, 2, 5] as [Int64] where unit * factor >= length { return unit * factor }
      guard unit < 1_000_000_000_000_000_000 else { return unit }
      unit *= 10
    }
  }

  private func drawMarks(in frame: inout Frame) {
    let columns = layout.laneColumns
    let left = layout.laneColumn
    let row = layout.marksRow ?? layout.rulerRow
    let window = state.window
    if let marked, layout.marksRow != nil {
      drawLabel(" A-B", Words.span(marked.length), row, in: &frame)
      let first = column(of: max(marked.start, window.start), in: window, columns)
      let last = column(of: min(marked.end, window.end - 1), in: window, columns)
      if marked.start < window.end, marked.end > window.start, first <= last {
        frame.fill(row, left + first..<left + last + 1, "─", Style(.mark))
      }
    } else if layout.marksRow != nil {
      drawLabel(" A-B", "m sets B", row, in: &frame)
    }
    for (time, name) in [(state.markA, "A"), (state.markB, "B")] as [(Int64?, Unicode.Scalar)] {
      guard let time, window.contains(time) else { continue }
      frame.set(
        name, row, left + column(of: time, in: window, columns), Style(.mark, bold: true))
    }
  }

  /// A label with something at the right of it, and the border.
  func drawLabel(
    _ text: String, _ right: String, _ row: Int, _ style: Style = Style(), in frame: inout Frame
  ) {
    let width = layout.labelWidth
    frame.fill(row, 0..<width, " ", style)
    let rightWidth = right.columns
    let room = right.isEmpty ? width : width - rightWidth - 1
    if room >= min(text.columns, 6) {
      frame.put(text, row, 0, style, limit: room)
      frame.put(right, row, width - rightWidth, style, limit: width)
    } else {
      frame.put(text, row, 0, style, limit: width)
    }
    if width > 0 { frame.set("│", row, width, Style(.faint)) }
  }
}

extension Int64 {
  func multipliedClamped(by factor: Int64) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? .max : product
  }
}
