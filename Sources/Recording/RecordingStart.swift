package import Events

/// What a recording begins with: told once, before its first batch.
package struct RecordingStart: Sendable {
  /// The preamble's reading.
  package var reading: ClockReading
  /// The clock of watermarks.
  package var reference: ClockKind
  /// The recorder's own threads.
  package var ownThreads: [ThreadNumber]
  /// Types and streams of the trace as they are now: all that the batches told of so far refer to.
  package var tables: @Sendable () -> (types: [EventType], streams: [EventStream])
}
