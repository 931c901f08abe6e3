internal import CSwtrace

/// What is said about a marker, on its way into a record.
@usableFromInline
struct MarkerDescription {
  @frozen @usableFromInline
  enum Kind: UInt8 {
    case event = 0
    case begin = 1
    case end = 2
    case counter = 3
  }

  /// Longer names are cut, so that the whole text fits.
  static let longestName = 250

  let kind: Kind
  let line: UInt32
  let file: StaticString
  var types: InlineArray<12, UInt8>
  var count = 0
  /// Provider, name, fields and file, each with a zero behind it.
  var text: [UInt8] = []

  init(
    _ kind: Kind, _ provider: StaticString, _ name: StaticString, _ file: StaticString,
    _ line: UInt32
  ) {
    self.kind = kind
    self.line = line
    self.file = file
    types = InlineArray(repeating: 0)
    text.reserveCapacity(256)
    append(provider)
    append(name)
  }

  /// Adds a field; all but the first twelve are left out.
  @usableFromInline
  mutating func field(_ type: MarkerFieldType, _ name: StaticString) {
    guard count < types.count else { return }
    types[count] = type.rawValue
    count += 1
    append(name)
  }

  private mutating func append(_ name: StaticString) {
    name.withUTF8Buffer { name in
      unsafe text.append(contentsOf: name.prefix(Self.longestName).prefix { $0 != 0 })
    }
    text.append(0)
  }

  /// The bytes of the description as the layout has them.
  consuming func bytes() -> [UInt8] {
    append(file)
    var head = swtrace_description()
    head.size = UInt16(truncatingIfNeeded: text.count)
    head.kind = kind.rawValue
    head.field_count = UInt8(truncatingIfNeeded: count)
    head.line = line
    unsafe withUnsafeMutableBytes(of: &head.types) { place in
      for index in types.indices { unsafe place[index] = types[index] }
    }
    return unsafe withUnsafeBytes(of: &head) { unsafe Array($0) } + text
  }
}
