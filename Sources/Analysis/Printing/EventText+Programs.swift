import Events

extension EventText {
  /// Makes programs for the types that were added since.
  mutating func update(_ tables: TraceTables, _ known: EventRoles) {
    while programs.count < tables.types.count {
      let id = EventTypeID(UInt32(programs.count))
      programs.append(program(tables.types[programs.count], known[id]))
    }
  }

  private mutating func program(_ type: EventType, _ known: KnownType) -> TypeProgram {
    let start = operations.count
    var room = 64
    let flags = type.printFormat.isEmpty ? nil : FlagNames(type)
    for (column, field) in type.fields.enumerated() where !field.isPlumbing(of: type) {
      let isFirst = operations.count == start
      var operation = FieldOperation(
        field.type, column: column,
        prefix: prefix(of: field.name, isFirst: isFirst))
      name(&operation, field, flags, known, isFirst: isFirst)
      operations.append(operation)
      room += Int(operation.prefix.count) + (field.type.width ?? 0) + 96
    }
    let name = qualifiedName(of: type)
    return TypeProgram(
      name: name, operations: start..<operations.count,
      named: (start..<operations.count).filter { operations[$0].isNamed },
      room: room + Int(name.count) + 256, isHidden: type.origin == .machine && !showsMachine)
  }

  private mutating func qualifiedName(of type: EventType) -> Piece {
    let name = OutputBytes.escaped(Array(type.qualifiedName.utf8), escaping)
    switch format {
    case .text: return pieces.add(name)
    case .json, .ndjson:
      return pieces.add(Array(",\"event\":\"".utf8) + name + Array("\",\"fields\":{".utf8))
    case .csv: return pieces.add(Array(",\"".utf8) + name + Array("\",\"".utf8))
    }
  }

  private mutating func prefix(of name: String, isFirst: Bool) -> Piece {
    let name = OutputBytes.escaped(Array(name.utf8), escaping)
    switch format {
    case .text: return pieces.add(Array(" ".utf8) + name + Array("=".utf8))
    case .csv: return pieces.add(Array((isFirst ? "" : " ").utf8) + name + Array("=".utf8))
    case .json, .ndjson:
      return pieces.add(Array((isFirst ? "\"" : ",\"").utf8) + name + Array("\":".utf8))
    }
  }

  /// Values that have names: system calls, their results, the kernel's flags and symbols.
  private mutating func name(
    _ operation: inout FieldOperation, _ field: Field, _ flags: FlagNames?, _ known: KnownType,
    isFirst: Bool
  ) {
    switch (known.role, field.name) {
    case (.systemCallEnter, "id"), (.systemCallExit, "id"):
      operation.value = .systemCall
      if !isJSON { operation.prefix = pieces.add(isFirst && format == .csv ? "" : " ") }
    case (.systemCallEnter, "args") where operation.value == .numbers && !isJSON:
      operation.value = .arguments
      operation.prefix = .empty
    case (.systemCallExit, "ret") where operation.value == .signed:
      operation.value = .result
      if !isJSON { operation.prefix = pieces.add(" = ") }
    default:
      guard operation.isInteger, let flags else { return }
      let field = operation.column
      let isNamed = flags.hasNames(field: field)
      switch flags.style(ofField: field) {
      case .octal where !isNamed && !isJSON: break
      case .hexadecimal where !isNamed, .symbol where !isNamed:
        operation.value = .address
        return
      default: if !isNamed { return }
      }
      operation.value = .named
      operation.symbols = symbols.count
      symbols.append(
        FieldSymbols { [escaping] value in
          var text: [UInt8] = []
          if isNamed {
            guard flags.append(nameOf: value, field: field, to: &text) else { return nil }
          } else {
            flags.append(value, field: field, to: &text)
          }
          return OutputBytes.escaped(text, escaping)
        })
    }
  }
}

extension FieldOperation {
  fileprivate var isInteger: Bool {
    [.unsigned, .signed, .unsigned32, .signed32, .address, .bool].contains(value)
  }

  /// Whether JSON's `symbols` may have a name for its values.
  fileprivate var isNamed: Bool {
    value == .named || value == .systemCall || value == .result
  }
}

extension Field {
  /// What every kernel event carries beside its own fields.
  fileprivate func isPlumbing(of type: EventType) -> Bool {
    type.origin == .kernel && name.hasPrefix("common_")
  }
}
