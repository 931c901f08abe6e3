import Events
import Glibc
import SyntheticTrace
import Testing

@testable import TraceFile

/// The newest blocks in a file of fixed size.
@Suite struct FlightRingTests {
  /// A trace that goes into a ring, and what was put into it.
  private struct Flight: ~Copyable {
    let tables: ScratchFile
    let ring: ScratchFile
    var trace: SyntheticTrace
    var writer: TraceWriter
    var encoder: BlockEncoder
    var batches: [Batch] = []

    static func make(capacity: UInt64) throws -> Flight {
      let tables = ScratchFile()
      let ring = ScratchFile()
      let trace = SyntheticTrace(seed: 7, cpus: 2, threads: 6, processes: 1)
      var writer = try TraceWriter(
        descriptor: tables.descriptor, preamble: trace.preamble,
        ring: FlightRing(
          descriptor: ring.descriptor, capacity: capacity, identifier: trace.preamble.identifier))
      try writer.append(types: trace.types[...])
      try writer.append(streams: trace.streams[...])
      return Flight(
        tables: tables, ring: ring, trace: trace, writer: writer, encoder: try BlockEncoder())
    }

    mutating func append(events: Int) throws {
      let batch = trace.batch(of: StreamID(UInt32(batches.count % 2)), events: events)
      batches.append(batch)
      try writer.append(try encoder.encode(batch))
      try writer.append(watermark: UInt64(batches.count))
    }

    /// The trace that a snapshot makes.
    func events(
      in contents: FlightContents, cut: UInt64 = .max
    ) throws -> (times: [UInt64], reader: TraceReader) {
      let file = ScratchFile()
      var preamble = trace.preamble
      preamble.identifier = .random()
      var writer = try TraceWriter(descriptor: file.descriptor, preamble: preamble)
      try writer.append(types: trace.types[...])
      try writer.append(streams: trace.streams[...])
      try contents.append(
        to: &writer, types: trace.types, streams: trace.streams, cut: { _ in cut })
      try writer.finish(TraceTotals(reading: preamble.reading))
      let reader = try TraceReader(path: file.path)
      #expect(reader.isComplete)
      var times: [UInt64] = []
      var decoder = try BlockDecoder()
      for index in reader.blocks.indices where reader.blocks[index].kind == .events {
        times += try reader.batch(index, .all, with: &decoder).times
      }
      return (times, reader)
    }
  }

  @Test func `holds the newest events, and counts exactly what fell out`() throws {
    var flight = try Flight.make(capacity: 20_000)
    for number in 0..<500 {
      try flight.append(events: 1 + number % 40)
      guard number % 7 == 0 else { continue }
      let contents = try #require(try flight.writer.flightContents())
      let held = try flight.events(in: contents).times
      let all = flight.batches.flatMap(\.times)
      let isNewest = held == Array(all.suffix(held.count))
      #expect(isNewest, "after \(number) batches")
      #expect(contents.fellOut.events == UInt64(all.count - held.count))
    }
    let contents = try #require(try flight.writer.flightContents())
    #expect(contents.fellOut.blocks > 100 && contents.fellOut.bytes > 100_000)
    #expect(flight.writer.bytesWritten < 40_000)
    #expect(flight.ring.bytes.count == 20_000 + 4096)
  }

  @Test func `of the newest blocks those that fit are copied, the rest counts as fallen out`()
    throws
  {
    var flight = try Flight.make(capacity: 60_000)
    for _ in 0..<300 { try flight.append(events: 30) }
    let all = flight.batches.flatMap(\.times)
    for limit in [0, 100, 7_000, 59_000] as [UInt64] {
      var contents = try #require(try flight.writer.flightContents())
      contents.keep(newest: limit)
      let held = try flight.events(in: contents).times
      #expect(contents.fellOut.events == UInt64(all.count - held.count))
      let isNewest = held == Array(all.suffix(held.count))
      #expect(isNewest && (limit < 100 || !held.isEmpty))
      #expect(contents.bytes.count <= max(Int(limit), 1000))
    }
  }

  @Test func `a copy that is extended has all from its begin on, whatever fell out meanwhile`()
    throws
  {
    var flight = try Flight.make(capacity: 20_000)
    for number in 0..<40 { try flight.append(events: 1 + number % 30) }
    var contents = try #require(try flight.writer.flightContents())
    let first = try flight.events(in: contents).times.count
    let before = flight.batches.flatMap(\.times).count
    for round in 0..<30 {
      for number in 0..<6 { try flight.append(events: 1 + (round + number) % 30) }
      try flight.writer.extend(&contents)
      let all = flight.batches.flatMap(\.times)
      let isWhole = try flight.events(in: contents).times == Array(all[(before - first)...])
      #expect(isWhole, "after \(round) rounds")
    }
    #expect(contents.bytes.count > 20_000)
    // More than the ring holds at once: then what it holds.
    for number in 0..<500 { try flight.append(events: 1 + number % 30) }
    try flight.writer.extend(&contents)
    let now = try #require(try flight.writer.flightContents())
    let (extended, fresh) = (contents.bytes == now.bytes, contents.fellOut == now.fellOut)
    #expect(extended && fresh)
  }

  @Test func `a killed writer's ring is read out of its file`() throws {
    var flight = try Flight.make(capacity: 30_000)
    for _ in 0..<200 { try flight.append(events: 30) }
    let own = try #require(try flight.writer.flightContents())
    let left = try FlightContents(path: flight.ring.path)
    #expect(left.identifier == flight.trace.preamble.identifier && left.fellOut == own.fellOut)
    let isSame = left.bytes == own.bytes
    #expect(isSame)
    let tables = try TraceReader(path: flight.tables.path)
    #expect(tables.types == flight.trace.types && tables.streams == flight.trace.streams)
    #expect(tables.totals == nil)
  }

  @Test func `a cut leaves out what came after it`() throws {
    var flight = try Flight.make(capacity: 1 << 20)
    for _ in 0..<20 { try flight.append(events: 50) }
    let all = flight.batches.flatMap(\.times)
    let cut = all.sorted()[700]
    let contents = try #require(try flight.writer.flightContents())
    let (kept, reader) = try flight.events(in: contents, cut: cut)
    #expect(kept.count == all.filter { $0 <= cut }.count)
    #expect(kept.allSatisfy { $0 <= cut })
    let blocks = reader.blocks.filter { $0.kind == .events }
    #expect(blocks.count < flight.batches.count)
    #expect(blocks.allSatisfy { $0.events > 0 && $0.last <= cut })
  }

  @Test func `a block that is larger than the ring is refused, the rest stays`() throws {
    var flight = try Flight.make(capacity: 4096)
    try flight.append(events: 5)
    #expect(throws: TraceFileError.self) { try flight.append(events: 100_000) }
    flight.batches.removeLast()
    let contents = try #require(try flight.writer.flightContents())
    #expect(try flight.events(in: contents).times == flight.batches[0].times)
  }

  @Test func `no damage to a ring's file ends its reader`() throws {
    var flight = try Flight.make(capacity: 16 << 10)
    for _ in 0..<60 { try flight.append(events: 30) }
    let whole = flight.ring.bytes
    var random = SplitMix64(seed: 20_261_125)
    var refused = 0
    for round in 0..<400 {
      var bytes = whole
      let place =
        round % 2 == 0 ? Int(random.next() % 88) : Int(random.next() % UInt64(bytes.count))
      bytes[place] ^= UInt8(truncatingIfNeeded: random.next() | 1)
      if round % 10 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
      let file = ScratchFile(bytes)
      guard let contents = try? FlightContents(path: file.path) else {
        refused += 1
        continue
      }
      // What is damaged ends the run of blocks, or is refused by its checksum.
      _ = try? flight.events(in: contents)
    }
    #expect(refused > 20 && refused < 400)
  }
}

/// Numbers that look random and are the same in every run.
private struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
