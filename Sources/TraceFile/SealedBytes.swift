internal import CZstd
internal import Events

/// Bytes that are kept beside a trace, compressed and checked.
///
/// ```
/// u32 bytes of the frame · u32 bytes in it · u32 CRC-32C of the frame · a zstd frame
/// ```
package enum SealedBytes {
  static let headerBytes = 12

  /// Appends a sealed run of bytes.
  package static func seal(
    _ bytes: [UInt8], onto output: inout [UInt8]
  ) throws(TraceFileError) {
    var part = PartBytes()
    unsafe bytes.withUnsafeBytes { unsafe part.append($0) }
    var frame = PartBytes()
    try Compressor(level: 1).compress(part, onto: &frame)
    for number in [frame.count, bytes.count, Int(unsafe Checksum.of(frame.bytes))] {
      output.append(littleEndian: UInt32(truncatingIfNeeded: number))
    }
    unsafe output.append(contentsOf: frame.bytes)
  }

  /// Reads a sealed run from `place` on, and puts that behind it; nil where it is cut, damaged or
  /// holds more than `most` bytes.
  package static func open(
    _ bytes: borrowing [UInt8], at place: inout Int, most: Int
  ) throws(TraceFileError) -> [UInt8]? {
    let decompressor = try Decompressor()
    return unsafe bytes.withUnsafeBytes { bytes in
      guard place >= 0, place <= bytes.count else { return nil }
      var cursor = unsafe ByteCursor(UnsafeRawBufferPointer(rebasing: bytes[place...]))
      let length = Int(cursor.next(UInt32.self))
      let count = Int(cursor.next(UInt32.self))
      let checksum = cursor.next(UInt32.self)
      guard count <= most, let frame = unsafe cursor.run(length), !cursor.isShort,
        unsafe Checksum.of(frame) == checksum
      else { return nil }
      var isWhole = false
      let opened = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, filled in
        isWhole = unsafe decompressor.decompress(
          frame,
          into: UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(target)[..<count]))
        filled = isWhole ? count : 0
      }
      guard isWhole else { return nil }
      place += headerBytes + length
      return opened
    }
  }

  /// Where each of the sealed runs begins that stand from a place on, without a look into them.
  ///
  /// Nil where the last one does not end with the bytes.
  package static func places(in bytes: borrowing [UInt8], from first: Int) -> [Int]? {
    var places: [Int] = []
    var place = first
    while place < bytes.count {
      guard bytes.count - place >= headerBytes else { return nil }
      places.append(place)
      let length = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
      guard length <= bytes.count - place - headerBytes else { return nil }
      place += headerBytes + length
    }
    return place == bytes.count ? places : nil
  }

  /// CRC-32C of bytes.
  package static func checksum(_ bytes: borrowing [UInt8]) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe Checksum.of($0) }
  }
}
