internal import Analysis
internal import Events
internal import KernelTracing
internal import Recording
internal import Synchronization

/// What a recording was like, found out while its batches are encoded.
final class RecordingFindings: Sendable {
  private struct State: ~Copyable {
    var start: RecordingStart?
    var findings: Findings?
    var tables = TraceTables()
    var clock: TraceClock?
    var last: ClockReading?
    /// Counts readings of the clocks, so that readers know whether theirs is the latest.
    var readings = 0
    /// One for each thread that encodes, while it does not.
    var readers: [(reader: StateRecordReader, readings: Int, types: Int, streams: Int)] = []
  }

  private let state = Mutex(State())

  /// The observer that feeds it, beside what `progress` shows.
  func observer(
    progress: @escaping @Sendable (RecordingProgress) -> Void
  ) -> RecordingObserver {
    RecordingObserver(
      start: { self.begin($0) }, batch: { self.add($0) }, watermark: { self.advance(to: $0) },
      reading: { self.append($0) }, progress: progress)
  }

  private func begin(_ start: RecordingStart) {
    state.withLock { state in
      state.start = start
      state.last = start.reading
      state.clock = TraceClock(reference: start.reference, start: start.reading)
      state.findings = Findings(
        reference: start.reference, start: start.reading,
        systemCallNames: SystemCallTable(machine: Machine.architecture)?.names ?? [],
        own: Set(start.ownThreads))
    }
  }

  private func add(_ batch: Batch) {
    let taken = state.withLock { state in Self.takeReader(&state, for: batch) }
    guard var taken else { return }
    let records = taken.reader.read(batch)
    state.withLock { state in
      if let records { state.findings?.add(records) }
      state.readers.append(taken)
    }
  }

  /// A reader that knows everything that the batch refers to.
  private static func takeReader(
    _ state: inout State, for batch: Batch
  ) -> (reader: StateRecordReader, readings: Int, types: Int, streams: Int)? {
    guard let start = state.start, let clock = state.clock else { return nil }
    let types = batch.groups.reduce(0) { max($0, Int($1.type.index) + 1) }
    let streams = batch.streams.reduce(Int(batch.stream.index) + 1) { max($0, Int($1.index) + 1) }
    if types > state.tables.types.count || streams > state.tables.streams.count {
      let now = start.tables()
      state.tables = TraceTables(types: now.types, streams: now.streams)
      state.findings?.update(tables: state.tables)
    }
    let counts = (types: state.tables.types.count, streams: state.tables.streams.count)
    guard var taken = state.readers.popLast() else {
      let reader = StateRecordReader(tables: state.tables, clock: clock)
      return (reader, state.readings, counts.types, counts.streams)
    }
    if taken.types < counts.types || taken.streams < counts.streams {
      taken.reader.update(tables: state.tables)
      (taken.types, taken.streams) = counts
    }
    if taken.readings < state.readings {
      taken.reader.update(clock: clock)
      taken.readings = state.readings
    }
    return taken
  }

  private func append(_ reading: ClockReading) {
    state.withLock { state in
      state.clock?.append(reading)
      state.findings?.append(reading)
      state.last = reading
      state.readings += 1
    }
  }

  private func advance(to watermark: UInt64) {
    state.withLock { $0.findings?.advance(to: watermark) }
  }

  /// Ends it; nothing may come any more.
  func finish() -> RecordingSummary? {
    state.withLock { state in
      guard let last = state.last else { return nil }
      return state.findings?.finish(at: last)
    }
  }
}
