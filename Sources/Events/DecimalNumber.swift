/// A number as somebody wrote it, exact: 1.5 is 15 and one decimal.
struct DecimalNumber: Hashable, Sendable {
  var digits: UInt64
  var decimals: Int

  /// Reads digits with at most one point, `0x1f` included, from `start`; nil where none stand
  /// there or where there are more than fit.
  static func read(_ bytes: Span<UInt8>, from start: Int) -> (number: DecimalNumber, end: Int)? {
    if start + 2 < bytes.count, bytes[start] == UInt8(ascii: "0"),
      bytes[start + 1] | 0x20 == UInt8(ascii: "x"), hexDigit(bytes[start + 2]) != nil
    {
      return readHexadecimal(bytes, from: start + 2)
    }
    var number = DecimalNumber(digits: 0, decimals: 0)
    var position = start
    var isBehindPoint = false
    var isEmpty = true
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "."), !isBehindPoint, position + 1 < bytes.count,
        (0x30...0x39).contains(bytes[position + 1])
      {
        isBehindPoint = true
        position += 1
        continue
      }
      guard (0x30...0x39).contains(byte) else { break }
      let (times, over) = number.digits.multipliedReportingOverflow(by: 10)
      let (sum, carry) = times.addingReportingOverflow(UInt64(byte - 0x30))
      if over || carry { return nil }
      number.digits = sum
      if isBehindPoint { number.decimals += 1 }
      isEmpty = false
      position += 1
    }
    return isEmpty ? nil : (number, position)
  }

  private static func readHexadecimal(
    _ bytes: Span<UInt8>, from start: Int
  ) -> (number: DecimalNumber, end: Int)? {
    var value: UInt64 = 0
    var position = start
    while position < bytes.count, let digit = hexDigit(bytes[position]) {
      if value >> 60 != 0 { return nil }
      value = value << 4 | UInt64(digit)
      position += 1
    }
    return (DecimalNumber(digits: value, decimals: 0), position)
  }

  static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// This many of `unit`, and whether that is exact; nil where it does not fit.
  func scaled(by unit: UInt64) -> (value: UInt64, isExact: Bool)? {
    var power: UInt64 = 1
    for _ in 0..<decimals {
      let (next, over) = power.multipliedReportingOverflow(by: 10)
      if over { return nil }
      power = next
    }
    let (high, low) = digits.multipliedFullWidth(by: unit)
    guard high < power else { return nil }
    let (quotient, remainder) = power.dividingFullWidth((high, low))
    return (quotient, remainder == 0)
  }

  var value: Double {
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    return Double(digits) / power
  }
}

/// The units in which people write lengths of time and sizes.
enum Unit {
  /// Nanoseconds in each.
  static let times: [(name: String, factor: UInt64)] = [
    ("ns", 1), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ms", 1_000_000),
    ("s", 1_000_000_000), ("sec", 1_000_000_000), ("m", 60_000_000_000),
    ("min", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
  ]

  /// Bytes in each.
  static let sizes: [(name: String, factor: UInt64)] = [
    ("B", 1), ("K", 1 << 10), ("k", 1 << 10), ("KiB", 1 << 10), ("M", 1 << 20), ("MiB", 1 << 20),
    ("G", 1 << 30), ("GiB", 1 << 30), ("T", 1 << 40), ("TiB", 1 << 40), ("kB", 1000),
    ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
  ]

  static func factor(_ name: String, in units: [(name: String, factor: UInt64)]) -> UInt64? {
    units.first { $0.name == name }?.factor
  }

  /// Reads `1.5ms` whole: a number and one of `units`, or none and then `bare`.
  static func read(
    _ text: String, in units: [(name: String, factor: UInt64)], bare: UInt64?
  ) throws(EventsError) -> UInt64 {
    let bytes = Array(text.utf8)
    if bytes.isEmpty { throw .quantity(.empty, text: text, at: 0..<0) }
    guard let (number, end) = DecimalNumber.read(bytes.span, from: 0) else {
      throw .quantity(.badNumber, text: text, at: 0..<bytes.count)
    }
    var start = end
    while start < bytes.count, bytes[start] == UInt8(ascii: " ") { start += 1 }
    let name = String(decoding: bytes[start...], as: UTF8.self)
    guard let factor = name.isEmpty ? bare : factor(name, in: units) else {
      let nearest =
        name.isEmpty
        ? units.prefix(5).map(\.name) : NearestNames.of(name, among: units.map(\.name))
      throw .quantity(.badUnit(nearest: nearest), text: text, at: start..<bytes.count)
    }
    guard let (value, _) = number.scaled(by: factor) else {
      throw .quantity(.outOfRange, text: text, at: 0..<bytes.count)
    }
    return value
  }
}
