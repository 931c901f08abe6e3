import Events
import Testing

@Suite struct `Keeping some events of a batch` {
  let number = EventType(
    system: "t", name: "number", origin: .program, fields: [Field("n", .unsigned(bytes: 4))])
  let word = EventType(
    system: "t", name: "word", origin: .program, fields: [Field("w", .string)])

  var batch: Batch {
    var batch = Batch(stream: StreamID(3))
    for time in 0..<6 as Range<UInt64> {
      if time % 2 == 0 {
        batch.append(
          EventTypeID(0), of: number, time: time, thread: 7, cpu: 1, values: [.integer(Int64(time))]
        )
      } else {
        batch.append(
          EventTypeID(1), of: word, time: time, thread: 8, cpu: 2, values: [.text("w\(time)")])
      }
    }
    batch.losses = [
      Loss(stream: StreamID(3), reason: .kernelOverrun, count: 2, first: 1, last: 2)
    ]
    return batch
  }

  @Test func `keeps rows, their order and the losses`() {
    let kept = batch.keeping([false, true, true, false, true, true])
    #expect(kept.times == [1, 2, 4, 5])
    #expect(kept.threads == [8, 7, 7, 8])
    #expect(kept.cpus == [2, 1, 1, 2])
    #expect(kept.groupOf == [1, 0, 0, 1])
    #expect(kept.groups[0].columns[0].widened(signed: false) == [2, 4])
    #expect(kept.groups[1].columns[0].bytes == Array("w1w5".utf8))
    #expect(kept.groups[1].columns[0].ends == [2, 4])
    #expect(kept.losses == batch.losses)
  }

  @Test func `keeping all changes nothing and keeping none leaves no group`() {
    #expect(batch.keeping([Bool](repeating: true, count: 6)) == batch)
    let none = batch.keeping([Bool](repeating: false, count: 6))
    #expect(none.count == 0 && none.groups.isEmpty && none.losses.count == 1)
  }
}
