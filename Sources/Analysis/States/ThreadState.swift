import Events

/// Where a thread's time goes.
struct TimeParts: BitwiseCopyable, Equatable {
  var run: UInt64 = 0
  /// Woken or preempted, waiting for a CPU; yielded too.
  var runnable: UInt64 = 0
  var sleep: UInt64 = 0
  /// Uninterruptible, ended by the completion of a disk request.
  var disk: UInt64 = 0
  /// Uninterruptible for another reason, or it is not known which.
  var blocked: UInt64 = 0
  /// Asleep in futex.
  var lock: UInt64 = 0

  static func - (left: TimeParts, right: TimeParts) -> TimeParts {
    TimeParts(
      run: left.run &- right.run, runnable: left.runnable &- right.runnable,
      sleep: left.sleep &- right.sleep, disk: left.disk &- right.disk,
      blocked: left.blocked &- right.blocked, lock: left.lock &- right.lock)
  }

  static func + (left: TimeParts, right: TimeParts) -> TimeParts {
    TimeParts(
      run: left.run &+ right.run, runnable: left.runnable &+ right.runnable,
      sleep: left.sleep &+ right.sleep, disk: left.disk &+ right.disk,
      blocked: left.blocked &+ right.blocked, lock: left.lock &+ right.lock)
  }

  /// Waiting that nobody asked for.
  var waits: UInt64 { runnable &+ disk &+ blocked &+ lock }
}

/// What a thread does at the moment.
enum ThreadActivity: UInt8 {
  /// Not seen yet, or not since events were lost.
  case unknown
  case running
  /// Woken and not yet on a CPU; for the first time in its life.
  case woken, new
  case preempted, yielded
  case sleeping
  /// Asleep in futex.
  case locked
  case uninterruptible
  case stopped, dead

  /// Off the CPU until a waking.
  @inline(__always)
  var awaitsWaking: Bool {
    switch self {
    case .sleeping, .locked, .uninterruptible, .stopped: true
    default: false
    }
  }
}

/// A thread as state tracking sees it; what every switch touches stands first.
struct ThreadState: BitwiseCopyable {
  /// When the activity began.
  var since: UInt64 = 0
  /// Gaps counted when it began: where the count has moved on, it may have changed unseen.
  var gaps: UInt32 = 0
  var activity = ThreadActivity.unknown
  /// Child of kthreadd: its wakings go on what woke it.
  var isKernel = false
  /// Where it runs, last ran or waits.
  var cpu = Batch.unknownCPU
  /// Device + 1 of the disk request that led to what it does now, 0 none.
  var disk: Int64 = 0
  /// The system call that it is in, -1 none or not known.
  var systemCall: Int32 = -1
  /// Whether it was seen to be in its CPU's queue, not only on its way there.
  var isEnqueued = false
  /// Whether it was moved to another CPU's queue while it waited.
  var wasMoved = false
  /// Whether the activity began before it was seen to.
  var beganUnseen = false
  /// Whether it began while events were being lost.
  var beganInLoss = false
  var parts = TimeParts()
  /// Up to when its running was counted for somebody who asked.
  var asked: UInt64 = 0
  /// Where it was moved: the CPU in whose queue it waited longest so far, and how long; since when
  /// it is where it is.
  var longestCPU = Batch.unknownCPU
  var longestStay: UInt64 = 0
  var queueSince: UInt64 = 0
  /// Its open spans.
  var stack = SpanStack()
  /// The task whose spans began or ended on it last, -1 none.
  var task: Int32 = -1
  var affinity: Int32 = -1
  var label = ThreadLabel()
}
