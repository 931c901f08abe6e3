/// Reads the arguments of a print format.
struct PrintFormatParser {
  let text: [UInt8]
  let tokens: [PrintToken]
  let fields: [Field]
  var expressions = PrintExpressions()
  var position = 0
  private var nesting = 0

  static let nestingLimit = 64

  init(text: [UInt8], fields: [Field]) {
    self.text = text
    self.fields = fields
    tokens = PrintToken.read(text)
  }

  /// All arguments behind the format string.
  mutating func arguments() -> [PrintFormat.Argument] {
    var arguments: [PrintFormat.Argument] = []
    position = 1
    while take(",") {
      let start = position
      if let field = plainField(), isAtArgumentEnd {
        arguments.append(.plain(field: field))
        continue
      }
      position = start
      nesting = 0
      if let node = expression(), isAtArgumentEnd {
        arguments.append(.expression(node))
        continue
      }
      position = start
      skipArgument()
      arguments.append(.opaque)
    }
    return arguments
  }

  private var isAtArgumentEnd: Bool { position >= tokens.count || peek(",") }

  /// Goes to the comma that ends this argument.
  private mutating func skipArgument() {
    var depth = 0
    while position < tokens.count {
      if depth == 0, peek(",") { return }
      if peek("(") || peek("{") || peek("[") { depth += 1 }
      if peek(")") || peek("}") || peek("]") { depth -= 1 }
      position += 1
    }
  }

  /// `REC->comm`, `__get_str(comm)` and their like, where the field is no number.
  private mutating func plainField() -> Int? {
    let start = position
    if let name = takeName() {
      if name == "REC", take("->"), let field = takeName(),
        let index = fields.firstIndex(where: { $0.name == field }), !fields[index].type.isNumber
      {
        return index
      }
      if name.hasPrefix("__get_"), take("("), let field = takeName(), take(")") {
        return fields.firstIndex { $0.name == field }
      }
    }
    position = start
    return nil
  }

  // Expressions, by rising precedence.

  private mutating func expression() -> Int32? {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.nestingLimit, let condition = binary(above: 0) else { return nil }
    guard take("?") else { return condition }
    guard let yes = expression(), take(":"), let no = expression() else { return nil }
    let isUnsigned =
      expressions.nodes[Int(yes)].isUnsigned || expressions.nodes[Int(no)].isUnsigned
    return expressions.add(
      .init(
        operation: .conditional, isUnsigned: isUnsigned, first: condition, second: yes, third: no))
  }

  private static let operators:
    [(mark: PrintToken, operation: PrintExpressions.Operation, precedence: Int)] = [
      (.mark("*"), .multiply, 10), (.mark("/"), .divide, 10), (.mark("%"), .remainder, 10),
      (.mark("+"), .add, 9), (.mark("-"), .subtract, 9), (.mark("<<"), .shiftLeft, 8),
      (.mark(">>"), .shiftRight, 8), (.mark("<"), .less, 7), (.mark("<="), .lessOrEqual, 7),
      (.mark(">"), .greater, 7), (.mark(">="), .greaterOrEqual, 7), (.mark("=="), .equal, 6),
      (.mark("!="), .unequal, 6), (.mark("&"), .and, 5), (.mark("^"), .exclusiveOr, 4),
      (.mark("|"), .or, 3), (.mark("&&"), .bothTrue, 2), (.mark("||"), .eitherTrue, 1),
    ]

  private static let operatorOfMark: [UInt16: (PrintExpressions.Operation, Int)] = {
    var table: [UInt16: (PrintExpressions.Operation, Int)] = [:]
    for entry in operators {
      if case .mark(let mark) = entry.mark { table[mark] = (entry.operation, entry.precedence) }
    }
    return table
  }()

  private mutating func binary(above least: Int) -> Int32? {
    guard var left = unary() else { return nil }
    while position < tokens.count, case .mark(let mark) = tokens[position],
      let (operation, precedence) = Self.operatorOfMark[mark],
      precedence > least
    {
      position += 1
      guard let right = binary(above: precedence) else { return nil }
      let isUnsigned =
        switch operation {
        case .shiftLeft, .shiftRight: expressions.nodes[Int(left)].isUnsigned
        case .multiply, .divide, .remainder, .add, .subtract, .and, .exclusiveOr, .or:
          expressions.nodes[Int(left)].isUnsigned || expressions.nodes[Int(right)].isUnsigned
        default: false
        }
      guard
        let joined = expressions.add(
          .init(operation: operation, isUnsigned: isUnsigned, first: left, second: right))
      else { return nil }
      left = joined
    }
    return left
  }

  private mutating func unary() -> Int32? {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.nestingLimit else { return nil }
    let signs: [(StaticString, PrintExpressions.Operation)] = [
      ("-", .negate), ("~", .invert), ("!", .not),
    ]
    for (mark, operation) in signs where take(mark) {
      guard let operand = unary() else { return nil }
      let isUnsigned = operation != .not && expressions.nodes[Int(operand)].isUnsigned
      return expressions.add(.init(operation: operation, isUnsigned: isUnsigned, first: operand))
    }
    if take("+") { return unary() }
    if peek("("), let cast = takeCast() {
      guard let operand = unary() else { return nil }
      return cast.apply(to: operand, in: &expressions)
    }
    return primary()
  }

  private mutating func primary() -> Int32? {
    guard position < tokens.count else { return nil }
    switch tokens[position] {
    case .number(let value, let isUnsigned):
      position += 1
      return expressions.add(.init(operation: .constant, isUnsigned: isUnsigned, value: value))
    case .string(let literal):
      position += 1
      return text(literal)
    case .mark where take("("):
      guard let inner = expression(), take(")") else { return nil }
      return inner
    case .name: return named()
    default: return nil
    }
  }

  private mutating func text(_ literal: [UInt8]) -> Int32? {
    let range = intern(literal)
    guard let index = expressions.add(.init(operation: .constant)) else { return nil }
    expressions.nodes[Int(index)] = .init(
      operation: .text, first: Int32(range.lowerBound), second: Int32(range.upperBound))
    return index
  }

  private mutating func intern(_ literal: [UInt8]) -> Range<Int> {
    let start = expressions.names.count
    expressions.names.append(contentsOf: literal)
    return start..<expressions.names.count
  }

  /// A field, a constant of the kernel, or one of the calls that make names.
  private mutating func named() -> Int32? {
    guard let name = takeName() else { return nil }
    switch name {
    case "REC":
      guard take("->"), let field = takeName(), !peek("["), !peek("."), !peek("->"),
        let index = fields.firstIndex(where: { $0.name == field }), fields[index].type.isNumber
      else { return nil }
      return expressions.add(
        .init(
          operation: .field, isUnsigned: fields[index].type.isUnsignedNumber, field: Int32(index)))
    case "__print_symbolic", "__print_symbolic_u64", "__print_symbolic64":
      guard take("("), let value = expression() else { return nil }
      return table(of: value, delimiter: 0..<0, operation: .symbol)
    case "__print_flags", "__print_flags_u64", "__print_flags64":
      guard take("("), let value = expression(), take(",") else { return nil }
      var delimiter = 0..<0
      if position < tokens.count, case .string(let literal) = tokens[position] {
        position += 1
        delimiter = intern(literal)
      } else if expression() == nil {
        return nil
      }
      return table(of: value, delimiter: delimiter, operation: .flags)
    case "__builtin_expect":
      guard take("("), let value = expression(), take(","), expression() != nil, take(")") else {
        return nil
      }
      return value
    default:
      guard !peek("("), let value = KernelConstants.value(of: name) else { return nil }
      return expressions.add(.init(operation: .constant, value: value))
    }
  }

  /// Reads `, { 1, "name" }, … )`.
  private mutating func table(
    of value: Int32, delimiter: Range<Int>, operation: PrintExpressions.Operation
  ) -> Int32? {
    let first = expressions.entries.count
    var hasUnresolved = false
    while take(",") {
      guard take("{") else { return nil }
      let start = position
      var known: UInt64?
      if let entry = expression(), peek(","), expressions.nodes[Int(entry)].operation == .constant {
        known = UInt64(bitPattern: expressions.nodes[Int(entry)].value)
      } else {
        position = start
        skipArgument()
      }
      guard take(",") else { return nil }
      if position < tokens.count, case .string(let literal) = tokens[position] {
        position += 1
        if let known {
          let name = intern(literal)
          expressions.entries.append(
            .init(value: known, start: Int32(name.lowerBound), end: Int32(name.upperBound)))
        } else {
          hasUnresolved = true
        }
      }
      skipArgument(to: "}")
      guard take("}") else { return nil }
    }
    guard take(")") else { return nil }
    let entries = first..<expressions.entries.count
    expressions.tables.append(
      .init(entries: entries, hasUnresolved: hasUnresolved, delimiter: delimiter))
    return expressions.add(
      .init(operation: operation, first: value, value: Int64(expressions.tables.count - 1)))
  }

  private mutating func skipArgument(to end: StaticString) {
    var depth = 0
    while position < tokens.count {
      if depth == 0, peek(end) { return }
      if peek("(") || peek("{") { depth += 1 }
      if peek(")") || peek("}") { depth -= 1 }
      position += 1
    }
  }

  // Words.

  private func peek(_ mark: StaticString) -> Bool {
    position < tokens.count && tokens[position] == .mark(mark)
  }

  private mutating func take(_ mark: StaticString) -> Bool {
    if !peek(mark) { return false }
    position += 1
    return true
  }

  private mutating func takeName() -> String? {
    guard position < tokens.count, case .name(let range) = tokens[position] else { return nil }
    position += 1
    return String(decoding: text[range], as: UTF8.self)
  }

  /// `(unsigned int)`, `(gfp_t)`, `(struct page *)` before something that can be cast.
  private mutating func takeCast() -> PrintCast? {
    let start = position
    position += 1
    var words: [String] = []
    while let word = takeName() { words.append(word) }
    var isPointer = false
    while take("*") { isPointer = true }
    if !words.isEmpty, take(")"), position < tokens.count,
      let cast = PrintCast(words, isPointer: isPointer)
    {
      // `(NAME) - 1` is a subtraction unless NAME is a type that everybody knows.
      switch tokens[position] {
      case .name, .number, .string: return cast
      case .mark where peek("("): return cast
      case .mark where cast.isCertain && (peek("-") || peek("~") || peek("!")): return cast
      default: break
      }
    }
    position = start
    return nil
  }
}

extension FieldType {
  /// Whether a value is one integer.
  var isNumber: Bool {
    switch self {
    case .unsigned, .signed, .bool, .pointer: true
    default: false
    }
  }

  var isUnsignedNumber: Bool {
    switch self {
    case .unsigned, .bool, .pointer: true
    default: false
    }
  }
}
