import Synchronization
import Testing

@testable import Recording

@Suite struct `A ring from one thread to another` {
  final class Number: Sendable {
    let value: Int
    init(_ value: Int) { self.value = value }
  }

  @Test func `gives in order and refuses more than it holds`() {
    let ring = HandoffRing<Number>(capacity: 3)
    #expect(ring.take() == nil)
    for value in 0..<4 { #expect(ring.give(Number(value))) }
    #expect(!ring.give(Number(4)))
    #expect(ring.count == 4)
    #expect((0..<4).map { _ in ring.take()?.value } == [0, 1, 2, 3])
    #expect(ring.give(Number(5)))
    #expect(ring.take()?.value == 5)
  }

  @Test func `loses nothing between two threads`() throws {
    let ring = HandoffRing<Number>(capacity: 16)
    let count = 200_000
    let giver = try #require(
      RecorderThread("giver") {
        var value = 0
        while value < count { if ring.give(Number(value)) { value += 1 } }
      })
    var expected = 0
    while expected < count {
      guard let number = ring.take() else { continue }
      guard number.value == expected else { break }
      expected += 1
    }
    giver.join()
    #expect(expected == count)
  }
}
