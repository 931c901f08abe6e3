import Events
import Glibc
import SyntheticTrace
import Testing
import TraceFile

@testable import Analysis

/// Traces of which some bytes are not what was written.
@Suite struct DamagedStretchesTests {
  private static func trace() throws -> (file: ScratchFile, blocks: [BlockSummary]) {
    let file = ScratchFile()
    var machine = SyntheticTrace(seed: 3, cpus: 2, threads: 20, processes: 1, clock: .monotonic)
    try machine.write(to: file.descriptor, rounds: 6, events: 300, isComplete: true)
    let reader = try TraceReader(path: file.path)
    return (file, reader.blocks.filter { $0.kind == .events && $0.events > 0 })
  }

  private static func flip(_ file: ScratchFile, at offset: UInt64) {
    var byte: UInt8 = 0
    #expect(unsafe pread(file.descriptor, &byte, 1, off_t(offset)) == 1)
    byte ^= 0x10
    #expect(unsafe pwrite(file.descriptor, &byte, 1, off_t(offset)) == 1)
  }

  private static func statistics(_ file: ScratchFile) throws -> TraceStatistics {
    try OpenTrace(path: file.path).statistics(
      StatisticsOptions(tables: ["overview", "threads", "cpus"]))
  }

  @Test func `a block that cannot be read is a loss of its stream`() throws {
    let (file, blocks) = try Self.trace()
    #expect(try Self.statistics(file).damaged.isEmpty)
    let block = blocks[blocks.count / 2]
    Self.flip(file, at: block.offset + 600)
    let answers = try Self.statistics(file)
    #expect(answers.unreadable.count == 1)
    #expect(answers.damaged.count == block.streams.count)
    #expect(answers.damaged.first?.count == UInt64(block.events))
    #expect(answers.isLossy)
    #expect(answers.overview?.cpus?.areLowerBounds == true)
  }

  @Test func `blocks that are missing are losses of all streams that they may be of`() throws {
    let (file, blocks) = try Self.trace()
    // Without its index the file is walked through block by block.
    let last = try #require(blocks.last)
    #expect(ftruncate(file.descriptor, off_t(last.offset)) == 0)
    let block = blocks[blocks.count / 2]
    Self.flip(file, at: block.offset + 40)
    let answers = try Self.statistics(file)
    let streams = Set(answers.damaged.map(\.stream))
    #expect(streams.isSuperset(of: block.streams))
    let own = answers.damaged.filter { block.streams.contains($0.stream) }
    #expect(own.allSatisfy { $0.first <= block.first && $0.last >= block.last })
    #expect(answers.isLossy)
  }

  @Test func `one bit takes no answer away`() throws {
    let (file, _) = try Self.trace()
    let end = UInt64(lseek(file.descriptor, 0, SEEK_END))
    var random = SeededGenerator(seed: 5)
    for _ in 0..<40 {
      let place = 4096 + random.next() % (end - 4096)
      Self.flip(file, at: place)
      #expect(throws: Never.self, "at \(place)") { try Self.statistics(file) }
      Self.flip(file, at: place)
    }
  }
}
