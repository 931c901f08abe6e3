import Events
import SyntheticTrace
import Testing

@testable import TraceFile

/// Whether the format is what swtrace-file(5) says: a reader written from the page alone agrees with
/// the real one on every event.
@Suite struct PlainReaderTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `agrees on synthetic traces`(seed: UInt64) throws {
    let (bytes, batches) = try SmallTraces.make(seed: seed, rounds: 3, events: 150)
    let plain = try expectAgreement(bytes)
    #expect(plain.events.count == batches.reduce(0) { $0 + $1.count })
    #expect(plain.unread == [])
    #expect(plain.totals != nil)
  }

  @Test func `agrees on a wide trace`() throws {
    let file = ScratchFile()
    var trace = SyntheticTrace(
      seed: 5, cpus: 40, threads: 300, processes: 20, clock: .monotonic)
    var writer = try TraceWriter(descriptor: file.descriptor, preamble: trace.preamble)
    try writer.append(types: trace.types[...])
    try writer.append(streams: trace.streams[...])
    var encoder = try BlockEncoder()
    for _ in 0..<3 {
      try writer.append(try encoder.encode(trace.gathered(events: 20)))
      try writer.append(watermark: trace.start)
    }
    try writer.finish(TraceTotals(reading: trace.reading(at: trace.start)))
    let plain = try expectAgreement(file.bytes)
    #expect(plain.events.count == 3600)
    #expect(Set(plain.events.map(\.stream)).count == 60)
  }

  @Test func `agrees on every coding`() throws {
    let trace = SyntheticTrace(seed: 1, cpus: 1, threads: 1, processes: 0)
    let file = ScratchFile()
    var writer = try TraceWriter(descriptor: file.descriptor, preamble: trace.preamble)
    let types = RandomBatch.types + SyntheticTypes.all
    try writer.append(types: types[...])
    let streams = (0..<5).map { EventStream(source: .cpu($0, buffer: $0 / 2), clock: .monotonic) }
    try writer.append(streams: streams[...])
    var encoder = try BlockEncoder()
    for seed in 0..<40 as Range<UInt64> {
      var random = RandomBatch(seed: seed)
      let batch = random.next(
        events: [3, 20, 100, 600][Int(seed) % 4], groups: [1, 2, 5, 25][Int(seed / 4) % 4])
      try writer.append(try encoder.encode(batch))
    }
    // One that has not learnt from the others that clocks have no steps.
    encoder = try BlockEncoder()
    for batch in PlainReaderTests.stepped() { try writer.append(try encoder.encode(batch)) }
    try writer.append(
      losses: Loss.Reason.allCases.map {
        Loss(stream: StreamID(1), reason: $0, count: nil, thread: -7, first: 1, last: .max)
      })
    try writer.append(
      RawPages(stream: StreamID(4), first: 5, last: 9, losses: [], bytes: [1, 2, 3]))
    try writer.append(pageFormats: [4, 5, 6])
    try writer.finish(TraceTotals(reading: trace.reading(at: trace.start)))
    let plain = try expectAgreement(file.bytes)
    #expect(plain.codings.sorted() == PlainTrace.allCodings.sorted())
  }

  @Test func `agrees on a trace that was cut anywhere`() throws {
    let (bytes, _) = try SmallTraces.make(rounds: 2, events: 30)
    for count in stride(from: 600, to: bytes.count, by: bytes.count / 23) {
      let cut = Array(bytes[..<count])
      guard let first = PlainBlock(cut, at: 0), first.end <= count else { continue }
      #expect(try expectAgreement(cut).totals == nil)
    }
  }

  @Test func `agrees on a trace without index`() throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 2, events: 60, isCut: true)
    let plain = try expectAgreement(bytes)
    #expect(plain.index.isEmpty)
    #expect(plain.events.count == batches.reduce(0) { $0 + $1.count })
  }

  @Test func `agrees on a trace with damage`() throws {
    let (bytes, _) = try SmallTraces.make(rounds: 2, events: 30, isCut: true)
    let events = SmallTraces.headers(bytes).first { $0.header.kind == BlockKind.events.rawValue }
    let start = Int(try #require(events).offset)
    var random = SeededGenerator(seed: 6)
    for _ in 0..<20 {
      var changed = bytes
      for _ in 0..<4 {
        changed[start + random.below(bytes.count - start)] ^= 1 << UInt8(random.below(8))
      }
      try expectAgreement(changed)
    }
  }

  /// Blocks of one frequent and one rare type whose times are steps of a clock.
  private static func stepped() -> [Batch] {
    let id = EventTypeID(UInt32(RandomBatch.types.count))
    var trace = SyntheticTrace(seed: 8, cpus: 1, threads: 8, processes: 0)
    var random = SeededGenerator(seed: 11)
    return (0..<2).map { _ in
      var batch = trace.batch(of: StreamID(0), events: 5000)
      for group in batch.groups.indices { batch.groups[group].type.index += id.index }
      var steps: UInt64 = 0
      for event in batch.times.indices {
        steps += UInt64(3 + random.below(120))
        batch.times[event] = 1_000_000 + steps * 49 / 2 + (event > 3000 ? 1 << 30 : 0)
      }
      return batch
    }
  }

  /// Reads a trace twice; what the plain reader found.
  @discardableResult
  private func expectAgreement(_ bytes: [UInt8]) throws -> PlainTrace {
    let plain = try PlainReader.read(bytes)
    let file = ScratchFile(bytes)
    let reader = try TraceReader(path: file.path)
    expectSameTables(plain, reader)
    let placed = reader.blocks.map { Int($0.offset) }
    let whole = plain.blocks.filter { $0.kind != 10 && $0.kind != 11 }.map(\.offset)
    #expect(placed.filter { offset in whole.contains(offset) } == whole)
    let (batches, failed) = try SmallTraces.batches(reader)
    #expect(failed == plain.unread.filter { plain.block(at: $0)?.kind == 5 }.count)
    let events = batches.flatMap { PlainEvent.events(of: $0) }
    let agrees = events == plain.events
    #expect(agrees, "\(events.count) and \(plain.events.count) events")
    let losses = reader.blocks.flatMap { $0.losses.map { PlainLoss($0) } }
    #expect(losses == plain.losses)
    return plain
  }

  private func expectSameTables(_ plain: PlainTrace, _ reader: TraceReader) {
    #expect(plain.types == reader.types.map { PlainType($0) })
    #expect(plain.streams == reader.streams.map { PlainStream($0) })
    #expect(plain.readings == reader.readings.map { PlainReading($0) })
    #expect(plain.watermark == reader.watermark)
    #expect(
      plain.preamble.texts == [
        reader.preamble.hostName, reader.preamble.kernelRelease, reader.preamble.kernelVersion,
        reader.preamble.machine, reader.preamble.bootIdentifier, reader.preamble.creator,
      ])
    #expect(plain.preamble.arguments == reader.preamble.commandLine)
    #expect(plain.preamble.cpus == reader.preamble.cpus)
    #expect(plain.preamble.referenceClock == Int(reader.preamble.referenceClock.rawValue))
    #expect((plain.totals == nil) == (reader.totals == nil))
    guard let totals = plain.totals, let read = reader.totals else { return }
    #expect(totals.events == read.events)
    #expect(totals.lost == read.lost)
    #expect(totals.uncountedLosses == read.uncountedLosses)
    #expect(totals.blocks == read.blocks)
    #expect(totals.recorderNanoseconds == read.recorderNanoseconds)
    #expect(totals.reading == PlainReading(read.reading))
    #expect(totals.began == read.recorded?.lowerBound ?? 0)
    #expect(totals.ended == read.recorded?.upperBound ?? 0)
    #expect(totals.magic == Array("swtend\r\n".utf8))
    #expect(Int(totals.blockBytes) == plain.blocks.last?.blockBytes)
    let before = plain.blocks.filter { $0.offset < Int(totals.indexOffset) }
    #expect(plain.index.map(\.offset) == before.map(\.offset))
    #expect(UInt64(before.count) == totals.blocks)
  }
}
