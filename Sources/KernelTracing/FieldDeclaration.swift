/// A C declaration out of a format line: `unsigned long args[6]`, `__data_loc char[] name`.
struct FieldDeclaration: Hashable, Sendable {
  /// Where the value lies.
  enum Place: Hashable, Sendable {
    /// In the record itself.
    case inline
    /// `__data_loc`: offset in the record and length.
    case dataLocation
    /// `__rel_loc`: offset from behind the word itself and length.
    case relativeLocation
  }

  var name: String
  var place = Place.inline
  /// Without dimensions and `const`: `unsigned long`, `struct page *`.
  var elementType: String
  /// Text of the dimensions, brackets included: `[6]`, `[32 + 1]`, `[]`; empty for one value.
  var dimensions: String
  /// Number of elements where the dimension is a plain number.
  var count: Int?
  /// Width of a bit field.
  var bits: Int?
  var isPointer: Bool

  init(parsing text: FormatText) {
    var words = text
    if let value = text.value(of: "__data_loc ") {
      place = .dataLocation
      words = value
    } else if let value = text.value(of: "__rel_loc ") {
      place = .relativeLocation
      words = value
    }
    if let colon = words.lastIndex(of: UInt8(ascii: ":")),
      let count = words.from(colon + 1).number, count > 0
    {
      bits = count
      words = words.upTo(colon)
    }

    words = words.trimmed
    let nameEnd = words.end
    Self.dropDimensions(&words)
    let behindName = words.gap(upTo: nameEnd).trimmed
    var start = words.end
    while start > words.start, FormatText.isNamed(words[start - 1]) { start -= 1 }
    name = words.from(start).string
    words = words.upTo(start).trimmed
    let typeEnd = words.end
    Self.dropDimensions(&words)
    let brackets = behindName.isEmpty ? words.gap(upTo: typeEnd).trimmed : behindName
    dimensions = brackets.string
    if let close = brackets.lastIndex(of: UInt8(ascii: "]")) {
      count = brackets.upTo(close).value(of: "[")?.number
    }
    isPointer = words.firstIndex(of: UInt8(ascii: "*")) != nil
    elementType = Self.withoutQualifiers(words)
  }

  /// The type as the kernel wrote it, without the name.
  var typeName: String {
    switch (place, bits) {
    case (.inline, nil): dimensions.isEmpty ? elementType : elementType + dimensions
    case (.inline, let bits?): "\(elementType):\(bits)"
    case (.dataLocation, _): "__data_loc " + elementType + dimensions
    case (.relativeLocation, _): "__rel_loc " + elementType + dimensions
    }
  }

  /// Cuts off brackets at the end, with what is in them.
  private static func dropDimensions(_ text: inout FormatText) {
    while text.last == UInt8(ascii: "]") {
      var depth = 0
      var open = text.end
      while open > text.start {
        open -= 1
        if text[open] == UInt8(ascii: "]") { depth += 1 }
        if text[open] == UInt8(ascii: "[") { depth -= 1 }
        if depth == 0 { break }
      }
      guard depth == 0 else { return }
      text = text.upTo(open).trimmed
    }
  }

  private static func withoutQualifiers(_ text: FormatText) -> String {
    var kept = ""
    var rest = text
    while !rest.isEmpty {
      let word = rest.cut(before: UInt8(ascii: " ")).string
      if word.isEmpty || word == "const" || word == "volatile" { continue }
      if !kept.isEmpty { kept += " " }
      kept += word
    }
    return kept
  }
}
