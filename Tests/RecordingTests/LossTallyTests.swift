import Events
import Testing

@testable import Recording

@Suite struct `A tally of losses` {
  func loss(_ stream: UInt32, _ reason: Loss.Reason, _ count: UInt64?) -> Loss {
    Loss(stream: StreamID(stream), reason: reason, count: count, first: 1, last: 2)
  }

  @Test func `adds up by place and reason`() {
    let tally = LossTally()
    tally.add([loss(0, .kernelOverrun, 3), loss(0, .kernelOverrun, 4), loss(1, .diskFull, 1)])
    tally.add([loss(0, .kernelOverrun, nil)])
    #expect(tally.count(StreamID(0), .kernelOverrun) == 7)
    #expect(tally.total == 8)
    let sum = tally.all[LossTally.Key(stream: StreamID(0), reason: .kernelOverrun)]
    #expect(sum?.isLowerBound == true)
  }
}
