internal import CSwtrace
internal import Events

/// The description of a marker, as it stands in an object file and in a program's table.
///
/// ```
/// size u16 | kind u8 | fields u8 | line u32 | types[12] | reserved u32 | provider\0 name\0 …
/// ```
struct MarkerDescription: Hashable, Sendable {
  var type: EventType
  /// The fields' types as the record's layout needs them: class and width (swtrace_layout.h).
  var codes: [UInt8]
  /// Bytes of description and text together.
  var size: Int

  /// Reads the description at `offset`, nil where it does not hold within `bytes`.
  init?(_ bytes: [UInt8], at offset: Int) {
    let head = MemoryLayout<swtrace_description>.size
    guard offset >= 0, offset <= bytes.count - head else { return nil }
    let textSize = Int(bytes.number(at: offset, bytes: 2))
    let fieldCount = Int(bytes[offset + 3])
    guard let kind = EventType.Kind(rawValue: bytes[offset + 2]),
      fieldCount <= Int(SWTRACE_FIELDS_MAX), textSize <= bytes.count - offset - head
    else { return nil }
    let line = UInt32(bytes.number(at: offset + 4, bytes: 4))
    let text = bytes[offset + head..<offset + head + textSize]
    guard text.last == 0 else { return nil }
    let parts = text.dropLast().split(separator: 0, omittingEmptySubsequences: false)
    guard parts.count == fieldCount + 3 else { return nil }
    let words = parts.map { String(decoding: $0, as: UTF8.self) }
    codes = Array(bytes[offset + 8..<offset + 8 + fieldCount])
    var fields: [Field] = []
    for (index, code) in codes.enumerated() {
      guard let type = FieldType(markerCode: code) else { return nil }
      fields.append(Field(words[2 + index], type))
    }
    guard !words[0].isEmpty, !words[1].isEmpty else { return nil }
    let file = words[fieldCount + 2]
    type = EventType(
      system: words[0], name: words[1], kind: kind, origin: .program, fields: fields,
      source: file.isEmpty ? nil : EventType.Source(file: file, line: line))
    size = head + textSize
  }
}

extension FieldType {
  /// The type that a marker's code for a field stands for.
  init?(markerCode code: UInt8) {
    let width = Int(code & 0x0f)
    switch (Int32(code & 0xf0), width) {
    case (SWTRACE_TYPE_UNSIGNED, 1), (SWTRACE_TYPE_UNSIGNED, 2), (SWTRACE_TYPE_UNSIGNED, 4),
      (SWTRACE_TYPE_UNSIGNED, 8):
      self = .unsigned(bytes: width)
    case (SWTRACE_TYPE_SIGNED, 1), (SWTRACE_TYPE_SIGNED, 2), (SWTRACE_TYPE_SIGNED, 4),
      (SWTRACE_TYPE_SIGNED, 8):
      self = .signed(bytes: width)
    case (SWTRACE_TYPE_FLOAT, 4), (SWTRACE_TYPE_FLOAT, 8): self = .float(bytes: width)
    case (SWTRACE_TYPE_POINTER, 4), (SWTRACE_TYPE_POINTER, 8): self = .pointer(bytes: width)
    case (SWTRACE_TYPE_BOOL & 0xf0, 1): self = .bool
    case (SWTRACE_TYPE_STRING, 0): self = .string
    case (SWTRACE_TYPE_BYTES, 0): self = .bytes
    default: return nil
    }
  }
}
