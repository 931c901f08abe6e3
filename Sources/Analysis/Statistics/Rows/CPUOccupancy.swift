import Events

struct ThreadLeaf: BitwiseCopyable {
  var name: UInt32 = 0
  var number: Int32 = -1
}

/// What had each CPU, piece after piece without a gap.
struct CPUOccupancy: ~Copyable {
  /// A wait of so many pieces and more is split when it ends: later its pieces may be forgotten.
  private static let many = 64

  private var histories: [OccupancyHistory] = []
  private var leaves: [BlameLeaf] = []
  private var numbers: [BlameLeaf: Int32] = [:]
  /// Leaves of threads that have a CPU, by dense index; their names change.
  private var threads = DenseTable(ThreadLeaf())
  /// Time by leaf while it is summed up.
  private var sums: [UInt64] = []

  private mutating func number(_ leaf: BlameLeaf) -> Int32 {
    if let known = numbers[leaf] { return known }
    let number = Int32(truncatingIfNeeded: leaves.count)
    numbers[leaf] = number
    leaves.append(leaf)
    sums.append(0)
    return number
  }

  /// The number of a thread's leaf, without a look into the table where it is known.
  private mutating func number(_ leaf: BlameLeaf, ofThread dense: Int) -> Int32 {
    threads.reach(dense)
    let name = UInt32(truncatingIfNeeded: leaf.detail)
    if threads[dense].number < 0 || threads[dense].name != name {
      threads[dense] = ThreadLeaf(name: name, number: number(leaf))
    }
    return threads[dense].number
  }

  /// Up to now a CPU was this one's; `dense` is the thread whose leaf it is.
  mutating func append(
    _ cpu: Int, _ leaf: BlameLeaf, ofThread dense: Int? = nil, until now: UInt64,
    since origin: UInt64, cut: UInt64, _ stays: borrowing DenseTable<QueueStay>
  ) {
    while histories.count <= cpu { histories.append(OccupancyHistory(since: origin)) }
    guard now > histories[cpu].end else { return }
    let number = dense.map { self.number(leaf, ofThread: $0) } ?? self.number(leaf)
    histories[cpu].append(number, until: now, cpu: cpu, cut: cut, stays)
  }

  /// Until when it is known what had a CPU; nil where nothing is.
  func end(_ cpu: Int) -> UInt64? { cpu < histories.count ? histories[cpu].end : nil }

  mutating func beginWait(
    _ cpu: Int, _ dense: Int, at now: UInt64, since origin: UInt64,
    _ stays: borrowing DenseTable<QueueStay>
  ) {
    while histories.count <= cpu { histories.append(OccupancyHistory(since: origin)) }
    histories[cpu].beginWait(dense, at: now, cpu: cpu, stays)
  }

  /// Who had a CPU from `start` on, where a wait of many pieces ends; begun at `begin`.
  mutating func endWait(
    _ cpu: Int, begun begin: UInt64, from start: UInt64, to end: UInt64
  ) -> [(leaf: BlameLeaf, time: UInt64)]? {
    guard cpu < histories.count else { return nil }
    defer { histories[cpu].endWait(begun: begin) }
    return runners(cpu, from: start, to: end)
  }

  /// Who had a CPU meanwhile, where that is many pieces.
  mutating func runners(
    _ cpu: Int, from start: UInt64, to end: UInt64
  ) -> [(leaf: BlameLeaf, time: UInt64)]? {
    guard cpu < histories.count, histories[cpu].has(Self.many, since: start) else { return nil }
    var sums: [UInt64] = []
    swap(&sums, &self.sums)
    defer { swap(&sums, &self.sums) }
    var used: [Int32] = []
    func add(_ number: Int32, _ time: UInt64) {
      if sums[Int(number)] == 0 { used.append(number) }
      sums[Int(number)] &+= time
    }
    histories[cpu].forEachPiece(from: start, to: end, add)
    histories[cpu].forEachSum(from: start, to: end, add)
    return used.map { number in
      defer { sums[Int(number)] = 0 }
      return (leaves[Int(number)], sums[Int(number)])
    }
  }

  /// Pieces of a CPU that are remembered one by one; for how long of the span they tell.
  func forEachPiece(
    _ cpu: Int, from start: UInt64, to end: UInt64, _ body: (BlameLeaf, UInt64) -> Void
  ) {
    guard cpu < histories.count else { return }
    histories[cpu].forEachPiece(from: start, to: end) { body(leaves[Int($0)], $1) }
  }
}
