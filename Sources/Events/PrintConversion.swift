/// One `%…` of a print format.
struct PrintConversion: Hashable, Sendable {
  enum Style: Hashable, Sendable {
    case decimal, hexadecimal, octal, character, text
    /// An address that the kernel shows as a function's name.
    case symbol
    /// `%pU`, `%pI4` and others that format what they point to.
    case other
  }

  var style: Style
  /// Digits of a number that is padded with zeros.
  var zeroPadding: Int
  /// Which argument it takes.
  var argument: Int
  /// Whether `*` takes arguments of its own.
  var takesWidth: Bool
  /// Text between the conversion before and this one.
  var literal: [UInt8]

  /// The conversions of a format string, and how many arguments they take.
  static func read(_ format: [UInt8]) -> (conversions: [PrintConversion], arguments: Int) {
    var conversions: [PrintConversion] = []
    var arguments = 0
    var literal: [UInt8] = []
    var position = 0
    while position < format.count {
      guard format[position] == UInt8(ascii: "%") else {
        literal.append(format[position])
        position += 1
        continue
      }
      position += 1
      if position < format.count, format[position] == UInt8(ascii: "%") {
        literal.append(format[position])
        position += 1
        continue
      }
      let before = arguments
      let padding = readFlags(format, &position, &arguments)
      guard let style = readStyle(format, &position) else { break }
      conversions.append(
        PrintConversion(
          style: style, zeroPadding: padding, argument: arguments, takesWidth: arguments > before,
          literal: literal))
      arguments += 1
      literal = []
    }
    return (conversions, arguments)
  }

  private static func readFlags(
    _ format: [UInt8], _ position: inout Int, _ arguments: inout Int
  ) -> Int {
    var width = 0
    var isZeroPadded = false
    var isPrecision = false
    var isStart = true
    while position < format.count {
      switch format[position] {
      case UInt8(ascii: "0") where isStart: isZeroPadded = true
      case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: " "), UInt8(ascii: "#"): break
      case 0x30...0x39:
        isStart = false
        if !isPrecision { width = min(width * 10 + Int(format[position] - 0x30), 64) }
      case UInt8(ascii: "."): isPrecision = true
      case UInt8(ascii: "*"): arguments += 1
      case UInt8(ascii: "h"), UInt8(ascii: "l"), UInt8(ascii: "L"), UInt8(ascii: "q"),
        UInt8(ascii: "j"), UInt8(ascii: "z"), UInt8(ascii: "t"):
        break
      default: return isZeroPadded ? width : 0
      }
      position += 1
    }
    return 0
  }

  private static func readStyle(_ format: [UInt8], _ position: inout Int) -> Style? {
    guard position < format.count else { return nil }
    let letter = format[position]
    position += 1
    switch letter {
    case UInt8(ascii: "d"), UInt8(ascii: "i"), UInt8(ascii: "u"): return .decimal
    case UInt8(ascii: "x"), UInt8(ascii: "X"): return .hexadecimal
    case UInt8(ascii: "o"): return .octal
    case UInt8(ascii: "c"): return .character
    case UInt8(ascii: "s"): return .text
    case UInt8(ascii: "p"): break
    default: return .other
    }
    guard position < format.count, isAlphanumeric(format[position]) else { return .hexadecimal }
    let extended = format[position]
    while position < format.count, isAlphanumeric(format[position]) { position += 1 }
    switch extended {
    case UInt8(ascii: "S"), UInt8(ascii: "s"), UInt8(ascii: "B"), UInt8(ascii: "F"),
      UInt8(ascii: "f"):
      return .symbol
    case UInt8(ascii: "x"), UInt8(ascii: "K"): return .hexadecimal
    default: return .other
    }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }
}
