import SyntheticTrace
import Testing

@testable import Analysis

@Suite struct RequestTableTests {
  private struct Key: Hashable {
    var device: Int64
    var sector: UInt64
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `what was set for a place is found until it is removed`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var table = RequestTable(empty: UInt64(0))
    var known: [Key: UInt64] = [:]
    for step in 0..<20_000 as Range<UInt64> {
      // Few places, so that many are set again, and sectors whose homes lie close together.
      let key = Key(
        device: Int64(random.next() % 3), sector: (random.next() % 400) << (seed * 8))
      let place = DiskPlace(device: key.device, sector: key.sector)
      // It fills up first and empties at the end.
      if random.next() % 20_000 > step {
        table.set(place, step)
        known[key] = step
      } else {
        #expect(table.remove(place) == known.removeValue(forKey: key))
      }
      #expect(table.count == known.count)
    }
    for (key, value) in known {
      #expect(table.remove(DiskPlace(device: key.device, sector: key.sector)) == value)
    }
    #expect(table.isEmpty)
  }
}
