/// Dates and times of day as RFC 3339 writes them.
enum CalendarTime {
  /// Nanoseconds since 1970 of `2026-07-27T14:03:05.25Z`, `2026-07-27 14:03:05+02:00`,
  /// `2026-07-27`; UTC where no offset stands.
  static func read(_ bytes: Span<UInt8>) -> Int64? {
    guard let year = number(bytes, 0, 4), punctuation(bytes, 4, "-"),
      let month = number(bytes, 5, 2), punctuation(bytes, 7, "-"), let day = number(bytes, 8, 2),
      (1...12).contains(month), (1...length(ofMonth: month, year: year)).contains(day)
    else { return nil }
    var seconds = days(year, month, day) * 86_400
    var fraction: UInt64 = 0
    var position = 10
    if position < bytes.count {
      guard punctuation(bytes, 10, "T") || punctuation(bytes, 10, " "),
        let hour = number(bytes, 11, 2), punctuation(bytes, 13, ":"),
        let minute = number(bytes, 14, 2), hour < 24, minute < 60
      else { return nil }
      seconds += hour * 3600 + minute * 60
      position = 16
      if punctuation(bytes, 16, ":") {
        guard let second = number(bytes, 17, 2), second <= 60 else { return nil }
        seconds += second
        position = 19
        if punctuation(bytes, 19, ".") {
          guard let (digits, end) = readFraction(bytes, from: 20) else { return nil }
          fraction = digits
          position = end
        }
      }
      guard let offset = readOffset(bytes, from: position) else { return nil }
      seconds -= offset
    }
    let (whole, over) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = whole.addingReportingOverflow(Int64(fraction))
    return over || carry ? nil : sum
  }

  private static func punctuation(
    _ bytes: Span<UInt8>, _ position: Int, _ character: Unicode.Scalar
  ) -> Bool {
    position < bytes.count && UInt32(bytes[position]) == character.value
  }

  private static func number(_ bytes: Span<UInt8>, _ start: Int, _ digits: Int) -> Int64? {
    guard start + digits <= bytes.count else { return nil }
    var value: Int64 = 0
    for position in start..<start + digits {
      guard (0x30...0x39).contains(bytes[position]) else { return nil }
      value = value * 10 + Int64(bytes[position] - 0x30)
    }
    return value
  }

  /// Nanoseconds of up to nine digits; more are cut off.
  private static func readFraction(
    _ bytes: Span<UInt8>, from start: Int
  ) -> (nanoseconds: UInt64, end: Int)? {
    var value: UInt64 = 0
    var position = start
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      if position - start < 9 { value = value * 10 + UInt64(bytes[position] - 0x30) }
      position += 1
    }
    if position == start { return nil }
    for _ in min(position - start, 9)..<9 { value *= 10 }
    return (value, position)
  }

  /// Seconds east of Greenwich; nothing and `Z` are none.
  private static func readOffset(_ bytes: Span<UInt8>, from start: Int) -> Int64? {
    if start == bytes.count { return 0 }
    if start + 1 == bytes.count {
      return bytes[start] | 0x20 == UInt8(ascii: "z") ? 0 : nil
    }
    let isEast = punctuation(bytes, start, "+")
    guard isEast || punctuation(bytes, start, "-"), start + 6 == bytes.count,
      let hours = number(bytes, start + 1, 2), punctuation(bytes, start + 3, ":"),
      let minutes = number(bytes, start + 4, 2), hours < 24, minutes < 60
    else { return nil }
    let seconds = hours * 3600 + minutes * 60
    return isEast ? seconds : -seconds
  }

  private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01: years counted from March, so that leap days come last.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let marchYear = month > 2 ? year : year - 1
    let marchMonth = month > 2 ? month - 3 : month + 9
    let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
    return marchYear * 365 + leapDays + (marchMonth * 153 + 2) / 5 + day - 1 - 719_468
  }
}
