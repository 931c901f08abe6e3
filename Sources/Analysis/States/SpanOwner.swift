import Events

/// Whose a span is, where it is not the thread's on which it begins: the number in the field `span`.
///
/// ```
/// 0               the thread's
/// top bit 0       the Swift task's of this number, on whatever threads it runs
/// top bit 1       its own: begin and end carry a number that is found nowhere else
/// ```
struct SpanOwner: Hashable {
  var process: ProcessNumber
  var number: UInt64

  init(_ record: StateRecord) {
    process = ProcessNumber(truncatingIfNeeded: record.value >> 32)
    number =
      UInt64(UInt32(bitPattern: record.b)) << 32 | UInt64(UInt32(bitPattern: record.a))
  }

  var isThread: Bool { number == 0 }
  var isAlone: Bool { number >> 63 == 1 }
}

/// Open spans of which each lies in the one before it.
struct SpanStack: BitwiseCopyable {
  /// The innermost one, -1 none.
  var top: Int32 = -1
  var depth: UInt32 = 0
}

/// What is known at the instant at which a span begins or ends.
struct SpanMoment {
  var key: UInt64
  var thread: ThreadNumber
  /// What the thread's time went into so far.
  var parts: TimeParts
  /// Losses of processes and gaps of CPUs counted so far.
  var losses: UInt32
  var gaps: UInt32
}

/// A task with open spans.
///
/// That it is taken off its thread is not seen. From one begin or end of its spans to the next it is
/// taken to have been on a thread where both are on that one and no other task's is between them;
/// else it was on none, as far as is known.
struct SpanTask: BitwiseCopyable {
  var stack = SpanStack()
  /// The thread that it was last seen on, and what that thread's time had gone into then.
  var thread: ThreadNumber = 0
  var seen = TimeParts()
  var seenKey: UInt64 = 0
  /// What its own time went into, and how much of it on no thread.
  var parts = TimeParts()
  var suspended: UInt64 = 0
}
