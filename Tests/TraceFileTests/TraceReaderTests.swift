import Events
import Glibc
import SyntheticTrace
import Testing

@testable import TraceFile

@Suite struct TraceReaderTests {
  @Test func `reads what was written`() throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 3, events: 200)
    let file = ScratchFile(bytes)
    let reader = try TraceReader(path: file.path)
    #expect(reader.isComplete)
    #expect(try SmallTraces.batches(reader).whole == batches)
    #expect(reader.totals?.events == UInt64(batches.reduce(0) { $0 + $1.count }))
    #expect(try reader.check() == [])
  }

  @Test func `finds the same blocks without the index`() throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 3, events: 100)
    let headers = SmallTraces.headers(bytes)
    let index = try #require(headers.first { $0.header.kind == BlockKind.index.rawValue })
    let whole = ScratchFile(bytes)
    let cut = ScratchFile(Array(bytes[..<Int(index.offset)]))
    let complete = try TraceReader(path: whole.path)
    let reader = try TraceReader(path: cut.path)
    #expect(!reader.isComplete)
    #expect(reader.damage == [])
    #expect(reader.totals == nil)
    #expect(reader.blocks == Array(complete.blocks.dropLast()))
    #expect(reader.types == complete.types)
    #expect(reader.watermark == complete.watermark)
    #expect(try SmallTraces.batches(reader).whole == batches)
  }

  @Test func `never finds fewer events in more bytes`() throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 22, events: 800)
    #expect(bytes.count >= 200_000)
    let file = ScratchFile(bytes)
    var before = batches.reduce(0) { $0 + $1.count }
    var lengths = 0
    for length in stride(from: bytes.count, through: 0, by: -97) {
      file.truncate(to: length)
      lengths += 1
      guard let reader = try? TraceReader(path: file.path) else {
        before = 0
        continue
      }
      let events = reader.blocks.reduce(0) { $0 + ($1.kind == .events ? $1.events : 0) }
      #expect(events <= before)
      before = events
      guard length < bytes.count else { continue }
      let end = reader.blocks.last.map { Int($0.offset) + $0.bytes } ?? 0
      #expect(!reader.isComplete)
      if end < length {
        #expect(reader.damage.map(\.reason) == [.cut])
        #expect(reader.damage.first?.offset == UInt64(end))
      } else {
        #expect(reader.damage == [])
      }
    }
    #expect(lengths > 2000)
    #expect(before == 0)
  }

  @Test func `refuses what is no trace`() throws {
    var random = SeededGenerator(seed: 3)
    for count in [0, 1, 111, 112, 113, 5000, 1 << 21] {
      let file = ScratchFile((0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) })
      #expect(throws: TraceFileError.notATrace) { try TraceReader(path: file.path) }
    }
  }

  @Test func `refuses what is no regular file, without waiting for it`() throws {
    let fifo = "/tmp/swtrace-test-fifo-\(getpid())"
    _ = unsafe mkfifo(fifo, 0o600)
    defer { _ = unsafe unlink(fifo) }
    for path in ["/tmp", "/dev/null", fifo] {
      #expect(throws: TraceFileError.notRegularFile(path: path)) { try TraceReader(path: path) }
    }
    #expect(throws: TraceFileError.cannotOpen(path: "/nowhere/at/all", errno: ENOENT)) {
      try TraceReader(path: "/nowhere/at/all")
    }
  }

  @Test func `refuses a later version, and leaves out a block of one`() throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 2, events: 50)
    for header in SmallTraces.headers(bytes) {
      var changed = bytes
      changed.overwrite(UInt16(2), at: Int(header.offset) + 42)
      seal(&changed, header)
      let file = ScratchFile(changed)
      if header.header.kind == BlockKind.preamble.rawValue {
        // The index has the header as it was; walking meets the new one.
        let cut = ScratchFile(Array(changed.dropLast(8)))
        #expect(throws: TraceFileError.unsupportedVersion(2)) {
          try TraceReader(path: cut.path)
        }
      } else if header.header.kind == BlockKind.events.rawValue {
        let damage = try TraceReader(path: file.path).check()
        #expect(damage.contains { $0.reason == .laterVersion(2) })
        let cut = ScratchFile(Array(changed.dropLast(8)))
        let (whole, failed) = try SmallTraces.batches(try TraceReader(path: cut.path))
        #expect(failed == 1)
        #expect(whole.count == batches.count - 1)
      }
    }
  }

  @Test func `passes over kinds of blocks that it does not know`() throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 1, events: 50, isCut: true)
    let headers = SmallTraces.headers(bytes)
    var changed = bytes
    let reading = try #require(headers.first { $0.header.kind == BlockKind.reading.rawValue })
    changed.overwrite(UInt16(4711), at: Int(reading.offset) + 40)
    seal(&changed, reading)
    let file = ScratchFile(changed)
    let reader = try TraceReader(path: file.path)
    #expect(reader.damage == [])
    #expect(reader.blocks.filter { $0.kind == nil }.count == 1)
    #expect(try SmallTraces.batches(reader).whole == batches)
    #expect(try reader.check() == [])
  }

  @Test func `stands in for types that damage took`() throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 1, events: 60)
    let headers = SmallTraces.headers(bytes)
    let types = try #require(headers.first { $0.header.kind == BlockKind.types.rawValue })
    var changed = bytes
    changed[Int(types.offset) + types.headerBytes + 20] ^= 0xFF
    let file = ScratchFile(changed)
    let reader = try TraceReader(path: file.path)
    #expect(reader.damage.map(\.reason) == [.payloadChecksum])
    #expect(reader.damage.first?.offset == types.offset)
    let (whole, failed) = try SmallTraces.batches(reader)
    #expect(failed == 0)
    #expect(whole.map(\.times) == batches.map(\.times))
    for batch in whole {
      for group in batch.groups {
        #expect(group.columns.isEmpty)
        #expect(reader.types[Int(group.type.index)].fields.isEmpty)
      }
    }
  }

  @Test func `rebuilds an index that is damaged or lies`() throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 2, events: 50)
    let headers = SmallTraces.headers(bytes)
    let index = try #require(headers.first { $0.header.kind == BlockKind.index.rawValue })
    var changed = bytes
    changed[Int(index.offset) + index.headerBytes + 30] ^= 1
    var file = ScratchFile(changed)
    var reader = try TraceReader(path: file.path)
    #expect(reader.damage.map(\.offset) == [index.offset])
    #expect(try SmallTraces.batches(reader).whole == batches)

    // An index without the last block of events.
    let end = try #require(headers.last)
    let kept = headers.filter { $0.offset < index.offset }
    let left = kept.lastIndex { $0.header.kind == BlockKind.events.rawValue }
    changed = Array(bytes[..<Int(index.offset)])
    var record = PartBytes()
    for (number, header) in kept.enumerated() where number != left {
      record.append(header.offset)
      for byte in bytes[Int(header.offset)..<(Int(header.offset) + header.headerBytes)] {
        record.append(byte)
      }
    }
    let compressor = try Compressor(level: 1)
    var block = try EncodedBlock(BlockHeader(kind: .index), record, with: compressor)
    BlockHeader.address(
      &block.bytes, to: index.header.identifier, sequence: index.header.sequence)
    changed += block.bytes + bytes[Int(end.offset)...]
    file = ScratchFile(changed)
    reader = try TraceReader(path: file.path)
    #expect(!reader.isComplete)
    #expect(try SmallTraces.batches(reader).whole == batches)
  }

  @Test func `is read by several threads at once`() async throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 4, events: 100)
    let file = ScratchFile(bytes)
    let reader = try TraceReader(path: file.path)
    let found = try await withThrowingTaskGroup(of: [Batch].self) { group in
      for _ in 0..<4 { group.addTask { try SmallTraces.batches(reader).whole } }
      return try await group.reduce(into: [[Batch]]()) { $0.append($1) }
    }
    #expect(found == [[Batch]](repeating: batches, count: 4))
  }

  private func seal(_ bytes: inout [UInt8], _ header: PlacedHeader) {
    var block = Array(bytes[Int(header.offset)...])
    BlockHeader.seal(&block)
    bytes.replaceSubrange(Int(header.offset)..., with: block)
  }
}
