import Events

/// All threads of a machine, each under a dense index; entries of dead threads are used again.
struct ThreadStates: ~Copyable {
  private var index = ReusableIndex()
  var table = DenseTable(ThreadState())
  /// Counts gaps after which a thread may be anywhere.
  private(set) var gaps: UInt32 = 0
  /// What changed, for those who watch.
  var changes = StateChanges()

  init() {
    table.reach(0)
  }

  var count: Int { table.count }

  @inline(__always)
  mutating func index(of thread: ThreadNumber) -> Int {
    let known = index.direct(thread)
    return known >= 0 ? known : add(thread)
  }

  @inline(never)
  private mutating func add(_ thread: ThreadNumber) -> Int {
    if let known = index.known(thread) { return known }
    let dense = index.add(thread)
    if dense < table.count { table[dense] = ThreadState() } else { table.reach(dense) }
    return dense
  }

  func known(_ thread: ThreadNumber) -> Int? { index.known(thread) }

  /// The dense index of a thread that was seen under a usual number, else 0.
  @inline(__always)
  func usual(_ thread: ThreadNumber) -> Int { index.usual(thread) }

  func number(_ dense: Int) -> ThreadNumber { index.threads[dense] }

  func isUsed(_ dense: Int) -> Bool { index.isUsed(dense) }

  /// Forgets a thread that is dead; what it was called holds until the entry is used again.
  mutating func remove(_ dense: Int) {
    guard dense != 0 else { return }
    index.remove(dense)
    let label = table[dense].label
    table[dense] = ThreadState()
    table[dense].label = label
  }

  /// Notes a moment at which threads may have done what was not seen.
  mutating func takeGap(at key: UInt64) {
    gaps &+= 1
    if changes.isWatched { changes.gapTimes.append(key) }
  }

  /// Goes on where so many gaps had been noted.
  mutating func restore(gaps: UInt32, gapTimes: [UInt64], openLosses: Int) {
    self.gaps = gaps
    changes.gapTimes = gapTimes
    changes.openLosses = openLosses
  }

  @inline(__always)
  mutating func begin(
    _ activity: ThreadActivity, _ dense: Int, on cpu: UInt16, at key: UInt64
  ) {
    if changes.isWatched { note(activity, dense, on: cpu, at: key) }
    table[dense].activity = activity
    table[dense].since = key
    table[dense].gaps = gaps
    table[dense].cpu = cpu
    table[dense].beganUnseen = false
    table[dense].beganInLoss = changes.openLosses > 0
  }

  /// Notes that it is not known any more what a thread does: until `certain` it was seen.
  mutating func lose(_ dense: Int, certain: UInt64, at key: UInt64) {
    if changes.isWatched {
      note(.unknown, dense, on: table[dense].cpu, at: key)
      changes.amend { $0.certain = min($0.certain, max(certain, $0.start)) }
    }
    // What somebody was told that it ran stays told.
    if table[dense].activity == .running, table[dense].asked > table[dense].since {
      table[dense].parts.run &+= min(table[dense].asked, key) &- table[dense].since
    }
    table[dense].activity = .unknown
    table[dense].since = key
    table[dense].gaps = gaps
    table[dense].beganUnseen = false
  }

  /// Notes the end of a thread's activity and the beginning of the next.
  @inline(__always)
  private mutating func note(
    _ next: ThreadActivity, _ dense: Int, on cpu: UInt16, at key: UInt64
  ) {
    let state = table[dense]
    var change = StateChange(kind: .activity, start: state.since, end: max(key, state.since))
    change.thread = Int32(truncatingIfNeeded: dense)
    change.activity = state.activity
    change.next = next
    change.cpu = state.cpu
    change.nextCPU = cpu
    change.beganUnseen = state.beganUnseen
    change.certain = change.end
    // What runs is seen to leave its CPU; elsewhere it may have done anything.
    if state.activity != .running { change.certain = certainEnd(dense, change.end) }
    changes.append(change)
  }

  /// Until when it is certain what a thread does that is on no CPU, `end` at the latest.
  func certainEnd(_ dense: Int, _ end: UInt64) -> UInt64 {
    let state = table[dense]
    if state.beganInLoss { return state.since }
    guard state.gaps != gaps else { return end }
    return min(end, max(changes.gapTime(after: state.gaps), state.since))
  }

  /// Notes that a waiting thread was put into another CPU's queue.
  mutating func noteMove(_ dense: Int, to cpu: UInt16, at key: UInt64) {
    guard changes.isWatched else { return }
    var change = StateChange(kind: .move, start: key, end: key)
    change.thread = Int32(truncatingIfNeeded: dense)
    change.activity = table[dense].activity
    change.next = table[dense].activity
    change.cpu = table[dense].cpu
    change.nextCPU = cpu
    changes.append(change)
  }

  /// Whether nothing was lost since the activity began.
  @inline(__always)
  func isCertain(_ dense: Int) -> Bool { table[dense].gaps == gaps }

  /// What the thread's time went into up to `key`, the current activity included.
  mutating func parts(_ dense: Int, at key: UInt64) -> TimeParts {
    table[dense].asked = key
    var parts = table[dense].parts
    let passed = key &- min(key, table[dense].since)
    switch table[dense].activity {
    case .running: parts.run &+= passed
    case .woken, .new, .preempted, .yielded: parts.runnable &+= passed
    case .uninterruptible: parts.blocked &+= passed
    case .locked: parts.lock &+= passed
    case .sleeping, .stopped: parts.sleep &+= passed
    case .unknown, .dead: break
    }
    return parts
  }
}

/// Dense indexes of threads, given back when a thread is gone; 0 is the idle thread of every CPU.
struct ReusableIndex: ~Copyable {
  private static let limit = 1 << 22

  private var direct = DenseTable(UInt32(0))
  private var others: [ThreadNumber: UInt32] = [:]
  private(set) var threads: [ThreadNumber] = [0]
  private var used: [Bool] = [true]
  private var free: [UInt32] = []

  init() {
    direct.reach(0)
  }

  /// The index of a thread with a small number, -1 where it is not known or has none.
  @inline(__always)
  func direct(_ thread: ThreadNumber) -> Int {
    let number = Int(thread)
    guard number >= 0, number < direct.count else { return -1 }
    let known = direct[number]
    return known != 0 || number == 0 ? Int(known) : -1
  }

  func known(_ thread: ThreadNumber) -> Int? {
    let known = direct(thread)
    return known >= 0 ? known : others[thread].map(Int.init)
  }

  @inline(__always)
  func usual(_ thread: ThreadNumber) -> Int {
    let number = Int(thread)
    return number >= 0 && number < direct.count ? Int(direct[number]) : 0
  }

  func isUsed(_ dense: Int) -> Bool { used[dense] }

  mutating func remove(_ dense: Int) {
    guard used[dense] else { return }
    let number = Int(threads[dense])
    if number >= 0, number < direct.count, direct[number] == UInt32(dense) {
      direct[number] = 0
    } else {
      others[threads[dense]] = nil
    }
    used[dense] = false
    free.append(UInt32(dense))
  }

  /// Gives an index to a thread that has none.
  mutating func add(_ thread: ThreadNumber) -> Int {
    let dense: UInt32
    if let reused = free.popLast() {
      dense = reused
      threads[Int(dense)] = thread
      used[Int(dense)] = true
    } else {
      dense = UInt32(threads.count)
      threads.append(thread)
      used.append(true)
    }
    let number = Int(thread)
    if number >= 0, number < Self.limit {
      if number >= direct.count {
        var capacity = max(direct.count, 1024)
        while capacity <= number { capacity *= 2 }
        direct.reach(capacity - 1)
      }
      direct[number] = dense
    } else {
      others[thread] = dense
    }
    return Int(dense)
  }
}
