internal import Analysis

extension View {
  /// Takes a key.
  package mutating func press(_ key: Key) {
    state.isTouched = true
    directory = timeline.directory
    if key == .escapeTakenBack { return takeEscapeBack() }
    beforeEscape = key == .escape ? state : nil
    layOutTable()
    if case .mouse(let event) = key {
      state.message = nil
      return press(event)
    }
    if state.prompt != nil { return type(key) }
    state.message = nil
    if state.pane != nil { return pressInPane(key) }
    if state.showsHelp { return pressInHelp(key) }
    guard case .paste = key else {
      guard let command = keys.command(key, on: state.screen) else {
        state.message = "\(key.name) does nothing here: ? lists the keys"
        return
      }
      return command.run(&self)
    }
    state.message = "there is nothing to paste into: / and F take text"
  }

  /// What an Esc did is undone: it was the beginning of a key.
  private mutating func takeEscapeBack() {
    guard var before = beforeEscape else { return }
    (before.columns, before.rows) = (state.columns, state.rows)
    state = before
    beforeEscape = nil
  }

  private mutating func pressInPane(_ key: Key) {
    guard var pane = state.pane else { return }
    switch key {
    case "j", .down: pane.line = min(pane.line + 1, max(0, pane.lines.count - 1))
    case "k", .up: pane.line = max(0, pane.line - 1)
    case .enter where pane.places.indices.contains(pane.line):
      state.pane = nil
      if let place = pane.places[pane.line] { go(to: place.lane, place.time) }
      return
    case .control("c"):
      state.isQuitting = true
      return
    default:
      state.pane = nil
      return
    }
    state.pane = pane
  }

  private mutating func pressInHelp(_ key: Key) {
    switch key {
    case "j", .down: state.helpLine += 1
    case "k", .up: state.helpLine = max(0, state.helpLine - 1)
    case .pageDown, " ": state.helpLine += max(1, layout.rows - 8)
    case .pageUp: state.helpLine = max(0, state.helpLine - max(1, layout.rows - 8))
    case ":":
      state.showsHelp = false
      state.prompt = Prompt(.palette)
    case .control("c"): state.isQuitting = true
    default: state.showsHelp = false
    }
    let lines = helpLines(width: min(layout.columns - 6, 112)).count
    state.helpLine = min(state.helpLine, max(0, lines - (layout.rows - 4)))
  }

  // MARK: mouse

  private mutating func press(_ event: MouseEvent) {
    if state.prompt != nil || state.pane != nil || state.showsHelp {
      if event.kind == .press {
        state.pane = nil
        state.showsHelp = false
      }
      return
    }
    let isOverTime = event.column >= layout.laneColumn
    let isOverview = event.row == layout.overviewRow
    let isRuler = event.row == layout.rulerRow || event.row == layout.marksRow
    switch event.kind {
    case .wheelUp, .wheelDown:
      let isUp = event.kind == .wheelUp
      guard state.screen.isTimeline else { return move(byRows: isUp ? -3 : 3) }
      if isOverview || isRuler {
        pan(by: isUp ? -0.25 : 0.25)
      } else if isOverTime {
        state.cursor = time(at: event.column)
        zoom(by: isUp ? 0.5 : 2)
      } else {
        move(byRows: isUp ? -3 : 3)
      }
    case .press:
      if event.row == 0 { return pressTab(event.column) }
      if event.row == layout.hintRow { return pressHint(event.column) }
      guard state.screen.isTimeline else { return select(event.row) }
      if isOverview, isOverTime {
        let share = Double(event.column - layout.laneColumn) / Double(layout.laneColumns)
        let middle = Int64(share * Double(end))
        show(fitted(middle - state.window.length / 2, length: state.window.length), remembers: true)
        state.cursor = min(max(state.window.start, middle), state.window.end - 1)
        return
      }
      let isDouble = isSecondPress(event)
      select(event.row)
      if isOverTime {
        state.cursor = time(at: event.column)
        follow()
        if isDouble { jump { .fit($0, $1) } }
      } else if isDouble {
        fold()
      }
    case .drag:
      guard state.screen.isTimeline, isOverTime else { return }
      let time = time(at: event.column)
      if !isDragging {
        state.markA = state.cursor
        isDragging = true
      }
      state.markB = time
      state.cursor = time
      if let marked { state.message = "A-B \(Words.span(marked.length))" }
    case .release: isDragging = false
    }
  }

  /// How soon after another a press of the same cell is a double click, in milliseconds.
  private static let doubleClick: Int64 = 400

  private mutating func isSecondPress(_ event: MouseEvent) -> Bool {
    let now = host.clock()
    let isSecond = lastPress.map { $0.event == event && now - $0.time <= Self.doubleClick } ?? false
    // A third one begins anew.
    lastPress = isSecond ? nil : (event, now)
    return isSecond
  }

  private func time(at column: Int) -> Int64 {
    let place = min(max(0, column - layout.laneColumn), layout.laneColumns - 1)
    let part = state.window.column(place, of: layout.laneColumns)
    return min(part.start + part.length / 2, end - 1)
  }

  private mutating func pressTab(_ column: Int) {
    let tabs = headerTabs.tabs
    guard let tab = tabs.first(where: { $0.column..<$0.column + $0.text.columns ~= column }) else {
      return
    }
    turn(to: tab.screen)
  }

  private mutating func pressHint(_ column: Int) {
    hints.first { $0.columns.contains(column) }?.command.run(&self)
  }

  /// Makes the row of the screen the one at hand.
  private mutating func select(_ row: Int) {
    switch state.screen {
    case .cpu, .thread:
      let shown = visibleRows
      let place = row - layout.bodyRow
      guard shown.rows.indices.contains(place) else { return }
      state.firstRow[state.screen] = shown.first
      state.row[state.screen] = shown.rows[place].key
    case .events:
      guard let page = eventPage, let index = eventIndex else { return }
      let first = layout.rulerRow + 1
      let count = layout.detailRow - first
      let top = min(max(0, index - count / 2), max(0, page.events.count - count))
      moveEvent(by: top + row - first - index)
    case .stats:
      let first = layout.rulerRow + 2
      let lines = statisticsLines.count
      let top = min(max(0, state.stats.firstLine), max(0, lines - statisticsRows))
      guard row >= first, top + row - first < lines else { return }
      state.stats.line = top + row - first
    }
  }
}
