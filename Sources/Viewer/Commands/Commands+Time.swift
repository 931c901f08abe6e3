internal import Analysis

extension Command {
  static let timeCommands: [Command] = [
    Command("zoom.in", .time, ["w", "+"], "zoom in at the cursor", hint: "in", on: timelines) {
      $0.zoom(by: 0.5)
    },
    Command("zoom.out", .time, ["s", "-"], "zoom out", hint: "out", on: timelines) {
      $0.zoom(by: 2)
    },
    Command("pan.left", .time, ["a"], "a quarter window back", hint: "left", on: timelines) {
      $0.pan(by: -0.25)
    },
    Command("pan.right", .time, ["d"], "a quarter window on", hint: "right", on: timelines) {
      $0.pan(by: 0.25)
    },
    Command("page.left", .time, ["A"], "a window back", on: timelines) { $0.pan(by: -1) },
    Command("page.right", .time, ["D"], "a window on", on: timelines) { $0.pan(by: 1) },
    Command("cursor.left", .time, [.left], "cursor one cell back", on: timelines) {
      $0.moveCursor(byColumns: -1)
    },
    Command("cursor.right", .time, [.right], "cursor one cell on", on: timelines) {
      $0.moveCursor(byColumns: 1)
    },
    Command("event.previous", .time, [","], "previous change in the row", on: timelines) {
      $0.jump { .previous($0, $1) }
    },
    Command("event.next", .time, ["."], "next change in the row", hint: "event", on: timelines) {
      $0.jump { .next($0, $1) }
    },
    Command("goto", .time, ["g"], "go to 4.21, +5ms, 50%, #1900, 14:02:11", hint: "go to") {
      $0.state.prompt = Prompt(.goTo)
    },
    Command("first", .time, [.home], "first event") { $0.goToEnd(isLast: false) },
    Command("last", .time, [.end], "last event; follows a trace that grows") {
      $0.goToEnd(isLast: true)
    },
    Command("whole", .time, ["0"], "whole trace", hint: "all", on: timelines) { view in
      view.show(view.whole, remembers: true)
    },
    Command("fit", .time, ["f"], "centre it; again: fit it", hint: "fit", on: timelines) {
      $0.fit()
    },
    Command("undo", .time, [.backspace], "undo a zoom or a jump", hint: "back") { $0.undo() },
  ]
}

extension View {
  mutating func zoom(by factor: Double) {
    let window = state.window
    let length = Double(window.length) * factor
    let wanted = Int64(max(1, min(length, Double(end))))
    if factor < 1, window.length <= Int64(layout.laneColumns) {
      state.message = "a column is a nanosecond"
      return
    }
    if factor > 1, window == whole {
      state.message = "this is the whole trace"
      return
    }
    // The cursor stays in its column.
    let share = Double(state.cursor - window.start) / Double(max(1, window.length))
    let start = Double(state.cursor) - share * Double(wanted)
    show(fitted(Int64(max(0, start)), length: wanted), remembers: true)
  }

  mutating func pan(by share: Double) {
    let window = state.window
    let step = Int64((Double(window.length) * share).rounded())
    let moved = fitted(window.start.plus(step), length: window.length)
    if moved == window {
      state.message = share < 0 ? "the trace begins here" : "the trace ends here"
      return
    }
    let cursor = state.cursor.plus(moved.start - window.start)
    show(moved)
    state.cursor = min(max(cursor, moved.start), moved.end - 1)
    follow()
  }

  mutating func moveCursor(byColumns count: Int) {
    let columns = layout.laneColumns
    let window = state.window
    let place = column(of: state.cursor, in: window, columns) + count
    if place < 0 || place >= columns {
      if count < 0 ? window.start <= 0 : window.end >= end {
        state.message = count < 0 ? "the trace begins here" : "the trace ends here"
        return
      }
      pan(by: count < 0 ? -0.25 : 0.25)
      return
    }
    let part = window.column(place, of: columns)
    state.cursor = min(max(0, part.start + part.length / 2), end - 1)
    follow()
  }

  /// Asks the file about the lane at hand.
  mutating func jump(_ make: (TimelineLane, Int64) -> Jump) {
    guard let lane else {
      state.message =
        state.row[state.screen].map { $0.isNote } ?? true
        ? "no row at hand: j and k move to one"
        : "this row sums up others: Space unfolds it, j and k move to one"
      return
    }
    state.jump = make(lane, state.cursor)
  }

  mutating func goToEnd(isLast: Bool) {
    if state.screen == .events {
      let place: EventPlace = isLast ? .time(max(0, end - 1)) : .time(0)
      state.events = EventPosition(place: place, offset: isLast ? -1 : 0)
      state.cursor = isLast ? end - 1 : 0
      return
    }
    if state.screen == .stats {
      moveStatistics(by: isLast ? .max / 2 : .min / 2)
      return
    }
    let window = state.window
    show(fitted(isLast ? end - window.length : 0, length: window.length))
    state.cursor = isLast ? end - 1 : 0
    follow()
  }

  /// Centres the cursor; where it is in the middle already, or something was fitted, fits what is
  /// under it.
  mutating func fit() {
    let window = state.window
    let centred = fitted(state.cursor - window.length / 2, length: window.length)
    if centred != window, window != state.fitted {
      show(centred, remembers: true)
    } else {
      jump { .fit($0, $1) }
    }
  }

  mutating func undo() {
    guard let place = state.history.popLast() else {
      state.message = "nothing to go back to"
      return
    }
    state.screen = place.screen
    state.window = fitted(place.window.start, length: place.window.length)
    state.cursor = min(place.cursor, end - 1)
    if let row = place.row { state.row[place.screen] = row }
    follow()
  }
}
