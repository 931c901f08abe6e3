internal import Analysis
internal import Events

extension Command {
  static let findCommands: [Command] = [
    Command("find", .find, ["/"], "find events, hits as you type", hint: "find") { view in
      var prompt = Prompt(.search)
      prompt.before = view.place
      view.state.prompt = prompt
    },
    Command("find.next", .find, ["n"], "next hit", hint: "next") { $0.goToHit(isNext: true) },
    Command("find.previous", .find, ["N"], "previous hit") { $0.goToHit(isNext: false) },
    Command("find.same", .find, ["*"], "find the same name", on: [.cpu, .thread, .events]) {
      $0.findSame()
    },
    Command("filter", .find, ["F"], "filter events, tables, rows", hint: "filter") {
      $0.state.prompt = Prompt(.filter, text: $0.state.filter?.text ?? "")
    },
    Command("filter.toggle", .find, [.function(4)], "filter on, off") { view in
      guard var filter = view.state.filter else {
        view.state.message = "no filter yet: F sets one"
        return
      }
      filter.isOn.toggle()
      view.take(filter)
      view.state.message = filter.isOn ? "filter on" : "filter off"
    },
    Command(
      "filter.with", .find, ["+"], "only what is like the row at hand", hint: "only",
      on: [.events, .stats]
    ) { $0.narrow(isWith: true) },
    Command(
      "filter.without", .find, ["-"], "all but what is like it", hint: "without",
      on: [.events, .stats]
    ) { $0.narrow(isWith: false) },
    Command("problem.next", .find, ["!"], "next problem: slow, lost", hint: "problem") {
      $0.goToProblem(isNext: true)
    },
    Command("problem.previous", .find, ["\""], "previous problem") {
      $0.goToProblem(isNext: false)
    },
  ]
}

extension View {
  var place: ViewState.Place {
    ViewState.Place(
      screen: state.screen, window: state.window, cursor: state.cursor,
      row: state.row[state.screen])
  }

  /// Goes to the hit after the cursor, or before it.
  mutating func goToHit(isNext: Bool) {
    guard let search = state.search else {
      state.message = "nothing is looked for: / finds"
      return
    }
    guard let found = currentSearch else {
      state.message = "looking for \(search.text) …"
      return
    }
    let hits = found.hits.sorted { ($0.time, $0.number ?? 0) < ($1.time, $1.number ?? 0) }
    let here = selectedEvent?.number
    func isAfter(_ event: TimelineEvent) -> Bool {
      if let here, let number = event.number { return number > here }
      return event.time > state.cursor
    }
    func isBefore(_ event: TimelineEvent) -> Bool {
      if let here, let number = event.number { return number < here }
      return event.time < state.cursor
    }
    let next = isNext ? hits.first(where: isAfter) : hits.last(where: isBefore)
    if let next, !(next.time == state.cursor && state.screen.isTimeline) {
      remember()
      show(next)
      let number = (hits.firstIndex(of: next) ?? 0) + 1
      state.message = "hit \(number) of \(Words.count(found.matches))"
    } else if found.isFinished, UInt64(hits.count) == found.matches {
      state.message =
        found.matches == 0
        ? "nothing found for \(search.text)" : isNext ? "the last hit" : "the first hit"
    } else {
      // Beyond the hits that are kept: looks on from here.
      let from = isNext ? state.cursor.plus(1) : max(0, state.cursor - state.window.length)
      state.search = makeSearch(search.text, from: from)
    }
  }

  mutating func findSame() {
    let text: String
    switch state.screen {
    case .events:
      guard let event = selectedEvent, event.loss == nil else {
        state.message = "no event at hand"
        return
      }
      text = "event == \(Self.literal("\(event.system):\(event.name)"))"
    default:
      guard let key = state.row[state.screen], let word = self.word(of: key) else {
        state.message = "the row at hand has no name to find"
        return
      }
      text = word
    }
    state.search = makeSearch(text, from: state.cursor.plus(1))
    state.message = "find \(text)"
  }

  /// A filter that chooses the events of a row.
  func word(of key: RowKey) -> String? {
    switch key {
    case .cpu(let cpu): return "cpu == \(cpu)"
    case .spans(let thread, let depth):
      let lane = TimelineLane.spans(thread: thread, depth: depth)
      let cells = timeline.cells(lane, state.window, columns: layout.laneColumns)
      let place = column(of: state.cursor, in: state.window, layout.laneColumns)
      guard cells.indices.contains(place), cells[place].longest.state == .inside else {
        return "tid == \(directory.threads[thread].number)"
      }
      return "event == \(Self.literal(name(of: cells[place].longest.what, in: lane)))"
    case .process(let place) where directory.processes.indices.contains(place):
      let number = directory.processes[place].number
      return number > 0 ? "pid == \(number)" : nil
    default:
      guard let thread = key.thread, directory.threads.indices.contains(thread) else { return nil }
      return "tid == \(directory.threads[thread].number)"
    }
  }

  static func literal(_ text: String) -> String {
    var literal = "\""
    for glyph in text.unicodeScalars {
      if glyph == "\"" || glyph == "\\" { literal.unicodeScalars.append("\\") }
      literal.unicodeScalars.append(glyph)
    }
    return literal + "\""
  }

  /// Adds what is at hand to the filter.
  mutating func narrow(isWith: Bool) {
    let term: String
    switch state.screen {
    case .events:
      guard let event = selectedEvent, event.loss == nil else {
        state.message = "no event at hand"
        return
      }
      term = "event == \(Self.literal("\(event.system):\(event.name)"))"
    default:
      guard let (table, row) = tableRow, let term = Self.term(table, row) else {
        state.message = "no row of a thread, process or CPU is at hand"
        return
      }
      narrow(term, isWith: isWith)
      return
    }
    narrow(term, isWith: isWith)
  }

  private mutating func narrow(_ term: String, isWith: Bool) {
    let added = isWith ? term : "!(\(term))"
    let text = activeFilter.map { "(\($0)) && \(added)" } ?? added
    take(FilterChoice(text: text))
    state.message = "filter: \(text)"
    if state.screen == .events {
      state.events = EventPosition(place: .time(state.cursor), offset: 0)
    }
  }

  /// What chooses the instances of a row.
  private static func term(_ table: StatisticsTable, _ row: Int) -> String? {
    guard table.rows.indices.contains(row) else { return nil }
    for (column, cell) in zip(table.columns, table.rows[row].cells) {
      switch (column.key, cell.value) {
      case ("tid", .integer(let number)): return "tid == \(number)"
      case ("tid", .count(let number)): return "tid == \(number)"
      case ("pid", .integer(let number)): return "pid == \(number)"
      case ("pid", .count(let number)): return "pid == \(number)"
      case ("cpu", .integer(let number)): return "cpu == \(number)"
      case ("cpu", .count(let number)): return "cpu == \(number)"
      case ("comm", .text(let name)): return "comm == \(literal(name))"
      default: continue
      }
    }
    return nil
  }

  mutating func goToProblem(isNext: Bool) {
    let found =
      isNext ? timeline.problem(after: state.cursor) : timeline.problem(before: state.cursor)
    guard let problem = found else {
      let reading = timeline.levels.areKnown ? "" : " so far: the trace is still being read"
      state.message =
        isNext ? "no problem after this\(reading)" : "no problem before this\(reading)"
      return
    }
    go(to: problem)
  }

  mutating func go(to problem: TimelineProblem) {
    if state.screen == .events {
      remember()
      state.events = EventPosition(place: .time(problem.window.start), offset: 0)
      state.cursor = min(problem.window.start, end - 1)
    } else {
      if !state.screen.isTimeline { state.screen = .thread }
      let stretch =
        problem.stretch ?? LaneStretch(.unknown, problem.window.start, problem.window.end)
      go(to: problem.lane, problem.window.start, fitting: stretch)
      // On a wait the cursor stands within, so that details tell of it.
      let middle = stretch.start + stretch.length / 2
      state.cursor = min(max(0, middle), end - 1)
      follow()
    }
    state.message = words(problem)
  }

  func words(_ problem: TimelineProblem) -> String {
    switch problem.kind {
    case .loss(let reason, let count):
      return "\(count.map { Words.count($0) } ?? "some") events lost here (\(reason))"
    case .slow:
      guard let lane = problem.lane, let stretch = problem.stretch else { return "slow" }
      let what = name(of: stretch.what, in: lane)
      return "\(name(of: lane)): \(what) for \(Words.span(stretch.length))"
    }
  }
}

extension LaneStretch {
  init(_ state: LaneState, _ start: Int64, _ end: Int64) { self.init(state, -1, start, end) }
}

extension View {
  /// A search for a text; a word alone also finds the system calls whose names have it.
  func makeSearch(_ text: String, from: Int64, isShown: Bool = false) -> Search {
    Search(text: text, filter: withSystemCalls(text), from: from, isShown: isShown)
  }

  private func withSystemCalls(_ text: String) -> String {
    guard let filter = try? Filter(parsing: text), filter.scope == nil,
      case .term(let term) = filter.root, case .word(let word) = term.question,
      summary.types.contains(where: { $0.system == "raw_syscalls" })
    else { return text }
    let numbers = timeline.systemCallNames.indices.filter { number in
      FuzzyMatch.contains(word, in: timeline.systemCallNames[number])
    }
    guard !numbers.isEmpty, numbers.count <= 64 else { return text }
    let list = numbers.map { "\($0)" }.joined(separator: ",")
    return "\(text) || (system == \"raw_syscalls\" && id in {\(list)})"
  }
}
