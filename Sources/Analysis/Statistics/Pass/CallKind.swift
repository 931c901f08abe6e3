import Events

/// What statistics know of a system call by its name.
struct CallKind: OptionSet, BitwiseCopyable {
  var rawValue: UInt8

  /// Waits by design for somebody else.
  static let waits = CallKind(rawValue: 1)
  /// Returns a number of bytes that it moved.
  static let movesBytes = CallKind(rawValue: 2)
  static let isFutex = CallKind(rawValue: 4)
  /// Waits by design where it slept: of pipes, terminals and sockets, not of files.
  static let waitsAsleep = CallKind(rawValue: 8)

  private static let waiting: Set<String> = [
    "poll", "ppoll", "ppoll_time64", "select", "pselect6", "pselect6_time64", "epoll_wait",
    "epoll_pwait", "epoll_pwait2", "epoll_wait_old", "nanosleep", "clock_nanosleep",
    "clock_nanosleep_time64", "wait4", "waitid", "waitpid", "accept", "accept4", "pause",
    "rt_sigsuspend", "sigsuspend", "rt_sigtimedwait", "rt_sigtimedwait_time64", "io_getevents",
    "io_pgetevents", "io_uring_enter", "recvfrom", "recvmsg", "recvmmsg", "recvmmsg_time64",
    "mq_timedreceive", "msgrcv", "semop", "semtimedop", "restart_syscall", "connect",
    "futex_wait", "futex_waitv",
  ]
  private static let asleep: Set<String> = ["read", "readv", "preadv", "preadv2", "splice", "tee"]
  private static let moving: Set<String> = [
    "read", "write", "pread64", "pwrite64", "readv", "writev", "preadv", "pwritev", "preadv2",
    "pwritev2", "sendto", "recvfrom", "sendmsg", "recvmsg", "sendfile", "sendfile64",
    "copy_file_range", "splice", "tee", "vmsplice", "getrandom",
  ]

  static func kinds(_ names: [String]) -> [CallKind] {
    names.map { name in
      var kind: CallKind = []
      if waiting.contains(name) { kind.insert(.waits) }
      if asleep.contains(name) { kind.insert(.waitsAsleep) }
      if moving.contains(name) { kind.insert(.movesBytes) }
      if name == "futex" || name == "futex_time64" { kind.insert(.isFutex) }
      return kind
    }
  }
}

/// The system call that a thread is in.
struct OpenCall: BitwiseCopyable {
  /// 0: none.
  var start: UInt64 = 0
  var number: Int32 = -1
  var gaps: UInt32 = 0
  var parts = TimeParts()
  var arguments = InlineArray<6, UInt64>(repeating: 0)
  var hasArguments = false
}

/// A system call that ended.
struct EndedCall {
  var number: Int32
  var start: UInt64
  var end: UInt64
  var returned: Int64
  var parts: TimeParts
  /// Whether its thread ran all the time.
  var ranThrough = true
  var isCertain = true
  var isWaiting: Bool
}
