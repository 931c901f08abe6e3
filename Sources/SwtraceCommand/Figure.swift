internal import Events

/// Figures as text shows them.
enum Figure {
  /// A count in groups of three: `618 204`.
  static func count(_ number: UInt64) -> String {
    var text: [UInt8] = []
    text.append(count: number)
    return String(decoding: text, as: UTF8.self)
  }

  /// A count with its noun: `1 event`, `618 204 events`, `2 processes`.
  static func count(_ number: UInt64, _ noun: String) -> String {
    "\(count(number)) \(noun)\(number == 1 ? "" : noun.hasSuffix("s") ? "es" : "s")"
  }

  /// An instant in seconds: `2.113`.
  static func seconds(_ instant: Timestamp) -> String {
    var text: [UInt8] = []
    text.append(instant, decimals: 3)
    return String(decoding: text, as: UTF8.self)
  }

  /// A ratio with one decimal: `1.4`.
  static func ratio(_ dividend: UInt64, _ divisor: UInt64) -> String {
    guard divisor > 0 else { return "-" }
    let (whole, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
    let tenths = (Double(rest) / Double(divisor) * 10).rounded()
    return tenths >= 10 ? "\(whole + 1).0" : "\(whole).\(Int(tenths))"
  }
}
