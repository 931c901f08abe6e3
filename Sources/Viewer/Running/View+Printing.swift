internal import Analysis
internal import Synchronization

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

  /// How long what is asked for takes to have something to show: an answer, or a screen of hits.
  package var timesToAnswer: [(name: String, nanoseconds: Int64)] {
    let reader = TimelineReader(timeline: timeline, host: host)
    let rows = layout.listRows
    return questions.map { question in
      let first = Mutex<Int64?>(nil)
      let start = Moment.now
      _ = reader.answer(
        question, isWanted: { first.withLock { $0 == nil } },
        report: { answer in
          switch answer {
          case .search(let found) where found.hits.count >= rows: break
          case .events: break
          default: return
          }
          first.withLock { $0 = $0 ?? Moment.now }
        })
      return ("\(question.kind)", (first.withLock { $0 } ?? Moment.now) - start)
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
      // All that was recorded, which may be a part of the trace's time.
      let recorded = summary.recorded
      show(fitted(recorded.start, length: recorded.length))
      state.cursor = state.window.start + state.window.length / 2
      follow()
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

  /// The same where `start` says nothing else.
  package mutating func openAtWorst(_ start: (inout View) -> Void) {
    openAnew()
    start(&self)
    if !isPlaced { openAtWorst() }
  }

  /// The first look at all of the trace: at its end where it grows, where it was left, where it was
  /// said, or at the worst.
  ///
  /// Who is on the way already stays there.
  mutating func lookAtAll(memory: String?, follows: Bool) {
    guard !state.isTouched else {
      state.message = "all of the trace is read: o sorts the rows"
      return
    }
    let (window, cursor) = (state.window, state.cursor)
    openAnew()
    let isRemembered = memory.map { remember($0) } ?? false
    if follows { return stickToEnd() }
    if isRemembered, !isPlaced { return }
    if isPlaced {
      look(at: window.start, length: window.length)
      moveCursor(to: cursor)
    } else {
      openAtWorst()
    }
  }

  /// Shows the end of the trace, and what is added to it.
  mutating func stickToEnd() {
    let length = state.window.length
    state.window = fitted(end - length, length: length)
    state.cursor = state.window.end - 1
    state.isAtEnd = true
    follow()
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

  /// Shows a part of the trace; without a length all that begins there.
  package mutating func look(at start: Int64, length: Int64?) {
    isPlaced = true
    state.window = fitted(start, length: length ?? end - start)
    state.cursor = length == nil ? start : state.window.start + state.window.length / 2
    follow()
  }
}

extension View {
  package mutating func setFilter(_ text: String) {
    isFilterChosen = true
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
