import Events

extension EventText {
  /// Writes a field: what stands before it, and its value.
  @inline(__always)
  mutating func put(
    _ number: Int, _ columns: borrowing [FlatColumn], _ firstColumn: Int, _ row: Int
  ) {
    let operation = operations[number]
    let column = columns[firstColumn &+ operation.column]
    output.put(operation.prefix, of: pieces)
    guard unsafe column.base != nil else {
      putUnknown()
      return
    }
    switch operation.value {
    case .signed32: output.put(decimal: Int64(column.load(Int32.self, row)))
    case .unsigned32: output.put(decimal: UInt64(column.load(UInt32.self, row)))
    case .comm: append(comm: column, row)
    case .unsigned: output.put(decimal: UInt64(bitPattern: column.integer(row, signed: false)))
    case .signed: output.put(decimal: column.integer(row, signed: true))
    case .address: putAddress(UInt64(bitPattern: column.integer(row, signed: false)))
    case .bool: putBool(column.load(UInt8.self, row) != 0)
    case .text: unsafe append(text: column.row(row).untilZero)
    case .string: unsafe append(text: column.row(row).withoutLastZero)
    case .named: putNamed(operation, column.integer(row, signed: operation.isSigned))
    case .systemCall: putSystemCall(column.integer(row, signed: true))
    case .arguments: unsafe append(arguments: column.row(row), operation.scalar)
    case .result: putResult(column.integer(row, signed: true))
    case .float: append(float: column, row)
    case .numbers: unsafe append(numbers: column.row(row), operation.scalar)
    case .bytes: unsafe append(bytes: column.row(row))
    }
  }

  private mutating func putUnknown() {
    if isJSON {
      output.put(frame.null, of: pieces)
    } else {
      output.put(UInt8(ascii: "?"))
    }
  }

  /// JSON has no hexadecimal numbers.
  @inline(__always)
  private mutating func putAddress(_ address: UInt64) {
    if isJSON {
      output.put(decimal: address)
    } else {
      output.put(hexadecimal: address)
    }
  }

  private mutating func putBool(_ value: Bool) {
    if isJSON {
      output.append(value ? "true" : "false")
      output.reserve(room)
    } else {
      output.put(UInt8(ascii: value ? "1" : "0"))
    }
  }

  @inline(__always)
  private mutating func putNamed(_ operation: FieldOperation, _ value: Int64) {
    if !isJSON {
      let piece = symbols[operation.symbols].known(value) ?? symbol(operation, value)
      if piece.count > 0 {
        // The longest name is longer than the room that was made for a number.
        output.reserve(Int(piece.count) &+ room)
        output.put(piece, of: pieces)
        return
      }
    }
    if operation.isSigned {
      output.put(decimal: value)
    } else {
      output.put(decimal: UInt64(bitPattern: value))
    }
  }

  @inline(__always)
  private mutating func putSystemCall(_ number: Int64) {
    guard !isJSON, number >= 0, number < systemCalls.count else {
      return putUnnamed(systemCall: number)
    }
    let known = systemCalls[Int(number)] ?? addSystemCall(Int(number))
    if known.count > 0 {
      output.put(known, of: pieces)
    } else {
      putUnnamed(systemCall: number)
    }
  }

  private mutating func putUnnamed(systemCall number: Int64) {
    if !isJSON { output.append("call_") }
    output.reserve(room)
    output.put(decimal: number)
  }

  @inline(never)
  private mutating func addSystemCall(_ number: Int) -> Piece {
    let piece = pieces.add(String(systemCallNames[number].prefix(64)))
    systemCalls[number] = piece
    return piece
  }

  private mutating func append(arguments row: UnsafeRawBufferPointer, _ scalar: ScalarType) {
    output.reserve(24 &* (row.count &+ 1))
    output.put(UInt8(ascii: "("))
    let width = scalar.width
    var offset = 0
    while offset &+ width <= row.count {
      if offset > 0 { output.put(UInt8(ascii: ","), UInt8(ascii: " ")) }
      if width == 8 {
        output.put(
          hexadecimal: unsafe UInt64(
            littleEndian: row.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      } else {
        output.put(hexadecimal: unsafe row.number(scalar, at: offset).bits)
      }
      offset &+= width
    }
    output.put(UInt8(ascii: ")"))
    output.reserve(room)
  }

  @inline(__always)
  private mutating func putResult(_ result: Int64) {
    if isJSON || result < 1 << 32 {
      output.put(decimal: result)
    } else {
      output.put(hexadecimal: UInt64(bitPattern: result))
    }
    if result < 0, !isJSON, let name = ErrorNames.name(ofResult: result) {
      output.put(UInt8(ascii: " "))
      output.append(Array(name.utf8))
      output.reserve(room)
    }
  }

  /// Text in 16 bytes, as the kernel has names of threads.
  @inline(__always)
  private mutating func append(comm column: FlatColumn, _ row: Int) {
    guard let base = unsafe column.base else { return }
    if isJSON { output.put(UInt8(ascii: "\"")) }
    if unsafe output.put(clean: base + 16 &* row, escaping) {
      if isJSON { output.put(UInt8(ascii: "\"")) }
      return
    }
    unsafe output.append(column.row(row).untilZero, escaping)
    output.reserve(room)
    if isJSON { output.put(UInt8(ascii: "\"")) }
  }

  @inline(__always)
  private mutating func append(text: UnsafeRawBufferPointer) {
    if isJSON { output.put(UInt8(ascii: "\"")) }
    unsafe output.append(text, escaping)
    output.reserve(room)
    if isJSON { output.put(UInt8(ascii: "\"")) }
  }

  private mutating func append(float column: FlatColumn, _ row: Int) {
    let value =
      column.width == 4
      ? Double(Float(bitPattern: column.load(UInt32.self, row)))
      : Double(bitPattern: column.load(UInt64.self, row))
    append(float: value)
  }

  private mutating func append(float value: Double) {
    if isJSON, !value.isFinite {
      output.put(frame.null, of: pieces)
    } else {
      output.append(Array(value.description.utf8))
    }
    output.reserve(room)
  }

  private mutating func append(numbers row: UnsafeRawBufferPointer, _ scalar: ScalarType) {
    let width = scalar.width
    output.reserve(32 &* (row.count &+ 1))
    output.put(UInt8(ascii: isJSON ? "[" : "{"))
    var offset = 0
    while offset &+ width <= row.count {
      if offset > 0 { output.put(UInt8(ascii: ",")) }
      switch unsafe row.number(scalar, at: offset) {
      case .unsigned(let number): output.put(decimal: number)
      case .signed(let number): output.put(decimal: number)
      case .float(let number): append(float: number)
      }
      offset &+= width
    }
    output.reserve(room)
    output.put(UInt8(ascii: isJSON ? "]" : "}"))
  }

  /// Bytes without meaning, in hexadecimal.
  private mutating func append(bytes row: UnsafeRawBufferPointer) {
    output.reserve(2 &* row.count &+ room)
    if isJSON { output.put(UInt8(ascii: "\"")) }
    for position in 0..<row.count {
      let byte = unsafe row[position]
      output.put(Self.digit(byte >> 4), Self.digit(byte & 15))
    }
    if isJSON { output.put(UInt8(ascii: "\"")) }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value &+ (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") &- 10)
  }

  /// Bytes that the type does not describe.
  mutating func append(remainder column: FlatColumn, _ row: Int) {
    let bytes = unsafe column.row(row)
    guard bytes.count > 0 else { return }
    output.append(isJSON ? ",\"remainder\":" : " remainder=")
    output.reserve(room)
    unsafe append(bytes: bytes)
  }

  /// Names of an event's numbers, for JSON.
  mutating func appendSymbols(
    _ named: [Int], _ columns: borrowing [FlatColumn], _ firstColumn: Int, _ row: Int
  ) {
    var isFirst = true
    for number in named {
      let operation = operations[number]
      let column = columns[firstColumn &+ operation.column]
      guard unsafe column.base != nil else { continue }
      let value = column.integer(row, signed: operation.isSigned || operation.value != .named)
      let piece = symbol(operation, value)
      guard piece.count > 0 else { continue }
      output.reserve(Int(piece.count) &+ room)
      if isFirst {
        output.put(frame.beforeSymbols, of: pieces)
        // The prefix of a field that is not the first begins with a comma.
        output.put(operation.prefix, of: pieces, skippingFirst: UInt8(ascii: ","))
      } else {
        output.put(UInt8(ascii: ","))
        output.put(operation.prefix, of: pieces, skippingFirst: UInt8(ascii: ","))
      }
      isFirst = false
      output.put(UInt8(ascii: "\""))
      output.put(piece, of: pieces)
      output.put(UInt8(ascii: "\""))
    }
  }

  private mutating func symbol(_ operation: FieldOperation, _ value: Int64) -> Piece {
    switch operation.value {
    case .named: return symbols[operation.symbols].piece(value, in: &pieces)
    case .systemCall:
      guard value >= 0, value < systemCalls.count else { return .empty }
      return systemCalls[Int(value)] ?? addSystemCall(Int(value))
    case .result:
      guard let name = ErrorNames.name(ofResult: value) else { return .empty }
      if let known = errorPieces[Int(-value)] { return known }
      let piece = pieces.add(name)
      errorPieces[Int(-value)] = piece
      return piece
    default: return .empty
    }
  }
}

/// A number of an array.
private enum ArrayNumber {
  case unsigned(UInt64)
  case signed(Int64)
  case float(Double)

  var bits: UInt64 {
    switch self {
    case .unsigned(let number): number
    case .signed(let number): UInt64(bitPattern: number)
    case .float(let number): number.bitPattern
    }
  }
}

extension UnsafeRawBufferPointer {
  /// The bytes before the first zero.
  @inline(__always)
  fileprivate var untilZero: UnsafeRawBufferPointer {
    var end = 0
    while end < count, unsafe self[end] != 0 { end &+= 1 }
    return unsafe UnsafeRawBufferPointer(start: baseAddress, count: end)
  }

  /// The bytes without the zero that ends C's strings.
  fileprivate var withoutLastZero: UnsafeRawBufferPointer {
    guard count > 0, unsafe self[count - 1] == 0 else { return unsafe self }
    return unsafe UnsafeRawBufferPointer(start: baseAddress, count: count - 1)
  }

  fileprivate func number(_ scalar: ScalarType, at offset: Int) -> ArrayNumber {
    func load<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) -> Number {
      unsafe Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
    return switch scalar {
    case .unsigned8: .unsigned(UInt64(load(UInt8.self)))
    case .unsigned16: .unsigned(UInt64(load(UInt16.self)))
    case .unsigned32: .unsigned(UInt64(load(UInt32.self)))
    case .unsigned64: .unsigned(load(UInt64.self))
    case .signed8: .signed(Int64(load(Int8.self)))
    case .signed16: .signed(Int64(load(Int16.self)))
    case .signed32: .signed(Int64(load(Int32.self)))
    case .signed64: .signed(load(Int64.self))
    case .float32: .float(Double(Float(bitPattern: load(UInt32.self))))
    case .float64: .float(Double(bitPattern: load(UInt64.self)))
    }
  }
}
