import Synchronization

extension Timeline {
  /// All that is told about an item.
  ///
  /// Reads the file.
  package func details(of item: TimelineItem) throws(AnalysisError) -> ItemDetails {
    try ItemInquiry(self, item).details()
  }

  /// The chain of waits behind an item: what ended its thread's wait, what that thread waited for
  /// before, and so on; at most `depth` links, cut where a thread occurs again.
  ///
  /// Reads the file.
  package func waits(
    of item: TimelineItem, depth: Int = 32
  ) throws(AnalysisError) -> [WaitLink] {
    try ItemInquiry(self, item).waits(depth: depth)
  }

  /// The stretch of the thread that an item's thread woke, first one at or after `time`, however
  /// much later that is; nil where there is none, or `isWanted` said no.
  ///
  /// Reads the file.
  package func woken(
    by item: TimelineItem, after time: Int64, isWanted: () -> Bool = { true }
  ) throws(AnalysisError) -> TimelineItem? {
    try ItemInquiry(self, item).woken(after: time, isWanted: isWanted)
  }

  /// The next longer or shorter instance of the same kind — wait or slice of a thread, system call
  /// of a number, span of a name — among the longest of it; nil where there is none.
  package func instance(of item: TimelineItem, longer: Bool) -> TimelineItem? {
    state.withLock { $0.instance(of: item, longer: longer) }
  }

  /// The next place worth looking at, after an instant or before it: the longest waits and spans,
  /// and losses.
  package func problem(after time: Int64) -> TimelineProblem? {
    state.withLock { $0.problems(trace).first { $0.window.start > time } }
  }

  package func problem(before time: Int64) -> TimelineProblem? {
    state.withLock { $0.problems(trace).last { $0.window.start < time } }
  }
}
