/// A lane as a pyramid: in each level its time in cells of a fixed length, four of which make one of
/// the level above.
///
/// Stretches are added in order of time. The node of each level's cell at hand is open; it has all
/// that lies in it up to the cell at hand of the level below.
struct LevelLane {
  /// Cells of a level are so many bits longer than those of the level below.
  static let step: UInt64 = 2

  private(set) var levels: [LevelNodes] = []
  /// The cell of the finest level that is not closed yet, and those of the levels above.
  private(set) var finest = LevelNode()
  private var above: [LevelNode] = []
  /// Everything before it has been added.
  private(set) var position: UInt64 = 0
  private(set) var current: LevelState
  /// Cells of the finest level are 2^shift long.
  private(set) var shift: UInt64

  init(unsaid: LaneState, shift: UInt64) {
    current = LevelState(state: unsaid)
    self.shift = shift
  }

  /// Adds a stretch; what lies between the last one and it is unsaid.
  @inline(__always)
  mutating func add(
    _ state: LevelState, from start: UInt64, to end: UInt64, unsaid: LaneState, size: inout Int
  ) {
    let start = max(start, position)
    guard start < end else { return }
    if start > position { extend(LevelState(state: unsaid), to: start, &size) }
    extend(state, to: end, &size)
  }

  @inline(__always)
  private mutating func extend(_ state: LevelState, to end: UInt64, _ size: inout Int) {
    if state != current {
      finest.change(at: position, from: current, to: state)
      current = state
    }
    if position >> shift == end >> shift {
      finest.times[state.state] &+= end &- position
    } else {
      cross(state.state, to: end, &size)
    }
    position = end
  }

  /// Goes on to `end`, which lies in another cell of the finest level.
  @inline(never)
  private mutating func cross(_ state: LaneState, to end: UInt64, _ size: inout Int) {
    var reached = (position >> shift &+ 1) << shift
    finest.times[state] &+= reached &- position
    closeFinest(&size)
    var level = 1
    while true {
      let bits = shift &+ UInt64(level) &* Self.step
      if level > above.count { above.append(LevelNode()) }
      if position >> bits == end >> bits {
        let below = bits &- Self.step
        above[level &- 1].times[state] &+= ((end >> below) << below) &- reached
        break
      }
      let next = (position >> bits &+ 1) << bits
      above[level &- 1].times[state] &+= next &- reached
      reached = next
      close(level, bits, &size)
      level += 1
    }
    for lower in 1..<max(1, level) {
      let bits = shift &+ UInt64(lower) &* Self.step
      let below = bits &- Self.step
      above[lower &- 1].times[state] &+= (end >> below) << below &- (end >> bits) << bits
    }
    finest.times[state] &+= end &- (end >> shift) << shift
  }

  /// Closes the finest level's cell at hand: it becomes a node, and part of the level above.
  private mutating func closeFinest(_ size: inout Int) {
    if levels.isEmpty { levels.append(LevelNodes()) }
    if finest.changes > 0 {
      finest.cell = position >> shift
      let before = levels[0].size
      levels[0].append(finest, shift: shift)
      size += levels[0].size - before
    }
    emptyFinest()
  }

  /// Adds the finest level's cell at hand to the level above, and begins another one.
  private mutating func emptyFinest() {
    if above.isEmpty { above.append(LevelNode()) }
    above[0].append(finest)
    finest = LevelNode()
  }

  /// Closes the cell at hand of a level above the finest.
  private mutating func close(_ level: Int, _ bits: UInt64, _ size: inout Int) {
    while levels.count <= level { levels.append(LevelNodes()) }
    if level == above.count { above.append(LevelNode()) }
    var node = above[level &- 1]
    if node.changes > 0 {
      node.cell = position >> bits
      let before = levels[level].size
      levels[level].append(node, shift: bits)
      size += levels[level].size - before
    }
    above[level].append(node)
    above[level &- 1] = LevelNode()
  }

  /// Adds a whole cell of the finest level, in which the lane changed; `resume` gives the lane the
  /// nodes of all of these.
  ///
  /// Between the last one and it the lane is as the last one left it. Only whole cells may have been
  /// added before.
  mutating func add(_ node: LevelNode) {
    pass(to: node.cell << shift)
    if levels.isEmpty { levels.append(LevelNodes()) }
    finest = node
    emptyFinest()
    var level = 1
    var bits = shift + Self.step
    var size = 0
    while position >> bits != (position &+ 1 << shift) >> bits {
      close(level, bits, &size)
      level += 1
      bits += Self.step
    }
    position &+= 1 << shift
    current = node.after
  }

  /// Goes on to the start of a cell of the finest level, in the state at hand.
  private mutating func pass(to start: UInt64) {
    guard start > position else { return }
    var size = 0
    cross(current.state, to: start, &size)
    position = start
  }

  /// Goes on in the cell of the finest level in which the lane stands, `finest` being all before it.
  mutating func resume(
    _ cell: LevelNode, at position: UInt64, in state: LevelState, finest: LevelNodes
  ) {
    pass(to: (position >> shift) << shift)
    self.finest = cell
    self.position = position
    current = state
    if !levels.isEmpty { levels[0] = finest }
  }

  /// Bytes of memory that its nodes take, about.
  var size: Int { levels.reduce(0) { $0 + $1.size } }

  /// Forgets the finest level; how many bytes it took.
  mutating func dropFinest() -> Int {
    if above.isEmpty { above.append(LevelNode()) }
    above[0].append(finest)
    finest = above.removeFirst()
    shift += Self.step
    return levels.isEmpty ? 0 : levels.removeFirst().size
  }

  /// The nodes of a level that are not closed yet, if these stretches come next and then nothing is
  /// said.
  func openNodes(
    _ level: Int, _ tails: some Sequence<LaneInterval>, unsaid: LaneState
  ) -> LevelNodes {
    var rest = self
    rest.levels = []
    var size = 0
    for tail in tails {
      rest.add(
        LevelState(occupant: tail.occupant, state: tail.state), from: tail.start, to: tail.end,
        unsaid: unsaid, size: &size)
    }
    let top = max(rest.above.count, level)
    let bits = shift + UInt64(top) * Self.step
    rest.extend(
      LevelState(state: unsaid), to: (rest.position >> bits + 1) << bits, &size)
    return level < rest.levels.count ? rest.levels[level] : LevelNodes()
  }
}
