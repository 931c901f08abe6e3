import Events
import SyntheticTrace
import Testing

@testable import TraceFile

@Suite struct BlockSelectionTests {
  @Test func `leaves out the columns of types that are not wanted`() throws {
    var trace = SyntheticTrace(seed: 4, cpus: 1, threads: 8, processes: 1)
    let batch = trace.batch(of: StreamID(0), events: 7000)
    var encoder = try BlockEncoder()
    let block = try encoder.encode(batch)
    for selection in [
      .common, .types([SyntheticTypes.sysEnter]), .types([SyntheticTypes.irqEntry]),
      .types([SyntheticTypes.sysExit, SyntheticTypes.blockIssue]), .all,
    ] as [BlockSelection] {
      var expected = batch
      for group in expected.groups.indices where !selection.wants(expected.groups[group].type) {
        expected.groups[group].columns = []
      }
      #expect(
        try decoded(block, types: SyntheticTypes.all, selection: selection) == expected)
    }
  }

  @Test func `does not touch the parts that are not wanted`() throws {
    var trace = SyntheticTrace(seed: 4, cpus: 1, threads: 8, processes: 1)
    let batch = trace.batch(of: StreamID(0), events: 7000)
    var encoder = try BlockEncoder()
    var block = try encoder.encode(batch)
    let header = try #require(SmallTraces.headers(block.bytes).first)
    var place = header.headerBytes
    for part in header.header.parts {
      if part.content == BlockPart.Content.group.rawValue { block.bytes[place + 20] ^= 1 }
      place += Int(part.storedBytes)
    }
    #expect(header.header.parts.contains { $0.content == BlockPart.Content.group.rawValue })
    #expect(
      try decoded(block, types: SyntheticTypes.all, selection: .common).times == batch.times)
    #expect(throws: TraceFileError.damaged(offset: 0, .payloadChecksum)) {
      try decoded(block, types: SyntheticTypes.all)
    }
  }
}
