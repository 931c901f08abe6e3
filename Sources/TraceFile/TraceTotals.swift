package import Events

/// What the end of a trace says of the whole.
package struct TraceTotals: Hashable, Sendable {
  /// Events in blocks of events; those in raw pages are not counted.
  package var events: UInt64
  /// Events that are known to be lost.
  package var lost: UInt64
  /// Losses whose count is not known.
  package var uncountedLosses: UInt64
  /// Blocks before the index.
  package var blocks: UInt64
  /// CPU time of the recorder's threads, nanoseconds; 0 where it was not measured.
  package var recorderNanoseconds: UInt64
  /// All clocks at the end.
  package var reading: ClockReading
  /// Ticks of the reference clock between which the recorder's sources were on, as far as is known.
  package var recorded: ClosedRange<UInt64>?

  package init(
    reading: ClockReading, recorderNanoseconds: UInt64 = 0, recorded: ClosedRange<UInt64>? = nil
  ) {
    events = 0
    lost = 0
    uncountedLosses = 0
    blocks = 0
    self.recorderNanoseconds = recorderNanoseconds
    self.reading = reading
    self.recorded = recorded
  }
}
