internal import Analysis

extension View {
  /// A box in the middle; gives where its content stands.
  private func box(
    _ title: String, width: Int, height: Int, in frame: inout Frame
  ) -> (row: Int, column: Int, width: Int, height: Int) {
    let width = min(max(width, 0) + 4, layout.columns)
    let height = min(max(height, 0) + 2, layout.rows)
    let row = (layout.rows - height) / 2
    let column = (layout.columns - width) / 2
    for line in row..<row + height { frame.fill(line, column..<column + width) }
    let style = Style(.key)
    for line in row..<row + height {
      frame.set("│", line, column, style)
      frame.set("│", line, column + width - 1, style)
    }
    for (line, corners) in [(row, ("┌", "┐")), (row + height - 1, ("└", "┘"))]
      as [(Int, (Unicode.Scalar, Unicode.Scalar))]
    {
      frame.fill(line, column..<column + width, "─", style)
      frame.set(corners.0, line, column, style)
      frame.set(corners.1, line, column + width - 1, style)
    }
    frame.put(
      "─ \(title) ", row, column + 1, Style(.heading, bold: true), limit: column + width - 1)
    return (row + 1, column + 2, max(0, width - 4), max(0, height - 2))
  }

  func drawPane(_ pane: TextPane, in frame: inout Frame) {
    let width = max(pane.title.columns + 4, pane.lines.map(\.columns).max() ?? 0, 30)
    let area = box(pane.title, width: width, height: pane.lines.count + 1, in: &frame)
    let space = max(1, area.height - 1)
    let top = min(max(0, pane.line - space + 1), max(0, pane.lines.count - space))
    for (place, line) in pane.lines[top...].prefix(space).enumerated() {
      let isAtHand = !pane.places.isEmpty && top + place == pane.line
      let style = isAtHand ? Style(.cursor, reversed: true) : Style()
      if isAtHand {
        frame.fill(area.row + place, area.column..<area.column + area.width, " ", style)
      }
      frame.put(line, area.row + place, area.column, style, limit: area.column + area.width)
    }
    frame.put(
      pane.places.isEmpty ? "q closes" : "j k  Enter goes there  q closes",
      area.row + area.height - 1, area.column, Style(.faint), limit: area.column + area.width)
  }

  func drawHelp(in frame: inout Frame) {
    let lines = helpLines(width: min(layout.columns - 6, 112))
    let area = box(
      "help ── : runs any command by name", width: min(layout.columns - 6, 112),
      height: layout.rows - 4, in: &frame)
    let top = min(max(0, state.helpLine), max(0, lines.count - area.height))
    for (place, line) in lines[top...].prefix(max(0, area.height)).enumerated() {
      let isHeading = !line.isEmpty && line == line.uppercased() && !line.hasPrefix(" ")
      frame.put(
        line, area.row + place, area.column, Style(isHeading ? .heading : .text, bold: isHeading),
        limit: area.column + area.width)
    }
    if lines.count > area.height {
      frame.put(
        " j k more ", area.row + area.height, area.column + area.width - 12, Style(.key))
    }
  }

  /// All commands by section, in as many columns as fit.
  func helpLines(width: Int) -> [String] {
    guard width >= 20 else { return ["help needs", "more room"] }
    let columns = max(1, width / 54)
    let cell = width / columns
    var blocks: [[String]] = []
    for section in Command.Section.allCases {
      let commands = Command.all.filter { $0.section == section }
      guard !commands.isEmpty else { continue }
      var block = [section.rawValue.uppercased()]
      for command in commands {
        let names = keys.names(of: command).prefix(3).joined(separator: " ")
        let gap = String(repeating: " ", count: max(1, 11 - names.columns))
        let only = command.screens == Set(ScreenName.allCases) ? "" : " (\(command.where))"
        block.append("  \(names)\(gap)\(command.help)\(only)")
      }
      blocks.append(block + [""])
    }
    // Blocks go to the column that is the shortest.
    var texts = [[String]](repeating: [], count: columns)
    for block in blocks {
      let shortest = texts.indices.min { (texts[$0].count, $0) < (texts[$1].count, $1) } ?? 0
      texts[shortest] += block
    }
    let height = texts.map(\.count).max() ?? 0
    return (0..<height).map { line in
      var text = ""
      for column in 0..<columns {
        let part = line < texts[column].count ? texts[column][line] : ""
        let cut = part.columns > cell - 1 ? String(part.prefix(cell - 2)) + "›" : part
        text += cut + String(repeating: " ", count: max(0, cell - cut.columns))
      }
      while text.last == " " { text.removeLast() }
      return text
    } + Self.helpNotes + (keys.areOwn ? Self.ownKeysNote : [])
  }

  private static let ownKeysNote = [
    "KEYS", "  those above are as ~/.config/swtrace/keys says",
  ]

  private static let helpNotes = [
    "MOUSE",
    "  click selects, drag marks A-B, wheel zooms over the timeline, scrolls over labels, pans above",
    "FILTER AND FIND",
    "  comm == \"nginx\" && cpu == 3    event ~ \"sched_*\"    ret < 0    tid == 4211    nvme (any word)",
    "LANES",
    "  █ run   ▒ runnable   Q CPU quota   D disk   d blocked   L lock   T stopped   ↑ woken",
    "  · asleep, idle   ╳ events lost   ░ not read yet   ╱ not known",
    "  ▁▃█ several in a column: the share of what took most",
    "ENVIRONMENT",
    "  SWTRACE_THEME=auto|dark|light|contrast|cvd|mono|perfetto  SWTRACE_GLYPHS=full|blocks|ascii",
    "  NO_COLOR",
  ]

  func drawPrompt(_ prompt: Prompt, in frame: inout Frame) {
    let row = layout.hintRow ?? layout.rows - 1
    let choices = choices(for: prompt)
    frame.fill(row, 0..<layout.columns)
    let start = frame.put(prompt.label, row, 0, Style(.key, bold: true))
    // What is being typed stays in sight.
    let space = max(1, layout.columns - start - 1)
    var text = prompt.text
    while text.columns > space { text.removeFirst() }
    let end = frame.put(text, row, start)
    frame.cursor = (row, min(end, layout.columns - 1))
    if let problem = prompt.problem {
      let above = row - 1
      frame.fill(above, 0..<layout.columns)
      let caret = problem.column.map { String(repeating: " ", count: start + $0) + "^ " } ?? " "
      frame.put("\(caret)\(problem.text)", above, 0, Style(.warning, bold: true))
      return
    }
    if prompt.kind == .search || prompt.kind == .filter, let found = currentSearch,
      state.search?.text == prompt.text
    {
      let words =
        "\(Words.count(found.matches)) of \(Words.count(summary.recordedEvents))"
        + (found.isFinished ? "" : " so far, \(Words.percent(found.share)) read")
      frame.put(words, row, max(end + 2, layout.columns - words.columns - 1), Style(.faint))
    }
    if let question = searchQuestion, state.search?.text == prompt.text,
      answers.failure(.search, question) != nil
    {
      let words = "chooses rows of 4 Stats: events alone do not tell it"
      frame.put(words, row, max(end + 2, layout.columns - words.columns - 1), Style(.faint))
    }
    let room = max(0, min(10, row - 2))
    let first = max(0, min(prompt.choice, choices.count - 1) + 1 - room)
    let shown = choices.dropFirst(first).prefix(room)
    for (place, choice) in shown.enumerated() {
      let line = row - shown.count + place
      let isAtHand = first + place == min(prompt.choice, choices.count - 1)
      frame.fill(line, 0..<layout.columns)
      frame.put(
        " \(choice.text)", line, 0, isAtHand ? Style(.cursor, reversed: true) : Style())
    }
  }
}
