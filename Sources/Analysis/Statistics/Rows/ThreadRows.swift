internal import CLinux
import Events

/// What a thread, or several together, did.
struct ThreadRow {
  var number: ThreadNumber = 0
  var label = ThreadLabel()
  /// Time within the window by `TimeKind`.
  var times = InlineArray<12, UInt64>(repeating: 0)
  /// Times that the thread left its CPU, by its own will, or not.
  var voluntary: UInt64 = 0
  var involuntary: UInt64 = 0
  var migrations: UInt64 = 0
  /// Interrupts that were handled while it was on a CPU.
  var stolen: UInt64 = 0
  var delay = LatencyHistogram()
  var lastCPU = Batch.unknownCPU
  var priority: Int32 = -1
  var lastSeen: UInt64 = 0
  /// Intervals that began or ended out of sight, and the longest of them that is a run delay.
  var censored: UInt64 = 0
  var longestCensored: UInt64 = 0
  /// Intervals that span a gap.
  var unpaired: UInt64 = 0
  /// How many threads these are.
  var threads: UInt64 = 0

  /// Adds another's, whose last CPU and priority hold where it was seen later.
  mutating func merge(_ other: ThreadRow) {
    for kind in 0..<TimeKind.count { times[kind] &+= other.times[kind] }
    voluntary &+= other.voluntary
    involuntary &+= other.involuntary
    migrations &+= other.migrations
    stolen &+= other.stolen
    delay.merge(other.delay)
    if other.lastSeen >= lastSeen {
      lastCPU = other.lastCPU
      priority = other.priority
      lastSeen = other.lastSeen
    }
    censored &+= other.censored
    longestCensored = max(longestCensored, other.longestCensored)
    unpaired &+= other.unpaired
    threads &+= other.threads
  }

  /// Whether nothing of it was chosen.
  var isEmpty: Bool {
    delay.isEmpty && voluntary &+ involuntary &+ migrations &+ stolen &+ censored &+ unpaired == 0
      && (0..<TimeKind.count).allSatisfy { times[$0] == 0 }
  }

  func time(_ kind: TimeKind) -> UInt64 { times[kind.rawValue] }
}

/// A run delay that is yet to be put into its row.
struct NotedDelay: BitwiseCopyable {
  var row: Int32 = 0
  var length: UInt64 = 0
  var time: UInt64 = 0
}

/// A row for each thread's life, found by the thread's dense index while it lives.
///
/// Histograms of thousands of threads are in no cache: run delays are put into them many at a time,
/// which a processor does side by side.
struct ThreadRows: ~Copyable {
  /// More threads than these are told by their name only, once they are gone.
  private static let most = 1 << 16
  /// Run delays that are put aside.
  private static let mostDelays = 1 << 10

  private var rows: [ThreadRow] = []
  private var delays = DenseTable(NotedDelay())
  private var rowOf = DenseTable(Int32(-1))
  private var free: [Int] = []
  /// Threads that are gone and have no row of their own, by name.
  private(set) var gone: [UInt32: ThreadRow] = [:]

  /// The row of a living thread.
  @inline(__always)
  mutating func row(_ dense: Int) -> Int {
    rowOf.reach(dense)
    let known = rowOf[dense]
    return known >= 0 ? Int(known) : add(dense)
  }

  /// Has the row of a thread fetched that is needed soon.
  @inline(__always)
  func prefetch(_ dense: Int) {
    guard dense < rowOf.count, rowOf[dense] >= 0 else { return }
    let row = Int(rowOf[dense])
    unsafe rows.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      let address = unsafe UnsafeRawPointer(base + row)
      for line in 0..<4 { unsafe swtrace_linux_prefetch(address + 64 &* line) }
    }
  }

  @inline(never)
  private mutating func add(_ dense: Int) -> Int {
    let row: Int
    if let reused = free.popLast() {
      row = reused
      rows[row] = ThreadRow()
    } else {
      row = rows.count
      rows.append(ThreadRow())
    }
    rows[row].threads = 1
    rowOf[dense] = Int32(row)
    return row
  }

  @inline(__always)
  mutating func withRow<Result>(_ row: Int, _ body: (inout ThreadRow) -> Result) -> Result {
    body(&rows[row])
  }

  /// Adds a run delay, in time before anybody looks at the rows (`settle`).
  @inline(__always)
  mutating func note(delay length: UInt64, at time: UInt64, _ row: Int) {
    delays.append(NotedDelay(row: Int32(truncatingIfNeeded: row), length: length, time: time))
    if delays.count == Self.mostDelays { settle() }
  }

  /// Puts into the rows what was put aside.
  @inline(never)
  mutating func settle() {
    for place in 0..<delays.count {
      let delay = delays[place]
      rows[Int(delay.row)].delay.record(delay.length, at: delay.time)
    }
    delays.removeAll()
  }

  func known(_ dense: Int) -> Int? {
    dense < rowOf.count && rowOf[dense] >= 0 ? Int(rowOf[dense]) : nil
  }

  /// A thread is gone.
  mutating func retire(_ dense: Int, number: ThreadNumber, label: ThreadLabel) {
    guard let row = known(dense) else { return }
    name(row, number, label)
    rowOf[dense] = -1
    guard rows.count - free.count > Self.most else { return }
    settle()
    gone[label.name, default: ThreadRow()].merge(rows[row])
    rows[row] = ThreadRow()
    free.append(row)
  }

  mutating func name(_ row: Int, _ number: ThreadNumber, _ label: ThreadLabel) {
    rows[row].number = number
    rows[row].label = label
  }

  /// All rows that were used.
  var used: [ThreadRow] {
    precondition(delays.count == 0, "run delays are not in their rows yet")
    return rows.filter { $0.threads > 0 }
  }
}
