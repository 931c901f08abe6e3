package import Events

/// An event as its `format` text describes it: how its records lie in a page, and the event type
/// that they become.
///
/// `common_pid` becomes the batch's threads and `common_type` its groups; other common fields are
/// fields like all others.
package struct KernelEventFormat: Hashable, Sendable {
  static let mostFields = 1024
  /// No record is longer than the largest sub-buffer.
  static let largestRecord = 1 << 16

  /// What records of this event begin with.
  package var id: UInt16
  package var type: EventType
  /// Bytes that each record has at least.
  package private(set) var fixedBytes: Int
  /// Bytes of the structure with the fill that a compiler may have put at its end.
  private(set) var structBytes: Int
  /// Of the fields of `type`, in their order.
  private(set) var placements: [FieldPlacement]
  /// Where `common_pid` is.
  private(set) var threadOffset: Int?
  /// The text it was made of.
  package var text: String

  /// Reads a `format` text; `longBytes` is that of its machine (`PageLayout.longBytes`).
  package init(
    parsing text: String, system: String, longBytes: Int = 8, path: String = "format"
  ) throws(KernelTracingError) {
    self.text = text
    var name: String?
    var id: UInt16?
    var printFormat = ""
    fixedBytes = 0
    placements = []
    threadOffset = nil
    var fields: [Field] = []
    var lines: [(line: FormatLine, declaration: FieldDeclaration)] = []
    var number = 0
    var rest = FormatText(text)
    while !rest.isEmpty {
      number += 1
      let whole = rest
      let line = rest.cut(before: UInt8(ascii: "\n")).trimmed
      if line.value(of: "field") != nil {
        guard let parsed = FormatLine(parsing: line), lines.count < Self.mostFields,
          parsed.offset + parsed.size <= Self.largestRecord
        else { throw .malformed(path: path, line: number) }
        lines.append((parsed, FieldDeclaration(parsing: parsed.declaration)))
      } else if let value = line.value(of: "name:") {
        name = value.trimmed.string
      } else if let value = line.value(of: "ID:") {
        id = value.number.flatMap { UInt16(exactly: $0) }
      } else if let value = whole.trimmed.value(of: "print fmt:") {
        printFormat = value.trimmed.string
        break
      }
    }
    guard let name, let id, !name.isEmpty else { throw .malformed(path: path, line: number) }
    self.id = id

    let flexible = Self.flexibleField(
      lines, isKernelStack: system == "ftrace" && name == "kernel_stack")
    var bitsBefore: (offset: Int, count: Int) = (-1, 0)
    for (index, (line, declaration)) in lines.enumerated() {
      let isFlexible = index == flexible
      if !isFlexible { fixedBytes = max(fixedBytes, line.offset + line.size) }
      if declaration.name == "common_type" { continue }
      if declaration.name == "common_pid", line.size == 4 {
        threadOffset = line.offset
        continue
      }
      let fieldName = declaration.name.isEmpty ? "field_\(line.offset)" : declaration.name
      guard
        let (type, placement) = Self.field(
          line, declaration, isFlexible: isFlexible, isBinary: name == "raw_data",
          longBytes: longBytes, bitsBefore: &bitsBefore)
      else {
        if line.size == 0 { continue }
        throw .malformed(path: path, line: index + 1)
      }
      fields.append(Field(fieldName, type, typeName: declaration.typeName))
      placements.append(placement)
    }
    guard fields.reduce(0, { $0 + ($1.type.width ?? 0) }) <= 2 * Self.largestRecord else {
      throw .malformed(path: path, line: number)
    }
    structBytes = (fixedBytes + longBytes - 1) / longBytes * longBytes
    type = EventType(
      system: system, name: name, origin: .kernel, fields: fields, printFormat: printFormat)
  }

  /// The field that goes on to the record's end: the last one where its size is 0, and the
  /// addresses of a kernel stack, which are as many as there are, whatever the format says.
  private static func flexibleField(
    _ lines: [(line: FormatLine, declaration: FieldDeclaration)], isKernelStack: Bool
  ) -> Int? {
    guard let last = lines.indices.max(by: { lines[$0].line.offset < lines[$1].line.offset }) else {
      return nil
    }
    let (line, declaration) = lines[last]
    if line.size == 0, declaration.place == .inline { return last }
    return isKernelStack && !declaration.dimensions.isEmpty ? last : nil
  }

  private static func field(
    _ line: FormatLine, _ declaration: FieldDeclaration, isFlexible: Bool, isBinary: Bool,
    longBytes: Int, bitsBefore: inout (offset: Int, count: Int)
  ) -> (FieldType, FieldPlacement)? {
    if isFlexible || declaration.place != .inline {
      var type = FieldType(varying: declaration, longBytes: longBytes)
      if isFlexible, isBinary { type = .bytes }
      let element = if case .sequence(let scalar) = type { scalar.width } else { 1 }
      let storage: FieldPlacement.Storage =
        switch declaration.place {
        case .inline: .rest
        case .dataLocation: .dataLocation
        case .relativeLocation: .relativeLocation
        }
      guard isFlexible || line.size >= 4 else { return nil }
      return (type, FieldPlacement(offset: line.offset, storage: storage, elementBytes: element))
    }
    guard line.size > 0 else { return nil }
    let type = FieldType(
      declaration, bytes: line.size, signed: line.signed, longBytes: longBytes)
    var placement = FieldPlacement(
      offset: line.offset, storage: .fixed(width: line.size), elementBytes: line.size)
    if case .array(let scalar, _) = type { placement.elementBytes = scalar.width }
    if case .text = type { placement.elementBytes = 1 }
    if let count = declaration.bits, line.size <= 8, count <= 8 * line.size {
      // Bits of one word are given out from the lowest up, in the order of the declarations.
      let shift = bitsBefore.offset == line.offset ? bitsBefore.count : 0
      guard shift + count <= 8 * line.size else { return nil }
      bitsBefore = (line.offset, shift + count)
      let isSigned = if case .signed = type { true } else { false }
      placement.bits = FieldPlacement.Bits(shift: shift, count: count, signed: isSigned)
    }
    return (type, placement)
  }
}
