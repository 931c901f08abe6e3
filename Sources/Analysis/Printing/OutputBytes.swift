/// A growing run of bytes that print writes into.
///
/// `reserve` first, then write: what writes a bounded number of bytes does not check again. Sixteen
/// bytes beyond what was reserved may be overwritten.
@safe
struct OutputBytes: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int = 1 << 17) {
    self.capacity = capacity
    unsafe base = .allocate(capacity: capacity + 16)
  }

  deinit {
    unsafe base.deallocate()
  }

  /// Makes room for `more` bytes.
  @inline(__always)
  mutating func reserve(_ more: Int) {
    if capacity &- count < more { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let wanted = max(capacity * 2, count + more)
    let next = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + 16)
    unsafe next.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = unsafe next
    capacity = wanted
  }

  mutating func removeAll() {
    count = 0
  }

  /// Shows what was written.
  func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
  }

  @inline(__always)
  mutating func put(_ byte: UInt8) {
    unsafe base[count] = byte
    count &+= 1
  }

  @inline(__always)
  mutating func put(_ first: UInt8, _ second: UInt8) {
    unsafe base[count] = first
    unsafe base[count &+ 1] = second
    count &+= 2
  }

  /// Writes a short piece; may read and write up to the next multiple of 16 bytes beyond it.
  @inline(__always)
  mutating func put(_ piece: Piece, of pieces: borrowing Pieces) {
    let source = unsafe UnsafeRawPointer(pieces.base + Int(piece.offset))
    let target = unsafe UnsafeMutableRawPointer(base + count)
    let length = Int(piece.count)
    var done = 0
    repeat {
      let chunk = unsafe source.loadUnaligned(fromByteOffset: done, as: SIMD16<UInt8>.self)
      unsafe target.storeBytes(of: chunk, toByteOffset: done, as: SIMD16<UInt8>.self)
      done &+= 16
    } while done < length
    count &+= length
  }

  /// Writes a short piece without its first byte where that is `first`.
  mutating func put(_ piece: Piece, of pieces: borrowing Pieces, skippingFirst first: UInt8) {
    var piece = piece
    if piece.count > 0, unsafe pieces.base[Int(piece.offset)] == first {
      piece.offset += 1
      piece.count -= 1
    }
    put(piece, of: pieces)
  }

  /// Writes bytes as they are.
  @inline(__always)
  mutating func put(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    unsafe UnsafeMutableRawPointer(base + count).copyMemory(
      from: source, byteCount: bytes.count)
    count &+= bytes.count
  }

  /// Makes room and writes bytes as they are.
  mutating func append(_ bytes: [UInt8]) {
    reserve(bytes.count)
    unsafe bytes.withUnsafeBytes { unsafe put($0) }
  }

  mutating func append(_ text: StaticString) {
    reserve(text.utf8CodeUnitCount)
    text.withUTF8Buffer { unsafe put(UnsafeRawBufferPointer($0)) }
  }

  /// Writes a decimal number.
  @inline(__always)
  mutating func put(decimal number: UInt64) {
    if number < 10_000 {
      put(short: number)
    } else {
      put(long: number)
    }
  }

  private mutating func put(long number: UInt64) {
    let high = number / 10_000
    put(decimal: high)
    let low = number &- high &* 10_000
    put(pair: low / 100, at: count)
    put(pair: low % 100, at: count &+ 2)
    count &+= 4
  }

  /// Writes a number below 10,000.
  @inline(__always)
  private mutating func put(short number: UInt64) {
    if number < 10 {
      put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number))
    } else if number < 100 {
      put(pair: number, at: count)
      count &+= 2
    } else {
      let high = number / 100
      if high < 10 {
        put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: high))
      } else {
        put(pair: high, at: count)
        count &+= 2
      }
      put(pair: number &- high &* 100, at: count)
      count &+= 2
    }
  }

  @inline(__always)
  mutating func put(decimal number: Int64) {
    if number < 0 { put(UInt8(ascii: "-")) }
    put(decimal: number.magnitude)
  }

  /// Writes nine digits, with leading zeros.
  @inline(__always)
  mutating func put(nineDigits number: UInt64) {
    let high = number / 100_000
    let low = number % 100_000
    // high: 4 digits, low: 5 digits
    put(pair: high / 100, at: count)
    put(pair: high % 100, at: count &+ 2)
    put(pair: low / 1000, at: count &+ 4)
    let rest = low % 1000
    put(pair: rest / 10, at: count &+ 6)
    unsafe base[count &+ 8] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
    count &+= 9
  }

  @inline(__always)
  private mutating func put(pair: UInt64, at place: Int) {
    let tens = UInt8(truncatingIfNeeded: (pair &* 103) >> 10)
    let ones = UInt8(truncatingIfNeeded: pair) &- tens &* 10
    unsafe base[place] = UInt8(ascii: "0") &+ tens
    unsafe base[place &+ 1] = UInt8(ascii: "0") &+ ones
  }

  /// Writes a number as `0x1f`.
  @inline(__always)
  mutating func put(hexadecimal number: UInt64) {
    put(UInt8(ascii: "0"), UInt8(ascii: "x"))
    let high = UInt32(truncatingIfNeeded: number >> 32)
    let low = UInt32(truncatingIfNeeded: number)
    if high == 0 {
      put(digitsOf: low, most: max(1, (35 &- low.leadingZeroBitCount) / 4))
    } else {
      put(digitsOf: high, most: (35 &- high.leadingZeroBitCount) / 4)
      put(digitsOf: low, most: 8)
    }
  }

  /// Writes the low `most` of a number's eight hexadecimal digits.
  @inline(__always)
  private mutating func put(digitsOf number: UInt32, most: Int) {
    // One digit a byte, the lowest in the lowest byte; then each as its character.
    var digits = UInt64(number)
    digits = (digits << 16 | digits) & 0x0000_FFFF_0000_FFFF
    digits = (digits << 8 | digits) & 0x00FF_00FF_00FF_00FF
    digits = (digits << 4 | digits) & 0x0F0F_0F0F_0F0F_0F0F
    let letters = ((digits &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
    let text = digits &+ 0x3030_3030_3030_3030 &+ letters &* 39
    unsafe UnsafeMutableRawPointer(base + count).storeBytes(
      of: (text.byteSwapped >> (8 &* UInt64(8 &- most))).littleEndian, as: UInt64.self)
    count &+= most
  }

  /// Writes the text in 16 bytes, up to the first zero; false, and nothing written, where a byte of
  /// it needs an escape.
  @inline(__always)
  mutating func put(clean room: UnsafeRawPointer, _ escaping: Escaping) -> Bool {
    let low = unsafe UInt64(littleEndian: room.loadUnaligned(as: UInt64.self))
    let high = unsafe UInt64(
      littleEndian: room.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    let lowZeros = low.bytesEqualToZero
    let highZeros = high.bytesEqualToZero
    let lowLength = lowZeros == 0 ? 8 : lowZeros.trailingZeroBitCount / 8
    let highLength =
      lowLength < 8 ? 0 : highZeros == 0 ? 8 : highZeros.trailingZeroBitCount / 8
    guard !low.needsEscape(lowLength, escaping), !high.needsEscape(highLength, escaping) else {
      return false
    }
    let target = unsafe UnsafeMutableRawPointer(base + count)
    unsafe target.storeBytes(of: low.littleEndian, as: UInt64.self)
    unsafe target.storeBytes(of: high.littleEndian, toByteOffset: 8, as: UInt64.self)
    count &+= lowLength &+ highLength
    return true
  }

  /// Writes spaces until the run that began at `start` is `width` bytes long.
  @inline(__always)
  mutating func pad(from start: Int, to width: Int) {
    while count &- start < width { put(UInt8(ascii: " ")) }
  }
}

extension UInt64 {
  private static var ones: UInt64 { 0x0101_0101_0101_0101 }
  private static var tops: UInt64 { 0x8080_8080_8080_8080 }

  /// The top bit of each zero byte, exact up to the lowest one.
  @inline(__always)
  fileprivate var bytesEqualToZero: UInt64 { (self &- Self.ones) & ~self & Self.tops }

  /// Whether one of the low `length` bytes cannot stand as it is.
  @inline(__always)
  fileprivate func needsEscape(_ length: Int, _ escaping: Escaping) -> Bool {
    let kept: UInt64 = length >= 8 ? .max : (1 << UInt64(8 &* length)) &- 1
    let word = (self & kept) | (0x20 &* Self.ones & ~kept)
    let belowSpace = (word &- 0x20 &* Self.ones) & ~word
    var bad = word | belowSpace | (word ^ 0x7F &* Self.ones).bytesEqualToZero
    if escaping != .terminal { bad |= (word ^ 0x22 &* Self.ones).bytesEqualToZero }
    if escaping == .json { bad |= (word ^ 0x5C &* Self.ones).bytesEqualToZero }
    return bad & Self.tops != 0
  }
}

/// Where a piece of text lies among others.
struct Piece {
  var offset: UInt32
  var count: UInt32

  static let empty = Piece(offset: 0, count: 0)
}

/// Short texts that are written over and over, one after the other; 16 bytes beyond the last may be
/// read.
@safe
struct Pieces: ~Copyable {
  fileprivate var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var count = 0

  init() {
    capacity = 4096
    unsafe base = .allocate(capacity: capacity + 16)
    unsafe base.initialize(repeating: 0, count: capacity + 16)
  }

  deinit {
    unsafe base.deallocate()
  }

  mutating func add(_ bytes: [UInt8]) -> Piece {
    // Pieces are written up to their next multiple of 16, which is read.
    let needed = count + bytes.count + 16
    if needed > capacity {
      let wanted = max(capacity * 2, needed)
      let next = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + 16)
      unsafe next.initialize(repeating: 0, count: wanted + 16)
      unsafe next.update(from: base, count: count)
      unsafe base.deallocate()
      unsafe base = unsafe next
      capacity = wanted
    }
    let piece = Piece(offset: UInt32(count), count: UInt32(bytes.count))
    for byte in bytes {
      unsafe base[count] = byte
      count += 1
    }
    return piece
  }

  mutating func add(_ text: String) -> Piece { add(Array(text.utf8)) }
}
