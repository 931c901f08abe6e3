package import Analysis

/// Shows a trace on a terminal until its user leaves.
package struct Viewer: ~Copyable {
  private var view: View
  private var screen: CursesScreen
  private let readers: Readers
  private let wake = WakePipe()
  private let host: ViewHost
  private var memory: String?
  private var isMouseOn = true
  /// What was copied, to be printed again at the end.
  private var copied: [String] = []
  /// Whether all of the trace was known at the last look.
  private var isKnown = false

  /// Takes the terminal.
  ///
  /// `memory` is what was kept of this trace; `start` is done once all of it has
  /// been read.
  package init(
    _ timeline: Timeline, host: ViewHost, memory: String?, screen: consuming CursesScreen
  ) {
    let size = screen.size
    view = View(timeline, host: host, columns: size.columns, rows: size.rows)
    self.host = host
    self.screen = screen
    self.memory = memory
    readers = Readers(timeline, host: host, wake: wake)
  }

  /// Runs until its user leaves; gives what was copied on the way.
  package consuming func run(_ start: (inout View) -> Void) -> (copied: [String], problem: String?)
  {
    screen.setMouse(true)
    view.openAnew()
    start(&view)
    if let memory { view.remember(memory) }
    if host.reopen != nil { view.stickToEnd() }
    readers.start()
    var pacing = FramePacing()
    while !view.state.isQuitting {
      takeAnswers()
      readers.ask(view.questions)
      let pause = pacing.pause(at: Moment.now / 1_000_000)
      if pause == 0 {
        screen.show(view.frame())
        pacing.draw(at: Moment.now / 1_000_000)
      }
      let input = screen.read(
        timeoutMilliseconds: pause == 0 ? 1000 : pause, waking: wake.reading)
      if input.isClosed { break }
      if input.isResized || input.isContinued {
        let size = screen.size
        view.resize(columns: size.columns, rows: size.rows)
      }
      if input.isStopAsked { screen.suspend() }
      if input.isWoken { wake.drain() }
      pacing.take(
        isUsers: !input.keys.isEmpty || input.isResized || input.isContinued,
        isWoken: input.isWoken)
      for key in Self.coalesced(input.keys) {
        view.press(key)
        fulfil()
        if view.state.isQuitting { break }
      }
    }
    readers.stop()
    let problem = host.keep(view.memory)
    return (copied, readers.failure ?? problem)
  }

  private mutating func takeAnswers() {
    let timeline = readers.timeline
    if timeline !== view.timeline { view.replace(timeline) }
    for (question, answer) in readers.takeAnswers() { view.take(answer, to: question) }
    if let failure = readers.failure { view.state.message = failure }
    if let notice = readers.takeNotice() { view.state.message = notice }
    guard !isKnown, view.timeline.levels.areKnown else { return }
    isKnown = true
    defer { if let notice = host.notice { view.state.message = notice } }
    view.lookAtAll(memory: memory, follows: host.reopen != nil)
  }

  /// What only the terminal's owner can do.
  private mutating func fulfil() {
    guard let wish = view.state.wish else { return }
    view.state.wish = nil
    switch wish {
    case .redraw: screen.redraw()
    case .suspend: screen.suspend()
    case .mouse:
      isMouseOn.toggle()
      screen.setMouse(isMouseOn)
      view.state.message = isMouseOn ? "mouse on" : "mouse off: the terminal selects text"
    case .theme:
      let all = Theme.Name.allCases
      let next = all[((all.firstIndex(of: screen.theme.name) ?? 0) + 1) % all.count]
      screen.use(Theme(next, on: screen.theme.ground))
      view.state.message = "theme \(next.rawValue)"
    case .glyphs:
      let all = Glyphs.allCases
      let next = all[((all.firstIndex(of: screen.glyphs) ?? 0) + 1) % all.count]
      screen.use(next)
      view.state.message = "glyphs \(next.rawValue)"
    case .copy(let text):
      copied.append(text)
      _ = screen.copy(text)
    }
  }

  /// Many repeats of a key that came at once are as many as a frame can show.
  private static func coalesced(_ keys: [Key]) -> [Key] {
    var kept: [Key] = []
    var repeats = 0
    for key in keys {
      repeats = key == kept.last ? repeats + 1 : 0
      if repeats < 16 { kept.append(key) }
    }
    return kept
  }
}
