/// Which key does what on which screen.
package struct KeyBindings: Sendable {
  private var commands: [Key: [Command]] = [:]
  private var bound: [String: [Key]] = [:]

  package init() {
    for command in Command.all { bind(command, to: command.keys) }
  }

  /// The keys of a text: a line has a command's name and its keys, which it then has and no others.
  ///
  /// A key is taken from those commands that had it on the same screens; what begins with # is a
  /// comment.
  package init(_ text: String) throws(KeyFileProblem) {
    self.init()
    var lines: [String: Int] = [:]
    var owners: [Key: [Command]] = [:]
    for (place, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let number = place + 1
      let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
      guard let name = words.first, !name.hasPrefix("#") else { continue }
      guard let command = Command.all.first(where: { $0.name == name }) else {
        throw KeyFileProblem(line: number, kind: .unknownCommand(name))
      }
      if let before = lines.updateValue(number, forKey: name) {
        throw KeyFileProblem(line: number, kind: .boundTwice(name, line: before))
      }
      var keys: [Key] = []
      for word in words.dropFirst() {
        guard let key = Key(word: word) else {
          throw KeyFileProblem(line: number, kind: .unknownKey(word))
        }
        if let owner = owners[key]?.first(where: { !$0.screens.isDisjoint(with: command.screens) })
        {
          throw KeyFileProblem(line: number, kind: .takenKey(word, by: owner.name))
        }
        owners[key, default: []].append(command)
        keys.append(key)
      }
      rebind(command, to: keys)
    }
  }

  /// Whether keys are other than those of the table.
  package private(set) var areOwn = false

  private mutating func bind(_ command: Command, to keys: [Key]) {
    bound[command.name] = keys
    for key in keys { commands[key, default: []].append(command) }
  }

  private mutating func rebind(_ command: Command, to keys: [Key]) {
    areOwn = true
    for key in bound[command.name] ?? [] { commands[key]?.removeAll { $0.name == command.name } }
    for key in keys {
      for other in commands[key] ?? [] where !other.screens.isDisjoint(with: command.screens) {
        commands[key]?.removeAll { $0.name == other.name }
        bound[other.name]?.removeAll { $0 == key }
      }
    }
    bind(command, to: keys)
  }

  func command(_ key: Key, on screen: ScreenName) -> Command? {
    commands[key]?.first { $0.screens.contains(screen) }
  }

  func names(of command: Command) -> [String] { (bound[command.name] ?? []).map(\.name) }

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
    return names.filter { bound[$0]?.isEmpty == false }
      .compactMap { name in Command.all.first { $0.name == name } }
  }
}

/// What is wrong in a text of keys, and in which line, counted from 1.
package struct KeyFileProblem: Error, Equatable {
  package enum Kind: Equatable, Sendable {
    case unknownCommand(String)
    case unknownKey(String)
    case boundTwice(String, line: Int)
    case takenKey(String, by: String)
  }

  package var line: Int
  package var kind: Kind
}
