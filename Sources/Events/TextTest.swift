/// A question about a text.
enum TextTest: Hashable, Sendable {
  case equal([UInt8])
  case anyOf([[UInt8]])
  case glob(Glob)
  case regex(RegularExpression)
  case contains([UInt8])

  func matches(_ text: Span<UInt8>, _ scratch: inout RegularExpression.Scratch) -> Bool {
    switch self {
    case .equal(let wanted): text.equals(wanted)
    case .anyOf(let list): list.contains { text.equals($0) }
    case .glob(let glob): glob.matches(text)
    case .regex(let expression): expression.matches(text, &scratch)
    case .contains(let part): text.contains(part)
    }
  }

  func matches(_ text: String) -> Bool {
    var scratch = RegularExpression.Scratch()
    return matches(Array(text.utf8).span, &scratch)
  }
}

extension Span<UInt8> {
  func equals(_ bytes: [UInt8]) -> Bool {
    if count != bytes.count { return false }
    for position in 0..<count where self[position] != bytes[position] { return false }
    return true
  }

  func contains(_ part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    if part.count > count { return false }
    for start in 0...count - part.count where self[start] == first {
      var length = 1
      while length < part.count, self[start + length] == part[length] { length += 1 }
      if length == part.count { return true }
    }
    return false
  }

  /// How many bytes stand before the first zero byte.
  var lengthOfText: Int {
    var length = 0
    while length < count, self[length] != 0 { length += 1 }
    return length
  }
}
