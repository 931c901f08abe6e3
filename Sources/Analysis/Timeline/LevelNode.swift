/// What a lane did in one cell of a level: a run of time of a fixed length.
///
/// A node is kept only for cells in which the lane changed; between two of them it is in what the
/// earlier one left it in. In memory, a node after the other:
///
/// ```
/// varint   cells since the node before (for the first of a run of 32: since the run's cell)
/// varint   changes, at least 1
/// varint   first change − start of the cell · last change − first change
/// u8       state before | state after << 4
/// varint   occupant before + 1 · occupant after + 1
/// varint   length of the longest stretch that begins and ends within, 0 none; then
///   u8       its state · varint occupant + 1 · varint its start − first change
/// varint   states that took time, a bit each; then of all but the greatest
///   varint   its nanoseconds; the greatest has what is left of the cell
/// ```
struct LevelNode: BitwiseCopyable {
  var cell: UInt64 = 0
  var changes: UInt64 = 0
  var first: UInt64 = 0
  var last: UInt64 = 0
  var before = LevelState()
  var after = LevelState()
  var inside = LevelState()
  var insideStart: UInt64 = 0
  var insideLength: UInt64 = 0
  var times = StateTimes()

  /// Notes that the lane changes.
  @inline(__always)
  mutating func change(at time: UInt64, from old: LevelState, to new: LevelState) {
    if changes == 0 {
      first = time
      before = old
    } else {
      offer(old, from: last, length: time &- last)
    }
    last = time
    after = new
    changes &+= 1
  }

  /// Adds what came after it.
  mutating func append(_ next: LevelNode) {
    times += next.times
    guard next.changes > 0 else { return }
    if changes == 0 {
      first = next.first
      before = next.before
    } else {
      offer(next.before, from: last, length: next.first &- last)
    }
    if next.insideLength > 0 {
      offer(next.inside, from: next.insideStart, length: next.insideLength)
    }
    last = next.last
    after = next.after
    changes &+= next.changes
  }

  @inline(__always)
  mutating func offer(_ state: LevelState, from start: UInt64, length: UInt64) {
    guard length > insideLength else { return }
    inside = state
    insideStart = start
    insideLength = length
  }
}

/// A state with its occupant.
struct LevelState: BitwiseCopyable, Equatable {
  var occupant: Int32 = -1
  var state = LaneState.none

  var what: LaneOccupant { LaneOccupant(state, occupant) }
}

/// The nodes of one level of a lane.
struct LevelNodes {
  static let runLength = 32

  private(set) var bytes: [UInt8] = []
  /// The first cell of each run, and where its nodes begin.
  private(set) var runs: [(cell: UInt64, place: Int)] = []
  private(set) var count = 0
  private var lastCell: UInt64 = 0

  init() {}

  /// Nodes out of bytes that may be anything, to be read from the first to the last until `begin` said
  /// where each run begins.
  init(bytes: [UInt8], cells: [UInt64], count: Int) {
    self.bytes = bytes
    runs = cells.map { ($0, 0) }
    self.count = count
  }

  mutating func begin(run: Int, at place: Int) { runs[run].place = place }

  /// Bytes of memory, about.
  var size: Int { bytes.count + 16 * runs.count }

  mutating func append(_ node: LevelNode, shift: UInt64) {
    if count % Self.runLength == 0 {
      runs.append((node.cell, bytes.count))
      lastCell = node.cell
    }
    var packed = PackedNode()
    packed.put(node, after: lastCell, shift: shift)
    packed.append(to: &bytes)
    lastCell = node.cell
    count += 1
  }

  /// Position of the run in which a cell would be.
  func run(of cell: UInt64) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].cell <= cell { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }
}

/// A node's bytes while they are put together: no more than 20 varints and a few bytes.
private struct PackedNode {
  private var bytes = InlineArray<256, UInt8>(repeating: 0)
  private var count = 0

  @inline(__always)
  mutating func put(_ node: LevelNode, after lastCell: UInt64, shift: UInt64) {
    put(node.cell &- lastCell)
    put(node.changes)
    put(node.first &- node.cell << shift)
    put(node.last &- node.first)
    put(node.before.state.rawValue | node.after.state.rawValue << 4)
    put(UInt64(bitPattern: Int64(node.before.occupant) &+ 1))
    put(UInt64(bitPattern: Int64(node.after.occupant) &+ 1))
    put(node.insideLength)
    if node.insideLength > 0 {
      put(node.inside.state.rawValue)
      put(UInt64(bitPattern: Int64(node.inside.occupant) &+ 1))
      put(node.insideStart &- node.first)
    }
    var mask: UInt64 = 0
    for state in 0..<LaneState.count where node.times[raw: state] > 0 { mask |= 1 << UInt64(state) }
    put(mask)
    while mask & (mask &- 1) != 0 {
      put(node.times[raw: mask.trailingZeroBitCount])
      mask &= mask &- 1
    }
  }

  @inline(__always)
  private mutating func put(_ byte: UInt8) {
    bytes[count & 255] = byte
    count &+= 1
  }

  @inline(__always)
  private mutating func put(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      put(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    put(UInt8(truncatingIfNeeded: rest))
  }

  @inline(__always)
  func append(to output: inout [UInt8]) {
    unsafe bytes.span.extracting(first: count).withUnsafeBufferPointer {
      unsafe output.append(contentsOf: $0)
    }
  }
}

/// Reads nodes of a level one after the other.
struct LevelCursor {
  private let nodes: LevelNodes
  private let shift: UInt64
  private var number: Int
  private(set) var place: Int
  private var cell: UInt64 = 0

  /// Stands before the first node whose cell is not before `cell`, or a few earlier.
  init(_ nodes: LevelNodes, shift: UInt64, from cell: UInt64) {
    self.init(nodes, shift: shift, fromRun: nodes.run(of: cell))
  }

  /// Stands before the first node of a run.
  init(_ nodes: LevelNodes, shift: UInt64, fromRun run: Int) {
    self.nodes = nodes
    self.shift = shift
    number = run * LevelNodes.runLength
    place = run < nodes.runs.count ? nodes.runs[run].place : 0
  }

  /// Whether all nodes were read, and as many bytes as there are.
  var isAtEnd: Bool { number == nodes.count && place == nodes.bytes.count }

  mutating func next() -> LevelNode? {
    guard number < nodes.count else { return nil }
    if number % LevelNodes.runLength == 0 { cell = nodes.runs[number / LevelNodes.runLength].cell }
    number += 1
    var node = LevelNode()
    cell &+= read()
    node.cell = cell
    node.changes = read()
    node.first = (cell << shift) &+ read()
    node.last = node.first &+ read()
    let states = byte()
    node.before.state = LaneState(rawValue: states & 15) ?? .unknown
    node.after.state = LaneState(rawValue: states >> 4) ?? .unknown
    node.before.occupant = occupant()
    node.after.occupant = occupant()
    node.insideLength = read()
    if node.insideLength > 0 {
      node.inside.state = LaneState(rawValue: byte()) ?? .unknown
      node.inside.occupant = occupant()
      node.insideStart = node.first &+ read()
    }
    var mask = read() & (1 << UInt64(LaneState.count) &- 1)
    var left: UInt64 = 1 << shift
    while mask & (mask &- 1) != 0 {
      let time = read()
      node.times[raw: mask.trailingZeroBitCount] = time
      left &-= time
      mask &= mask &- 1
    }
    if mask != 0 { node.times[raw: mask.trailingZeroBitCount] = left }
    return node
  }

  @inline(__always)
  private mutating func occupant() -> Int32 { Int32(truncatingIfNeeded: read()) &- 1 }

  // Beyond the end everything is 0, and `isAtEnd` never holds again.

  @inline(__always)
  private mutating func byte() -> UInt8 {
    defer { place &+= 1 }
    return place < nodes.bytes.count ? nodes.bytes[place] : 0
  }

  @inline(__always)
  private mutating func read() -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = byte()
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
      shift &+= 7
    }
  }
}
