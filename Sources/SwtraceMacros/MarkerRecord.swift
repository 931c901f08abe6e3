/// A record of section `swtrace_markers`, written out as a literal.
///
///     offset  0  UInt32                     magic
///             4  UInt32                     size of all
///             8  @convention(c) () -> Void  address of four zero bytes; the switch later
///            16  UInt64, UInt32, UInt32     head, id, reserved: the running program's
///            32  UInt16, UInt8, UInt8       bytes of text, kind, number of fields
///            36  UInt32                     line
///            40  InlineArray<12, UInt8>     types
///            52  UInt32                     reserved
///            56  InlineArray<_, UInt8>      provider, name, fields, file, each with a zero behind it
///
/// This is `struct swtrace_marker` of `swtrace_layout.h` on a machine of 64 bits. A constant in a
/// section can hold literals and addresses of functions, nothing else: hence the declared function
/// that is four zero bytes, and no strings.
struct MarkerRecord {
  enum Kind: UInt8 {
    case event = 0
    case begin = 1
    case end = 2
    case counter = 3
  }

  static let magic = "0x6b72614d"
  static let fixedSize = 56

  var kind: Kind
  var provider: String
  var name: String
  var fields: [(name: String, type: UInt8)]
  var file: String
  var line: Int

  var text: [UInt8] {
    ([provider, name] + fields.map(\.name) + [file]).flatMap { Array($0.utf8) + [0] }
  }

  var type: String {
    """
    (UInt32, UInt32, @convention(c) () -> Void, UInt64, UInt32, UInt32, UInt16, UInt8, UInt8, \
    UInt32, InlineArray<12, UInt8>, UInt32, InlineArray<\(text.count), UInt8>)
    """
  }

  var literal: String {
    let text = text
    let types = fields.map(\.type) + Array(repeating: 0, count: 12 - fields.count)
    return """
      (\(Self.magic), \(Self.fixedSize + text.count), swtrace_switch_zero, 0, 0, 0, \(text.count), \
      \(kind.rawValue), \(fields.count), \(line), \(list(types)), 0, \(list(text)))
      """
  }

  private func list(_ bytes: [UInt8]) -> String {
    "[\(bytes.map(String.init).joined(separator: ", "))]"
  }

  /// The declaration of the record under a name.
  func declaration(named name: String) -> String {
    """
    @section("swtrace_markers") @used nonisolated(unsafe) private static var \(name): \(type) = \
    \(literal)
    """
  }
}
