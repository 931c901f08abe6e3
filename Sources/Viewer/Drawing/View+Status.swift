internal import Analysis

extension View {
  func drawStatus(in frame: inout Frame) {
    guard layout.statusRows > 0 else { return }
    var row = layout.statusRow
    if layout.statusRows > 1 {
      frame.put(" \(sumsLine)", row, 0, Style(.faint))
      row += 1
    }
    if let message = state.message {
      frame.put(" \(message)", row, 0, Style(.warning, bold: true))
      return
    }
    frame.put(" \(statusLine)", row, 0)
    let right = progressWords
    let column = layout.columns - right.columns - 1
    if !right.isEmpty, column > statusLine.columns + 2 {
      frame.put(right, row, column, Style(.faint))
    }
  }

  /// What the CPUs did between the marks, or in the window.
  private var sumsLine: String {
    let window = marked ?? state.window
    let name = "\(marked == nil ? "window" : "A-B") \(Words.span(window.length))"
    guard hasSource(.switches) else { return "\(name)  CPUs and threads not recorded (-e +sched)" }
    guard let sums = knownSums else { return name }
    var times = StateTimes()
    var switches: UInt64 = 0
    for cpu in sums.cpus {
      for state in LaneState.allCases { times[state] &+= cpu.times[state] }
      switches &+= cpu.changes
    }
    let about = sums.isRough ? "about " : ""
    var text = name
    let (first, last) = (
      max(window.start, summary.recorded.start), min(window.end, summary.recorded.end)
    )
    if first < last, !sums.cpus.isEmpty {
      let observed = ObservedTime(
        times[.run] &+ times[.idle], of: UInt64(last - first) &* UInt64(sums.cpus.count),
        isLossy: sums.isLost)
      text +=
        "  \(sums.cpus.count) CPUs busy \(observed.isPart ? "≥ " : about)"
        + Words.percent(min(1, Double(times[.run]) / Double(observed.whole)))
      text += "  switches \(about)\(Words.count(switches))"
      let waiting = sums.threads.reduce(UInt64(0)) { $0 &+ $1.times.runnable }
      text += "  waited for a CPU \(about)\(Words.span(Int64(clamping: waiting)))"
      if let most = sums.threads.first, most.times[.run] > 0 {
        text += "  most \(threadLabel(most.thread))"
      }
    }
    if sums.isLost { text += "  EVENTS LOST: lower bounds" }
    return text
  }

  private var statusLine: String {
    let step = max(1, state.window.length / Int64(layout.laneColumns))
    let decimals = Words.decimals(for: step)
    switch state.screen {
    case .events:
      return eventStatus
    case .stats:
      return "$ \(reproducingCommand)"
    case .cpu, .thread:
      var text = "cursor \(Words.instant(state.cursor, decimals: decimals))"
      if state.timeFormat == .wall || layout.columns >= 100 {
        let clock = Words.clock(
          summary.startTime.plus(state.cursor), utcOffset: host.utcOffset, decimals: decimals)
        text += "  \(clock)"
      }
      if let lane { text += "  \(name(of: lane))\(here(lane))" }
      if let a = state.markA {
        text += "  to A \(Words.span(Int64(clamping: (state.cursor - a).magnitude)))"
      }
      return text
    }
  }

  /// What the column under the cursor shows.
  private func here(_ lane: TimelineLane) -> String {
    if let words = RowKey(lane).flatMap({ missingWords($0) }) { return "  \(words)" }
    let columns = layout.laneColumns
    let place = column(of: state.cursor, in: state.window, columns)
    let cells = timeline.cells(lane, state.window, columns: columns)
    guard cells.indices.contains(place) else { return "" }
    let cell = cells[place]
    if cell.isUnread { return "  not read yet" }
    if cell.isLost { return "  events lost here" }
    if cell.changes == 0 { return "  \(name(of: cell.before, in: lane))" }
    let about = cell.isRough ? "about " : ""
    return "  \(name(of: cell.longest.what, in: lane)) and others, \(about)"
      + "\(Words.count(cell.changes)) \(cell.changes == 1 ? "change" : "changes") in a column"
  }

  private var progressWords: String {
    var words: [String] = []
    switch timeline.levels {
    case .partial(let share), .loading(let share):
      if summary.events > 0 { words.append("index \(Words.percent(share))") }
    case .complete: break
    }
    for (question, name) in [
      (searchQuestion, "find"),
      (state.screen == .stats ? .statistics(statisticsQuestion) : nil, "stats"),
      (state.export.map { .export($0) }, "export"),
    ] as [(Question?, String)] {
      if let share = question.flatMap({ answers.progress(of: $0) }) {
        words.append("\(name) \(Words.percent(share))")
      }
    }
    if let found = currentSearch { words.append("\(Words.count(found.matches)) hits") }
    if host.reopen != nil, !summary.isComplete {
      words.append(state.isAtEnd ? "following" : "follow: End")
    }
    return words.joined(separator: "  ")
  }

  var currentSearch: SearchProgress? {
    guard let search = state.search, let known = answers.search,
      case .search(let asked, _) = known.question, asked.text == search.text
    else { return nil }
    return known.found
  }

  func drawHint(in frame: inout Frame) {
    guard let row = layout.hintRow else { return }
    if let words = overlayHint {
      frame.put(" \(words)", row, 0, Style(.faint))
      return
    }
    for hint in hints {
      let end = frame.put(hint.key, row, hint.columns.lowerBound, Style(.key, bold: true))
      frame.put(" \(hint.command.hint)", row, end, Style(.faint))
    }
  }

  /// What keys do while something lies over the screen.
  private var overlayHint: String? {
    if let pane = state.pane {
      return pane.places.isEmpty ? "any key closes" : "j k up, down   Enter goes there   q closes"
    }
    return state.showsHelp ? "j k PgUp PgDn scroll   : runs any command by name   q closes" : nil
  }

  /// What the hint line has room for, and where each stands.
  var hints: [(command: Command, key: String, columns: Range<Int>)] {
    var hints: [(command: Command, key: String, columns: Range<Int>)] = []
    var place = 1
    for command in keys.hints(for: state) {
      let key = keys.names(of: command).first ?? ""
      let end = place + key.columns + 1 + command.hint.columns
      guard end + 1 < layout.columns else { break }
      hints.append((command, key, place..<end))
      place = end + 2
    }
    return hints
  }
}
