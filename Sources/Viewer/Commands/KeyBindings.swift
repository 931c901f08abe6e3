/// Which key does what on which screen.
struct KeyBindings: Sendable {
  private let commands: [Key: [Command]]

  init() {
    var commands: [Key: [Command]] = [:]
    for command in Command.all {
      for key in command.keys { commands[key, default: []].append(command) }
    }
    self.commands = commands
  }

  func command(_ key: Key, on screen: ScreenName) -> Command? {
    commands[key]?.first { $0.screens.contains(screen) }
  }

  func names(of command: Command) -> [String] { command.keys.map(\.name) }

  /// What the hint line offers, the most useful first.
  func hints(for state: ViewState) -> [Command] {
    let names: [String]
    switch state.screen {
    case .cpu, .thread:
      names = [
        "help", "quit", "zoom.in", "zoom.out", "pan.left", "pan.right", "row.down", "problem.next",
        "fit", "mark", "zoom.marks", "waker", "find", "filter", "row.fold", "stats.marks",
        "event.next", "palette",
      ]
    case .events:
      names = [
        "help", "quit", "row.down", "row.up", "find", "find.next", "goto", "filter.with",
        "filter.without", "filter", "mark", "copy.json", "export", "palette",
      ]
    case .stats:
      names = [
        "help", "quit", "table.next", "row.down", "stats.sort.next", "stats.group", "stats.go",
        "stats.histogram", "filter", "copy.command", "screen.cpu", "palette",
      ]
    }
    return names.compactMap { name in Command.all.first { $0.name == name } }
  }
}
