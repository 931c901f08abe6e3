import Events

/// What a nanosecond of somebody's waiting is charged to.
struct BlameRow {
  struct Place: Hashable {
    var leaf: BlameLeaf
    /// Who waited, where rows are made for a key.
    var group: Int
  }

  var place: Place
  var time: UInt64 = 0
  var count: UInt64 = 0
}

/// Where waiting went, leaf by leaf.
struct BlameRows: ~Copyable {
  static let mostDepth = 32
  /// Pieces that are kept for the spans that are open on a thread.
  private static let mostPieces = 1 << 16

  var isWanted = false
  private(set) var rows: [BlameRow] = []
  private var numbers: [BlameRow.Place: Int] = [:]
  var past = PastActivities()
  var occupancy = CPUOccupancy()
  var queues = CPUQueues()
  /// What each CPU handles at the moment beside its thread.
  private var handling = DenseTable(BlameLeaf?.none)
  /// Waits of each CPU's queue, summed up to when its slice began.
  private var queued = DenseTable(UInt64(0))
  /// Pieces of threads with open spans: when they ended.
  private var pieces: [Int: [(end: UInt64, leaf: BlameLeaf, time: UInt64)]] = [:]
  /// What is told about: spans, or all waits.
  var spans: UInt64 = 0
  var spanTime: UInt64 = 0
  var total: UInt64 = 0

  mutating func restart() {
    rows = []
    numbers = [:]
    spans = 0
    spanTime = 0
    total = 0
    for cpu in 0..<queued.count { queued[cpu] = 0 }
  }

  mutating func charge(_ leaf: BlameLeaf, _ time: UInt64, of group: Int) {
    guard time > 0 else { return }
    total &+= time
    let place = BlameRow.Place(leaf: leaf, group: group)
    let number = numbers[place] ?? rows.count
    if number == rows.count {
      numbers[place] = number
      rows.append(BlameRow(place: place))
    }
    rows[number].time &+= time
    rows[number].count &+= 1
  }

  /// From now on a CPU handles this; what it handled up to now.
  mutating func handle(_ leaf: BlameLeaf?, _ cpu: Int) -> BlameLeaf? {
    handling.reach(cpu)
    defer { handling[cpu] = leaf }
    return handling[cpu]
  }

  func handled(_ cpu: Int) -> BlameLeaf? { cpu < handling.count ? handling[cpu] : nil }

  mutating func retire(_ dense: Int) {
    past.retire(dense)
    pieces[dense] = nil
  }

  /// What the CPU's queue has waited since its slice began.
  mutating func takeQueued(_ cpu: Int, _ total: UInt64) -> UInt64 {
    queued.reach(cpu)
    defer { queued[cpu] = total }
    return total &- min(queued[cpu], total)
  }

  /// Charges each group what it waited for a CPU since it was charged last.
  mutating func chargeQueue(
    _ cpu: Int, _ leaf: BlameLeaf, at now: UInt64, _ window: StatisticsWindow
  ) {
    for (group, time) in queues.take(cpu, at: now, window) { charge(leaf, time, of: group) }
  }

  mutating func keep(_ leaf: BlameLeaf, _ time: UInt64, of dense: Int, until end: UInt64) {
    guard time > 0, pieces[dense, default: []].count < Self.mostPieces else { return }
    pieces[dense, default: []].append((end, leaf, time))
  }

  /// Pieces of a thread since an instant.
  func pieces(of dense: Int, since start: UInt64) -> [(leaf: BlameLeaf, time: UInt64)] {
    guard let kept = pieces[dense] else { return [] }
    return kept.reversed().prefix { $0.end > start }.map { ($0.leaf, $0.time) }
  }

  mutating func forgetPieces(of dense: Int) { pieces[dense] = nil }
}
