internal import Analysis

extension View {
  func drawTimeline(in frame: inout Frame) {
    let shown = visibleRows
    let atHand = state.row[state.screen]
    for (place, row) in shown.rows.enumerated() {
      draw(row, layout.bodyRow + place, isAtHand: row.key == atHand, in: &frame)
    }
    for place in shown.rows.count..<max(shown.rows.count, layout.laneRows) {
      if layout.labelWidth > 0 {
        frame.set("│", layout.bodyRow + place, layout.labelWidth, Style(.faint))
      }
    }
    // Where in all rows these are.
    if shown.count > shown.rows.count, layout.labelWidth > 0, layout.laneRows > 2 {
      let first = shown.first * layout.laneRows / max(1, shown.count)
      let length = max(1, shown.rows.count * layout.laneRows / max(1, shown.count))
      for place in first..<min(layout.laneRows, first + length)
      where place >= shown.rows.count || !shown.rows[place].key.isNote {
        frame.set("┃", layout.bodyRow + place, layout.labelWidth, Style(.key))
      }
    }
  }

  private func draw(_ row: Row, _ at: Int, isAtHand: Bool, in frame: inout Frame) {
    let columns = layout.laneColumns
    let left = layout.laneColumn
    let window = state.window
    if let words = missingWords(row.key) {
      frame.put(" \(words)", at, left, Style(.faint), limit: left + columns)
      drawRowLabel(row, "", at, isAtHand: isAtHand, in: &frame)
      return
    }
    var usage = ""
    switch row.key {
    case .cpu(let cpu):
      let cells = timeline.cells(.cpu(cpu), window, columns: columns)
      usage = self.usage(cells, .run, of: cells)
      painter(cells, .cpu(cpu), at).paintStates(in: &frame, namesRuns: true)
    case .thread(let thread):
      let cells = timeline.cells(.state(thread: thread), window, columns: columns)
      usage = self.usage(cells)
      painter(cells, .state(thread: thread), at).paintStates(in: &frame, namesRuns: false)
    case .place(let thread):
      let cells = timeline.cells(.state(thread: thread), window, columns: columns)
      painter(cells, .state(thread: thread), at).paintPlaces(in: &frame)
    case .calls(let thread):
      let lane = TimelineLane.systemCalls(thread: thread)
      painter(timeline.cells(lane, window, columns: columns), lane, at)
        .paintBrackets(in: &frame) { _ in .call }
    case .spans(let thread, let depth):
      let lane = TimelineLane.spans(thread: thread, depth: depth)
      let roles: [ColourRole] = [.span0, .span1, .span2]
      painter(timeline.cells(lane, window, columns: columns), lane, at)
        .paintBrackets(in: &frame) { _ in roles[depth % 3] }
    case .hardInterrupts(let cpu):
      let lane = TimelineLane.hardInterrupts(cpu: cpu)
      let cells = timeline.cells(lane, window, columns: columns)
      usage = self.usage(
        cells, .inside, of: timeline.cells(.cpu(cpu), window, columns: columns))
      painter(cells, lane, at).paintMarks(in: &frame, .hardInterrupt)
    case .softInterrupts(let cpu):
      let lane = TimelineLane.softInterrupts(cpu: cpu)
      let cells = timeline.cells(lane, window, columns: columns)
      usage = self.usage(
        cells, .inside, of: timeline.cells(.cpu(cpu), window, columns: columns))
      painter(cells, lane, at).paintMarks(in: &frame, .softInterrupt)
    case .runnable:
      let cells = timeline.numbers(.runnable, window, columns: columns)
      usage = average(cells).map { "\(($0 * 10).rounded() / 10)" } ?? "-"
      if layout.labelWidth >= 20 { usage = "avg \(usage)" }
      CurvePainter(row: at, column: left).paint(cells, in: &frame)
    case .counter(let counter):
      let cells = timeline.numbers(.counter(counter), window, columns: columns)
      usage = range(cells)
      CurvePainter(row: at, column: left).paint(cells, in: &frame)
    case .process, .cgroup:
      let shares = shares(of: lanes(of: row.key))
      usage = shares.average.map { "R \(Words.percent($0))" } ?? "-"
      let most = shares.map(\.share).max() ?? 1
      CurvePainter(row: at, column: left).paint(shares, greatest: max(1, most), in: &frame)
    case .node, .cache:
      let lanes = lanes(of: row.key)
      let shares = shares(of: lanes)
      let count = Double(max(1, lanes.count))
      usage = shares.average.map { Words.percent($0 / count) } ?? "-"
      CurvePainter(row: at, column: left).paint(shares, greatest: count, in: &frame)
    case .hidden, .missing:
      frame.put(" \(row.label)", at, 0, Style(.faint))
    }
    drawRowLabel(row, usage, at, isAtHand: isAtHand, in: &frame)
    guard isAtHand, window.contains(state.cursor) else { return }
    let place = left + column(of: state.cursor, in: window, columns)
    frame.restyle(at, place..<place + 1) { style in
      style = Style(
        style.foreground == .text ? .cursor : style.foreground, on: style.background,
        bold: true, underlined: true, reversed: !style.isReversed)
    }
  }

  private func drawRowLabel(
    _ row: Row, _ usage: String, _ at: Int, isAtHand: Bool, in frame: inout Frame
  ) {
    switch row.key {
    case .hidden, .missing:
      if isAtHand { frame.restyle(at, 0..<layout.labelWidth) { $0.isReversed = true } }
      return
    default: break
    }
    let sign = row.isPinned ? "*" : row.isFolded.map { $0 ? "▸" : "▾" } ?? " "
    let indent = String(repeating: " ", count: row.indent)
    let style = isAtHand ? Style(.cursor, bold: true, reversed: true) : Style()
    let taken = row.indent + 1 + (usage.isEmpty ? 0 : usage.columns + 1)
    // Whose row it is says more than what it did.
    let isThread = if case .thread = row.key { true } else { false }
    let hasRoom =
      !isThread || layout.labelWidth >= 20 || taken + row.label.columns <= layout.labelWidth
    let width = layout.labelWidth - (hasRoom ? taken : row.indent + 1)
    let label = Words.shortened(row.label, to: width)
    drawLabel("\(indent)\(sign)\(label)", hasRoom ? usage : "", at, style, in: &frame)
  }

  private func painter(_ cells: [TimelineCell], _ lane: TimelineLane, _ row: Int) -> LanePainter {
    LanePainter(cells, row: row, column: layout.laneColumn) { [self] what in
      name(of: what, in: lane)
    }
  }

  /// How many of some lanes ran in each column; of very many in four columns at a time, since a frame
  /// has to be there soon.
  private func shares(of lanes: [TimelineLane]) -> [ShareCell] {
    let columns = layout.laneColumns
    let parts = lanes.count > 128 ? (columns + 3) / 4 : columns
    let cells = timeline.shares(of: lanes, in: .run, state.window, columns: parts)
    return (0..<columns).map { cells[$0 * parts / columns] }
  }

  /// The lanes that a row stands for, as far as they have anything to do with the window.
  func lanes(of group: RowKey) -> [TimelineLane] {
    switch group {
    case .node(let node): return cpuLanes { $0.node == node }
    case .cache(let cache): return cpuLanes { $0.lastLevelCache == cache }
    case .process(let place): return threadLanes([place])
    case .cgroup(let path):
      return threadLanes(directory.processes.indices.filter { cgroup(ofProcess: $0) == path })
    default: return []
    }
  }

  private func cpuLanes(_ isOne: (TimelineCPU) -> Bool) -> [TimelineLane] {
    directory.cpus.filter { ($0.isSeen || $0.core >= 0) && isOne($0) }.map { .cpu($0.number) }
  }

  /// Threads that were not there are left out, unless they are all.
  private func threadLanes(_ processes: [Int]) -> [TimelineLane] {
    let threads = processes.flatMap { directory.processes[$0].threads }
    let there = threads.filter {
      directory.threads[$0].lastSeen >= state.window.start
        && directory.threads[$0].firstSeen < state.window.end
    }
    return (there.isEmpty ? Array(threads.prefix(1)) : there).map { .state(thread: $0) }
  }

  /// The share of a state in what was observed of the window, where that is not all in what was
  /// recorded of it and at least, as `swtrace stats cpus` has it; with a bar where there is room.
  private func usage(
    _ cells: [TimelineCell], _ state: LaneState, of cpu: [TimelineCell]
  ) -> String {
    var time: UInt64 = 0
    let observed = cpu.reduce(UInt64(0)) {
      $1.isUnread ? $0 : $0 &+ $1.times[.run] &+ $1.times[.idle]
    }
    var length: Int64 = 0
    for cell in cells where !cell.isUnread {
      time &+= cell.times[state]
      length += max(
        0,
        min(cell.window.end, summary.recorded.end)
          - max(cell.window.start, summary.recorded.start))
    }
    guard length > 0, cells.contains(where: { !$0.isUnknown }) else { return "-" }
    let isLossy = cells.contains(where: \.isLost)
    let all = ObservedTime(observed, of: UInt64(length), isLossy: isLossy)
    let share = min(1, Double(time) / Double(all.whole))
    // Interrupts are seen on a CPU of which it is not known yet who runs there.
    let bound = isLossy || (state == .run && all.isPart) ? "≥" : ""
    let percent = "\(bound)\(Words.percent(share))"
    let text = String(repeating: " ", count: max(0, 4 - percent.columns)) + percent
    return layout.labelWidth >= 20 ? "\(text) \(Eighths.bar(share, columns: 6))" : text
  }

  /// What a thread did most, if not sleep.
  private func usage(_ cells: [TimelineCell]) -> String {
    var times = StateTimes()
    var length: UInt64 = 0
    for cell in cells where !cell.isUnread {
      for state in LaneState.allCases { times[state] &+= cell.times[state] }
      length &+= UInt64(max(0, cell.window.length))
    }
    guard length > 0 else { return "" }
    guard times[.none] &+ times[.unknown] < length else { return "-" }
    func percent(_ time: UInt64) -> String { Words.percent(Double(time) / Double(length)) }
    let disk = times[.diskIO] &+ times[.diskOther]
    if disk > times[.run] { return "D \(percent(disk))" }
    return "R \(percent(times[.run]))"
  }

  private func average(_ cells: [NumberCell]) -> Double? {
    let values = cells.compactMap(\.average)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private func range(_ cells: [NumberCell]) -> String {
    guard let least = cells.compactMap(\.least).min(), let most = cells.compactMap(\.most).max()
    else { return "-" }
    return "\(Self.number(least))-\(Self.number(most))"
  }

  static func number(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e9 { return "\(Int64(value))" }
    if abs(value) >= 1e15 { return "\(value)" }
    return "\((value * 100).rounded() / 100)"
  }
}

extension [ShareCell] {
  /// Over the columns that were read; nil where none was.
  fileprivate var average: Double? {
    let read = filter { !$0.isUnread }
    return read.isEmpty ? nil : read.reduce(0) { $0 + $1.share } / Double(read.count)
  }
}
