import Events

/// How one field of a type is written: what stands before it, and its value.
struct FieldOperation {
  enum Value {
    case unsigned, signed, unsigned32, signed32, address, bool, float
    /// Text up to the first zero byte of its room.
    case text
    /// Text in 16 bytes.
    case comm
    case string, numbers, bytes
    /// Integer that may have a name.
    case named
    /// System call's number, shown as its name.
    case systemCall
    /// System call's arguments, in parentheses behind its name.
    case arguments
    /// System call's result, with an error's name.
    case result
  }

  var value: Value
  var column: Int
  /// `" prev_pid="`, `,"prev_pid":`.
  var prefix: Piece
  /// Element of numbers.
  var scalar = ScalarType.unsigned8
  var isSigned: Bool
  /// Which symbol table names its values.
  var symbols = -1

  init(_ type: FieldType, column: Int, prefix: Piece) {
    self.column = column
    self.prefix = prefix
    isSigned = false
    switch type {
    case .unsigned(let bytes): value = bytes == 4 ? .unsigned32 : .unsigned
    case .signed(let bytes):
      value = bytes == 4 ? .signed32 : .signed
      isSigned = true
    case .pointer: value = .address
    case .bool: value = .bool
    case .float: value = .float
    case .text(let capacity): value = capacity == 16 ? .comm : .text
    case .string: value = .string
    case .array(let scalar, _), .sequence(let scalar):
      value = .numbers
      self.scalar = scalar
    case .bytes: value = .bytes
    }
  }
}

/// How events of a type are written.
struct TypeProgram {
  /// The name with all that stands around it.
  var name: Piece
  var operations: Range<Int>
  /// Operations that have names in JSON's `symbols`.
  var named: [Int]
  /// Bytes that fields of fixed size take at most.
  var room: Int
  /// Left out: swtrace's own readings of the machine.
  var isHidden: Bool
}
