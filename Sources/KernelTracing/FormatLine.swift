/// A `field:` line of a `format` or `header_page` text.
///
/// ```
/// \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
/// ```
struct FormatLine {
  static let largestOffset = 1 << 24

  var declaration: FormatText
  var offset: Int
  var size: Int
  /// nil where the kernel does not say (before 2.6.32).
  var signed: Bool?

  /// nil where the line is not of this form.
  init?(parsing line: FormatText) {
    var declaration: FormatText?
    var offset: Int?
    var size: Int?
    var rest = line.trimmed
    while !rest.isEmpty {
      let part = rest.cut(before: UInt8(ascii: ";")).trimmed
      if let value = part.value(of: "field:") {
        declaration = value.trimmed
      } else if let value = part.value(of: "field special:") {
        declaration = value.trimmed
      } else if let value = part.value(of: "offset:") {
        offset = value.number
      } else if let value = part.value(of: "size:") {
        size = value.number
      } else if let value = part.value(of: "signed:") {
        signed = value.number.map { $0 != 0 }
      } else if !part.isEmpty {
        return nil
      }
    }
    guard let declaration, let offset, let size, offset >= 0, size >= 0,
      offset <= Self.largestOffset, size <= Self.largestOffset
    else { return nil }
    self.declaration = declaration
    self.offset = offset
    self.size = size
  }
}
