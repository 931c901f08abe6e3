internal import Glibc

/// A part of a `format` text's bytes, and what is looked for in it.
struct FormatText: Hashable, Sendable {
  private let bytes: [UInt8]
  private(set) var start: Int
  private(set) var end: Int

  init(_ text: String) {
    bytes = Array(text.utf8)
    start = 0
    end = bytes.count
  }

  private init(_ bytes: [UInt8], _ start: Int, _ end: Int) {
    self.bytes = bytes
    self.start = start
    self.end = end
  }

  var isEmpty: Bool { start == end }
  var last: UInt8? { start == end ? nil : bytes[end - 1] }
  var string: String { String(decoding: bytes[start..<end], as: UTF8.self) }

  /// The byte at a place of the whole text.
  subscript(place: Int) -> UInt8 { bytes[place] }

  /// The part before, and from, a place of the whole text.
  func upTo(_ place: Int) -> FormatText { FormatText(bytes, start, place) }
  func from(_ place: Int) -> FormatText { FormatText(bytes, place, end) }
  /// The part between its own end and another's.
  func gap(upTo end: Int) -> FormatText { FormatText(bytes, self.end, end) }

  /// Without white space at both ends.
  var trimmed: FormatText {
    var (start, end) = (start, end)
    while start < end, Self.isSpace(bytes[start]) { start += 1 }
    while end > start, Self.isSpace(bytes[end - 1]) { end -= 1 }
    return FormatText(bytes, start, end)
  }

  /// What stands behind `key` where the text begins with it.
  func value(of key: StaticString) -> FormatText? {
    let length = key.utf8CodeUnitCount
    guard end - start >= length else { return nil }
    let isEqual = unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return length == 0 }
      return unsafe memcmp(base + start, key.utf8Start, length) == 0
    }
    return isEqual ? FormatText(bytes, start + length, end) : nil
  }

  /// The decimal number that the text is, with a sign or without.
  var number: Int? {
    var rest = trimmed
    let isNegative = rest.value(of: "-") != nil
    if isNegative { rest.start += 1 }
    guard !rest.isEmpty, rest.end - rest.start <= 9 else { return nil }
    var number = 0
    for place in rest.start..<rest.end {
      let digit = bytes[place] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      number = 10 * number + Int(digit)
    }
    return isNegative ? -number : number
  }

  func firstIndex(of byte: UInt8) -> Int? {
    unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        let found = unsafe memchr(base + start, Int32(byte), end - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  func lastIndex(of byte: UInt8) -> Int? {
    var place = end
    while place > start {
      place -= 1
      if bytes[place] == byte { return place }
    }
    return nil
  }

  /// Cuts off and returns what stands before the next `separator`; all where there is none.
  mutating func cut(before separator: UInt8) -> FormatText {
    let place = firstIndex(of: separator) ?? end
    defer { start = min(place + 1, end) }
    return upTo(place)
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
      || byte == UInt8(ascii: "\n")
  }

  /// Whether a byte can stand in a C name.
  static func isNamed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
