/// A shell-like pattern over bytes: `*`, `?`, `[a-z]`, `[!x]`, `\` before a character taken as it is.
package struct Glob: Hashable, Sendable {
  enum Element: Hashable, Sendable {
    case byte(UInt8)
    case one
    case oneOf(ByteSet)
    case run
  }

  package let text: String
  let elements: [Element]

  /// Reads a pattern; the error's offset counts from `text`'s start.
  package init(parsing text: String) throws(EventsError) {
    let (elements, open) = Glob.read(Array(text.utf8))
    if let open {
      throw .pattern(.openBracket, text: text, at: open..<text.utf8.count)
    }
    self.text = text
    self.elements = elements
  }

  /// A pattern that is known to be whole; an open bracket stands for itself.
  init(_ text: String) {
    self.text = text
    elements = Glob.read(Array(text.utf8)).elements
  }

  /// Whether the pattern matches one text only.
  package var isLiteral: Bool {
    elements.allSatisfy { if case .byte = $0 { true } else { false } }
  }

  /// Whether the pattern matches every text.
  package var matchesEverything: Bool {
    !elements.isEmpty && elements.allSatisfy { $0 == .run }
  }

  /// The text that a literal pattern matches.
  var literal: [UInt8]? {
    var bytes: [UInt8] = []
    for element in elements {
      guard case .byte(let byte) = element else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  package func matches(_ text: String) -> Bool {
    matches(Array(text.utf8).span)
  }

  /// Whether all of `bytes` match.
  package func matches(_ bytes: Span<UInt8>) -> Bool {
    var element = 0
    var position = 0
    var run: (element: Int, position: Int)?
    while position < bytes.count {
      if element < elements.count {
        if elements[element] == .run {
          run = (element, position)
          element += 1
          continue
        }
        if elements[element].matches(bytes[position]) {
          element += 1
          position += 1
          continue
        }
      }
      guard let last = run else { return false }
      run = (last.element, last.position + 1)
      element = last.element + 1
      position = last.position + 1
    }
    return elements[element...].allSatisfy { $0 == .run }
  }
}

extension Glob.Element {
  func matches(_ byte: UInt8) -> Bool {
    switch self {
    case .byte(let own): own == byte
    case .one: true
    case .oneOf(let set): set.contains(byte)
    case .run: false
    }
  }
}

extension Glob {
  /// The elements of a pattern, and where the bracket stands that is never closed.
  private static func read(_ bytes: [UInt8]) -> (elements: [Element], open: Int?) {
    var elements: [Element] = []
    var open: Int?
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "*"): if elements.last != .run { elements.append(.run) }
      case UInt8(ascii: "?"): elements.append(.one)
      case UInt8(ascii: "["):
        if let (set, next) = bracket(bytes, from: position) {
          elements.append(.oneOf(set))
          position = next
        } else {
          open = open ?? position - 1
          elements.append(.byte(byte))
        }
      case UInt8(ascii: "\\") where position < bytes.count:
        elements.append(.byte(bytes[position]))
        position += 1
      default: elements.append(.byte(byte))
      }
    }
    return (elements, open)
  }

  /// Reads `a-z]` or `!x]`; a `]` that comes first is a member.
  private static func bracket(_ bytes: [UInt8], from start: Int) -> (ByteSet, next: Int)? {
    var set = ByteSet()
    var position = start
    var inverted = false
    if position < bytes.count, [UInt8(ascii: "!"), UInt8(ascii: "^")].contains(bytes[position]) {
      inverted = true
      position += 1
    }
    let first = position
    while position < bytes.count {
      let low = bytes[position]
      if low == UInt8(ascii: "]"), position > first {
        return (inverted ? !set : set, position + 1)
      }
      if position + 2 < bytes.count, bytes[position + 1] == UInt8(ascii: "-"),
        bytes[position + 2] != UInt8(ascii: "]")
      {
        let high = bytes[position + 2]
        if low <= high { for member in low...high { set.insert(member) } }
        position += 3
      } else {
        set.insert(low)
        position += 1
      }
    }
    return nil
  }
}
