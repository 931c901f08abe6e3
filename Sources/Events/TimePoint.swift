/// A place in a trace as somebody says it; what it comes to depends on the trace.
package enum TimePoint: Hashable, Sendable {
  /// `4.2s`, `+4.882113`: since the start.
  case sinceStart(TimeSpan)
  /// `-2s`: before the end.
  case beforeEnd(TimeSpan)
  /// `50%` of the way, in billionths.
  case share(billionths: UInt64)
  /// `2026-07-27T14:03:05.25Z`, `@1753600000.5`: nanoseconds since 1970.
  case wallClock(nanoseconds: Int64)

  package init(parsing text: String) throws(EventsError) {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last else {
      throw .quantity(.empty, text: text, at: 0..<0)
    }
    func fail(_ problem: QuantityProblem) -> EventsError {
      .quantity(problem, text: text, at: 0..<bytes.count)
    }
    if last == UInt8(ascii: "%") {
      guard let (number, end) = DecimalNumber.read(bytes.span, from: 0), end == bytes.count - 1,
        let (share, _) = number.scaled(by: 10_000_000)
      else { throw fail(.badNumber) }
      guard share <= 1_000_000_000 else { throw fail(.outOfRange) }
      self = .share(billionths: share)
      return
    }
    if bytes.count > 4, bytes[4] == UInt8(ascii: "-"), let instant = CalendarTime.read(bytes.span) {
      self = .wallClock(nanoseconds: instant)
      return
    }
    let isSigned = [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@")].contains(first)
    let span: TimeSpan
    do {
      span = try TimeSpan(parsing: isSigned ? String(text.dropFirst()) : text)
    } catch {
      guard case .quantity(let problem, _, let at) = error else { throw error }
      if bytes.count > 4, bytes[4] == UInt8(ascii: "-") { throw fail(.badDate) }
      let shift = isSigned ? 1 : 0
      throw .quantity(problem, text: text, at: at.lowerBound + shift..<at.upperBound + shift)
    }
    switch first {
    case UInt8(ascii: "-"): self = .beforeEnd(span)
    case UInt8(ascii: "@"): self = .wallClock(nanoseconds: span.nanoseconds)
    default: self = .sinceStart(span)
    }
  }

  /// The instant in a trace of this length, which began at `startOfTrace` nanoseconds since 1970.
  package func instant(length: TimeSpan, startOfTrace: Int64) -> Timestamp {
    switch self {
    case .sinceStart(let span): Timestamp(nanoseconds: span.nanoseconds)
    case .beforeEnd(let span):
      Timestamp(nanoseconds: length.nanoseconds.clampedSubtracting(span.nanoseconds))
    case .share(let billionths): Timestamp(nanoseconds: Self.share(billionths, of: length))
    case .wallClock(let nanoseconds):
      Timestamp(nanoseconds: nanoseconds.clampedSubtracting(startOfTrace))
    }
  }

  private static func share(_ billionths: UInt64, of length: TimeSpan) -> Int64 {
    let (high, low) = UInt64(max(0, length.nanoseconds)).multipliedFullWidth(
      by: min(billionths, 1_000_000_000))
    let (quotient, _) = UInt64(1_000_000_000).dividingFullWidth((high, low))
    return Int64(truncatingIfNeeded: quotient)
  }
}
