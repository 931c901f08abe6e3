internal import Analysis

extension Command {
  static let lookCommands: [Command] = [
    Command("screen.cpu", .look, ["1"], "CPUs", hint: "CPUs") { $0.turn(to: .cpu) },
    Command("screen.thread", .look, ["2"], "threads: states, calls, spans") {
      $0.turn(to: .thread)
    },
    Command("screen.events", .look, ["3"], "events") { $0.turn(to: .events) },
    Command("screen.stats", .look, ["4"], "statistics") { $0.turn(to: .stats) },
    Command("details", .look, ["i"], "details on, off", hint: "details") { view in
      view.state.showsDetails.toggle()
      view.state.message = view.state.showsDetails ? "with details" : "without details"
    },
    Command("time", .look, ["t"], "time: relative, of day, since A", hint: "time") { view in
      let all = TimeFormat.allCases
      let next = all[((all.firstIndex(of: view.state.timeFormat) ?? 0) + 1) % all.count]
      view.state.timeFormat = next
      switch next {
      case .relative: view.state.message = "times since the start of the trace"
      case .wall: view.state.message = "times of day"
      case .sinceA:
        view.state.message =
          view.state.markA == nil ? "times since A, which is not set yet" : "times since A"
      }
    },
    Command("theme", .look, ["T"], "next theme") { $0.state.wish = .theme },
    Command("glyphs", .look, ["U"], "next set of glyphs") { $0.state.wish = .glyphs },
    Command("mouse", .look, [.function(2)], "mouse on, off") { $0.state.wish = .mouse },
    Command("redraw", .look, [.control("l")], "draw the screen anew") { $0.state.wish = .redraw },
    Command("palette", .look, [":"], "any command by name", hint: "commands") {
      $0.state.prompt = Prompt(.palette)
    },
    Command("help", .look, ["?", .function(1)], "help", hint: "help") { view in
      view.state.showsHelp.toggle()
      view.state.helpLine = 0
    },
  ]

  static let takeCommands: [Command] = [
    Command("export", .take, ["e"], "A-B, or the window, as a trace of its own", hint: "export") {
      $0.state.prompt = Prompt(.export, text: $0.exportName)
    },
    Command("copy.command", .take, ["y"], "copy the command that prints this", hint: "copy") {
      $0.copyCommand()
    },
    Command("copy.json", .take, ["Y"], "copy what is at hand as JSON", hint: "JSON") {
      $0.copyJSON()
    },
    Command("save", .take, ["W"], "save marks, pins, filter and place") { view in
      view.state.message = view.host.keep(view.memory) ?? "marks, pins, filter and place are saved"
    },
    Command("suspend", .take, [.control("z")], "stop it; fg goes on") { $0.state.wish = .suspend },
    Command("quit", .take, ["q", .control("c")], "leave", hint: "quit") {
      $0.state.isQuitting = true
    },
  ]
}

extension View {
  mutating func turn(to screen: ScreenName) {
    if state.screen == screen {
      state.message = "this is \(screen.title)"
      return
    }
    remember()
    state.screen = screen
    if screen == .events {
      state.events = EventPosition(place: .time(state.cursor), offset: 0)
    }
  }

  /// The window that is taken away.
  var takenWindow: TimelineWindow { marked ?? state.window }

  var exportName: String {
    var name = host.shellPath.split(separator: "/").last.map(String.init) ?? "trace.swt"
    name.removeAll { $0 == "'" }
    if name.hasSuffix(".swt") { name.removeLast(4) }
    return "\(name)-\(Words.instant(takenWindow.start, decimals: 3, grouped: false)).swt"
  }

  mutating func copyCommand() {
    let command: String
    switch state.screen {
    case .stats: command = reproducingCommand
    case .events:
      var words = "swtrace print \(host.shellPath)"
      words += " --from \(Words.instant(takenWindow.start, grouped: false))"
      words += " --to \(Words.instant(takenWindow.end, grouped: false))"
      if let filter = activeFilter { words += " --where \(Self.quoted(filter))" }
      command = words
    case .cpu, .thread: command = reproducingCommand
    }
    take(command, title: "copied")
  }

  mutating func copyJSON() {
    if state.screen == .events, let event = selectedEvent {
      take(Self.json(event), title: "copied")
    } else if let known = answers.details, let details = known.value, state.screen.isTimeline {
      let stretch = details.item.stretch
      take(
        "{\"lane\": \(Self.literal(name(of: details.item.lane))), "
          + "\"state\": \(Self.literal(name(of: stretch.what, in: details.item.lane))), "
          + "\"start_ns\": \(stretch.start), \"end_ns\": \(stretch.end)}",
        title: "copied")
    } else if state.screen == .stats, let (table, row) = tableRow {
      take(host.rowJSON(table, row), title: "copied")
    } else {
      state.message = "nothing is at hand to copy"
    }
  }

  private static func json(_ event: TimelineEvent) -> String {
    var parts = ["\"time_ns\": \(event.time)"]
    if let number = event.number { parts.append("\"number\": \(number)") }
    if let cpu = event.cpu { parts.append("\"cpu\": \(cpu)") }
    parts.append("\"tid\": \(event.thread)")
    parts.append("\"pid\": \(event.process)")
    parts.append("\"comm\": \(literal(event.comm))")
    parts.append("\"event\": \(literal("\(event.system):\(event.name)"))")
    parts.append("\"fields\": \(literal(event.fields))")
    return "{\(parts.joined(separator: ", "))}"
  }

  private mutating func take(_ text: String, title: String) {
    state.wish = .copy(text)
    var lines: [String] = []
    var rest = Substring(text)
    let width = max(20, layout.columns - 8)
    while !rest.isEmpty {
      lines.append(String(rest.prefix(width)))
      rest = rest.dropFirst(width)
    }
    state.pane = TextPane(title: title, lines: lines)
  }
}
