import Events

/// A thread's activity that is over; of a wait for a CPU the part in one queue.
struct PastActivity: BitwiseCopyable {
  var start: UInt64 = 0
  var end: UInt64 = 0
  var disk: Int64 = 0
  /// Interrupt line or vector of who ended it.
  var line: Int32 = -1
  var waker: Int32 = StateChange.noWaker
  var call: Int32 = -1
  var cpu = Batch.unknownCPU
  var activity = ThreadActivity.unknown
  var isThrottled = false
  var hasDetail = false
}

/// The latest activities of each thread.
struct PastActivities: ~Copyable {
  /// Remembered of each thread, a power of two.
  static let remembered = 64

  /// What few activities have.
  enum Detail {
    case request(DiskRequestTimes)
    /// Who had the CPU in a wait of many slices, each for how long.
    case runners([(leaf: BlameLeaf, time: UInt64)])
  }

  private var table = DenseTable(PastActivity())
  private var next = DenseTable(UInt32(0))
  /// By place in the table.
  private var details: [Int: Detail] = [:]

  mutating func remember(_ activity: PastActivity, _ detail: Detail?, of dense: Int) {
    table.reach((dense + 1) * Self.remembered - 1)
    next.reach(dense)
    let place = dense * Self.remembered + Int(next[dense]) & (Self.remembered - 1)
    if table[place].hasDetail || detail != nil { details[place] = detail }
    table[place] = activity
    table[place].hasDetail = detail != nil
    next[dense] = next[dense] &+ 1
  }

  /// Activities of a thread that overlap a span of time, the latest first.
  func forEach(
    _ dense: Int, from start: UInt64, to end: UInt64, _ body: (PastActivity, Detail?) -> Void
  ) {
    guard dense < next.count else { return }
    let count = Int(next[dense])
    for back in 0..<min(count, Self.remembered) {
      let place = dense * Self.remembered + (count - 1 - back) & (Self.remembered - 1)
      let activity = table[place]
      guard activity.end > start else { return }
      if activity.start < end { body(activity, activity.hasDetail ? details[place] : nil) }
    }
  }

  mutating func retire(_ dense: Int) {
    if dense < next.count { next[dense] = 0 }
  }
}
