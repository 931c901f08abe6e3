/// Instants of CLOCK_REALTIME as dates.
enum CalendarDate {
  /// `2026-11-23 04:59:01.123 UTC`.
  static func text(nanoseconds: UInt64) -> String {
    let milliseconds = nanoseconds / 1_000_000
    let seconds = milliseconds / 1000
    let (year, month, day) = date(ofDay: Int(seconds / 86_400))
    let time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60]
      .map { padded($0, 2) }.joined(separator: ":")
    return "\(padded(UInt64(year), 4))-\(padded(UInt64(month), 2))-\(padded(UInt64(day), 2)) "
      + "\(time).\(padded(milliseconds % 1000, 3)) UTC"
  }

  /// The date of a day counted from 1970-01-01, counted in years that begin in March.
  static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private static func padded(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
