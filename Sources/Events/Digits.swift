extension [UInt8] {
  /// Appends `number` in decimal, with leading zeros up to `width` digits (at most 20).
  package mutating func append(decimal number: UInt64, width: Int = 1) {
    unsafe withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
      var place = 20
      var rest = number
      while place > 0, rest > 0 || 20 - place < width {
        place -= 1
        let (tenth, digit) = rest.quotientAndRemainder(dividingBy: 10)
        unsafe digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
        rest = tenth
      }
      unsafe append(contentsOf: UnsafeRawBufferPointer(rebasing: digits[place...]))
    }
  }

  package mutating func append(decimal number: Int64) {
    if number < 0 { append(UInt8(ascii: "-")) }
    append(decimal: number.magnitude)
  }

  /// Appends `number` as `0x1f`, without `0x` where a prefix is not wanted.
  package mutating func append(hexadecimal number: UInt64, prefixed: Bool = true, width: Int = 1) {
    if prefixed {
      append(UInt8(ascii: "0"))
      append(UInt8(ascii: "x"))
    }
    let digits = Swift.max(width, (64 - number.leadingZeroBitCount + 3) / 4)
    var place = digits
    while place > 0 {
      place -= 1
      let digit = place < 16 ? UInt8(truncatingIfNeeded: number >> (4 * UInt64(place))) & 15 : 0
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Appends `number` with a leading 0, as modes of files are written.
  package mutating func append(octal number: UInt64) {
    append(UInt8(ascii: "0"))
    var place = (64 - number.leadingZeroBitCount + 2) / 3
    while place > 0 {
      place -= 1
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number >> (3 * UInt64(place))) & 7)
    }
  }

  /// Appends a count in groups of three: `618 204`.
  package mutating func append(count number: UInt64) {
    let start = count
    append(decimal: number)
    var place = count - 3
    while place > start {
      insert(UInt8(ascii: " "), at: place)
      place -= 3
    }
  }

  /// Appends `part` of `whole` in percent: `0.9 %`, `34 %`; `-` where there is no whole.
  package mutating func append(percentOf whole: UInt64, _ part: UInt64) {
    guard whole > 0 else { return append(UInt8(ascii: "-")) }
    let tenths = (Double(part) / Double(whole) * 1000).rounded()
    appendTenths(tenths < 1e18 ? UInt64(tenths) : UInt64(1e18))
    append(UInt8(ascii: " "))
    append(UInt8(ascii: "%"))
  }

  /// Appends a number of tenths with one digit behind the point below ten, and none from there on.
  mutating func appendTenths(_ tenths: UInt64) {
    if tenths >= 100 { return append(decimal: (tenths + 5) / 10) }
    append(decimal: tenths / 10)
    append(UInt8(ascii: "."))
    append(decimal: tenths % 10)
  }

  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { unsafe append(contentsOf: $0) }
  }
}
