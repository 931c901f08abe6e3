import Testing

@testable import Events

@Suite struct ColumnGatheringTests {
  private static let fields = [
    (0, 2), (2, 1), (3, 1), (4, 4), (8, 8), (16, 16), (32, 48), (80, 3), (83, 32), (0, 96),
  ].map { Column.RecordField(offset: $0.0, width: $0.1) }

  /// Whole tiles, parts of them, and one record.
  @Test(arguments: [1, 7, 127, 128, 129, 1000])
  func `takes the same bytes of every record`(count: Int) {
    let stride = 115
    let records = (0..<stride * count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 251) }
    let columns = unsafe records.withUnsafeBytes {
      unsafe Column.gathering(Self.fields, of: $0, count: count, stride: stride)
    }
    #expect(columns.map(\.width) == Self.fields.map(\.width))
    for (column, field) in zip(columns, Self.fields) {
      let rows = (0..<count).flatMap { row in
        records[row * stride + field.offset..<row * stride + field.offset + field.width]
      }
      let isSame = column.bytes == rows
      #expect(isSame, "\(field.width) bytes at \(field.offset)")
    }
  }

  @Test func `makes empty columns of no records`() {
    let none: [UInt8] = []
    let columns = unsafe none.withUnsafeBytes {
      unsafe Column.gathering(Self.fields, of: $0, count: 0, stride: 96)
    }
    #expect(columns.allSatisfy { $0.rows == 0 })
    #expect(columns.map(\.width) == Self.fields.map(\.width))
  }
}
