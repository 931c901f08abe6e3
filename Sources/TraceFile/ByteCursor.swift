/// Reads numbers and runs of bytes one after the other; never past the end: what is missing reads as
/// zero and is remembered.
@safe struct ByteCursor: ~Copyable {
  private var place: UnsafeRawPointer?
  private(set) var left: Int
  /// Whether more was asked for than there was.
  private(set) var isShort = false

  init(_ bytes: UnsafeRawBufferPointer) {
    unsafe place = bytes.baseAddress
    left = bytes.count
  }

  mutating func next<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) -> Number {
    let size = MemoryLayout<Number>.size
    guard left >= size, let start = unsafe place else {
      isShort = true
      left = 0
      return 0
    }
    unsafe place = start + size
    left -= size
    return unsafe Number(littleEndian: start.loadUnaligned(as: Number.self))
  }

  /// The next number of `width` bytes, 0 to 8.
  mutating func next(width: Int) -> UInt64 {
    var number: UInt64 = 0
    for position in 0..<min(width, 8) {
      number |= UInt64(next(UInt8.self)) << UInt64(8 * position)
    }
    return number
  }

  /// The next `count` bytes, nil where there are fewer.
  mutating func run(_ count: Int) -> UnsafeRawBufferPointer? {
    guard count >= 0, count <= left else {
      isShort = true
      left = 0
      return nil
    }
    let start = unsafe place
    unsafe place = start.map { unsafe $0 + count }
    left -= count
    return unsafe UnsafeRawBufferPointer(start: count == 0 ? nil : start, count: count)
  }
}
