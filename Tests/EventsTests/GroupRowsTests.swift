import Testing

@testable import Events

@Suite struct GroupRowsTests {
  let type = EventType(
    system: "app", name: "sample", origin: .program,
    fields: [
      Field("id", .unsigned(bytes: 2)), Field("ratio", .float(bytes: 4)),
      Field("exact", .float(bytes: 8)), Field("tag", .text(capacity: 4)), Field("path", .string),
      Field("raw", .bytes), Field("flag", .bool), Field("ids", .array(.unsigned8, count: 3)),
    ])

  @Test func `puts values into the columns of their fields`() {
    var batch = Batch(stream: StreamID(4))
    for number in 0..<2 {
      batch.append(
        EventTypeID(7), of: type, time: UInt64(100 + number), thread: 5, cpu: 1,
        values: [
          .integer(Int64(0x10203 + number)), .number(0.5), .number(0.1), .text("toolong"),
          .text("/a"), .bytes([1, 2]), .integer(1), .bytes([9]),
        ])
    }
    #expect(batch.count == 2)
    #expect(batch.times == [100, 101])
    #expect(batch.groupOf == [0, 0])
    #expect(batch.threads == [5, 5])
    #expect(batch.cpus == [1, 1])
    let group = batch.groups[0]
    #expect(group.type == EventTypeID(7))
    #expect(group.rows == 2)
    #expect(group.columns.map(\.rows) == Array(repeating: 2, count: 8))
    #expect(group.columns[0].unsigned(1) == 0x0204)
    #expect(Float(bitPattern: UInt32(group.columns[1].unsigned(0))) == 0.5)
    #expect(Double(bitPattern: group.columns[2].unsigned(0)) == 0.1)
    #expect(Array(group.columns[3].bytes.prefix(4)) == Array("tool".utf8))
    #expect(group.columns[4].ends == [2, 4])
    #expect(group.columns[5].bytes == [1, 2, 1, 2])
    #expect(Array(group.columns[7].bytes.prefix(3)) == [9, 0, 0])
  }

  @Test func `keeps each type in a group of its own, in order of time`() {
    let other = EventType(system: "app", name: "other", origin: .program, fields: [])
    var batch = Batch(stream: StreamID(0))
    batch.append(EventTypeID(0), of: other, time: 1, values: [])
    batch.append(EventTypeID(1), of: MachineEvents.fact, time: 2, values: [.text("a"), .text("b")])
    batch.append(EventTypeID(0), of: other, time: 3, values: [])
    #expect(batch.groupOf == [0, 1, 0])
    #expect(batch.groups.map(\.rows) == [2, 1])
    #expect(batch.cpus.isEmpty)
    #expect(batch.streams.isEmpty)
  }
}
