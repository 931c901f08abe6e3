import Events
import Glibc
import SyntheticTrace
import Testing

@testable import TraceFile

/// Nothing that stands in a file makes a reader crash, hang or take memory without bound.
@Suite struct TraceFuzzTests {
  private static let mutants = 20_000
  private static let seeds = 4

  /// `SWTRACE_FUZZ` makes it so many mutants instead of 20,000.
  @Test(arguments: 0..<seeds)
  func `reads whatever mutants hold`(seed: Int) async throws {
    await #expect(processExitsWith: .success) { [seed] in
      let wanted = unsafe getenv("SWTRACE_FUZZ").flatMap { unsafe Int(String(cString: $0)) }
      let bases = try TraceFuzzTests.bases()
      var mutators = bases.enumerated().map { number, base in
        TraceMutator(base, seed: UInt64(seed * bases.count + number))
      }
      var trial = TraceTrial()
      let count = (wanted ?? TraceFuzzTests.mutants) / TraceFuzzTests.seeds
      for number in 0..<count {
        let mutant = mutators[number % mutators.count].next()
        trial.run(mutant, number: number, piece: 1 + number * 37 % 6000)
      }
      #expect(trial.failures.prefix(5) == [])
      #expect(trial.longest < .seconds(10))
      // Neither is all refused, nor all taken.
      #expect(trial.opened > count / 2)
      #expect(trial.batches > count && trial.refusedBatches > count / 10)
      let peak = PeakMemory.kibibytes
      #expect(peak <= 512 << 10, "\(peak) KiB")
    }
  }

  @Test func `starts from traces that reach every coding`() throws {
    var codings: Set<String> = []
    for base in try TraceFuzzTests.bases() {
      codings.formUnion(try PlainReader.read(base).codings)
    }
    #expect(codings.sorted() == PlainTrace.allCodings.sorted())
  }

  /// Small traces that have something of everything between them.
  private static func bases() throws -> [[UInt8]] {
    [
      try SmallTraces.make(seed: 1, rounds: 2, events: 20).bytes,
      try SmallTraces.make(seed: 2, rounds: 2, events: 12, isCut: true).bytes,
      try varied(seed: 3, events: 40, blocks: 6), try varied(seed: 9, events: 300, blocks: 2),
      try stepped(),
    ]
  }

  /// Blocks of every shape, and of every kind.
  private static func varied(seed: UInt64, events: Int, blocks: Int) throws -> [UInt8] {
    let file = ScratchFile()
    let trace = SyntheticTrace(seed: 1, cpus: 1, threads: 1, processes: 0)
    var writer = try TraceWriter(descriptor: file.descriptor, preamble: trace.preamble)
    try writer.append(types: RandomBatch.types[...])
    let streams = (0..<5).map { EventStream(source: .cpu($0, buffer: 0), clock: .processor) }
    try writer.append(streams: streams[...])
    try writer.append(pageFormats: [1, 2, 3, 4, 5])
    var encoder = try BlockEncoder()
    var random = RandomBatch(seed: seed)
    for _ in 0..<blocks {
      try writer.append(try encoder.encode(random.next(events: events, groups: 6)))
    }
    try writer.append(
      RawPages(stream: StreamID(1), first: 1, last: 9, bytes: [UInt8](repeating: 7, count: 99)))
    try writer.append(
      losses: [Loss(stream: StreamID(2), reason: .diskFull, count: 3, first: 1, last: 2)])
    try writer.append(watermark: 77)
    try writer.finish(TraceTotals(reading: trace.reading(at: trace.start)))
    return file.bytes
  }

  /// A block whose times are steps of a clock, of a frequent type and a rare one, and whose threads
  /// come in runs.
  private static func stepped() throws -> [UInt8] {
    let file = ScratchFile()
    let trace = SyntheticTrace(seed: 1, cpus: 1, threads: 4, processes: 0)
    var writer = try TraceWriter(descriptor: file.descriptor, preamble: trace.preamble)
    try writer.append(types: RandomBatch.types[...])
    try writer.append(streams: trace.streams[...])
    var batch = Batch(stream: StreamID(0))
    var random = SeededGenerator(seed: 11)
    var steps: UInt64 = 0
    for event in 0..<1200 {
      steps += UInt64(3 + random.below(120))
      let type = event % 20 == 0 ? 2 : 0
      batch.append(
        EventTypeID(UInt32(type)), of: RandomBatch.types[type],
        time: 1_000_000 + steps * 49 / 2,
        thread: Int32(truncatingIfNeeded: event / 90 * 7_654_321), values: [.integer(Int64(event))])
    }
    var encoder = try BlockEncoder()
    try writer.append(try encoder.encode(batch))
    return file.bytes
  }
}
