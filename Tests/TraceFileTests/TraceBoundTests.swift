import Events
import Glibc
import SyntheticTrace
import Testing

@testable import TraceFile

/// What a few bytes can claim, and what a reader spends on it.
@Suite struct TraceBoundTests {
  struct Claim: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable () throws -> [UInt8]
  }

  @Test(arguments: claims.indices)
  func `spends no more than bounded memory and time on`(claim: Int) async throws {
    await #expect(processExitsWith: .success) { [claim] in
      let claim = TraceBoundTests.claims[claim]
      let bytes = try claim.make()
      #expect(bytes.count < 2 << 20)
      let before = PeakMemory.kibibytes
      var trial = TraceTrial()
      trial.run(bytes, number: 0, piece: 1 << 16)
      let peak = PeakMemory.kibibytes
      let words = "\(claim.testDescription): \(before), then \(peak) KiB"
      #expect(trial.failures == [])
      #expect(trial.longest < .seconds(10), "\(words)")
      #expect(peak <= 512 << 10, "\(words)")
    }
  }

  private static let most = UInt32(BlockLimits.rawBytes / 16)

  static let claims = [
    Claim(testDescription: "4 million events in constant columns") {
      try trace([block(events: most, [1]) { bytes in constant(0, 8, &bytes) }])
    },
    Claim(testDescription: "4 million numbers in runs of runs, 8 deep") {
      try trace([
        block(events: most, [1]) { bytes in
          for _ in 0..<7 {
            bytes.append(NumberCoding.runs.rawValue)
            bytes.append(littleEndian: most)
          }
          constant(5, 8, &bytes)
          for _ in 0..<7 { constant(1, 4, &bytes) }
        }
      ])
    },
    Claim(testDescription: "4 million exceptions of exceptions, 8 deep") {
      try trace([
        block(events: most, [1]) { bytes in
          for _ in 0..<7 {
            bytes += [NumberCoding.planes.rawValue, 0, 0]
            bytes.append(littleEndian: most)
            bytes += [UInt8](repeating: 255, count: Int(most))
          }
          constant(5, 8, &bytes)
        }
      ])
    },
    Claim(testDescription: "65535 contexts of 65536 groups") {
      let groups = 1 << 16
      return try trace([
        block(events: UInt32(groups), [UInt32](repeating: 1, count: groups)) { bytes in
          bytes.removeLast(2)
          bytes.append(littleEndian: UInt16.max)
          constant(3, 2, &bytes)
          bytes += [0, 0, 0]
          constant(1, 8, &bytes)
          bytes += [UInt8](repeating: 0, count: 65531)
        }
      ])
    },
    Claim(testDescription: "a million streams and 262144 types that nobody described") {
      var header = BlockHeader(kind: .events)
      header.streams = [StreamID(UInt32(BlockLimits.streams - 1))]
      header.counts = [TypeCount(type: EventTypeID(UInt32(BlockLimits.types - 1)), events: 0)]
      return try trace([try EncodedBlock(header, PartBytes()).bytes])
    },
    Claim(testDescription: "131072 empty types, and 20 of 60,000 fields") {
      var record = PartBytes()
      let types = BlockLimits.types / 2
      for _ in 0..<types {
        EventType(system: "", name: "", origin: .kernel, fields: []).write(to: &record)
      }
      let fields = [Field](repeating: Field("", .bytes), count: 60_000)
      let wide = EventType(system: "", name: "", origin: .kernel, fields: fields)
      for _ in 0..<20 { wide.write(to: &record) }
      var header = BlockHeader(kind: .types)
      header.events = UInt32(types + 20)
      let compressor = try Compressor(level: 3)
      return try trace([try EncodedBlock(header, record, with: compressor).bytes])
    },
    Claim(testDescription: "an index of 64 MiB of one header") {
      var record = PartBytes()
      let start = try trace([])
      let header = start[..<SmallTraces.headers(start)[0].headerBytes]
      while record.count + 4096 < BlockLimits.rawBytes {
        record.append(UInt64(0))
        for byte in header { record.append(byte) }
      }
      return try indexed(start, record)
    },
    Claim(testDescription: "losses and streams without end in an index") {
      var header = BlockHeader(kind: .losses)
      header.losses = [Loss](
        repeating: Loss(stream: StreamID(0), reason: .damaged, count: nil, first: 0, last: 0),
        count: BlockLimits.losses)
      header.streams = [StreamID](repeating: StreamID(0), count: BlockLimits.streamsOfBlock)
      let block = try EncodedBlock(header, PartBytes()).bytes
      var record = PartBytes()
      while record.count + block.count + 8 < BlockLimits.rawBytes {
        record.append(UInt64(0))
        unsafe block.withUnsafeBytes { unsafe record.append($0) }
      }
      return try indexed(try trace([]), record)
    },
    Claim(testDescription: "a stream of headers that claim 128 MiB") {
      let start = try trace([])
      var forged = Array(start[..<112])
      forged.overwrite(UInt32(BlockLimits.headerBytes - 8), at: 4)
      forged.overwrite(UInt64(BlockLimits.blockBytes), at: 56)
      var hostile = start
      for number in 1...10_000 as ClosedRange<UInt64> {
        forged.overwrite(number, at: 48)
        BlockHeader.seal(&forged)
        hostile += forged
      }
      return hostile
    },
  ]

  /// A preamble, types and streams, then these blocks.
  private static func trace(_ blocks: [[UInt8]]) throws -> [UInt8] {
    let file = ScratchFile()
    let trace = SyntheticTrace(seed: 1, cpus: 1, threads: 1, processes: 0)
    var writer = try TraceWriter(descriptor: file.descriptor, preamble: trace.preamble)
    try writer.append(streams: trace.streams[...])
    var bytes = file.bytes
    for (number, block) in blocks.enumerated() {
      var block = block
      BlockHeader.address(&block, to: trace.preamble.identifier, sequence: UInt64(2 + number))
      bytes += block
    }
    return bytes
  }

  /// The trace with an index of this record, and an end.
  private static func indexed(
    _ start: [UInt8], _ record: borrowing PartBytes
  ) throws -> [UInt8] {
    let identifier = SmallTraces.headers(start)[0].header.identifier
    let compressor = try Compressor(level: 1)
    var index = try EncodedBlock(BlockHeader(kind: .index), record, with: compressor).bytes
    BlockHeader.address(&index, to: identifier, sequence: 7)
    let reading = ClockReading(processor: 0, monotonic: 0, realtime: 0, boottime: 0)
    var end = PartBytes()
    TraceTotals(reading: reading).write(index: UInt64(start.count), blockBytes: 256, to: &end)
    var block = try EncodedBlock(
      BlockHeader(kind: .end), end, with: compressor, compressed: false
    ).bytes
    BlockHeader.address(&block, to: identifier, sequence: 8)
    #expect(block.count == 256)
    return start + index + block
  }

  /// A block of events of types that nobody described, whose times are what `numbers` writes.
  private static func block(
    events: UInt32, _ rows: [UInt32], numbers: (inout [UInt8]) -> Void
  ) throws -> [UInt8] {
    var header = BlockHeader(kind: .events)
    header.events = events
    header.streams = [StreamID(0)]
    let isOne = rows.count == 1
    header.counts = rows.indices.map {
      TypeCount(type: EventTypeID(UInt32($0)), events: isOne ? Int(events) : Int(rows[$0]))
    }
    var content: [UInt8] = [0]
    if isOne {
      constant(0, 2, &content)
    } else {
      content.append(NumberCoding.plain.rawValue)
      for group in rows.indices { content.append(littleEndian: UInt16(group)) }
    }
    content.append(TimeCoding.differences.rawValue)
    content.append(littleEndian: UInt64(1))
    content.append(littleEndian: UInt16(1))
    numbers(&content)
    var groups: [UInt8] = []
    for group in rows.indices {
      groups.append(littleEndian: UInt32(12))
      groups.append(littleEndian: UInt32(group))
      groups.append(littleEndian: UInt32(0))
    }
    let compressor = try Compressor(level: 1)
    var payload = PartBytes()
    for (part, bytes) in [(BlockPart.Content.events, content), (.groups, groups)] {
      var record = PartBytes()
      unsafe bytes.withUnsafeBytes { unsafe record.append($0) }
      header.parts.append(try payload.append(record, with: compressor, content: part))
    }
    return try EncodedBlock(header, payload).bytes
  }

  private static func constant(_ number: UInt64, _ width: Int, _ bytes: inout [UInt8]) {
    bytes.append(NumberCoding.constant.rawValue)
    for place in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * place))) }
  }
}
