/// A lane in a window as the changes that it makes.
struct LaneSteps {
  /// What it is in just before the window.
  var before: LaneOccupant
  /// Each change within the window, in order of time, no two alike in a row.
  var times: [Int64] = []
  var states: [LaneOccupant] = []

  /// The steps of stretches in order of time, what lies between them unsaid.
  init(_ stretches: some Sequence<LaneStretch>, in window: TimelineWindow, unsaid: LaneState) {
    before = LaneOccupant(unsaid)
    var position = Int64.min
    for stretch in stretches where stretch.end > position && stretch.start < stretch.end {
      let start = max(stretch.start, position)
      if start >= window.end { break }
      if start > position { step(to: LaneOccupant(unsaid), at: position, window) }
      step(to: stretch.what, at: start, window)
      position = stretch.end
    }
    if position < window.end { step(to: LaneOccupant(unsaid), at: position, window) }
  }

  private mutating func step(to state: LaneOccupant, at time: Int64, _ window: TimelineWindow) {
    if time < window.start {
      before = state
    } else if time < window.end, state != states.last ?? before {
      times.append(time)
      states.append(state)
    }
  }

  /// What the lane does in each of `columns` equal parts of the window.
  func cells(_ window: TimelineWindow, columns: Int) -> [TimelineCell] {
    var cells: [TimelineCell] = []
    cells.reserveCapacity(columns)
    var next = 0
    var state = before
    for column in 0..<columns {
      var cell = TimelineCell(window: window.column(column, of: columns))
      cell.before = state
      cell.longest = LaneStretch(state.state, state.occupant, cell.window.start, cell.window.start)
      var position = cell.window.start
      while next < times.count, times[next] < cell.window.end {
        cell.add(state, position, times[next])
        position = times[next]
        state = states[next]
        if cell.changes == 0 { cell.firstChange = position }
        cell.lastChange = position
        cell.changes += 1
        next += 1
      }
      cell.add(state, position, cell.window.end)
      cell.after = state
      cells.append(cell)
    }
    return cells
  }
}

extension TimelineCell {
  /// Adds a stretch of the lane within the window.
  fileprivate mutating func add(_ what: LaneOccupant, _ start: Int64, _ end: Int64) {
    times[what.state] += UInt64(end - start)
    if end - start > longest.length {
      longest = LaneStretch(what.state, what.occupant, start, end)
    }
  }
}
