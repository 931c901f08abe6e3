/// Where a varying value lies in a record.
struct VaryingValue {
  var storage: FieldPlacement.Storage
  var offset: Int
  var elementBytes: Int
  /// The value ends at its first zero byte.
  var isText: Bool

  /// Range within a record of `length` bytes; nil where it would not lie in it.
  func range(in record: UnsafeRawPointer, length: Int) -> (start: Int, end: Int)? {
    if case .rest = storage {
      guard offset <= length else { return nil }
      return (offset, offset + (length - offset) / elementBytes * elementBytes)
    }
    // Within the fixed bytes, which the record was found to have.
    let word = unsafe UInt32(
      littleEndian: record.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    var start = Int(word & 0xffff)
    if case .relativeLocation = storage { start += offset + 4 }
    let count = Int(word >> 16)
    guard count == 0 || start + count <= length, count % elementBytes == 0 else { return nil }
    return count == 0 ? (0, 0) : (start, start + count)
  }
}
