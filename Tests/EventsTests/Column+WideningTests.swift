import Testing

@testable import Events

@Suite struct ColumnWideningTests {
  @Test(
    arguments: [
      (1, false, [Int64(0), 1, 0x7F, 0xFF]), (1, true, [0, 1, 0x7F, -1]),
      (2, false, [0, 1, 0x7FFF, 0xFFFF]), (2, true, [0, 1, 0x7FFF, -1]),
      (4, false, [0, 1, 0x7FFF_FFFF, 0xFFFF_FFFF]), (4, true, [0, 1, 0x7FFF_FFFF, -1]),
      (8, false, [0, 1, .max, -1]), (8, true, [0, 1, .max, -1]),
    ] as [(Int, Bool, [Int64])])
  func `widens every row`(width: Int, signed: Bool, expected: [Int64]) {
    var column = Column(width: width, bytes: [])
    let largest = UInt64.max >> UInt64(64 - 8 * width + 1)
    for value in [0, 1, largest, UInt64.max] { column.append(value) }
    #expect(column.widened(signed: signed) == expected)
  }

  @Test func `agrees with reading row by row`() {
    var random = SplitMix(seed: 1)
    for width in [1, 2, 4, 8] {
      var column = Column(width: width, bytes: [])
      for _ in 0..<100 { column.append(random.next()) }
      #expect(column.widened(signed: true) == (0..<100).map { column.signed($0) })
      #expect(
        column.widened(signed: false) == (0..<100).map { Int64(bitPattern: column.unsigned($0)) })
    }
  }

  @Test func `gives zeros for what is no number`() {
    #expect(Column(width: 3, bytes: [1, 2, 3, 4, 5, 6]).widened(signed: true) == [0, 0])
    #expect(Column(width: 4, bytes: []).widened(signed: true) == [])
  }
}
