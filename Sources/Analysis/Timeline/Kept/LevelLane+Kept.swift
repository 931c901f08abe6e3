import Events

extension LevelNode {
  /// The node's own cell aside.
  func put(to output: inout KeptBytes) {
    output.put(changes)
    if changes > 0 {
      output.put(first)
      output.put(last &- first)
      before.put(to: &output)
      after.put(to: &output)
      output.put(insideLength)
      if insideLength > 0 {
        inside.put(to: &output)
        output.put(insideStart &- first)
      }
    }
    for state in 0..<LaneState.count { output.put(times[raw: state]) }
  }

  init(_ input: inout KeptReader) {
    self.init()
    changes = input.next()
    if changes > 0 {
      first = input.next()
      last = first &+ input.next()
      before = LevelState(&input)
      after = LevelState(&input)
      insideLength = input.next()
      if insideLength > 0 {
        inside = LevelState(&input)
        insideStart = first &+ input.next()
      }
    }
    for state in 0..<LaneState.count { times[raw: state] = input.next() }
  }

  /// Whether all that it tells lies in a span of time, and its times make up that.
  func isSound(from start: UInt64, to end: UInt64) -> Bool {
    var sum: UInt64 = 0
    for state in 0..<LaneState.count {
      guard times[raw: state] <= end &- start else { return false }
      sum &+= times[raw: state]
    }
    guard sum == end &- start else { return false }
    if changes == 0 { return true }
    guard changes <= TimelineState.mostCount else { return false }
    guard start <= first, first <= last, last <= end else { return false }
    return insideLength == 0
      || (first <= insideStart && insideLength <= last &- first
        && insideStart &- first <= last &- first &- insideLength)
  }
}

extension LevelState {
  func put(to output: inout KeptBytes) {
    output.put(UInt64(state.rawValue))
    output.put(signed: Int64(occupant))
  }

  init(_ input: inout KeptReader) {
    self.init()
    occupant = 0
    state = LaneState(rawValue: input.next(UInt8.self)) ?? .unknown
    occupant = input.signed(Int32.self)
  }
}

extension LevelLane {
  /// The nodes of the finest level as they are in memory, and the cell that is still open.
  func put(to output: inout KeptBytes) {
    let nodes = levels.first ?? LevelNodes()
    output.put(UInt64(nodes.count))
    var last: UInt64 = 0
    for run in nodes.runs {
      output.put(run.cell &- last)
      last = run.cell
    }
    output.put(nodes.bytes)
    output.put(position)
    current.put(to: &output)
    finest.put(to: &output)
  }
}

/// Reads lanes that were kept, whichever.
struct KeptLaneReader: Sendable {
  let table: LaneTable
  let shift: UInt64
  let threads: Int
  let spanNames: Int

  /// All lanes of a run with their rows; nil where they make no sense.
  func lanes(_ input: inout KeptReader) -> [(row: Int, lane: LevelLane)]? {
    var lanes: [(row: Int, lane: LevelLane)] = []
    while input.left > 0 {
      guard let next = lane(&input) else { return nil }
      lanes.append(next)
    }
    return input.isDone ? lanes : nil
  }

  private func lane(_ input: inout KeptReader) -> (row: Int, lane: LevelLane)? {
    let row = input.place(in: table.count)
    let count = input.count()
    guard count <= input.left else { return nil }
    var cells: [UInt64] = []
    var last: UInt64 = 0
    for _ in 0..<(count + LevelNodes.runLength - 1) / LevelNodes.runLength {
      last = last &+ input.next()
      cells.append(last)
    }
    let bytes = input.run()
    guard !input.isBad else { return nil }
    let lane = table.lanes[row]
    let occupants = LaneOccupants(of: lane, threads: threads, spanNames: spanNames)
    var nodes = LevelNodes(bytes: bytes, cells: cells, count: count)
    var made = LevelLane(unsaid: lane.unsaid, shift: shift)
    var cursor = LevelCursor(nodes, shift: shift, fromRun: 0)
    for number in 0..<count {
      if number % LevelNodes.runLength == 0 {
        nodes.begin(run: number / LevelNodes.runLength, at: cursor.place)
      }
      guard let node = cursor.next(), node.cell <= mostCell else { return nil }
      let start = node.cell << shift
      guard start >= made.position, node.changes > 0,
        node.isSound(from: start, to: start + 1 << shift), node.last < start + 1 << shift,
        node.before == made.current, occupants.contains(node.after),
        node.insideLength == 0 || occupants.contains(node.inside)
      else { return nil }
      made.add(node)
    }
    guard cursor.isAtEnd else { return nil }
    let position = input.next()
    let current = LevelState(&input)
    let open = LevelNode(&input)
    let start = (position >> shift) << shift
    guard !input.isBad, position >> shift <= mostCell, start >= made.position,
      occupants.contains(current), open.isSound(from: start, to: position),
      open.changes > 0
        ? open.before == made.current && open.after == current : made.current == current,
      open.insideLength == 0 || occupants.contains(open.inside)
    else { return nil }
    made.resume(open, at: position, in: current, finest: nodes)
    return (row, made)
  }

  /// Cells beyond have times that are none.
  private var mostCell: UInt64 { TimelineState.mostTime >> shift }
}

extension LaneTable {
  /// All rows, those of CPUs first: what all of a machine did is seen in them.
  var rowsToKeep: [Int] {
    lanes.indices.filter { lanes[$0].isOfCPU } + lanes.indices.filter { !lanes[$0].isOfCPU }
  }
}

extension TimelineLane {
  fileprivate var isOfCPU: Bool {
    switch self {
    case .cpu, .hardInterrupts, .softInterrupts: true
    case .state, .systemCalls, .spans: false
    }
  }
}

/// What a lane can be in.
struct LaneOccupants {
  private let below: Int32

  init(of lane: TimelineLane, threads: Int, spanNames: Int) {
    below =
      switch lane {
      case .cpu: Int32(clamping: threads)
      case .spans: Int32(clamping: spanNames)
      case .state: Int32(Batch.unknownCPU)
      case .systemCalls, .hardInterrupts, .softInterrupts: .max
      }
  }

  func contains(_ state: LevelState) -> Bool {
    below == .max || (-1..<below).contains(state.occupant)
  }
}
