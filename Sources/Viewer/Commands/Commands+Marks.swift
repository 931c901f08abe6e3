internal import Analysis

extension Command {
  static let markCommands: [Command] = [
    Command("mark", .marks, ["m"], "set A, then B, then move the nearer", hint: "mark") {
      $0.mark()
    },
    Command("mark.name", .marks, ["M"], "keep A-B under a name") { view in
      if view.marked == nil {
        view.state.message = "no A-B yet: m sets A, then B"
      } else {
        view.state.prompt = Prompt(.name)
      }
    },
    Command("mark.go", .marks, ["'"], "go to a mark") { $0.state.prompt = Prompt(.mark) },
    Command("mark.clear", .marks, [.escape, "C"], "clear A-B, then the search", hint: "clear") {
      $0.clear()
    },
    Command("zoom.marks", .marks, ["z"], "zoom to A-B", hint: "zoom A-B") { view in
      guard let marked = view.marked else {
        view.state.message = "no A-B yet: m sets A, then B"
        return
      }
      if !view.state.screen.isTimeline { view.state.screen = .cpu }
      view.show(view.fitted(marked.start, length: marked.length), remembers: true)
    },
    Command("stats.marks", .marks, ["S"], "statistics of A-B or the window", hint: "stats") {
      $0.turn(to: .stats)
    },
  ]
}

extension View {
  mutating func mark() {
    let time = state.cursor
    switch (state.markA, state.markB) {
    case (nil, _):
      state.markA = time
      state.message = "A is set: m sets B"
    case (.some(let a), nil):
      if a == time {
        state.message = "A is here already: move, then m sets B"
        return
      }
      state.markB = time
    case (.some(let a), .some(let b)):
      if (a - time).magnitude <= (b - time).magnitude {
        state.markA = time
      } else {
        state.markB = time
      }
    }
    if let marked { state.message = "A-B \(Words.span(marked.length))" }
  }

  mutating func clear() {
    if state.markA != nil || state.markB != nil {
      (state.markA, state.markB) = (nil, nil)
      state.message = "A-B is cleared"
    } else if state.search != nil {
      state.search = nil
      state.message = "the search is over"
    } else {
      state.message = "nothing to clear: q quits"
    }
  }
}
