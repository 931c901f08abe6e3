internal import Analysis

/// Draws lanes into rows of a frame.
struct LanePainter {
  let row: Int
  let column: Int
  let cells: [TimelineCell]
  let columns: [LaneColumn]
  /// Who or what a state is, as the lane's names go.
  let name: (LaneOccupant) -> String

  init(_ cells: [TimelineCell], row: Int, column: Int, name: @escaping (LaneOccupant) -> String) {
    self.cells = cells
    self.row = row
    self.column = column
    self.name = name
    columns = cells.map { LaneColumn($0) }
  }

  // MARK: states

  /// States as fills; who runs stands on long stretches.
  func paintStates(in frame: inout Frame, namesRuns: Bool) {
    for (place, shown) in columns.enumerated() {
      switch shown {
      case .unread: set("░", place, Style(.faint), &frame)
      case .lost: set("╳", place, Style(.warning), &frame)
      case .whole(let what): set(what.state.glyph, place, what.state.style, &frame)
      case .split(let before, let after, let eighths):
        paintSplit(before.state, after.state, eighths, place, &frame)
      case .mixed(let what, let eighths):
        set(Eighths.heights[eighths], place, Style(what.state.role), &frame)
      }
    }
    if namesRuns { nameRuns(in: &frame) }
  }

  private func paintSplit(
    _ before: LaneState, _ after: LaneState, _ eighths: Int, _ place: Int, _ frame: inout Frame
  ) {
    if before == after {
      // Another occupant in the same state: a thin line between them.
      set("▏", place, Style(after.role, reversed: !after.isBlank), &frame)
    } else if before.isBlank, after.isBlank {
      set(eighths < 5 ? after.glyph : before.glyph, place, Style(.faint), &frame)
    } else if before.isBlank, after.isRunnableShort(cells[place]) {
      set("↑", place, Style(.runnable), &frame)
    } else if after.isBlank {
      set(Eighths.widths[eighths], place, Style(before.role), &frame)
    } else if before.isBlank {
      set(Eighths.widths[eighths], place, Style(after.role, reversed: true), &frame)
    } else {
      set(Eighths.widths[eighths], place, Style(before.role, on: after.role), &frame)
    }
  }

  /// Stretches of at least three columns say who runs.
  private func nameRuns(in frame: inout Frame) {
    forEachGroup { what, range in
      guard what.state == .run, range.count >= 4 else { return }
      let full = name(what)
      let space = range.count - 1
      let text =
        full.columns <= space ? full : String(full.prefix { $0 != " " })
      guard !text.isEmpty else { return }
      frame.put(
        text.columns <= space ? text : String(text.prefix(space)), row,
        column + range.lowerBound, Style(what.state.role, reversed: true),
        limit: column + range.upperBound)
    }
  }

  /// Columns next to each other that are all in one thing.
  private func forEachGroup(_ body: (LaneOccupant, Range<Int>) -> Void) {
    var start = 0
    while start < columns.count {
      guard case .whole(let what) = columns[start] else {
        start += 1
        continue
      }
      var end = start + 1
      while end < columns.count, columns[end] == columns[start], !beginsAnew(end) { end += 1 }
      body(what, start..<end)
      start = end
    }
  }

  /// Whether a stretch begins right at a column's start.
  private func beginsAnew(_ place: Int) -> Bool {
    cells[place].changes > 0 && cells[place].firstChange == cells[place].window.start
  }

  // MARK: brackets

  /// Spans and system calls: `├ name 2.31 ms ──┤`.
  func paintBrackets(in frame: inout Frame, _ role: (LaneOccupant) -> ColourRole) {
    var open: (what: LaneOccupant, first: Int, start: Int64?)?
    func close(_ end: Int, _ time: Int64?, closes: Bool) {
      guard let group = open else { return }
      open = nil
      let style = Style(role(group.what))
      for place in group.first..<end { set("─", place, style, &frame) }
      if group.start != nil { set("├", group.first, style, &frame) }
      if closes, end > group.first + (group.start != nil ? 1 : 0) {
        set("┤", end - 1, style, &frame)
      }
      let first = group.first + (group.start != nil ? 1 : 0)
      let last = end - (closes ? 1 : 0)
      var text = name(group.what)
      if let start = group.start, let time {
        let long = "\(text) \(Words.span(time - start))"
        if long.columns + 2 <= last - first { text = long }
      }
      if text.columns + 2 <= last - first {
        frame.put(" \(text) ", row, column + first, style, limit: column + last)
      } else if last - first >= 3 {
        frame.put(text, row, column + first, style, limit: column + last)
      }
    }
    for (place, shown) in columns.enumerated() {
      switch shown {
      case .unread:
        close(place, nil, closes: false)
        set("░", place, Style(.faint), &frame)
      case .lost:
        close(place, nil, closes: false)
        set("╳", place, Style(.warning), &frame)
      case .whole(let what):
        let anew = beginsAnew(place)
        if let group = open, group.what != what || anew {
          close(place, anew ? cells[place].firstChange : nil, closes: true)
        }
        if open == nil, what.state == .inside {
          open = (what, place, anew ? cells[place].firstChange : nil)
        }
        if what.state == .unknown { set("╱", place, Style(.faint), &frame) }
      case .split(let before, let after, _):
        let time = cells[place].firstChange
        if before.state == .inside {
          if open == nil { open = (before, place, nil) }
          close(place + 1, time, closes: true)
        }
        if after.state == .inside {
          // Where one ends and the next begins, the next has the column's sign.
          open = (after, place, time)
        }
      case .mixed(let what, let eighths):
        close(place, nil, closes: true)
        set(Eighths.heights[eighths], place, Style(role(what)), &frame)
      }
    }
    close(columns.count, nil, closes: false)
  }

  // MARK: interrupts

  /// Short things: a mark as high as their share, with a name where there is room.
  func paintMarks(in frame: inout Frame, _ role: ColourRole) {
    var free = 0
    for (place, shown) in columns.enumerated() {
      var what: LaneOccupant?
      switch shown {
      case .unread: set("░", place, Style(.faint), &frame)
      case .lost: set("╳", place, Style(.warning), &frame)
      case .whole(let whole) where whole.state == .inside:
        set("█", place, Style(role), &frame)
        what = whole
      case .whole: break
      case .split(let before, let after, let eighths):
        let inside = after.state == .inside ? after : before
        let share = after.state == .inside ? 8 - eighths : eighths
        set(Eighths.heights[max(1, share)], place, Style(role), &frame)
        what = inside
      case .mixed(let mixed, let eighths):
        set(Eighths.heights[eighths], place, Style(role), &frame)
        what = mixed
      }
      guard let what, place >= free else { continue }
      let text = name(what)
      let end = place + 1 + text.columns
      guard end < columns.count, (place + 1...end).allSatisfy({ isBlank($0) }) else { continue }
      frame.put(text, row, column + place + 1, Style(.faint))
      free = end + 1
    }
  }

  private func isBlank(_ place: Int) -> Bool {
    if case .whole(let what) = columns[place] { what.state == .none } else { false }
  }

  // MARK: places

  /// On which CPU a thread runs: its number where that begins, `⇄` before it where it is another one.
  func paintPlaces(in frame: inout Frame) {
    var last: Int32 = -1
    var text: [Unicode.Scalar] = []
    for (place, shown) in columns.enumerated() {
      let what: LaneOccupant
      switch shown {
      case .whole(let whole): what = whole
      case .split(let before, let after, _): what = after.state == .run ? after : before
      case .mixed(let mixed, _): what = mixed
      case .unread, .lost:
        text = []
        continue
      }
      guard what.state == .run, what.occupant >= 0 else {
        text = []
        continue
      }
      if what.occupant != last {
        text = Array("\(last >= 0 ? "⇄" : "")\(what.occupant)".unicodeScalars)
        last = what.occupant
      } else if place > 0, !runs(place - 1) {
        text = Array("\(what.occupant)".unicodeScalars)
      }
      let glyph = text.isEmpty ? "─" : text.removeFirst()
      set(glyph, place, Style(glyph == "⇄" ? .warning : .faint), &frame)
    }
  }

  private func runs(_ place: Int) -> Bool {
    switch columns[place] {
    case .whole(let what): what.state == .run
    case .split(let before, let after, _): before.state == .run || after.state == .run
    case .mixed(let what, _): what.state == .run
    case .unread, .lost: false
    }
  }

  private func set(
    _ glyph: Unicode.Scalar, _ place: Int, _ style: Style, _ frame: inout Frame
  ) {
    frame.set(glyph, row, column + place, style)
  }
}

extension LaneState {
  /// Whether a thread was woken here and ran at once.
  fileprivate func isRunnableShort(_ cell: TimelineCell) -> Bool {
    isRunnable && cell.times[self] < UInt64(max(0, cell.window.length)) / 4
  }
}
