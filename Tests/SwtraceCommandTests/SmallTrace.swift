import Events
import Glibc
import SyntheticTrace
import TraceFile

/// A trace of two CPUs and a program that is always the same.
struct SmallTrace {
  var rounds: Int
  var events: Int

  /// Writes `few.swt` into `folder`: switches of one CPU, as many as wanted.
  ///
  /// The clock of the day steps by `step` nanoseconds in the middle of them.
  static func write(first events: Int, step: Int64 = 0, in folder: String) throws {
    let path = folder + "/few.swt"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    let trace = SyntheticTrace(seed: 7, cpus: 1, threads: 1, processes: 0)
    var writer = try TraceWriter(descriptor: descriptor, preamble: trace.preamble)
    try writer.append(types: trace.types[...])
    try writer.append(streams: trace.streams[...])
    if events > 0 {
      var batch = Batch(stream: StreamID(0))
      let type = trace.types[Int(SyntheticTypes.schedSwitch.index)]
      for event in 0..<events {
        batch.append(
          SyntheticTypes.schedSwitch, of: type, time: trace.start + UInt64(event) * 1000,
          thread: 1000,
          values: [
            .integer(0), .integer(0), .text("a"), .integer(1000), .integer(120), .integer(1),
            .text("b"), .integer(0), .integer(120),
          ])
      }
      var encoder = try BlockEncoder(level: 1)
      try writer.append(try encoder.encode(batch))
    }
    func reading(at event: UInt64) -> ClockReading {
      var reading = trace.reading(at: trace.start + event * 1000)
      if event > 0 {
        reading.realtime = UInt64(bitPattern: Int64(bitPattern: reading.realtime) + step)
      }
      return reading
    }
    if step != 0 { try writer.append(reading: reading(at: UInt64(events / 2))) }
    try writer.finish(
      TraceTotals(reading: reading(at: max(5, UInt64(events))), recorderNanoseconds: 1000))
  }

  /// Writes `lossy.swt` into `folder`: two CPUs that each lost events once.
  static func writeLossy(in folder: String) throws {
    let path = folder + "/lossy.swt"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    var trace = SyntheticTrace(seed: 7, cpus: 2, threads: 8, processes: 0)
    let batches = trace.batches(rounds: 10, events: 100)
    var writer = try TraceWriter(descriptor: descriptor, preamble: trace.preamble)
    try writer.append(types: trace.types[...])
    try writer.append(streams: trace.streams[...])
    var encoder = try BlockEncoder(level: 1)
    for batch in batches { try writer.append(try encoder.encode(batch)) }
    let last = batches.compactMap { $0.times.last }.max() ?? trace.start
    try writer.finish(
      TraceTotals(reading: trace.reading(at: last), recorderNanoseconds: 1000))
  }

  /// Writes it into `folder`, whole or without its end; returns its path.
  @discardableResult
  func write(in folder: String, cut: Bool = false) throws -> String {
    let path = folder + "/small.swt"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    var trace = SyntheticTrace(seed: 7, cpus: 2, threads: 8, processes: 1)
    try trace.write(to: descriptor, rounds: rounds, events: events, isCut: cut)
    return path
  }
}
