package import Events

/// What is told of a recording while it runs; called from its threads.
package struct RecordingObserver: Sendable {
  /// Once, before the first batch.
  package var start: @Sendable (RecordingStart) -> Void
  /// Every batch before it is encoded: each stream's in order, streams in any order.
  package var batch: @Sendable (Batch) -> Void
  /// Everything up to this tick of the reference clock has been told.
  package var watermark: @Sendable (UInt64) -> Void
  /// Readings of all clocks, the last one at the end.
  package var reading: @Sendable (ClockReading) -> Void
  /// Several times a second.
  package var progress: @Sendable (RecordingProgress) -> Void

  package init(
    start: @escaping @Sendable (RecordingStart) -> Void = { _ in },
    batch: @escaping @Sendable (Batch) -> Void = { _ in },
    watermark: @escaping @Sendable (UInt64) -> Void = { _ in },
    reading: @escaping @Sendable (ClockReading) -> Void = { _ in },
    progress: @escaping @Sendable (RecordingProgress) -> Void = { _ in }
  ) {
    self.start = start
    self.batch = batch
    self.watermark = watermark
    self.reading = reading
    self.progress = progress
  }
}

/// How far a recording is.
package struct RecordingProgress: Sendable, Hashable {
  package var elapsed: TimeSpan
  package var events: UInt64
  package var bytes: UInt64
  package var lost: UInt64
  package var processes: Int
}
