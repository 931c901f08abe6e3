package import Events
package import TraceFile

extension SyntheticTrace {
  /// What the file that `write` makes says of itself; always the same.
  package var preamble: Preamble {
    Preamble(
      identifier: TraceIdentifier(high: 0x5357_5452_4143_4500, low: start), hostName: "synthetic",
      kernelRelease: "6.18.0", kernelVersion: "#1 SMP", machine: "x86_64",
      bootIdentifier: "00000000-0000-4000-8000-000000000000", commandLine: ["perf", "bench"],
      creator: "swtrace 0.1.0", cpus: cpus, reading: reading(at: start), referenceClock: clock)
  }

  /// All clocks as they are when the trace's clock shows `ticks`.
  package func reading(at ticks: UInt64) -> ClockReading {
    let seconds = Double(ticks) / Double(frequency)
    let nanoseconds = clock == .monotonic ? ticks : UInt64(seconds * 1e9)
    return ClockReading(
      processor: clock == .processor ? ticks : 0, monotonic: nanoseconds,
      realtime: nanoseconds + 1_700_000_000_000_000_000, boottime: nanoseconds + 5_000_000_000)
  }

  /// Writes a whole trace and returns the batches in it: types, streams, then in each round a block
  /// of every stream, a reading and a watermark, then index and end unless `isCut`; losses unless
  /// `isComplete`.
  @discardableResult
  package mutating func write(
    to descriptor: Int32, rounds: Int, events: Int, level: Int32 = 1, isCut: Bool = false,
    isComplete: Bool = false
  ) throws(TraceFileError) -> [Batch] {
    var writer = try TraceWriter(descriptor: descriptor, preamble: preamble)
    try writer.append(types: types[...])
    try writer.append(streams: streams[...])
    var encoder = try BlockEncoder(level: level)
    var written: [Batch] = []
    if let machine { try writer.append(try encoder.encode(machine)) }
    var last = start
    for _ in 0..<rounds {
      let batches = batches(rounds: 1, events: events, isComplete: isComplete)
      for batch in batches { try writer.append(try encoder.encode(batch)) }
      last = batches.compactMap { $0.times.last }.max() ?? last
      try writer.append(reading: reading(at: last))
      try writer.append(watermark: batches.compactMap { $0.times.last }.min() ?? last)
      written += batches
    }
    if !isCut {
      try writer.finish(
        TraceTotals(
          reading: reading(at: last), recorderNanoseconds: 1_000_000, recorded: start...last))
    }
    return written
  }
}
