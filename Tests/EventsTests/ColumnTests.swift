import Testing

@testable import Events

@Suite struct ColumnTests {
  @Test(arguments: [1, 2, 4, 8])
  func `keeps the low bytes of numbers, little-endian`(width: Int) {
    var column = Column(width: width, bytes: [])
    for value: UInt64 in [0, 1, 0x1122_3344_5566_7788, .max] { column.append(value) }
    let mask = width == 8 ? UInt64.max : (1 << UInt64(8 * width)) - 1
    #expect(column.rows == 4)
    #expect(column.unsigned(1) == 1)
    #expect(column.unsigned(2) == 0x1122_3344_5566_7788 & mask)
    #expect(column.unsigned(3) == mask)
    #expect(column.signed(3) == -1)
    #expect(column.bytes[2 * width] == 0x88)
  }

  @Test func `keeps rows of varying length`() {
    var column = Column(for: .string)
    column.append(contentsOf: "ab".utf8)
    column.append(contentsOf: [])
    column.append(contentsOf: "cde".utf8)
    #expect(column.rows == 3)
    #expect((0..<3).map { column.range(ofRow: $0) } == [0..<2, 2..<2, 2..<5])
    #expect(column.ends == [2, 2, 5])
  }

  @Test func `knows the width of each type`() {
    #expect(Column(for: .unsigned(bytes: 4)).width == 4)
    #expect(Column(for: .bool).width == 1)
    #expect(Column(for: .text(capacity: 16)).width == 16)
    #expect(Column(for: .array(.signed16, count: 3)).width == 6)
    #expect(Column(for: .sequence(.unsigned64)).width == 0)
    #expect(Column(for: .bytes).rows == 0)
  }

  @Test func `reads numbers of odd widths`() {
    let column = Column(width: 3, bytes: [1, 2, 3, 0xFF, 0xFF, 0xFF])
    #expect(column.unsigned(0) == 0x03_0201)
    #expect(column.signed(1) == -1)
    let wide = Column(width: 16, bytes: [UInt8](1...16))
    #expect(wide.unsigned(0) == 0x0807_0605_0403_0201)
  }
}
