/// Bytes of a name or a field made safe to show: whatever could steer a terminal or turn the order
/// of what stands around it is written out.
///
/// ```
/// control characters, DEL, C1   \n \t \r \x1b \u{9b}
/// direction, invisible marks    \u{202e}
/// what is no UTF-8              \xff
/// ```
package enum TerminalText {
  /// Appends `bytes`, escaped where they must be.
  package static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    var position = cleanPrefix(bytes)
    unsafe bytes.extracting(0..<position).withUnsafeBufferPointer {
      unsafe output.append(contentsOf: $0)
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte >= 0x20, byte < 0x7F {
        output.append(byte)
        position += 1
      } else if byte < 0x80 {
        escape(control: byte, to: &output)
        position += 1
      } else {
        let (scalar, length) = decode(bytes, at: position)
        if let scalar, !isUnsafe(scalar) {
          for place in position..<position + length { output.append(bytes[place]) }
        } else if let scalar {
          output.append("\\u{")
          output.append(hexadecimal: UInt64(scalar), prefixed: false)
          output.append(UInt8(ascii: "}"))
        } else {
          escape(byte: byte, to: &output)
        }
        position += length
      }
    }
  }

  package static func escaped(_ text: String) -> String {
    var output: [UInt8] = []
    append(Array(text.utf8).span, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// How many bytes from the start are printable ASCII; eight at a time.
  private static func cleanPrefix(_ bytes: Span<UInt8>) -> Int {
    let raw = unsafe bytes.bytes
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    var position = 0
    while let word = raw.load(UInt64.self, at: position) {
      let belowSpace = (word &- 0x20 &* ones) & ~word
      let delete = word ^ (0x7F &* ones)
      let isDelete = (delete &- ones) & ~delete
      if (word | belowSpace | isDelete) & tops != 0 { break }
      position += 8
    }
    while position < bytes.count, bytes[position] >= 0x20, bytes[position] < 0x7F { position += 1 }
    return position
  }

  private static func escape(control byte: UInt8, to output: inout [UInt8]) {
    switch byte {
    case 0x09: output.append("\\t")
    case 0x0A: output.append("\\n")
    case 0x0D: output.append("\\r")
    default: escape(byte: byte, to: &output)
    }
  }

  private static func escape(byte: UInt8, to output: inout [UInt8]) {
    output.append("\\x")
    output.append(hexadecimal: UInt64(byte), prefixed: false, width: 2)
  }

  /// C1 controls, marks and overrides of direction, separators of lines, invisible fillers, tags.
  private static func isUnsafe(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x80...0x9F, 0xAD, 0x061C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F,
      0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }

  /// The scalar at `start` and its length; none, and length 1, where the bytes are no UTF-8.
  private static func decode(_ bytes: Span<UInt8>, at start: Int) -> (UInt32?, length: Int) {
    let first = bytes[start]
    let length: Int
    var scalar: UInt32
    switch first {
    case 0xC2...0xDF: (length, scalar) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (length, scalar) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF4: (length, scalar) = (4, UInt32(first & 0x07))
    default: return (nil, 1)
    }
    guard start + length <= bytes.count else { return (nil, 1) }
    for place in start + 1..<start + length {
      guard bytes[place] & 0xC0 == 0x80 else { return (nil, 1) }
      scalar = scalar << 6 | UInt32(bytes[place] & 0x3F)
    }
    let least: UInt32 = [0x80, 0x800, 0x10000][length - 2]
    guard scalar >= least, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else {
      return (nil, 1)
    }
    return (scalar, length)
  }
}
