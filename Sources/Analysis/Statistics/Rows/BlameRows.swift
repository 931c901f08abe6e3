import Events

/// What a nanosecond of waiting is charged to.
struct BlameLeaf: Hashable {
  enum Kind: UInt8, CaseIterable {
    /// The thread ran itself.
    case itself
    /// Another thread had the CPU: its name.
    case cpu
    /// The CPU was idle: it took that long to come on.
    case idle
    /// A disk: its device + 1.
    case disk
    /// A lock whose waker ran meanwhile: the waker's name.
    case lock
    /// Work of another thread that was waited for: its name.
    case thread
    case timer, network
    /// An interrupt line.
    case interrupt
    /// In the kernel for another reason: a system call + 1.
    case kernel
    case stopped
    /// A task that was on no thread, as far as is known.
    case suspended
    /// A chain of waits that bites its own tail.
    case cycle
    case unknown
  }

  var kind: Kind
  var detail: Int64 = 0

  static let unknown = BlameLeaf(kind: .unknown)
}

/// A thread's activity that is over.
struct PastActivity: BitwiseCopyable {
  var start: UInt64 = 0
  var end: UInt64 = 0
  var activity = ThreadActivity.unknown
  var cpu = Batch.unknownCPU
  var waker: Int32 = StateChange.noWaker
  var disk: Int64 = 0
  var line: Int64 = -1
  var call: Int32 = -1
  var certain: UInt64 = 0
}

/// Where waiting went, leaf by leaf.
struct BlameRows: ~Copyable {
  /// Activities of each thread that are remembered, a power of two.
  static let remembered = 16
  static let mostDepth = 32
  /// Pieces that are kept for the spans that are open on a thread.
  private static let mostPieces = 1 << 16

  var isWanted = false
  private(set) var leaves: [BlameLeaf] = []
  private(set) var times: [UInt64] = []
  private(set) var counts: [UInt64] = []
  private var numbers: [BlameLeaf: Int] = [:]
  private var past = DenseTable(PastActivity())
  private var next = DenseTable(UInt32(0))
  /// Waits of each CPU's queue, summed up to when its slice began.
  private var queued = DenseTable(UInt64(0))
  /// Pieces of threads with open spans: when they ended.
  private var pieces: [Int: [(end: UInt64, leaf: BlameLeaf, time: UInt64)]] = [:]
  /// What is told about: spans, or all waits.
  var spans: UInt64 = 0
  var spanTime: UInt64 = 0
  var total: UInt64 = 0

  mutating func restart() {
    leaves = []
    times = []
    counts = []
    numbers = [:]
    spans = 0
    spanTime = 0
    total = 0
    for cpu in 0..<queued.count { queued[cpu] = 0 }
  }

  mutating func charge(_ leaf: BlameLeaf, _ time: UInt64) {
    guard time > 0 else { return }
    total &+= time
    let number = numbers[leaf] ?? leaves.count
    if number == leaves.count {
      numbers[leaf] = number
      leaves.append(leaf)
      times.append(0)
      counts.append(0)
    }
    times[number] &+= time
    counts[number] &+= 1
  }

  mutating func remember(_ activity: PastActivity, of dense: Int) {
    past.reach((dense + 1) * Self.remembered - 1)
    next.reach(dense)
    let place = Int(next[dense]) & (Self.remembered - 1)
    past[dense * Self.remembered + place] = activity
    next[dense] = next[dense] &+ 1
  }

  /// Activities of a thread that overlap a span of time, the latest first.
  func forEachPast(
    _ dense: Int, from start: UInt64, to end: UInt64, _ body: (PastActivity) -> Void
  ) {
    guard dense < next.count else { return }
    let count = Int(next[dense])
    for back in 0..<min(count, Self.remembered) {
      let place = (count - 1 - back) & (Self.remembered - 1)
      let activity = past[dense * Self.remembered + place]
      guard activity.end > start else { return }
      if activity.start < end { body(activity) }
    }
  }

  mutating func retire(_ dense: Int) {
    if dense < next.count { next[dense] = 0 }
    pieces[dense] = nil
  }

  /// What the CPU's queue has waited since its slice began.
  mutating func takeQueued(_ cpu: Int, _ total: UInt64) -> UInt64 {
    queued.reach(cpu)
    defer { queued[cpu] = total }
    return total &- min(queued[cpu], total)
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
