import Testing

@testable import TraceFile

@Suite struct SealedBytesTests {
  @Test func `what was sealed is opened, one run after the other`() throws {
    let runs = [[], [7], (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 100) }]
    var sealed: [UInt8] = []
    for run in runs { try SealedBytes.seal(run, onto: &sealed) }
    #expect(sealed.count < 10_000)
    var place = 0
    for run in runs { #expect(try SealedBytes.open(sealed, at: &place, most: 100_000) == run) }
    #expect(place == sealed.count)
    #expect(try SealedBytes.open(sealed, at: &place, most: 100_000) == nil)
  }

  @Test func `where sealed runs begin is known without opening them`() throws {
    var sealed: [UInt8] = [1, 2, 3]
    var places: [Int] = []
    for run in [[], [7], Array(repeating: UInt8(9), count: 1000)] {
      places.append(sealed.count)
      try SealedBytes.seal(run, onto: &sealed)
    }
    #expect(SealedBytes.places(in: sealed, from: 3) == places)
    for length in 3..<sealed.count where !places.contains(length) {
      #expect(SealedBytes.places(in: Array(sealed[..<length]), from: 3) == nil)
    }
  }

  @Test func `more than is allowed, cut and changed bytes are not opened`() throws {
    let run = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
    var sealed: [UInt8] = []
    try SealedBytes.seal(run, onto: &sealed)
    var place = 0
    #expect(try SealedBytes.open(sealed, at: &place, most: 999) == nil)
    for length in 0..<sealed.count {
      #expect(try SealedBytes.open(Array(sealed[..<length]), at: &place, most: 1000) == nil)
    }
    for changed in sealed.indices {
      var bytes = sealed
      bytes[changed] ^= 0x10
      #expect(try SealedBytes.open(bytes, at: &place, most: 1 << 30) == nil)
    }
    #expect(place == 0)
  }
}
