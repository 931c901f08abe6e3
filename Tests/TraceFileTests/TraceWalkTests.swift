import Events
import SyntheticTrace
import Testing

@testable import TraceFile

@Suite struct TraceWalkTests {
  @Test func `loses one block to one damaged place`() throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 4, events: 40, isCut: true)
    var random = SeededGenerator(seed: 9)
    for header in SmallTraces.headers(bytes) {
      for place in [0, 8, 16, 33, 41, 57, 100, 113, header.headerBytes - 1] {
        var changed = bytes
        let offset = Int(header.offset) + min(place, Int(header.header.length) - 1)
        changed[offset] ^= UInt8(1 << random.below(8))
        let file = ScratchFile(changed)
        let damaged = try TraceReader(path: file.path)
        #expect(damaged.damage.contains { $0.offset == header.offset })
        #expect(damaged.blocks.count == SmallTraces.headers(bytes).count - 1)
        let (whole, failed) = try SmallTraces.batches(damaged)
        #expect(failed == 0)
        let isEvents = header.header.kind == BlockKind.events.rawValue
        #expect(whole.count == batches.count - (isEvents ? 1 : 0))
      }
    }
  }

  @Test func `finds every flipped byte of 100 KB`() throws {
    let (bytes, _) = try SmallTraces.make(rounds: 12, events: 700)
    #expect(bytes.count >= 100_000)
    let file = ScratchFile()
    for place in stride(from: 0, to: bytes.count, by: bytes.count / 61) {
      var changed = bytes
      changed[place] ^= 1 << UInt8(place % 8)
      file.write(changed)
      guard let reader = try? TraceReader(path: file.path) else { continue }
      #expect(try reader.check() != [], "byte \(place)")
    }
  }

  @Test func `finds every flipped byte of a small trace`() throws {
    let (bytes, _) = try SmallTraces.make(rounds: 1, events: 4)
    let file = ScratchFile()
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1 << UInt8(place % 8)
      file.write(changed)
      guard let reader = try? TraceReader(path: file.path) else { continue }
      #expect(try reader.check() != [], "byte \(place)")
    }
  }

  @Test(arguments: [0, 3, 8])
  func `takes no block out of a block's strings`(shift: Int) throws {
    let file = ScratchFile()
    var trace = SyntheticTrace(seed: 2, cpus: 1, threads: 4, processes: 0)
    var writer = try TraceWriter(descriptor: file.descriptor, preamble: trace.preamble)
    try writer.append(types: trace.types[...])
    try writer.append(streams: trace.streams[...])
    var encoder = try BlockEncoder()
    let first = trace.batch(of: StreamID(0), events: 50)
    try writer.append(try encoder.encode(first))
    // Pages that hold the trace so far, as a program that copies its own recording would write.
    let copy = [UInt8](repeating: 0, count: shift) + file.bytes
    try writer.append(RawPages(stream: StreamID(0), first: 0, last: 0, bytes: copy))
    let second = trace.batch(of: StreamID(0), events: 50)
    try writer.append(try encoder.encode(second))
    var bytes = file.bytes
    let pages = try #require(
      SmallTraces.headers(bytes).first { $0.header.kind == BlockKind.rawPages.rawValue })
    bytes[Int(pages.offset) + 60] ^= 1
    file.write(bytes)
    let reader = try TraceReader(path: file.path)
    #expect(try SmallTraces.batches(reader).whole == [first, second])
    #expect(reader.damage.count == 2)
    #expect(reader.damage.first?.reason == .headerChecksum)
    #expect(reader.damage.last?.reason == .missingBlocks(count: 1))
    #expect(reader.damage.first?.bytes == pages.header.length)
    #expect(reader.damage.last?.first == first.times.last)
    #expect(reader.damage.last?.last == second.times.first)
  }

  @Test func `takes no block of another trace`() throws {
    let (bytes, batches) = try SmallTraces.make(seed: 1, rounds: 2, events: 30, isCut: true)
    var other = try SmallTraces.make(seed: 2, rounds: 1, events: 30, isCut: true).bytes
    for header in SmallTraces.headers(other) {
      other.overwrite(UInt64(12345), at: Int(header.offset) + 16)
      var block = Array(other[Int(header.offset)...])
      BlockHeader.seal(&block)
      other.replaceSubrange(Int(header.offset)..., with: block)
    }
    let cut = Int(SmallTraces.headers(bytes)[5].offset)
    let file = ScratchFile(Array(bytes[..<cut]) + other + Array(bytes[cut...]))
    let reader = try TraceReader(path: file.path)
    #expect(try SmallTraces.batches(reader).whole == batches)
    #expect(reader.damage.map(\.offset) == [UInt64(cut)])
    #expect(reader.damage.first?.bytes == UInt64(other.count))
  }

  @Test func `goes past forged headers in linear time`() throws {
    // 10 MB with a header every 112 bytes, of right checksum, that claims the largest tables and blocks.
    let (bytes, _) = try SmallTraces.make(rounds: 1, events: 10, isCut: true)
    var forged = Array(bytes[..<112])
    forged.overwrite(UInt32(BlockLimits.headerBytes - 8), at: 4)
    forged.overwrite(UInt64(BlockLimits.blockBytes), at: 56)
    var hostile: [UInt8] = []
    for number in 0..<90_000 {
      var block = forged
      block.overwrite(UInt64(number), at: 48)
      BlockHeader.seal(&block)
      hostile += block
    }
    let file = ScratchFile(hostile)
    let before = TraceTrial.processorTime()
    _ = try? TraceReader(path: file.path)
    #expect(TraceTrial.processorTime() - before < .seconds(10))
  }
}
