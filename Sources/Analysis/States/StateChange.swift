import Events

/// What state tracking tells those who watch: a thread's activity that ended and the one that began,
/// a CPU's idleness, an interrupt's handling.
struct StateChange: BitwiseCopyable {
  enum Kind: UInt8 {
    /// A thread's activity: `activity` from `start` to `end`, then `next`.
    case activity
    /// A waiting thread went from the queue of `cpu` to that of `nextCPU`.
    case move
    /// `cpu` was idle.
    case idle
    /// `cpu` begins to idle, ends to idle.
    case idleBegin, idleEnd
    /// `cpu` handled the interrupt `line`, a hard or a soft one; `thread` was on it.
    case hardInterrupt, softInterrupt
    /// A thread is gone; its dense index will be used again.
    case retire
    /// Events of `cpu` were lost: what it does is not known until its next switch.
    case gap
  }

  var kind: Kind
  var activity = ThreadActivity.unknown
  var next = ThreadActivity.unknown
  /// The activity began before it was seen to.
  var beganUnseen = false
  var cpu = Batch.unknownCPU
  var nextCPU = Batch.unknownCPU
  /// Dense index, -1 none.
  var thread: Int32 = -1
  var start: UInt64
  var end: UInt64
  /// From here on events are missing that could have told of another activity; `end` where none are.
  var certain: UInt64 = 0
  /// Device + 1 of the disk request that ended a wait, 0 none.
  var disk: Int64 = 0
  /// Interrupt line or vector.
  var line: Int64 = 0
  /// Who ended a wait: a dense index, or one of the `waker` constants.
  var waker: Int32 = StateChange.noWaker
  /// Who is gone, where one is.
  var number: ThreadNumber = 0
  var label = ThreadLabel()

  static let noWaker: Int32 = -1
  static let hardWaker: Int32 = -2
  static let softWaker: Int32 = -3
}

/// Changes in the order in which they came about, until they are taken.
struct StateChanges: ~Copyable {
  /// Whether somebody takes them.
  var isWatched = false
  private var queue = DenseTable(StateChange(kind: .gap, start: 0, end: 0))
  private(set) var count = 0
  /// When each gap was, in order.
  var gapTimes: [UInt64] = []
  /// Losses that the time at hand lies in: whatever begins meanwhile is not certain.
  var openLosses = 0

  @inline(__always)
  mutating func append(_ change: StateChange) {
    queue.reach(count)
    queue[count] = change
    count &+= 1
  }

  /// Changes the one that was appended last.
  @inline(__always)
  mutating func amend(_ body: (inout StateChange) -> Void) {
    if count > 0 { body(&queue[count &- 1]) }
  }

  subscript(place: Int) -> StateChange {
    @inline(__always)
    _read { yield queue[place] }
  }

  @inline(__always)
  mutating func removeAll() { count = 0 }

  /// When the first gap was after `gaps` of them.
  func gapTime(after gaps: UInt32) -> UInt64 {
    Int(gaps) < gapTimes.count ? gapTimes[Int(gaps)] : 0
  }
}
