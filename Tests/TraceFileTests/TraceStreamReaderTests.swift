import Events
import SyntheticTrace
import Testing

@testable import TraceFile

@Suite struct TraceStreamReaderTests {
  @Test(arguments: [1, 7, 113, 4096, 1 << 20])
  func `gives the same however the bytes arrive`(piece: Int) throws {
    let (bytes, batches) = try SmallTraces.make(rounds: 2, events: 30)
    let items = try read(bytes, piece: piece)
    #expect(self.batches(items) == batches)
    #expect(damage(items) == [])
    guard case .preamble? = items.first, case .end(let totals)? = items.last else {
      Issue.record("preamble first and end last")
      return
    }
    #expect(totals.events == UInt64(batches.reduce(0) { $0 + $1.count }))
    let types = items.flatMap { item -> [EventType] in
      if case .types(let types, _) = item { types } else { [] }
    }
    #expect(types == SyntheticTypes.all)
  }

  @Test func `gives each block as soon as it is whole`() throws {
    let (bytes, _) = try SmallTraces.make(rounds: 2, events: 30)
    var reader = try TraceStreamReader(.common)
    var items: [TraceItem] = []
    for header in SmallTraces.headers(bytes) {
      let end = Int(header.offset + header.header.length)
      let before = items.count
      try feed(&reader, bytes[Int(header.offset)..<(end - 1)], &items)
      #expect(items.count == before)
      try feed(&reader, bytes[(end - 1)..<end], &items)
      let isIndex = header.header.kind == BlockKind.index.rawValue
      #expect(items.count == before + (isIndex ? 0 : 1))
    }
    #expect(reader.offset == UInt64(bytes.count))
  }

  @Test func `reports a block that never came to its end`() throws {
    let (bytes, _) = try SmallTraces.make(rounds: 1, events: 30)
    let cut = bytes.count - 20
    let found = damage(try read(Array(bytes[..<cut]), piece: 500))
    #expect(found.map(\.reason) == [.cut])
    let end = try #require(SmallTraces.headers(bytes).last)
    #expect(found.first?.offset == end.offset)
    #expect(found.first?.bytes == UInt64(cut) - end.offset)
  }

  @Test func `finds the same damage as the reader of files`() throws {
    let (bytes, _) = try SmallTraces.make(rounds: 3, events: 30, isCut: true)
    var random = SeededGenerator(seed: 4)
    let file = ScratchFile()
    for _ in 0..<60 {
      var changed = bytes
      for _ in 0..<3 { changed[random.below(changed.count)] ^= 1 << UInt8(random.below(8)) }
      file.write(changed)
      guard let reader = try? TraceReader(path: file.path) else { continue }
      let items = try read(changed, piece: 700)
      let (whole, failed) = try SmallTraces.batches(reader)
      #expect(batches(items) == whole)
      #expect(damage(items).count == reader.damage.count + failed)
    }
  }

  @Test func `goes on within a block that claims more than there is`() throws {
    let (bytes, _) = try SmallTraces.make(rounds: 3, events: 30, isCut: true)
    let file = ScratchFile()
    for header in SmallTraces.headers(bytes) {
      var block = Array(bytes[Int(header.offset)...])
      block.overwrite(UInt64(BlockLimits.blockBytes), at: 56)
      BlockHeader.seal(&block)
      let changed = bytes[..<Int(header.offset)] + block
      file.write(Array(changed))
      let reader = try TraceReader(path: file.path)
      let items = try read(Array(changed), piece: 700)
      let (whole, failed) = try SmallTraces.batches(reader)
      let isSame = batches(items) == whole
      #expect(isSame && failed == 0)
      #expect(damage(items) == reader.damage)
    }
  }

  private func read(_ bytes: [UInt8], piece: Int) throws -> [TraceItem] {
    var reader = try TraceStreamReader()
    var items: [TraceItem] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      try feed(&reader, bytes[start..<min(start + piece, bytes.count)], &items)
    }
    try reader.finish(into: &items)
    return items
  }

  private func feed(
    _ reader: inout TraceStreamReader, _ bytes: ArraySlice<UInt8>, _ items: inout [TraceItem]
  ) throws {
    let piece = Array(bytes)
    var failure: TraceFileError?
    unsafe piece.withUnsafeBytes { bytes in
      do throws(TraceFileError) {
        unsafe try reader.feed(bytes, into: &items)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private func batches(_ items: [TraceItem]) -> [Batch] {
    items.compactMap { if case .events(let batch) = $0 { batch } else { nil } }
  }

  private func damage(_ items: [TraceItem]) -> [Damage] {
    items.compactMap { if case .damage(let damage) = $0 { damage } else { nil } }
  }
}
