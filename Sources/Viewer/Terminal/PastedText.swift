/// The bytes of a paste up to its end, `Esc [ 201 ~`.
struct PastedText {
  private static let ending = Array("\u{1B}[201~".utf8)
  private var bytes: [UInt8] = []
  private var matched = 0

  /// Whether the byte is the last of the paste.
  mutating func take(_ byte: UInt8, atMost limit: Int) -> Bool {
    if byte == Self.ending[matched] {
      matched += 1
      return matched == Self.ending.count
    }
    for held in Self.ending[..<matched] { keep(held, limit) }
    matched = byte == Self.ending[0] ? 1 : 0
    if matched == 0 { keep(byte, limit) }
    return false
  }

  private mutating func keep(_ byte: UInt8, _ limit: Int) {
    if bytes.count < limit { bytes.append(byte) }
  }

  /// The text without control characters other than tabs and line ends; begins anew.
  mutating func taken() -> String {
    defer { self = PastedText() }
    var text = String.UnicodeScalarView()
    for glyph in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch glyph.value {
      case 0x0D: text.append("\n")
      case 0x09, 0x0A: text.append(glyph)
      case 0..<0x20, 0x7F..<0xA0: break
      default: text.append(glyph)
      }
    }
    return String(text)
  }
}
