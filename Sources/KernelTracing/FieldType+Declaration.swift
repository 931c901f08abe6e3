internal import Events

extension FieldType {
  /// What a field of a fixed place and size holds.
  init(_ declaration: FieldDeclaration, bytes: Int, signed: Bool?, longBytes: Int) {
    if !declaration.dimensions.isEmpty {
      self = Self.array(of: declaration, bytes: bytes, signed: signed, longBytes: longBytes)
      return
    }
    let scalar = ScalarType(declaration.elementType, longBytes: longBytes)
    let isAggregate =
      declaration.elementType.utf8.starts(with: "struct ".utf8)
      || declaration.elementType.utf8.starts(with: "union ".utf8)
    if declaration.isPointer, bytes == 4 || bytes == 8 {
      self = .pointer(bytes: bytes)
    } else if bytes == 1, declaration.bits == nil,
      declaration.elementType == "bool" || declaration.elementType == "_Bool"
    {
      self = .bool
    } else if scalar == .float32 || scalar == .float64, scalar?.width == bytes {
      self = .float(bytes: bytes)
    } else if !isAggregate, [1, 2, 4, 8].contains(bytes) {
      let isSigned = signed ?? scalar?.isSigned ?? false
      self = isSigned ? .signed(bytes: bytes) : .unsigned(bytes: bytes)
    } else {
      self = .array(.unsigned8, count: bytes)
    }
  }

  /// What a dynamic array, or an array that fills the rest of a record, holds.
  init(varying declaration: FieldDeclaration, longBytes: Int) {
    if declaration.elementType == "char" {
      self = .string
    } else if declaration.isPointer {
      self = .sequence(longBytes == 8 ? .unsigned64 : .unsigned32)
    } else if let scalar = ScalarType(declaration.elementType, longBytes: longBytes) {
      self = .sequence(scalar)
    } else {
      self = .bytes
    }
  }

  private static func array(
    of declaration: FieldDeclaration, bytes: Int, signed: Bool?, longBytes: Int
  ) -> FieldType {
    if declaration.elementType == "char" { return .text(capacity: bytes) }
    if let scalar = ScalarType(declaration.elementType, longBytes: longBytes),
      bytes % scalar.width == 0,
      declaration.count == nil || declaration.count == bytes / scalar.width
    {
      return .array(scalar, count: bytes / scalar.width)
    }
    if let count = declaration.count, count > 0, bytes % count == 0,
      !declaration.elementType.utf8.starts(with: "struct ".utf8),
      let scalar = ScalarType(width: bytes / count, signed: signed ?? false)
    {
      return .array(scalar, count: count)
    }
    return .array(.unsigned8, count: bytes)
  }
}

extension ScalarType {
  init?(width: Int, signed: Bool) {
    switch (width, signed) {
    case (1, false): self = .unsigned8
    case (2, false): self = .unsigned16
    case (4, false): self = .unsigned32
    case (8, false): self = .unsigned64
    case (1, true): self = .signed8
    case (2, true): self = .signed16
    case (4, true): self = .signed32
    case (8, true): self = .signed64
    default: return nil
    }
  }

  /// The kernel's numbers whose width their name tells.
  init?(_ name: String, longBytes: Int) {
    let long: (signed: ScalarType, unsigned: ScalarType) =
      longBytes == 8 ? (.signed64, .unsigned64) : (.signed32, .unsigned32)
    switch name {
    case "char", "signed char", "s8", "__s8", "int8_t": self = .signed8
    case "unsigned char", "u8", "__u8", "uint8_t", "u_char", "bool": self = .unsigned8
    case "short", "short int", "s16", "__s16", "int16_t": self = .signed16
    case "unsigned short", "u16", "__u16", "uint16_t", "__le16", "__be16", "ushort", "umode_t":
      self = .unsigned16
    case "int", "signed int", "signed", "s32", "__s32", "int32_t", "pid_t": self = .signed32
    case "unsigned int", "unsigned", "u32", "__u32", "uint32_t", "__le32", "__be32", "uint",
      "gfp_t", "dev_t", "uid_t", "gid_t":
      self = .unsigned32
    case "long long", "s64", "__s64", "int64_t", "loff_t", "ktime_t": self = .signed64
    case "unsigned long long", "u64", "__u64", "uint64_t", "__le64", "__be64", "sector_t":
      self = .unsigned64
    case "long", "long int", "ssize_t": self = long.signed
    case "unsigned long", "ulong", "size_t", "uintptr_t", "cpumask_t": self = long.unsigned
    case "float": self = .float32
    case "double": self = .float64
    default: return nil
    }
  }

  var isSigned: Bool {
    switch self {
    case .signed8, .signed16, .signed32, .signed64: true
    default: false
    }
  }
}
