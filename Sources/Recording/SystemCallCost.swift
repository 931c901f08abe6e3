internal import CLinux
internal import Events

/// What tracing adds to a system call, measured on the calling thread.
enum SystemCallCost {
  private static let calls = 500
  private static let rounds = 5

  /// Nanoseconds of an empty system call: the fastest of several rounds.
  static func measure() -> UInt64 {
    var best = UInt64.max
    for _ in 0..<rounds {
      let start = monotonicNanoseconds()
      for _ in 0..<calls { swtrace_linux_null_system_call() }
      best = min(best, monotonicNanoseconds() - start)
    }
    return best / UInt64(calls)
  }
}
