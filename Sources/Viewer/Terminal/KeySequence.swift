/// What stands between `Esc [` and the last byte of a key, and what key that is.
struct KeySequence {
  private let final: UInt8
  /// `<`, `?` and the like.
  private let marker: UInt8?
  private let numbers: [Int]
  private let isPlain: Bool

  init(_ bytes: some Sequence<UInt8>, final: UInt8) {
    self.final = final
    var rest = Array(bytes)
    if let first = rest.first, (0x3C...0x3F).contains(first) {
      marker = first
      rest.removeFirst()
    } else {
      marker = nil
    }
    isPlain = rest.allSatisfy { (0x30...0x3B).contains($0) }
    numbers = rest.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
      part in
      // Behind a colon stand details.
      part.prefix { $0 != UInt8(ascii: ":") }.reduce(0) {
        min(999_999, $0 * 10 + Int($1 & 15))
      }
    }
  }

  var key: Key? {
    guard isPlain else { return nil }
    switch marker {
    case nil: break
    case UInt8(ascii: "<"): return mouse
    default: return nil
    }
    switch Character(Unicode.Scalar(final)) {
    case "A", "a": return .up
    case "B", "b": return .down
    case "C", "c": return .right
    case "D", "d": return .left
    case "F": return .end
    case "H": return .home
    case "Z": return .backTab
    case "P", "Q", "R", "S":
      return numbers.count <= 2 && numbers[0] <= 1 ? .function(Int(final) - 0x4F) : nil
    case "~", "^", "@": return numbered
    case "u": return typed(numbers[0], modifiers: numbers.count > 1 ? numbers[1] : 1)
    default: return nil
    }
  }

  private var mouse: Key? {
    guard numbers.count == 3, final == UInt8(ascii: "M") || final == UInt8(ascii: "m") else {
      return nil
    }
    let isRelease = final == UInt8(ascii: "m")
    return MouseEvent(
      button: numbers[0], column: numbers[1] - 1, row: numbers[2] - 1, isRelease: isRelease
    ).map { .mouse($0) }
  }

  private var numbered: Key? {
    switch numbers[0] {
    case 1, 7: .home
    case 2: .insert
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(numbers[0] - 10)
    case 17...21: .function(numbers[0] - 11)
    case 23...26: .function(numbers[0] - 12)
    case 28...29: .function(numbers[0] - 13)
    case 31...34: .function(numbers[0] - 14)
    case 27: numbers.count == 3 ? typed(numbers[2], modifiers: numbers[1]) : nil
    default: nil
    }
  }

  /// A character that a terminal says by its number, as some do for Ctrl and Tab.
  private func typed(_ code: Int, modifiers: Int) -> Key? {
    let bits = max(0, modifiers - 1)
    guard bits & ~0b101 == 0, let scalar = Unicode.Scalar(UInt32(code)), code != 0 else {
      return nil
    }
    if code == 0x09, bits & 1 != 0 { return .backTab }
    if code == 0x1B { return .escape }
    guard code < 0x80 else { return code >= 0xA0 && bits <= 1 ? .character(scalar) : nil }
    let plain = Key(ascii: UInt8(code))
    guard bits & 4 != 0 else { return plain }
    guard case .character(let letter) = plain, letter.properties.isAlphabetic else { return nil }
    return Key(ascii: UInt8(code) & 0x1F)
  }

  /// The last byte after `Esc O`: keys of the VT100's keypad.
  static func single(_ byte: UInt8) -> Key? {
    switch Character(Unicode.Scalar(byte)) {
    case "A", "a": .up
    case "B", "b": .down
    case "C", "c": .right
    case "D", "d": .left
    case "F": .end
    case "H": .home
    case "P", "Q", "R", "S": .function(Int(byte) - 0x4F)
    case "M": .enter
    case "I": .tab
    case "X": .character("=")
    case "j"..."y": .character(Unicode.Scalar(byte - 0x40))
    default: nil
    }
  }

  static func console(_ byte: UInt8) -> Key? {
    (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(byte) ? .function(Int(byte) - 0x40) : nil
  }
}

extension Key {
  /// The key of a byte below 0x80.
  init(ascii byte: UInt8) {
    self =
      switch byte {
      case 0x08, 0x7F: .backspace
      case 0x09: .tab
      case 0x0A, 0x0D: .enter
      case 0x1B: .escape
      case 0x00: .control(" ")
      case 0x01..<0x1B: .control(Unicode.Scalar(byte + 0x60))
      case 0x1C..<0x20: .control(Unicode.Scalar(byte + 0x40))
      default: .character(Unicode.Scalar(byte))
      }
  }
}

extension MouseEvent {
  /// Bits of a button: 3 which, 4 Shift, 8 Alt, 16 Ctrl, 32 moved, 64 the wheel.
  init?(button: Int, column: Int, row: Int, isRelease: Bool) {
    guard column >= 0, row >= 0, button >= 0, button < 128 else { return nil }
    let kind: Kind
    switch (button & 0b1100011, isRelease) {
    case (64, false): kind = .wheelUp
    case (65, false): kind = .wheelDown
    case (0, true), (32, true): kind = .release
    case (0, false): kind = .press
    case (32, false): kind = .drag
    default: return nil
    }
    self.init(kind, row: row, column: column)
  }

  /// Three bytes of terminals that know no other form; 3 is the release of any button.
  init?(old bytes: [UInt8]) {
    let numbers = bytes.map { Int($0) - 32 }
    let isRelease = numbers[0] & 0b1100011 == 3
    self.init(
      button: isRelease ? 0 : numbers[0], column: numbers[1] - 1, row: numbers[2] - 1,
      isRelease: isRelease)
  }
}
