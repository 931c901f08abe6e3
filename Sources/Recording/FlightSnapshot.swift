internal import Events
internal import TraceFile

/// A flight recorder's ring at one moment, on its way into a trace of its own.
struct FlightSnapshot {
  var contents: FlightContents
  var types: [EventType]
  var streams: [EventStream]
  var pageFormats: [UInt8]?
  var readings: [ClockReading]

  /// What was written.
  struct Outcome {
    var events: UInt64
    var bytes: UInt64
    var fellOut: UInt64
  }

  /// The reading from which the trace counts: the last one before its oldest event.
  var start: ClockReading? {
    let firsts = [ClockKind.processor, .monotonic].compactMap { clock in
      contents.first(clock, streams: streams).map { (clock, $0) }
    }
    let before = readings.filter { reading in
      firsts.allSatisfy { reading.ticks(of: $0.0) <= $0.1 }
    }
    return before.max { $0.monotonic < $1.monotonic } ?? readings.first
  }

  /// Writes a trace: the machine as `walk` reads it, then every event that is not after `cut`.
  func write(
    to descriptor: Int32, preamble like: Preamble, cut: ClockReading, walk: Batch,
    recorderNanoseconds: UInt64
  ) throws(TraceFileError) -> Outcome {
    var preamble = like
    preamble.identifier = .random()
    if let start { preamble.reading = start }
    var writer = try TraceWriter(descriptor: descriptor, preamble: preamble)
    try writer.append(types: types[...])
    try writer.append(streams: streams[...])
    if let pageFormats { try writer.append(pageFormats: pageFormats) }
    for reading in readings where reading.monotonic > preamble.reading.monotonic {
      try writer.append(reading: reading)
    }
    if walk.count > 0 {
      var blocks = try BlockEncoder()
      try writer.append(try blocks.encode(walk))
    }
    let events = try contents.append(
      to: &writer, types: types, streams: streams, cut: { cut.ticks(of: $0) })
    let clock = preamble.referenceClock
    let begun = preamble.reading.ticks(of: clock)
    try writer.finish(
      TraceTotals(
        reading: cut, recorderNanoseconds: recorderNanoseconds,
        recorded: begun...max(begun, cut.ticks(of: clock))))
    return Outcome(
      events: events, bytes: writer.bytesWritten, fellOut: contents.fellOut.events)
  }
}
