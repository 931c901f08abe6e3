internal import Events
package import TraceFile

/// A deterministic trace of one thread that serves requests: each is a span in which the thread runs,
/// waits for its CPU while another has it, and runs again.
package struct SyntheticRequests: Sendable {
  package var seed: UInt64
  package var requests: Int
  /// Nanoseconds that a request runs, and that it waits for the CPU, on average.
  package var run: UInt64
  package var wait: UInt64
  /// Whether scheduling events are there, and markers.
  package var hasSwitches = true
  package var hasMarkers = true

  package init(
    seed: UInt64, requests: Int = 4000, run: UInt64 = 100_000, wait: UInt64 = 20_000
  ) {
    self.seed = seed
    self.requests = requests
    self.run = run
    self.wait = wait
  }

  private static let worker: Int32 = 2001
  private static let hog: Int32 = 1999

  /// Writes the whole trace into an empty file.
  package func write(to descriptor: Int32) throws(TraceFileError) {
    let machine = SyntheticTrace(
      seed: seed, cpus: 1, threads: 1, processes: 1, clock: .monotonic)
    var writer = try TraceWriter(descriptor: descriptor, preamble: machine.preamble)
    let kernelTypes = 0..<Int(SyntheticTypes.requestBegin.index)
    let types = hasMarkers ? machine.types[...] : machine.types[kernelTypes]
    try writer.append(types: types)
    try writer.append(streams: machine.streams[...])
    var encoder = try BlockEncoder(level: 1)
    var random = SeededGenerator(seed: seed)
    var time = machine.start
    var left = requests
    while left > 0 {
      var kernel = Batch(stream: StreamID(0))
      var program = Batch(stream: StreamID(1))
      for _ in 0..<min(left, 250) {
        serve(&time, &kernel, &program, &random)
        left -= 1
      }
      if hasSwitches { try writer.append(try encoder.encode(kernel)) }
      if hasMarkers { try writer.append(try encoder.encode(program)) }
    }
    try writer.finish(
      TraceTotals(reading: machine.reading(at: time), recorderNanoseconds: 1_000_000))
  }

  private func serve(
    _ time: inout UInt64, _ kernel: inout Batch, _ program: inout Batch,
    _ random: inout SeededGenerator
  ) {
    time += random.interval(10_000)
    mark(
      SyntheticTypes.requestBegin, time, [.integer(Int64(time)), .text("/items")], &program)
    time += random.interval(run / 2)
    change(time, from: Self.worker, to: Self.hog, &kernel)
    time += random.interval(wait)
    change(time, from: Self.hog, to: Self.worker, &kernel)
    time += random.interval(run / 2)
    mark(SyntheticTypes.requestEnd, time, [.integer(Int64(time)), .integer(200)], &program)
  }

  private func mark(
    _ id: EventTypeID, _ time: UInt64, _ values: [FieldValue], _ batch: inout Batch
  ) {
    batch.append(
      id, of: SyntheticTypes.type(id), time: time, thread: Self.worker, cpu: 0, values: values)
  }

  /// Who leaves the CPU was preempted.
  private func change(_ time: UInt64, from: Int32, to: Int32, _ batch: inout Batch) {
    batch.append(
      SyntheticTypes.schedSwitch, of: SyntheticTypes.type(SyntheticTypes.schedSwitch), time: time,
      thread: from,
      values: [
        .integer(0), .integer(0), .text("t\(from)"), .integer(Int64(from)), .integer(120),
        .integer(0x100), .text("t\(to)"), .integer(Int64(to)), .integer(120),
      ])
  }
}
