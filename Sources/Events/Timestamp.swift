/// An instant in nanoseconds since the start of a trace; negative for what was read before it.
package struct Timestamp: Hashable, Comparable, Sendable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The time between two instants; the longest there is where it does not fit.
  package static func - (left: Timestamp, right: Timestamp) -> TimeSpan {
    TimeSpan(nanoseconds: left.nanoseconds.clampedSubtracting(right.nanoseconds))
  }

  /// A later instant; the last there is where it does not fit.
  package static func + (instant: Timestamp, span: TimeSpan) -> Timestamp {
    Timestamp(nanoseconds: instant.nanoseconds.clampedAdding(span.nanoseconds))
  }
}

/// A length of time in nanoseconds.
package struct TimeSpan: Hashable, Comparable, Sendable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  package init(milliseconds: Int64) {
    self.nanoseconds = milliseconds * 1_000_000
  }

  package init(seconds: Int64) {
    self.nanoseconds = seconds * 1_000_000_000
  }

  package static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}

extension Int64 {
  func clampedSubtracting(_ other: Int64) -> Int64 {
    let (difference, over) = subtractingReportingOverflow(other)
    return over ? (self < 0 ? .min : .max) : difference
  }

  func clampedAdding(_ other: Int64) -> Int64 {
    let (sum, over) = addingReportingOverflow(other)
    return over ? (self < 0 ? .min : .max) : sum
  }
}
