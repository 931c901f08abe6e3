extension TimeSpan {
  /// Reads `3s`, `500ms`, `1.5h`; a number alone counts seconds.
  package init(parsing text: String) throws(EventsError) {
    let value = try Unit.read(text, in: Unit.times, bare: 1_000_000_000)
    guard let nanoseconds = Int64(exactly: value) else {
      throw .quantity(.outOfRange, text: text, at: 0..<text.utf8.count)
    }
    self.init(nanoseconds: nanoseconds)
  }

  /// Three digits and the unit that fits: `412 us`, `2.10 ms`; from one second on `3.001 s`.
  package var text: String {
    var bytes: [UInt8] = []
    bytes.append(self)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension [UInt8] {
  /// Appends a length of time with its unit: `412 us`, `2.10 ms`, `3.001 s`.
  package mutating func append(_ span: TimeSpan) {
    if span.nanoseconds < 0 { append(UInt8(ascii: "-")) }
    let nanoseconds = span.nanoseconds.magnitude
    if nanoseconds < 1000 {
      append(decimal: nanoseconds)
      return append(" ns")
    }
    if appendThreeDigits(nanoseconds, unit: 1000) { return append(" us") }
    if appendThreeDigits(nanoseconds, unit: 1_000_000) { return append(" ms") }
    let (thousandths, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let rounded = thousandths + (rest >= 500_000 ? 1 : 0)
    append(decimal: rounded / 1000)
    append(UInt8(ascii: "."))
    append(decimal: rounded % 1000, width: 3)
    append(" s")
  }

  /// Appends `value` in `unit` with three digits in all; false where that makes a thousand.
  private mutating func appendThreeDigits(_ value: UInt64, unit: UInt64) -> Bool {
    let decimals = value < 10 * unit ? 2 : value < 100 * unit ? 1 : 0
    let step = unit / power(decimals)
    var rounded = value / step + (value % step >= step - step / 2 ? 1 : 0)
    var places = decimals
    if rounded >= 1000 {
      if decimals == 0 { return false }
      rounded /= 10
      places -= 1
    }
    let divisor = power(places)
    append(decimal: rounded / divisor)
    if places > 0 {
      append(UInt8(ascii: "."))
      append(decimal: rounded % divisor, width: places)
    }
    return true
  }

  private func power(_ decimals: Int) -> UInt64 { decimals == 2 ? 100 : decimals == 1 ? 10 : 1 }

  /// Appends an instant in seconds, cut to `decimals` digits: `4.882113`.
  package mutating func append(_ instant: Timestamp, decimals: Int) {
    if instant.nanoseconds < 0 { append(UInt8(ascii: "-")) }
    let (seconds, rest) = instant.nanoseconds.magnitude.quotientAndRemainder(
      dividingBy: 1_000_000_000)
    append(decimal: seconds)
    if decimals <= 0 { return }
    var fraction = rest
    for _ in Swift.min(decimals, 9)..<9 { fraction /= 10 }
    append(UInt8(ascii: "."))
    append(decimal: fraction, width: Swift.min(decimals, 9))
  }
}
