internal import CLinux
internal import Events
internal import Glibc
internal import KernelTracing
internal import Synchronization
internal import TraceFile

/// Where a recording's blocks go: the one writer, shared by the encoders.
final class TraceOutput: Sendable {
  private struct State: ~Copyable {
    var writer: TraceWriter
    var types = EventTypeTable()
    var writtenTypes = 0
    var streams: [EventStream] = []
    var writtenStreams = 0
    /// Reference ticks up to which each drained source is in the trace.
    var complete: [UInt64] = []
    var watermark: UInt64 = 0
    var pageFormats: [UInt8]?
    var readings: [ClockReading]
    /// Bytes of traces that were ended before this one.
    var earlierBytes: UInt64 = 0
    var failure: TraceFileError?
    /// Events that came after the failure.
    var unwritten: UInt64 = 0
  }

  private let state: Mutex<State>
  /// Raised when nothing more can be written.
  let failed: Signal

  init(descriptor: Int32, preamble: Preamble) throws(TraceFileError) {
    let writer = try TraceWriter(descriptor: descriptor, preamble: preamble)
    state = Mutex(State(writer: writer, readings: [preamble.reading]))
    failed = Signal()
  }

  /// An output that keeps the newest events in a ring, and what explains them in a file.
  init(
    tables descriptor: Int32, ring: Int32, capacity: UInt64, preamble: Preamble
  ) throws(TraceFileError) {
    let ring = try FlightRing(
      descriptor: ring, capacity: capacity, identifier: preamble.identifier)
    let writer = try TraceWriter(descriptor: descriptor, preamble: preamble, ring: ring)
    state = Mutex(State(writer: writer, readings: [preamble.reading]))
    failed = Signal()
  }

  func intern(_ type: EventType) -> EventTypeID {
    state.withLock { $0.types.intern(type) }
  }

  func add(_ stream: EventStream) -> StreamID {
    state.withLock { state in
      state.streams.append(stream)
      return StreamID(UInt32(state.streams.count - 1))
    }
  }

  /// Registers a source for the watermark; returns its number.
  func addSource(completeThrough tick: UInt64) -> Int {
    state.withLock { state in
      state.complete.append(tick)
      return state.complete.count - 1
    }
  }

  func append(_ block: consuming EncodedBlock) {
    let events = UInt64(block.summary.events)
    let encoded = block
    write(events: events) { writer throws(TraceFileError) in try writer.append(encoded) }
  }

  /// Appends undecoded pages, and before the first of them what they need to be decoded.
  func append(_ pages: RawPages, formats: PageFormats) {
    let encoded = state.withLock { state -> [UInt8]? in
      guard state.pageFormats == nil else { return nil }
      state.pageFormats = formats.encoded
      return state.pageFormats
    }
    write(events: 0) { writer throws(TraceFileError) in
      if let encoded { try writer.append(pageFormats: encoded) }
      try writer.append(pages)
    }
  }

  func append(_ reading: ClockReading) {
    state.withLock { $0.readings.append(reading) }
    write(events: 0) { writer throws(TraceFileError) in try writer.append(reading: reading) }
  }

  func append(_ losses: [Loss]) {
    write(events: 0) { writer throws(TraceFileError) in try writer.append(losses: losses) }
  }

  /// Notes that everything of a source up to `tick` has been appended.
  func complete(source: Int, through tick: UInt64) {
    state.withLock { state in
      state.complete[source] = max(state.complete[source], tick)
    }
  }

  /// Writes how far the trace is complete; returns that tick.
  @discardableResult func appendWatermark() -> UInt64 {
    let (watermark, moved) = state.withLock { state in
      let least = state.complete.min() ?? 0
      let moved = least > state.watermark
      if moved { state.watermark = least }
      return (state.watermark, moved)
    }
    if moved {
      write(events: 0) { writer throws(TraceFileError) in try writer.append(watermark: watermark) }
    }
    return watermark
  }

  /// Notes events that could not be encoded.
  func lose(_ batch: Batch, _ error: TraceFileError) {
    let failsNow = state.withLock { state in
      state.unwritten += UInt64(batch.count)
      defer { state.failure = state.failure ?? error }
      return state.failure == nil
    }
    if failsNow { failed.raise() }
  }

  /// Ends the trace; returns what went wrong on the way, first things first.
  func finish(_ totals: TraceTotals) -> TraceFileError? {
    write(events: 0) { writer throws(TraceFileError) in try writer.finish(totals) }
    return state.withLock { $0.failure }
  }

  var progress: (events: UInt64, bytes: UInt64, unwritten: UInt64, failure: TraceFileError?) {
    state.withLock { state in
      (
        state.writer.eventsWritten, state.earlierBytes + state.writer.bytesWritten, state.unwritten,
        state.failure
      )
    }
  }

  /// Bytes of the trace that is being written.
  var currentBytes: UInt64 { state.withLock { $0.writer.bytesWritten } }

  /// Ends the trace and goes on in another one, which opens alone.
  func rotate(to descriptor: Int32, preamble: Preamble, totals: TraceTotals)
    throws(TraceFileError)
  {
    let result = state.withLock { state -> Result<Void, TraceFileError> in
      do throws(TraceFileError) {
        var next = try TraceWriter(descriptor: descriptor, preamble: preamble)
        let types = state.types.types
        try next.append(types: types[...])
        try next.append(streams: state.streams[...])
        if let formats = state.pageFormats { try next.append(pageFormats: formats) }
        try state.writer.finish(totals)
        state.earlierBytes += state.writer.bytesWritten
        state.writer = next
        state.writtenTypes = types.count
        state.writtenStreams = state.streams.count
        state.readings = [preamble.reading]
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// What is in the ring now, nil where there is none.
  func flightContents() throws(TraceFileError) -> FlightContents? {
    let result = state.withLock { state -> Result<FlightContents?, TraceFileError> in
      do throws(TraceFileError) {
        return .success(try state.writer.flightContents())
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Adds to a copy of the ring what has come since.
  func extend(_ contents: inout FlightContents) throws(TraceFileError) {
    let failure = state.withLock { state -> TraceFileError? in
      do throws(TraceFileError) {
        try state.writer.extend(&contents)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
  }

  /// A copy of the ring with what explains it.
  func flightSnapshot(_ contents: FlightContents) -> FlightSnapshot {
    state.withLock { state in
      FlightSnapshot(
        contents: contents, types: state.types.types, streams: state.streams,
        pageFormats: state.pageFormats, readings: state.readings)
    }
  }

  var watermark: UInt64 { state.withLock { $0.watermark } }
  var types: [EventType] { state.withLock { $0.types.types } }
  var streams: [EventStream] { state.withLock { $0.streams } }

  /// Writes types and streams that are new, then what `body` appends, unless writing has failed
  /// before.
  private func write(
    events: UInt64, _ body: (inout TraceWriter) throws(TraceFileError) -> Void
  ) {
    let failsNow = state.withLock { state in
      guard state.failure == nil else {
        state.unwritten += events
        return false
      }
      do throws(TraceFileError) {
        let types = state.types.types
        if types.count > state.writtenTypes {
          try state.writer.append(types: types[state.writtenTypes...])
          state.writtenTypes = types.count
        }
        if state.streams.count > state.writtenStreams {
          try state.writer.append(streams: state.streams[state.writtenStreams...])
          state.writtenStreams = state.streams.count
        }
        try body(&state.writer)
        return false
      } catch {
        state.failure = error
        state.unwritten += events
        return true
      }
    }
    if failsNow { failed.raise() }
  }
}
