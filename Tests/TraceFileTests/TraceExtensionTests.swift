import Events
import SyntheticTrace
import Testing

@testable import TraceFile

/// What later versions may do to a trace, and what this one must then do.
@Suite struct TraceExtensionTests {
  @Test func `passes over what grew`() throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 2, events: 40)
    var changed: [UInt8] = []
    for var block in LooseBlock.all(bytes) {
      // The index lists headers as they were, so that the blocks are walked to.
      block.growth = [UInt8](repeating: 0xA7, count: 24)
      switch block.kind {
      case .preamble?, .reading?: block.replace(0, block.content(0) + [1, 2, 3])
      case .types?, .streams?: block.replace(0, TraceExtensionTests.longer(block.content(0)))
      case .end?:
        let content = block.content(0)
        var trailer = Array(content.suffix(16))
        trailer.overwrite(UInt64(block.bytes().count + 40), at: 0)
        block.replace(0, content.dropLast(16) + [UInt8](repeating: 9, count: 40) + trailer)
      default: break
      }
      changed += block.bytes()
    }
    let whole = ScratchFile(bytes)
    let file = ScratchFile(changed)
    let expected = try TraceReader(path: whole.path)
    let reader = try TraceReader(path: file.path)
    #expect(reader.totals == expected.totals)
    #expect(reader.preamble == expected.preamble)
    #expect(reader.types == expected.types)
    #expect(reader.streams == expected.streams)
    #expect(reader.readings == expected.readings)
    let read = try SmallTraces.batches(reader).whole == batches
    #expect(read)
  }

  @Test func `passes over contents of parts that it does not know, but checks them`() throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 1, events: 40, isCut: true)
    for kind in [BlockKind.events, .reading] {
      var changed: [UInt8] = []
      var last = 0
      for var block in LooseBlock.all(bytes) {
        if block.kind == kind { block.append(content: 77, [1, 2, 3, 4, 5, 6, 7, 8]) }
        changed += block.bytes()
        let padding = SmallTraces.headers(block.bytes())[0].header.padding
        if block.kind == kind { last = changed.count - Int(padding) }
      }
      let file = ScratchFile(changed)
      let reader = try TraceReader(path: file.path)
      let (whole, failed) = try SmallTraces.batches(reader)
      #expect(whole == batches && failed == 0)
      #expect(reader.readings.count == 2)
      #expect(try reader.check() == [])
      changed[last - 1] ^= 1
      file.write(changed)
      #expect(try TraceReader(path: file.path).check().map(\.reason) == [.payloadChecksum])
    }
  }

  @Test func `refuses a preamble of a later version, whatever is in it`() throws {
    let (bytes, _) = try SmallTraces.make(rounds: 1, events: 40, isCut: true)
    var blocks = LooseBlock.all(bytes)
    blocks[0].header.version = 2
    blocks[0].replace(0, [1, 2, 3])
    let changed = blocks.flatMap { $0.bytes() }
    let file = ScratchFile(changed)
    #expect(throws: TraceFileError.unsupportedVersion(2)) { try TraceReader(path: file.path) }
    var reader = try TraceStreamReader()
    var items: [TraceItem] = []
    var refused: TraceFileError?
    unsafe changed.withUnsafeBytes { bytes in
      do throws(TraceFileError) {
        unsafe try reader.feed(bytes, into: &items)
      } catch {
        refused = error
      }
    }
    #expect(refused == .unsupportedVersion(2))
  }

  @Test(arguments: [BlockKind.index, .end])
  func `walks where the index or the end is of a later version`(kind: BlockKind) throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 1, events: 40)
    var changed = bytes
    let headers = SmallTraces.headers(bytes)
    let place = try #require(headers.first { $0.header.kind == kind.rawValue })
    changed.overwrite(UInt16(2), at: Int(place.offset) + 42)
    var block = Array(changed[Int(place.offset)...])
    BlockHeader.seal(&block)
    changed.replaceSubrange(Int(place.offset)..., with: block)
    let file = ScratchFile(changed)
    let reader = try TraceReader(path: file.path)
    #expect(!reader.isComplete)
    #expect(reader.damage.map(\.reason) == [.laterVersion(2)])
    #expect(reader.damage.map(\.offset) == [place.offset])
    #expect((reader.totals == nil) == (kind == .end))
    let read = try SmallTraces.batches(reader).whole == batches
    #expect(read)
    #expect(try reader.check().contains { $0.reason == .laterVersion(2) })
  }

  @Test func `refuses a part that holds another group than its table says`() throws {
    var batch = Batch(stream: StreamID(0))
    let rows = BlockEncoder.ownPartEvents
    batch.times = (0..<UInt64(2 * rows)).map { $0 }
    batch.groupOf = (0..<(2 * rows)).map { UInt16($0 % 2) }
    batch.groups = (0..<2).map { group in
      EventGroup(
        type: EventTypeID(UInt32(group)), rows: rows,
        columns: [Column(width: 1, bytes: [UInt8](repeating: UInt8(group), count: rows))])
    }
    var encoder = try BlockEncoder()
    var encoded = try encoder.encode(batch)
    let header = try #require(SmallTraces.headers(encoded.bytes).first)
    var block = LooseBlock(header, of: encoded.bytes)
    #expect(block.header.parts.map(\.content) == [1, 2, 2])
    block.header.parts[1].group = 1
    block.header.parts[2].group = 0
    encoded.bytes = block.bytes()
    let type = EventType(
      system: "a", name: "b", origin: .program, fields: [Field("c", .unsigned(bytes: 1))])
    #expect(throws: TraceFileError.damaged(offset: 0, .malformed(field: "group"))) {
      try decoded(encoded, types: [type, type])
    }
  }

  /// A record of entries, each of which a later version made longer.
  private static func longer(_ record: [UInt8]) -> [UInt8] {
    var cursor = PlainBytes(record)
    var result: [UInt8] = []
    while cursor.left > 0, let entry = try? cursor.entry() {
      result.append(littleEndian: UInt32(entry.bytes.count + 9))
      result += entry.bytes + [1, 2, 3, 4, 5]
    }
    return result + [0, 0, 0]
  }
}
