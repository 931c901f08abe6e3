internal import Events

/// A JSON document put together piece by piece.
struct JSONText {
  private(set) var bytes: [UInt8] = []
  /// Whether the next value or key follows another one.
  private var needsComma = false

  mutating func object(_ body: (inout JSONText) -> Void) { nest("{", "}", body) }

  mutating func array(_ body: (inout JSONText) -> Void) { nest("[", "]", body) }

  mutating func key(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  mutating func string(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars { append(scalar) }
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func integer(_ number: some BinaryInteger) { literal(String(number)) }

  /// A number that is seldom whole; JSON knows no infinity.
  mutating func number(_ value: Double) {
    if value.isFinite { literal(Self.decimal(value)) } else { null() }
  }

  /// At most six places behind the point, no exponent.
  static func decimal(_ value: Double) -> String {
    guard abs(value) < 1e12 else { return "\(value)" }
    if value == value.rounded() { return String(Int64(value)) }
    let scaled = UInt64((abs(value) * 1e6).rounded())
    let (whole, rest) = scaled.quotientAndRemainder(dividingBy: 1_000_000)
    var text: [UInt8] = []
    if value < 0 { text.append(UInt8(ascii: "-")) }
    text.append(decimal: whole)
    text.append(UInt8(ascii: "."))
    text.append(decimal: rest, width: 6)
    return String(decoding: text, as: UTF8.self)
  }

  mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

  mutating func null() { literal("null") }

  mutating func pair(_ name: String, _ text: String) {
    key(name)
    string(text)
  }

  mutating func pair(_ name: String, _ number: some BinaryInteger) {
    key(name)
    integer(number)
  }

  mutating func pair(_ name: String, _ value: Bool) {
    key(name)
    bool(value)
  }

  mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

  private mutating func literal(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func nest(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONText) -> Void
  ) {
    separate()
    bytes.append(UInt8(ascii: open))
    needsComma = false
    body(&self)
    bytes.append(UInt8(ascii: close))
    needsComma = true
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": bytes.append(contentsOf: "\\\"".utf8)
    case "\\": bytes.append(contentsOf: "\\\\".utf8)
    case "\n": bytes.append(contentsOf: "\\n".utf8)
    case "\t": bytes.append(contentsOf: "\\t".utf8)
    case "\r": bytes.append(contentsOf: "\\r".utf8)
    default:
      guard Self.isEscaped(scalar) else {
        bytes.append(contentsOf: String(Character(scalar)).utf8)
        return
      }
      bytes.append(contentsOf: "\\u".utf8)
      bytes.append(hexadecimal: UInt64(scalar.value), prefixed: false, width: 4)
    }
  }

  /// Controls, and marks that turn the direction of writing.
  private static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0, 0x061c, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff:
      true
    default: false
    }
  }
}
