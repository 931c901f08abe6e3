/// One field's values, a row an event, little-endian.
///
/// ```
/// fixed width    bytes:  row 0 | row 1 | row 2 …           ends: empty
/// varying        bytes:  row 0's | row 1's | …             ends: where each row ends in bytes
/// ```
package struct Column: Hashable, Sendable {
  /// Bytes of a row; 0 for values of varying length.
  package var width: Int
  package var bytes: [UInt8]
  package var ends: [UInt32]

  package init(width: Int, bytes: [UInt8]) {
    self.width = width
    self.bytes = bytes
    self.ends = []
  }

  package init(bytes: [UInt8], ends: [UInt32]) {
    self.width = 0
    self.bytes = bytes
    self.ends = ends
  }

  /// An empty column for values of `type`.
  package init(for type: FieldType) {
    self.width = type.width ?? 0
    self.bytes = []
    self.ends = []
  }

  package var rows: Int { width == 0 ? ends.count : bytes.count / width }

  /// Where row `row` lies in `bytes`.
  package func range(ofRow row: Int) -> Range<Int> {
    if width > 0 { return row * width..<(row + 1) * width }
    return (row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row])
  }

  /// The unsigned integer in `row` of a column of at most 8 bytes' width.
  package func unsigned(_ row: Int) -> UInt64 {
    var value: UInt64 = 0
    for (position, byte) in bytes[row * width..<(row + 1) * width].prefix(8).enumerated() {
      value |= UInt64(byte) << (8 * position)
    }
    return value
  }

  /// The signed integer in `row` of a column of at most 8 bytes' width.
  package func signed(_ row: Int) -> Int64 {
    let unused = 64 - 8 * min(width, 8)
    return Int64(bitPattern: unsigned(row) << unused) >> unused
  }

  /// Appends a row of a fixed-width column from the low bytes of `value`.
  package mutating func append(_ value: UInt64) {
    for position in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * position))) }
  }

  /// Appends a row of varying length.
  package mutating func append(contentsOf row: some Sequence<UInt8>) {
    bytes.append(contentsOf: row)
    ends.append(UInt32(truncatingIfNeeded: bytes.count))
  }
}
