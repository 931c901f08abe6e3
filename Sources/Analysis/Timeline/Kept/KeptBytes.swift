/// Bytes of which numbers and texts are made, to be read again by a `KeptReader`.
struct KeptBytes {
  private(set) var bytes: [UInt8] = []

  /// A number, seven bits a byte, the least first; the last byte has no eighth bit.
  @inline(__always)
  mutating func put(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// A number of either sign: 0, −1, 1, −2 become 0, 1, 2, 3.
  @inline(__always)
  mutating func put(signed number: Int64) {
    put(UInt64(bitPattern: number << 1 ^ number >> 63))
  }

  mutating func put(_ number: Int) { put(signed: Int64(number)) }

  mutating func put(_ text: String) {
    let text = text.utf8
    put(UInt64(text.count))
    bytes += text
  }

  /// A small whole number n as 2n, anything else as 1 and its bits.
  mutating func put(_ number: Double) {
    let isZero = number == 0 && number.sign == .minus
    if let whole = Int64(exactly: number), whole.magnitude < 1 << 40, !isZero {
      put(UInt64(bitPattern: whole << 1 ^ whole >> 63) << 1)
    } else {
      put(UInt64(1))
      put(number.bitPattern)
    }
  }

  mutating func put(_ other: [UInt8]) {
    put(UInt64(other.count))
    bytes += other
  }
}

/// Reads what `KeptBytes` wrote; whatever the bytes are, it reads no more than there are, and
/// remembers when they made no sense.
struct KeptReader {
  private let bytes: [UInt8]
  private var place = 0
  private(set) var isBad = false

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var left: Int { bytes.count - place }

  /// Whether all was read, and made sense.
  var isDone: Bool { !isBad && left == 0 }

  mutating func refuse() {
    isBad = true
    place = bytes.count
  }

  @inline(__always)
  mutating func next() -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while place < bytes.count, shift < 64 {
      let byte = bytes[place]
      place &+= 1
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
      shift &+= 7
    }
    refuse()
    return 0
  }

  @inline(__always)
  mutating func signed() -> Int64 {
    let number = next()
    return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
  }

  /// A number that fits, else none.
  mutating func next<Number: FixedWidthInteger>(_ type: Number.Type) -> Number {
    if let number = Number(exactly: next()) { return number }
    refuse()
    return 0
  }

  mutating func signed<Number: FixedWidthInteger>(_ type: Number.Type) -> Number {
    if let number = Number(exactly: signed()) { return number }
    refuse()
    return 0
  }

  /// How many things follow, each of at least so many bytes.
  mutating func count(ofBytes least: Int = 1) -> Int {
    let count = next()
    if count <= UInt64(left / least) { return Int(count) }
    refuse()
    return 0
  }

  /// A place in something of so many parts.
  mutating func place(in parts: Int) -> Int {
    let place = next()
    if place < UInt64(parts) { return Int(place) }
    refuse()
    return 0
  }

  mutating func byte() -> UInt8 {
    guard place < bytes.count else {
      refuse()
      return 0
    }
    place += 1
    return bytes[place - 1]
  }

  mutating func run() -> [UInt8] {
    let count = count()
    defer { place += count }
    return Array(bytes[place..<place + count])
  }

  mutating func text() -> String { String(decoding: run(), as: UTF8.self) }

  mutating func double() -> Double {
    let number = next()
    if number & 1 == 1 { return Double(bitPattern: next()) }
    let whole = number >> 1
    return Double(Int64(bitPattern: whole >> 1) ^ -Int64(bitPattern: whole & 1))
  }
}
