/// A JSON text taken apart, for tests that look into one.
enum JSONDocument: Equatable {
  case null
  case bool(Bool)
  /// As it was written: nanoseconds do not fit a floating-point number.
  case number(String)
  case string(String)
  case array([JSONDocument])
  case object([String: JSONDocument])

  struct Malformed: Error {
    var offset: Int
  }

  init(parsing text: String) throws {
    var reader = Reader(bytes: Array(text.utf8))
    self = try reader.value(depth: 0)
    reader.skipBlanks()
    guard reader.position == reader.bytes.count else { throw Malformed(offset: reader.position) }
  }

  subscript(key: String) -> JSONDocument? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  var elements: [JSONDocument] { if case .array(let elements) = self { elements } else { [] } }
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var integer: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }
  var isTrue: Bool { self == .bool(true) }
}

private struct Reader {
  var bytes: [UInt8]
  var position = 0

  mutating func skipBlanks() {
    while position < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[position]) {
      position += 1
    }
  }

  private var failure: JSONDocument.Malformed { JSONDocument.Malformed(offset: position) }

  private mutating func take(_ literal: StaticString) -> Bool {
    let wanted = Array("\(literal)".utf8)
    guard bytes[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  mutating func value(depth: Int) throws -> JSONDocument {
    skipBlanks()
    guard position < bytes.count, depth < 32 else { throw failure }
    if take("null") { return .null }
    if take("true") { return .bool(true) }
    if take("false") { return .bool(false) }
    switch bytes[position] {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    default:
      let start = position
      while position < bytes.count, "0123456789+-.eE".utf8.contains(bytes[position]) {
        position += 1
      }
      guard position > start else { throw failure }
      return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }
  }

  private mutating func array(depth: Int) throws -> [JSONDocument] {
    position += 1
    var elements: [JSONDocument] = []
    skipBlanks()
    if take("]") { return elements }
    while true {
      elements.append(try value(depth: depth + 1))
      skipBlanks()
      if take("]") { return elements }
      guard take(",") else { throw failure }
    }
  }

  private mutating func object(depth: Int) throws -> [String: JSONDocument] {
    position += 1
    var members: [String: JSONDocument] = [:]
    skipBlanks()
    if take("}") { return members }
    while true {
      skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure }
      let key = try string()
      skipBlanks()
      guard take(":"), members[key] == nil else { throw failure }
      members[key] = try value(depth: depth + 1)
      skipBlanks()
      if take("}") { return members }
      guard take(",") else { throw failure }
    }
  }

  private mutating func string() throws -> String {
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(contentsOf: try escaped().utf8)
      case 0..<0x20: throw failure
      default: text.append(byte)
      }
    }
    throw failure
  }

  private mutating func escaped() throws -> String {
    guard position < bytes.count else { throw failure }
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return String(UnicodeScalar(letter))
    case UInt8(ascii: "u"):
      guard position + 4 <= bytes.count,
        let code = UInt32(
          String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
      else { throw failure }
      position += 4
      return UnicodeScalar(code).map { String($0) } ?? "\u{fffd}"
    default: throw failure
    }
  }
}
