internal import Events

extension EventType {
  func write(to record: inout PartBytes) {
    record.appendEntry { entry in
      entry.append(kind.rawValue)
      entry.append(origin.rawValue)
      entry.append(UInt16(source == nil ? 0 : 1))
      entry.append(source?.line ?? 0)
      entry.append(text: system)
      entry.append(text: name)
      entry.append(text: printFormat)
      entry.append(text: source?.file ?? "")
      entry.append(UInt32(truncatingIfNeeded: fields.count))
      for field in fields {
        entry.appendEntry { entry in
          let (tag, scalar, size) = field.type.code
          entry.append(tag)
          entry.append(scalar)
          entry.append(UInt16(0))
          entry.append(UInt32(truncatingIfNeeded: size))
          entry.append(text: field.name)
          entry.append(text: field.typeName)
        }
      }
    }
  }

  init(_ record: inout ByteCursor) throws(Malformation) {
    var entry = unsafe ByteCursor(try record.entry())
    guard let kind = Kind(rawValue: entry.next(UInt8.self)),
      let origin = Origin(rawValue: entry.next(UInt8.self))
    else { throw Malformation("type") }
    let hasSource = entry.next(UInt16.self) & 1 == 1
    let line = entry.next(UInt32.self)
    self.init(system: entry.text(), name: entry.text(), kind: kind, origin: origin, fields: [])
    printFormat = entry.text()
    let file = entry.text()
    if hasSource { source = Source(file: file, line: line) }
    let count = Int(entry.next(UInt32.self))
    // A field's entry has at least 20 bytes.
    guard count <= entry.left / 20, count < Int(UInt16.max) else { throw Malformation("fields") }
    for _ in 0..<count { fields.append(try Field(&entry)) }
    if entry.isShort { throw Malformation("type") }
  }
}

extension Field {
  fileprivate init(_ record: inout ByteCursor) throws(Malformation) {
    var entry = unsafe ByteCursor(try record.entry())
    let tag = entry.next(UInt8.self)
    let scalar = entry.next(UInt8.self)
    _ = entry.next(UInt16.self)
    guard let type = FieldType(tag: tag, scalar: scalar, size: entry.next(UInt32.self)) else {
      throw Malformation("field type")
    }
    let name = entry.text()
    self.init(name, type, typeName: entry.text())
    if entry.isShort { throw Malformation("field") }
  }
}

extension FieldType {
  /// Tag, scalar and size in the file.
  fileprivate var code: (tag: UInt8, scalar: UInt8, size: Int) {
    switch self {
    case .unsigned(let bytes): (1, 0, bytes)
    case .signed(let bytes): (2, 0, bytes)
    case .float(let bytes): (3, 0, bytes)
    case .bool: (4, 0, 1)
    case .pointer(let bytes): (5, 0, bytes)
    case .text(let capacity): (6, 0, capacity)
    case .string: (7, 0, 0)
    case .array(let scalar, let count): (8, scalar.rawValue, count)
    case .sequence(let scalar): (9, scalar.rawValue, 0)
    case .bytes: (10, 0, 0)
    }
  }

  /// The type with this code, nil where there is none, or of no possible size.
  fileprivate init?(tag: UInt8, scalar: UInt8, size: UInt32) {
    let size = Int(size)
    let isNumber = [1, 2, 4, 8].contains(size)
    let isFixed = (1...BlockLimits.fieldBytes).contains(size)
    switch (tag, ScalarType(rawValue: scalar)) {
    case (1, _) where isNumber: self = .unsigned(bytes: size)
    case (2, _) where isNumber: self = .signed(bytes: size)
    case (3, _) where size == 4 || size == 8: self = .float(bytes: size)
    case (4, _): self = .bool
    case (5, _) where size == 4 || size == 8: self = .pointer(bytes: size)
    case (6, _) where isFixed: self = .text(capacity: size)
    case (7, _): self = .string
    case (8, let scalar?) where isFixed: self = .array(scalar, count: size)
    case (9, let scalar?): self = .sequence(scalar)
    case (10, _): self = .bytes
    default: return nil
    }
  }
}
