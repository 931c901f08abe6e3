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
    /// A disk: what of which request, as `disk(of:)` packs it.
    case disk
    /// A lock whose waker ran meanwhile: the waker's name.
    case lock
    /// Work of another thread that was waited for: its name.
    case thread
    case timer, network
    /// An interrupt: twice its line or vector, + 1 where it is a soft one.
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

  static func interrupt(_ line: Int64, isSoft: Bool = false) -> BlameLeaf {
    BlameLeaf(kind: .interrupt, detail: line << 1 | (isSoft ? 1 : 0))
  }

  /// `device` is the device's number + 1; without a phase it is not known what its request did.
  static func disk(
    _ device: Int64, _ phase: DiskPhase = .unknown, _ operation: DiskOperation = .read
  ) -> BlameLeaf {
    BlameLeaf(kind: .disk, detail: device << 4 | phase.rawValue << 2 | operation.rawValue)
  }
}

/// What a disk's request waited for.
enum DiskPhase: Int64 {
  case unknown
  /// Inserted and not issued yet.
  case queue
  /// Issued and not complete yet.
  case service
}

/// When the request was that ended a wait for a disk; all 0 where it is not known.
struct DiskRequestTimes: BitwiseCopyable {
  var insert: UInt64 = 0
  var issue: UInt64 = 0
  var complete: UInt64 = 0
  var operation = DiskOperation.read
}

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

/// What a CPU handles: an interrupt's leaf, or nothing but its thread.
struct HandledInterrupt: BitwiseCopyable {
  var leaf: BlameLeaf?
  var start: UInt64 = 0
  var end: UInt64 = 0
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
  var request = DiskRequestTimes()
}

/// Where waiting went, leaf by leaf.
struct BlameRows: ~Copyable {
  /// Activities of each thread that are remembered, a power of two.
  static let remembered = 16
  static let mostDepth = 32
  /// Pieces that are kept for the spans that are open on a thread.
  private static let mostPieces = 1 << 16

  var isWanted = false
  private(set) var rows: [BlameRow] = []
  private var numbers: [BlameRow.Place: Int] = [:]
  private var past = DenseTable(PastActivity())
  private var next = DenseTable(UInt32(0))
  /// Interrupts that are remembered of each CPU, a power of two.
  private static let rememberedInterrupts = 256
  private var handled = DenseTable(HandledInterrupt())
  private var nextHandled = DenseTable(UInt32(0))
  /// What each CPU handles at the moment.
  private var handling = DenseTable(HandledInterrupt())
  /// Waits of each CPU's queue, summed up to when its slice began.
  private var queued = DenseTable(UInt64(0))
  private var waiters: [[Waiters]] = []
  /// The group of each thread that waits for a CPU, -1 of others.
  private var queuedGroup = DenseTable(Int32(-1))
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
  mutating func handle(_ leaf: BlameLeaf?, _ cpu: Int, at now: UInt64) -> HandledInterrupt {
    handling.reach(cpu)
    var before = handling[cpu]
    before.end = now
    handling[cpu] = HandledInterrupt(leaf: leaf, start: now)
    return before
  }

  mutating func remember(_ interrupt: HandledInterrupt, on cpu: Int) {
    handled.reach((cpu + 1) * Self.rememberedInterrupts - 1)
    nextHandled.reach(cpu)
    let place = Int(nextHandled[cpu]) & (Self.rememberedInterrupts - 1)
    handled[cpu * Self.rememberedInterrupts + place] = interrupt
    nextHandled[cpu] = nextHandled[cpu] &+ 1
  }

  /// Interrupts that a CPU handled within a span of time, and for how long of it.
  func forEachHandled(
    _ cpu: Int, from start: UInt64, to end: UInt64, _ body: (BlameLeaf, UInt64) -> Void
  ) {
    guard cpu < nextHandled.count else { return }
    let count = Int(nextHandled[cpu])
    for back in 0..<min(count, Self.rememberedInterrupts) {
      let place = (count - 1 - back) & (Self.rememberedInterrupts - 1)
      let interrupt = handled[cpu * Self.rememberedInterrupts + place]
      guard interrupt.end > start else { return }
      if let leaf = interrupt.leaf, interrupt.start < end {
        body(leaf, min(interrupt.end, end) - max(interrupt.start, start))
      }
    }
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

  /// Who waits for each CPU by group, where rows are made for a key.
  private struct Waiters {
    var group: Int
    var count: UInt64 = 0
    var since: UInt64 = 0
    var waited: UInt64 = 0

    mutating func advance(to now: UInt64, _ window: StatisticsWindow) {
      waited &+= count &* window.overlap(since, now)
      since = now
    }
  }

  private mutating func change(
    _ cpu: Int, _ group: Int, at now: UInt64, _ window: StatisticsWindow,
    _ body: (inout Waiters) -> Void
  ) {
    while waiters.count <= cpu { waiters.append([]) }
    let known = waiters[cpu].firstIndex { $0.group == group }
    let place = known ?? waiters[cpu].count
    if known == nil { waiters[cpu].append(Waiters(group: group)) }
    waiters[cpu][place].advance(to: now, window)
    body(&waiters[cpu][place])
  }

  /// The group that a thread waits for a CPU in.
  func group(ofQueued dense: Int) -> Int? {
    dense < queuedGroup.count && queuedGroup[dense] >= 0 ? Int(queuedGroup[dense]) : nil
  }

  mutating func enterQueue(
    _ cpu: Int, _ dense: Int, _ group: Int, at now: UInt64, _ window: StatisticsWindow
  ) {
    queuedGroup.reach(dense)
    queuedGroup[dense] = Int32(truncatingIfNeeded: group)
    change(cpu, group, at: now, window) { $0.count &+= 1 }
  }

  /// The thread's group stays known until it waits for no CPU.
  mutating func leaveQueue(
    _ cpu: Int, _ dense: Int, at now: UInt64, _ window: StatisticsWindow
  ) {
    guard let group = group(ofQueued: dense) else { return }
    change(cpu, group, at: now, window) { $0.count &-= min(1, $0.count) }
  }

  mutating func endQueued(_ dense: Int) {
    if dense < queuedGroup.count { queuedGroup[dense] = -1 }
  }

  /// Charges each group what it waited for a CPU since it was charged last.
  mutating func chargeQueue(
    _ cpu: Int, _ leaf: BlameLeaf, at now: UInt64, _ window: StatisticsWindow
  ) {
    guard cpu < waiters.count else { return }
    for place in waiters[cpu].indices {
      waiters[cpu][place].advance(to: now, window)
      charge(leaf, waiters[cpu][place].waited, of: waiters[cpu][place].group)
      waiters[cpu][place].waited = 0
    }
    waiters[cpu].removeAll { $0.count == 0 }
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
