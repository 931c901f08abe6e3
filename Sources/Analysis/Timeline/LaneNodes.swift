/// The nodes of a lane in one level, those that are still open behind the others.
struct LaneNodes {
  private var closed: LevelCursor
  private var open: LevelCursor?
  /// What the open nodes are made of, until they are asked for: most windows end before them.
  private var rest: Rest?
  private(set) var next: LevelNode?

  private struct Rest {
    var lane: LevelLane
    var level: Int
    var tails: [LaneInterval]
    var unsaid: LaneState
    var bits: UInt64
    var from: UInt64
  }

  init(_ state: borrowing TimelineState, _ row: Int, _ level: Int, from cell: UInt64) {
    let bits = state.shift + UInt64(level) * LevelLane.step
    let lane = state.lanes[row]
    let nodes = level < lane.levels.count ? lane.levels[level] : LevelNodes()
    closed = LevelCursor(nodes, shift: bits, from: cell)
    rest = Rest(
      lane: lane, level: level, tails: state.tails[Int32(row)] ?? [],
      unsaid: state.table.lanes[row].unsaid, bits: bits, from: cell)
    advance()
    while let node = next, node.cell < cell { advance() }
  }

  mutating func advance() {
    next = closed.next()
    guard next == nil else { return }
    if let rest {
      let nodes = rest.lane.openNodes(rest.level, rest.tails, unsaid: rest.unsaid)
      open = LevelCursor(nodes, shift: rest.bits, from: rest.from)
      self.rest = nil
    }
    next = open?.next()
  }

  /// What the lane did in a window whose ends are ends of cells; windows in order of time.
  mutating func cell(_ window: TimelineWindow, bits: UInt64, unsaid: LaneState) -> TimelineCell {
    var sum = LevelNode()
    let through = next?.before ?? LevelState(state: unsaid)
    var position = UInt64(max(0, window.start))
    let end = UInt64(max(0, window.end))
    if window.start < 0 {
      sum.times[unsaid] += UInt64(min(0, window.end) - window.start)
    }
    while position < end {
      let state = next?.before ?? LevelState(state: unsaid)
      let until = min(end, next.map { $0.cell << bits } ?? .max)
      if until > position {
        sum.times[state.state] &+= until &- position
        position = until
        continue
      }
      if let node = next { sum.append(node) }
      position &+= 1 << bits
      advance()
    }
    return TimelineCell(
      sum, window, through: window.start < 0 ? LevelState(state: unsaid) : through)
  }
}

extension TimelineCell {
  /// A cell out of nodes that were added up; `through` is what the lane was in before them.
  init(_ sum: LevelNode, _ window: TimelineWindow, through: LevelState) {
    self.init(window: window)
    times = sum.times
    before = through.what
    guard sum.changes > 0 else {
      after = before
      longest = LaneStretch(before.state, before.occupant, window.start, window.end)
      return
    }
    changes = sum.changes
    firstChange = Int64(clamping: sum.first)
    lastChange = Int64(clamping: sum.last)
    before = sum.before.what
    after = sum.after.what
    longest = LaneStretch(before.state, before.occupant, window.start, firstChange)
    if Int64(clamping: sum.insideLength) > longest.length {
      let start = Int64(clamping: sum.insideStart)
      longest = LaneStretch(
        sum.inside.state, sum.inside.occupant, start, start + Int64(clamping: sum.insideLength))
    }
    if window.end - lastChange > longest.length {
      longest = LaneStretch(after.state, after.occupant, lastChange, window.end)
    }
  }
}
