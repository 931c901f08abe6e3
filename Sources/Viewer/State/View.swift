package import Analysis
internal import Events

/// A view of a trace: keys in, frames out, questions to the file between them.
///
/// It reads nothing itself; whoever holds it answers what `questions` asks and hands the answers in.
package struct View {
  package private(set) var timeline: Timeline
  package var state: ViewState
  let host: ViewHost
  var answers = Answers()
  /// Who and what there is, as it was when keys or frames were last asked for.
  var directory: TimelineDirectory
  /// The overview as it was drawn last, and how far the levels were then.
  var overview: (levels: LevelsState, cells: [OverviewCell])?
  /// The lines of the table that was shown last.
  var table: LaidOutTable?
  let keys: KeyBindings
  /// Whether a button of the mouse is held and moved.
  var isDragging = false
  /// The press before, for double clicks.
  var lastPress: (event: MouseEvent, time: Int64)?
  /// How it was before an Esc that may turn out to be the beginning of another key.
  var beforeEscape: ViewState?
  /// Whether the worst span is shown first, not the worst of all.
  package var prefersSpans = false
  /// Whether it was said where to look.
  package internal(set) var isPlaced = false
  /// Whether it was said with which screen to begin.
  var isScreenChosen = false
  var isFilterChosen = false

  package init(_ timeline: Timeline, host: ViewHost, columns: Int, rows: Int) {
    self.timeline = timeline
    self.host = host
    state = ViewState(columns: columns, rows: rows, end: timeline.summary.end)
    directory = timeline.directory
    keys = host.keys
    if [.switches, .hardInterrupts, .softInterrupts].allSatisfy({ !hasSource($0) }) {
      state.screen = .thread
    }
    if timeline.summary.events > 0, timeline.summary.sources.isEmpty { state.screen = .events }
  }

  var summary: TimelineSummary { timeline.summary }
  var end: Int64 { max(1, summary.end) }
  var whole: TimelineWindow { TimelineWindow(0, end) }
  var layout: Layout { Layout(state) }

  func hasSource(_ source: TimelineSource) -> Bool { summary.sources.contains(source) }

  /// What stands where a row is made of events that were not recorded; nil where they were.
  func missingWords(_ key: RowKey) -> String? {
    switch key {
    case .node, .cache, .cpu, .process, .cgroup, .thread, .place:
      hasSource(.switches) ? nil : "not recorded (-e +sched)"
    case .runnable:
      hasSource(.switches) && hasSource(.wakings) ? nil : "not recorded (-e +sched)"
    default: nil
    }
  }

  /// A window inside of the trace, no shorter than a nanosecond a column.
  func fitted(_ start: Int64, length: Int64) -> TimelineWindow {
    let length = min(max(length, Int64(layout.laneColumns)), end)
    let start = min(max(0, start), end - length)
    return TimelineWindow(start, start + length)
  }

  /// Shows another window; `remembers` where Backspace leads back from there.
  mutating func show(_ window: TimelineWindow, remembers: Bool = false) {
    if remembers { remember() }
    state.window = window
    state.isAtEnd = window.end >= end
    state.cursor = min(max(state.cursor, window.start), max(window.start, window.end - 1))
  }

  mutating func remember() {
    state.history.append(
      ViewState.Place(
        screen: state.screen, window: state.window, cursor: state.cursor,
        row: state.row[state.screen]))
    if state.history.count > 256 { state.history.removeFirst() }
  }

  /// Moves the cursor, and the window where it would leave that.
  mutating func moveCursor(to time: Int64) {
    state.cursor = min(max(0, time), end - 1)
    let window = state.window
    if state.cursor < window.start || state.cursor >= window.end {
      show(fitted(state.cursor - window.length / 2, length: window.length))
    }
    follow()
  }

  /// Shows a place in a lane: its row at hand, the cursor there, the window around it.
  mutating func go(to lane: TimelineLane?, _ time: Int64, fitting stretch: LaneStretch? = nil) {
    remember()
    if let lane, let key = RowKey(lane) {
      switch key {
      case .cpu, .hardInterrupts, .softInterrupts: state.screen = .cpu
      default: state.screen = .thread
      }
      reveal(key)
      bringRowIntoSight()
    }
    if let stretch, stretch.length > 0 {
      let length = stretch.length
      let padding = length / 4
      let wanted = length.plus(2 * padding)
      show(fitted(stretch.start - padding, length: wanted))
      state.cursor = min(max(time, state.window.start), state.window.end - 1)
    } else {
      moveCursor(to: time)
    }
    follow()
  }

  /// The events' screen goes along with the cursor.
  mutating func follow() {
    guard state.screen != .events else { return }
    state.events = EventPosition(place: .time(state.cursor), offset: 0)
  }

  /// Unfolds what hides a row, and makes it the one at hand.
  mutating func reveal(_ key: RowKey) {
    state.hidden.remove(key)
    if let thread = key.thread, directory.threads.indices.contains(thread) {
      let process = RowKey.process(directory.threads[thread].processPlace)
      state.folds[.cgroup(cgroup(ofProcess: directory.threads[thread].processPlace))] = false
      state.hidden.remove(process)
      state.hidden.remove(.thread(thread))
      if directory.processes[directory.threads[thread].processPlace].threads.count > 1 {
        state.folds[process] = false
      }
      if key != .thread(thread) { state.folds[.thread(thread)] = false }
    }
    switch key {
    case .hardInterrupts(let cpu), .softInterrupts(let cpu): state.folds[.cpu(cpu)] = false
    default: break
    }
    if let cpu = key.cpu, directory.cpus.indices.contains(cpu) {
      state.folds[.node(directory.cpus[cpu].node)] = false
      state.folds[.cache(directory.cpus[cpu].lastLevelCache)] = false
    }
    state.row[key.isOfCPU ? .cpu : .thread] = key
  }

  /// What has to be read for what is shown, the most urgent first.
  var questions: [Question] {
    // What is left of kept levels is there in a moment, and answers need it.
    if case .loading = timeline.levels { return [] }
    var questions: [Question] = []
    if let jump = state.jump { questions.append(.jump(jump)) }
    if let export = state.export { questions.append(.export(export)) }
    switch state.screen {
    case .cpu, .thread:
      if state.showsDetails, layout.detailRows > 0, let lane = lane {
        questions.append(.details(lane, state.cursor))
      }
      let lanes = visibleLanes
      if !lanes.isEmpty, state.window.end <= readEnd,
        !timeline.isExact(state.window, columns: layout.laneColumns, lanes: lanes)
      {
        questions.append(.exact(state.window, lanes))
      }
    case .events: questions.append(eventsQuestion)
    case .stats: questions.append(.statistics(statisticsQuestion))
    }
    if layout.statusRows > 1 || state.screen == .stats { questions.append(sumsQuestion) }
    if let question = searchQuestion { questions.append(question) }
    return questions.filter { !answers.settles($0) }
  }

  /// Everything before it has been read.
  private var readEnd: Int64 { timeline.levels == .complete ? .max : 0 }

  /// What threads did between the marks, or in the window.
  var sumsQuestion: Question {
    var read = 4
    if case .partial(let share) = timeline.levels { read = Int(share * 4) }
    return .sums(statisticsWindow, read: read)
  }

  /// The answer, if there is one by now.
  var knownSums: WindowSums? {
    guard let known = answers.sums, known.question == sumsQuestion else { return nil }
    return known.value
  }

  var searchQuestion: Question? {
    state.search.map { .search($0, columns: layout.laneColumns) }
  }

  var eventsQuestion: Question {
    .events(state.events.place, rows: layout.listRows, filter: activeFilter)
  }

  var statisticsQuestion: StatisticsQuestion {
    StatisticsQuestion(
      table: state.stats.table, window: statisticsWindow, filter: activeFilter,
      key: state.stats.key)
  }

  /// A-B where there is one, otherwise what the timeline shows.
  var statisticsWindow: TimelineWindow { marked ?? state.window }

  /// The time between the marks.
  var marked: TimelineWindow? {
    guard let a = state.markA, let b = state.markB, a != b else { return nil }
    return TimelineWindow(min(a, b), max(a, b))
  }

  var activeFilter: String? {
    state.filter.flatMap { $0.isOn && !$0.text.isEmpty ? $0.text : nil }
  }

  /// The lane of the row at hand.
  var lane: TimelineLane? { state.row[state.screen]?.lane }

  /// Takes an answer in; whether the frame may look different now.
  mutating func take(_ answer: Answer, to question: Question) {
    directory = timeline.directory
    answers.take(answer, to: question)
    switch (question, answer) {
    case (.jump(let jump), .jump(let target)):
      guard state.jump == jump else { return }
      state.jump = nil
      arrive(target, after: jump)
    case (.jump(let jump), .failed(let words)) where state.jump == jump:
      state.jump = nil
      state.message = words
    case (.export(let order), .exported(let events)):
      state.export = nil
      state.message = "\(Words.count(events)) events written to \(order.path)"
    case (.export, .failed(let words)):
      state.export = nil
      state.message = words
    case (.events, .events(let page)) where question == eventsQuestion: settle(page)
    case (.search, .search(let found)): arrive(found)
    default: break
    }
  }

  private mutating func arrive(_ target: JumpTarget?, after jump: Jump) {
    guard let target else {
      state.message = jump.failure
      return
    }
    if !target.chain.isEmpty {
      state.pane = chainPane(target)
      return
    }
    switch jump {
    case .next, .previous: moveCursor(to: target.time)
    case .fit:
      let window = state.window
      go(to: target.lane, target.time, fitting: target.stretch)
      state.fitted = state.window
      if state.window == window {
        state.history.removeLast()
        state.message = "it fits already"
      }
    default: go(to: target.lane, target.time, fitting: target.stretch)
    }
    if !target.words.isEmpty { state.message = target.words }
  }

  /// The first hit is shown as soon as it is there.
  private mutating func arrive(_ found: SearchProgress) {
    guard let search = state.search, state.prompt?.kind == .search || !search.isShown else {
      return
    }
    guard let hit = found.hits.first else {
      if found.isFinished { state.message = "nothing found for \(search.text)" }
      return
    }
    state.search?.isShown = true
    show(hit)
  }

  /// Moves to an event on whichever screen is shown.
  mutating func show(_ event: TimelineEvent) {
    if state.screen == .events {
      state.events = EventPosition(
        place: event.number.map { .number($0) } ?? .time(event.time), offset: 0)
      state.cursor = event.time
    } else {
      if state.screen == .thread, let thread = place(of: event.thread, at: event.time) {
        reveal(.thread(thread))
      } else if state.screen == .cpu, let cpu = event.cpu {
        reveal(.cpu(cpu))
      }
      bringRowIntoSight()
      moveCursor(to: event.time)
    }
  }

  /// The place of the thread that had a number at an instant.
  func place(of number: ThreadNumber, at time: Int64) -> Int? {
    guard number > 0 else { return nil }
    let lives = directory.threads.indices.filter { directory.threads[$0].number == number }
    return lives.last { directory.threads[$0].firstSeen <= time } ?? lives.first
  }

  /// Goes on with the trace opened again, longer than it was.
  package mutating func replace(_ grown: Timeline) {
    let stays = state.isAtEnd
    let isCursorLast = state.cursor >= end - 1
    let isListLast = state.events.place == .time(max(0, end - 1)) && state.events.offset == -1
    timeline = grown
    table = nil
    overview = nil
    directory = grown.directory
    answers.forget()
    if grown.summary.isComplete { state.message = "the recording has ended: this is all of it" }
    guard stays else { return }
    let length = state.window.length
    state.window = fitted(end - length, length: length)
    state.cursor = isCursorLast ? max(0, end - 1) : max(state.cursor, state.window.start)
    if isListLast { state.events.place = .time(max(0, end - 1)) }
  }

  /// Takes note of how large the screen is.
  package mutating func resize(columns: Int, rows: Int) {
    state.columns = columns
    state.rows = rows
    state.window = fitted(state.window.start, length: state.window.length)
  }
}

extension RowKey {
  var isOfCPU: Bool {
    switch self {
    case .node, .cache, .cpu, .hardInterrupts, .softInterrupts, .runnable: true
    default: false
    }
  }
}

extension Jump {
  /// What is said where it leads nowhere.
  var failure: String {
    switch self {
    case .next: "nothing changes in this row any more"
    case .previous: "nothing changed in this row before"
    case .waker: "no waking was seen here"
    case .woken: "it woke nobody after this"
    case .instance(_, _, true): "this is the slowest one"
    case .instance(_, _, false): "no faster one is kept"
    case .chain: "nothing waits here"
    case .fit: "nothing is here"
    }
  }
}

extension Int64 {
  /// The sum, held at the ends of the range.
  func plus(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
