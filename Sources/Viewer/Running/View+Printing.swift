internal import Analysis

extension View {
  /// Answers all that is asked for, in the thread that calls, until nothing is open.
  package mutating func settle() {
    var rounds = 0
    while let question = questions.first, rounds < 64 {
      rounds += 1
      let reader = TimelineReader(timeline: timeline, host: host)
      let answer = reader.answer(question, isWanted: { true }, report: { _ in })
      take(answer ?? .failed("not answered"), to: question)
    }
  }

  /// The frame with everything read that it shows.
  package mutating func settledFrame() -> Frame {
    settle()
    return frame()
  }

  /// Opens at the worst wait, span or loss, with a word on what to do next.
  package mutating func openAtWorst() {
    openAnew()
    let screen = state.screen
    guard let problem = timeline.worstProblem(amongSpans: prefersSpans) else {
      state.message = "nothing waited long: w zooms in, ? lists the keys"
      return
    }
    go(to: problem)
    if screen == .events || isScreenChosen { state.screen = screen }
    state.history = []
    let count = timeline.problemCount
    state.message =
      "\(words(problem)): worst of \(count)   ! next   [ who woke it   v what it waits for   ? help"
  }

  /// Rows sorted, without those that did nothing in all of the trace, the first one at hand.
  package mutating func openAnew() {
    sortRows()
    hideUnusedRows()
    selectFirstRow()
  }

  private mutating func selectFirstRow() {
    for screen in [ScreenName.cpu, .thread] {
      state.row[screen] = rows(of: screen).first { $0.key.lane != nil }?.key
    }
  }

  /// Shows a part of the trace.
  package mutating func look(at start: Int64, length: Int64?) {
    isPlaced = true
    let length = length ?? state.window.length
    state.window = fitted(start, length: length)
    state.cursor = state.window.start + state.window.length / 2
    follow()
  }
}

extension View {
  package mutating func setFilter(_ text: String) {
    take(FilterChoice(text: text))
  }

  /// Begins with a screen.
  package mutating func begin(on screen: ScreenName) {
    isScreenChosen = true
    state.screen = screen
    state.events = EventPosition(place: .time(state.cursor), offset: 0)
  }

  package mutating func setTable(_ table: String) { state.stats.table = table }
}
