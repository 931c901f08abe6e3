import Events
import Testing

@Suite struct `Gathering batches` {
  let number = EventType(
    system: "t", name: "number", origin: .program, fields: [Field("n", .unsigned(bytes: 4))])
  let word = EventType(
    system: "t", name: "word", origin: .program, fields: [Field("w", .string)])

  func batch(stream: UInt32, _ events: [(time: UInt64, value: FieldValue)]) -> Batch {
    var batch = Batch(stream: StreamID(stream))
    for event in events {
      switch event.value {
      case .text:
        batch.append(
          EventTypeID(1), of: word, time: event.time, thread: Int32(stream), values: [event.value])
      default:
        batch.append(
          EventTypeID(0), of: number, time: event.time, thread: Int32(stream), values: [event.value]
        )
      }
    }
    return batch
  }

  @Test func `merges by time and keeps each event's stream`() {
    let gathered = Batch(gathering: [
      batch(stream: 4, [(10, .integer(1)), (30, .text("late"))]),
      batch(stream: 9, [(20, .text("mid")), (30, .integer(2))]),
    ])
    #expect(gathered.times == [10, 20, 30, 30])
    #expect(gathered.streams.map(\.index) == [4, 9, 4, 9])
    #expect(gathered.groupOf == [0, 1, 1, 0])
    #expect(gathered.groups[0].columns[0].widened(signed: false) == [1, 2])
    #expect(gathered.groups[1].columns[0].bytes == Array("midlate".utf8))
    #expect(gathered.groups[1].columns[0].ends == [3, 7])
  }

  @Test func `keeps remainders that only some records have`() {
    var odd = batch(stream: 1, [(5, .integer(7))])
    odd.groups[0].remainder = Column(bytes: [1, 2], ends: [2])
    let gathered = Batch(gathering: [batch(stream: 0, [(1, .integer(6))]), odd])
    #expect(gathered.groups[0].remainder?.ends == [0, 2])
    #expect(gathered.groups[0].rows == 2)
  }

  @Test func `of nothing is empty`() {
    #expect(Batch(gathering: []).count == 0)
  }
}
