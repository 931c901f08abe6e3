/// The sequence that gives text to a terminal's clipboard (OSC 52).
enum Clipboard {
  /// What xterm takes at once.
  static let longest = 74_994

  static func sequence(_ text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    guard bytes.count <= longest else { return nil }
    return Array("\u{1B}]52;c;".utf8) + base64(bytes) + [0x07]
  }

  /// GNU screen hands on what stands between ESC P and ESC \, at most a few hundred bytes at once.
  static func wrapped(_ sequence: [UInt8], piece: Int = 240) -> [UInt8] {
    stride(from: 0, to: sequence.count, by: piece).flatMap { start in
      Array("\u{1B}P".utf8) + sequence[start..<min(start + piece, sequence.count)]
        + Array("\u{1B}\\".utf8)
    }
  }

  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      var four: [UInt8] = []
      for _ in 0..<4 {
        four.insert(digits[bits & 63], at: 0)
        bits >>= 6
      }
      text += four.prefix(group.count + 1) + Array("==".utf8).prefix(3 - group.count)
    }
    return text
  }
}
