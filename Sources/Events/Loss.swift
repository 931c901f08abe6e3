/// Events that were hit and not kept: a place, a span of time, a count and a reason.
package struct Loss: Hashable, Sendable {
  /// Why events were lost.
  ///
  /// Raw values are those of the trace file.
  package enum Reason: UInt8, Hashable, Sendable, CaseIterable {
    /// The kernel's ring buffer was overwritten before it was read.
    case kernelOverrun = 1
    /// The kernel dropped the event (nested too deep, or no space in its buffer).
    case kernelDropped = 2
    /// No free chunk in the program's buffer.
    case programBufferFull = 3
    /// A record was never completed: killed, or still open when the session stopped.
    case openRecord = 4
    /// The recorder's queue was full and could not be written out.
    case recorderQueueFull = 5
    /// No more space on the disk.
    case diskFull = 6
    /// A block or page could not be decoded.
    case damaged = 7
    /// Dropped with a producer that broke the rules.
    case hostileProducer = 8
    /// A source could not be reached or opened.
    case unreachable = 9
  }

  package var stream: StreamID
  package var reason: Reason
  /// Number of lost events, nil where it is not known.
  package var count: UInt64?
  /// The thread that lost them, 0 where it is not one thread's loss.
  package var thread: ThreadNumber
  /// Ticks of the stream's clock between which they were lost.
  package var first: UInt64
  package var last: UInt64

  package init(
    stream: StreamID, reason: Reason, count: UInt64?, thread: ThreadNumber = 0, first: UInt64,
    last: UInt64
  ) {
    self.stream = stream
    self.reason = reason
    self.count = count
    self.thread = thread
    self.first = first
    self.last = last
  }
}

extension UInt64 {
  /// The sum, or the greatest number where it does not fit: counts may come from hostile memory.
  package func addingClamped(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
