/// A trace's random 128-bit name: every block carries it, so that a block of another trace, or bytes
/// that only look like a block, are told from this trace's own.
package struct TraceIdentifier: Hashable, Sendable {
  package var high: UInt64
  package var low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A new name out of the system's random numbers.
  package static func random() -> TraceIdentifier {
    var generator = SystemRandomNumberGenerator()
    return TraceIdentifier(high: generator.next(), low: generator.next())
  }
}

extension TraceIdentifier {
  /// In 32 hexadecimal digits.
  package var text: String {
    [high, low].map { half in
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
