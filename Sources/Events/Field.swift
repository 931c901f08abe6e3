/// A named value that every event of a type carries.
package struct Field: Hashable, Sendable {
  package var name: String
  /// The type as its source wrote it (`pid_t`, `unsigned long`); empty where there is no other
  /// word than the type itself.
  package var typeName: String
  package var type: FieldType

  package init(_ name: String, _ type: FieldType, typeName: String = "") {
    self.name = name
    self.type = type
    self.typeName = typeName
  }
}

/// How a field's values are stored and meant.
package enum FieldType: Hashable, Sendable {
  /// Unsigned integer of 1, 2, 4 or 8 bytes.
  case unsigned(bytes: Int)
  /// Signed integer of 1, 2, 4 or 8 bytes.
  case signed(bytes: Int)
  /// IEEE 754 number of 4 or 8 bytes.
  case float(bytes: Int)
  /// One byte, 0 or 1.
  case bool
  /// Address of 4 or 8 bytes, shown in hexadecimal.
  case pointer(bytes: Int)
  /// Text in a field of fixed size, ended by the first zero byte: `char comm[16]`.
  case text(capacity: Int)
  /// Text of varying length.
  case string
  /// Fixed number of numbers: `u32 gids[4]`. `count` is the number of elements.
  case array(ScalarType, count: Int)
  /// Varying number of numbers: the kernel's dynamic arrays.
  case sequence(ScalarType)
  /// Bytes of varying length without further meaning.
  case bytes

  /// Bytes of a row, nil for fields of varying length.
  package var width: Int? {
    switch self {
    case .unsigned(let bytes), .signed(let bytes), .float(let bytes), .pointer(let bytes): bytes
    case .bool: 1
    case .text(let capacity): capacity
    case .array(let scalar, let count): scalar.width * count
    case .string, .sequence, .bytes: nil
    }
  }
}

/// An element of an array.
///
/// Raw values are those of the trace file.
package enum ScalarType: UInt8, Hashable, Sendable, CaseIterable {
  case unsigned8 = 1
  case unsigned16, unsigned32, unsigned64
  case signed8, signed16, signed32, signed64
  case float32, float64

  package var width: Int {
    switch self {
    case .unsigned8, .signed8: 1
    case .unsigned16, .signed16: 2
    case .unsigned32, .signed32, .float32: 4
    case .unsigned64, .signed64, .float64: 8
    }
  }
}
