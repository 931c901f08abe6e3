import Events
import Glibc
import SyntheticTrace
import TraceFile

/// A trace of two CPUs and a program that is always the same.
struct SmallTrace {
  var rounds: Int
  var events: Int

  /// Writes `few.swt` into `folder`: switches of one CPU, as many as wanted.
  static func write(first events: Int, in folder: String) throws {
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
    try writer.finish(
      TraceTotals(reading: trace.reading(at: trace.start + 5000), recorderNanoseconds: 1000))
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
