/// What a thread's time goes into, as statistics tell it.
enum TimeKind: Int, CaseIterable {
  case run, wakeup, fresh, preempt, yield, throttled, diskIO, diskOther, sleep, lock, stopped
  case unknown

  static let count = TimeKind.allCases.count

  init(_ activity: ThreadActivity, disk: Int64) {
    switch activity {
    case .unknown, .dead: self = .unknown
    case .running: self = .run
    case .woken: self = .wakeup
    case .new: self = .fresh
    case .preempted: self = .preempt
    case .yielded: self = .yield
    case .sleeping: self = .sleep
    case .locked: self = .lock
    case .uninterruptible: self = disk != 0 ? .diskIO : .diskOther
    case .stopped: self = .stopped
    }
  }

  /// As it stands in tables.
  var name: String {
    switch self {
    case .run: "run"
    case .wakeup: "wakeup latency"
    case .fresh: "new"
    case .preempt: "preempt wait"
    case .yield: "yield"
    case .throttled: "throttled"
    case .diskIO: "D-io"
    case .diskOther: "D-other"
    case .sleep: "sleep"
    case .lock: "lock"
    case .stopped: "stopped"
    case .unknown: "unknown"
    }
  }

  /// What is on an idle CPU.
  static let idleNames = ["idle"]

  /// All words by which a filter may ask for a state.
  static let stateNames = Set(allCases.flatMap(\.states) + idleNames).sorted()

  /// All words by which a filter may ask for it, the one in tables first.
  var states: [String] {
    switch self {
    case .run: ["run", "running"]
    case .wakeup: ["wakeup latency", "wakeup", "woken", "runnable", "R"]
    case .fresh: ["new", "runnable", "R"]
    case .preempt: ["preempt wait", "preempt", "preempted", "runnable", "R+"]
    case .yield: ["yield", "runnable", "R"]
    case .throttled: ["throttled", "runnable", "R"]
    case .diskIO: ["D-io", "D"]
    case .diskOther: ["D-other", "D"]
    case .sleep: ["sleep", "S"]
    case .lock: ["lock", "sleep", "S"]
    case .stopped: ["stopped", "T"]
    case .unknown: ["unknown"]
    }
  }

  /// Waits for a CPU.
  var isRunnable: Bool {
    switch self {
    case .wakeup, .fresh, .preempt, .yield, .throttled: true
    default: false
    }
  }
}

/// The span of time that sums are clipped to, in nanoseconds of CLOCK_MONOTONIC.
struct StatisticsWindow: BitwiseCopyable {
  var from: UInt64 = 0
  var to: UInt64 = .max

  /// How much of a span of time lies inside.
  @inline(__always)
  func overlap(_ start: UInt64, _ end: UInt64) -> UInt64 {
    let first = max(start, from)
    let last = min(end, to)
    return last > first ? last &- first : 0
  }

  /// Whether an instance that ends then is counted.
  @inline(__always)
  func counts(endAt end: UInt64) -> Bool { end >= from && end < to }
}
