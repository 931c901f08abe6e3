/// The words of a print format.
enum PrintToken: Hashable, Sendable {
  case name(Range<Int>)
  case number(Int64, isUnsigned: Bool)
  /// What a string literal says, its escapes undone.
  case string([UInt8])
  /// An operator or bracket of up to two characters, the first in the low byte.
  case mark(UInt16)
  case unreadable

  static func mark(_ text: StaticString) -> PrintToken {
    text.withUTF8Buffer { bytes in
      var value: UInt16 = 0
      for index in bytes.indices.reversed() {
        let byte = unsafe bytes[index]
        value = value << 8 | UInt16(byte)
      }
      return .mark(value)
    }
  }

  /// Splits a text into words; strings that follow one another become one.
  static func read(_ text: [UInt8]) -> [PrintToken] {
    var tokens: [PrintToken] = []
    var position = 0
    while position < text.count {
      let byte = text[position]
      switch byte {
      case 0x09, 0x0A, 0x0D, 0x20: position += 1
      case UInt8(ascii: "\""):
        let literal = string(text, &position)
        if case .string(let before)? = tokens.last {
          tokens[tokens.count - 1] = .string(before + literal)
        } else {
          tokens.append(.string(literal))
        }
      case UInt8(ascii: "'"): tokens.append(character(text, &position))
      case 0x30...0x39: tokens.append(number(text, &position))
      case 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"):
        let start = position
        while position < text.count, isNamePart(text[position]) { position += 1 }
        tokens.append(.name(start..<position))
      case 0x21...0x7E: tokens.append(operation(text, &position))
      default:
        tokens.append(.unreadable)
        position += 1
      }
    }
    return tokens
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
    default: false
    }
  }

  private static func operation(_ text: [UInt8], _ position: inout Int) -> PrintToken {
    let first = UInt16(text[position])
    position += 1
    guard position < text.count else { return .mark(first) }
    let pair = first | UInt16(text[position]) << 8
    for known in ["->", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||"] as [StaticString]
    where PrintToken.mark(known) == .mark(pair) {
      position += 1
      return .mark(pair)
    }
    return .mark(first)
  }

  private static func string(_ text: [UInt8], _ position: inout Int) -> [UInt8] {
    var literal: [UInt8] = []
    position += 1
    while position < text.count, text[position] != UInt8(ascii: "\"") {
      literal.append(unescaped(text, &position))
    }
    position += 1
    return literal
  }

  private static func character(_ text: [UInt8], _ position: inout Int) -> PrintToken {
    position += 1
    guard position < text.count else { return .unreadable }
    let value = unescaped(text, &position)
    guard position < text.count, text[position] == UInt8(ascii: "'") else { return .unreadable }
    position += 1
    return .number(Int64(value), isUnsigned: false)
  }

  private static func unescaped(_ text: [UInt8], _ position: inout Int) -> UInt8 {
    var byte = text[position]
    position += 1
    if byte == UInt8(ascii: "\\"), position < text.count {
      byte = text[position]
      position += 1
      switch byte {
      case UInt8(ascii: "n"): return 0x0A
      case UInt8(ascii: "t"): return 0x09
      default: return byte
      }
    }
    return byte
  }

  /// Decimal, `0x` or leading-zero octal, with C's suffixes.
  private static func number(_ text: [UInt8], _ position: inout Int) -> PrintToken {
    var value: UInt64 = 0
    var radix: UInt64 = 10
    if text[position] == UInt8(ascii: "0"), position + 1 < text.count {
      if text[position + 1] | 0x20 == UInt8(ascii: "x") {
        radix = 16
        position += 2
      } else {
        radix = 8
      }
    }
    while position < text.count, let digit = DecimalNumber.hexDigit(text[position]), digit < radix {
      value = value &* radix &+ UInt64(digit)
      position += 1
    }
    var isUnsigned = value > Int64.max
    while position < text.count, isNamePart(text[position]) {
      switch text[position] | 0x20 {
      case UInt8(ascii: "u"): isUnsigned = true
      case UInt8(ascii: "l"): break
      default: return .unreadable
      }
      position += 1
    }
    return .number(Int64(bitPattern: value), isUnsigned: isUnsigned)
  }
}
