/// A character in UTF-8 that comes byte by byte.
struct ScalarBytes {
  enum Progress {
    case more
    case done(Unicode.Scalar)
    /// The byte does not belong to it.
    case broken
  }

  private var value: UInt32 = 0
  private var missing = 0
  private var least: UInt32 = 0

  /// Whether a character begins with this byte.
  mutating func begin(_ byte: UInt8) -> Bool {
    switch byte {
    case 0xC2..<0xE0: (value, missing, least) = (UInt32(byte & 0x1F), 1, 0x80)
    case 0xE0..<0xF0: (value, missing, least) = (UInt32(byte & 0x0F), 2, 0x800)
    case 0xF0..<0xF5: (value, missing, least) = (UInt32(byte & 0x07), 3, 0x10000)
    default: return false
    }
    return true
  }

  mutating func take(_ byte: UInt8) -> Progress {
    guard byte & 0xC0 == 0x80 else { return .broken }
    value = value << 6 | UInt32(byte & 0x3F)
    missing -= 1
    guard missing == 0 else { return .more }
    guard value >= least, let glyph = Unicode.Scalar(value) else { return .done("\0") }
    return .done(glyph)
  }
}
