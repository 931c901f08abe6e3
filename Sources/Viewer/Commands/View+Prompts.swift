internal import Analysis
internal import Events

/// Something that a prompt offers.
struct PromptChoice {
  var text: String
  var act: Act

  enum Act {
    case command(Command)
    case row(RowKey)
    case place(String)
  }
}

extension View {
  /// Takes a key while something is being typed.
  mutating func type(_ key: Key) {
    guard var prompt = state.prompt else { return }
    prompt.problem = nil
    switch key {
    case .character(let glyph):
      prompt.text.unicodeScalars.append(glyph)
    case .paste(let text):
      prompt.text += text.filter { !$0.isNewline }.prefix(4096)
    case .backspace, .control("h"):
      guard !prompt.text.isEmpty else { return cancel(prompt) }
      prompt.text.removeLast()
    case .control("u"): prompt.text = ""
    case .control("w"):
      while prompt.text.last == " " { prompt.text.removeLast() }
      while let last = prompt.text.last, last != " " { prompt.text.removeLast() }
    case .up, .backTab, .control("k"): prompt.choice = max(0, prompt.choice - 1)
    case .down, .tab, .control("j"):
      prompt.choice = min(prompt.choice + 1, max(0, choices(for: prompt).count - 1))
    case .escape, .control("c"): return cancel(prompt)
    case .enter:
      state.prompt = prompt
      return accept(prompt)
    default:
      state.prompt = prompt
      return
    }
    switch key {
    case .character, .paste, .backspace, .control: prompt.choice = 0
    default: break
    }
    state.prompt = prompt
    if prompt.kind == .search || prompt.kind == .filter { look(for: prompt) }
  }

  private mutating func cancel(_ prompt: Prompt) {
    state.prompt = nil
    guard prompt.kind == .search, let before = prompt.before else { return }
    state.search = nil
    state.screen = before.screen
    state.window = fitted(before.window.start, length: before.window.length)
    state.cursor = min(before.cursor, end - 1)
    if let row = before.row { state.row[before.screen] = row }
    follow()
  }

  /// Hits and counts while it is being typed.
  private mutating func look(for prompt: Prompt) {
    let text = prompt.text
    guard text.utf8.count >= 2, filter(text) != nil else {
      state.search = nil
      return
    }
    state.search = makeSearch(
      text, from: prompt.before?.cursor ?? 0, isShown: prompt.kind == .filter)
  }

  /// The filter that a text is; nil with the prompt's problem set where it is none.
  private mutating func filter(_ text: String) -> Filter? {
    do throws(EventsError) {
      let filter = try Filter(parsing: text)
      try filter.check(against: summary.types)
      return filter
    } catch {
      if case .filter(let problem, _, let at) = error {
        state.prompt?.problem = (
          host.filterWords(problem),
          String(decoding: text.utf8.prefix(at.lowerBound), as: UTF8.self).columns
        )
      } else {
        state.prompt?.problem = ("this is no filter", nil)
      }
      return nil
    }
  }

  // MARK: Enter

  private mutating func accept(_ prompt: Prompt) {
    let text = prompt.text.trimmingBlanks
    switch prompt.kind {
    case .palette, .row, .mark:
      let choices = choices(for: prompt)
      guard choices.indices.contains(prompt.choice) else {
        state.prompt?.problem = ("nothing is called \(text)", nil)
        return
      }
      state.prompt = nil
      perform(choices[prompt.choice].act)
    case .search:
      guard !text.isEmpty else { return cancel(prompt) }
      guard filter(text) != nil else { return }
      state.prompt = nil
      if state.search?.text != text { state.search = makeSearch(text, from: state.cursor) }
      if let found = currentSearch, found.isFinished, found.matches == 0 {
        state.message = "nothing found for \(text)"
      }
    case .filter:
      guard !text.isEmpty else {
        state.prompt = nil
        take(nil)
        state.message = "no filter"
        return
      }
      guard filter(text) != nil else { return }
      state.prompt = nil
      state.search = nil
      take(FilterChoice(text: text))
      if state.screen == .events {
        state.events = EventPosition(place: .time(state.cursor), offset: 0)
      }
    case .goTo: goTo(text)
    case .name:
      guard let marked else {
        state.prompt = nil
        return
      }
      guard Self.isName(text) else {
        state.prompt?.problem = ("a name is letters, digits, - and _", nil)
        return
      }
      state.ranges[text] = marked
      state.prompt = nil
      state.message = "A-B is called \(text): ' goes there"
    case .export:
      guard !text.isEmpty else { return cancel(prompt) }
      state.prompt = nil
      state.export = ExportOrder(window: takenWindow, path: text)
      state.message = "writing \(text) …"
    }
  }

  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64
      && text.unicodeScalars.allSatisfy {
        $0 == "-" || $0 == "_"
          || ($0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil))
      }
  }

  private mutating func perform(_ act: PromptChoice.Act) {
    switch act {
    case .command(let command):
      guard command.screens.contains(state.screen) else {
        state.message = "\(command.name) works on the screens \(command.where)"
        return
      }
      command.run(&self)
    case .row(let key):
      remember()
      state.screen = key.isOfCPU ? .cpu : .thread
      reveal(key)
      bringRowIntoSight()
    case .place(let name):
      switch name {
      case "A": if let time = state.markA { goToMark(time) }
      case "B": if let time = state.markB { goToMark(time) }
      default:
        guard let range = state.ranges[name] else { return }
        (state.markA, state.markB) = (range.start, range.end)
        remember()
        show(fitted(range.start - range.length / 8, length: range.length.plus(range.length / 4)))
        state.cursor = min(range.start, end - 1)
        follow()
      }
    }
  }

  private mutating func goToMark(_ time: Int64) {
    remember()
    if state.screen == .events {
      state.events = EventPosition(place: .time(time), offset: 0)
      state.cursor = min(time, end - 1)
    } else {
      moveCursor(to: time)
    }
  }

  /// `4.21`, `+5ms`, `-2s`, `50%`, `#1900`, `14:02:11.5`.
  private mutating func goTo(_ text: String) {
    guard let time = target(of: text) else {
      state.prompt?.problem = ("a time is 4.21, +5ms, -5ms, 50%, #1900 or 14:02:11", nil)
      return
    }
    state.prompt = nil
    remember()
    switch time {
    case .time(let time):
      if time < 0 || time >= end { state.message = "the trace has 0 … \(Words.instant(end)) s" }
      let time = min(max(0, time), end - 1)
      if state.screen == .events {
        state.events = EventPosition(place: .time(time), offset: 0)
        state.cursor = time
      } else {
        moveCursor(to: time)
      }
    case .number(let number):
      if number >= summary.events {
        state.message = "the last one is #\(max(1, summary.events) - 1)"
      }
      state.screen = .events
      state.events = EventPosition(
        place: .number(min(number, max(1, summary.events) - 1)), offset: 0)
    }
  }

  private func target(of text: String) -> EventPlace? {
    if text.hasPrefix("#") { return UInt64(text.dropFirst()).map { .number($0) } }
    if let clock = clockTime(text) { return .time(clock) }
    if text.hasPrefix("+") || text.hasPrefix("-") {
      guard let span = try? TimeSpan(parsing: String(text.dropFirst())) else { return nil }
      let sign: Int64 = text.hasPrefix("-") ? -1 : 1
      return .time(state.cursor.plus(sign * span.nanoseconds))
    }
    guard let point = try? TimePoint(parsing: text) else { return nil }
    return .time(
      point.instant(
        length: TimeSpan(nanoseconds: end), startOfTrace: summary.startTime
      ).nanoseconds)
  }

  /// A time of the day on which the trace began, or the next.
  private func clockTime(_ text: String) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, let hours = Int64(parts[0]),
      let minutes = Int64(parts[1]), (0..<24).contains(hours), (0..<60).contains(minutes)
    else { return nil }
    var seconds: Int64 = 0
    if parts.count == 3 {
      guard let span = try? TimeSpan(parsing: String(parts[2])) else { return nil }
      seconds = span.nanoseconds
    }
    let ofDay = (hours * 3600 + minutes * 60) * 1_000_000_000 + seconds
    let day: Int64 = 86_400_000_000_000
    let start = summary.startTime.plus(host.utcOffset &* 1_000_000_000)
    let midnight = start - (start % day + day) % day
    let time = midnight.plus(ofDay) - start
    return time < 0 && time.plus(day) < end ? time + day : time
  }

  // MARK: choices

  /// What a prompt offers for what is typed, best first.
  func choices(for prompt: Prompt) -> [PromptChoice] {
    switch prompt.kind {
    case .palette:
      return ranked(Command.all, prompt.text) { "\($0.name) \($0.help)" }.map { command in
        let names = keys.names(of: command).joined(separator: " ")
        let gap = String(repeating: " ", count: max(1, 20 - command.name.columns))
        return PromptChoice(
          text: "\(command.name)\(gap)\(command.help)   \(names)", act: .command(command))
      }
    case .row:
      var keys: [RowKey] = directory.cpus.filter(\.isSeen).map { .cpu($0.number) }
      keys += directory.threads.indices.map { .thread($0) }
      keys += directory.counters.indices.map { .counter($0) }
      return ranked(keys, prompt.text) { label($0) }.prefix(100).map {
        PromptChoice(text: label($0), act: .row($0))
      }
    case .mark:
      var names: [(String, String)] = []
      if let a = state.markA { names.append(("A", Words.instant(a))) }
      if let b = state.markB { names.append(("B", Words.instant(b))) }
      for (name, range) in state.ranges.sorted(by: { $0.value.start < $1.value.start }) {
        names.append((name, "\(Words.instant(range.start))  \(Words.span(range.length))"))
      }
      return ranked(names, prompt.text) { $0.0 }.map {
        PromptChoice(text: "\($0.0)  \($0.1)", act: .place($0.0))
      }
    case .search, .filter, .goTo, .name, .export: return []
    }
  }

  /// Those in which the letters occur in their order, close to each other and to words' starts first.
  private func ranked<Thing>(
    _ things: [Thing], _ text: String, _ name: (Thing) -> String
  ) -> [Thing] {
    guard !text.isEmpty else { return things }
    return things.enumerated().compactMap { place, thing in
      FuzzyMatch.score(text, in: name(thing)).map { (thing, $0, place) }
    }.sorted { ($1.1, $0.2) < ($0.1, $1.2) }.map(\.0)
  }
}

extension String {
  var trimmingBlanks: String {
    var text = Substring(self)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
