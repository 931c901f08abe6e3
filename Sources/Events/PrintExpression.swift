/// Expressions of a print format, as C wrote them, kept flat: a node names its operands by index.
///
/// Numbers are 64 bits wide; a node knows whether C would treat it as unsigned.
struct PrintExpressions: Sendable {
  enum Operation: UInt8, Sendable {
    case constant, field
    case negate, invert, not
    case multiply, divide, remainder, add, subtract, shiftLeft, shiftRight
    case less, lessOrEqual, greater, greaterOrEqual, equal, unequal
    case and, exclusiveOr, or, bothTrue, eitherTrue
    case conditional
    /// Cuts to `value` bits.
    case truncate
    // Those that make text:
    case text, symbol, flags
  }

  struct Node: Sendable {
    var operation: Operation
    var isUnsigned = false
    var first: Int32 = -1
    var second: Int32 = -1
    var third: Int32 = -1
    var value: Int64 = 0
    /// The one field that the value depends on; `none` or `several` otherwise.
    var field: Int32 = Self.none
    var depth: UInt8 = 0

    static let none: Int32 = -1
    static let several: Int32 = -2
  }

  /// A name of `__print_symbolic` or `__print_flags`: where it stands in `names`.
  struct Entry: Sendable {
    var value: UInt64
    var start: Int32
    var end: Int32
  }

  /// A list of names, and whether some had values that the text does not tell.
  struct Table: Sendable {
    var entries: Range<Int>
    var hasUnresolved: Bool
    /// Where the delimiter stands in `names`.
    var delimiter: Range<Int>
  }

  static let depthLimit: UInt8 = 100

  var nodes: [Node] = []
  var names: [UInt8] = []
  var entries: [Entry] = []
  var tables: [Table] = []

  /// Adds a node, folded where its operands are constants; nil where it is nested too deep or
  /// mixes text with numbers.
  mutating func add(_ node: Node) -> Int32? {
    var node = node
    var isConstant = node.operation.rawValue > Operation.field.rawValue && !node.operation.isText
    let textAt = node.operation == .conditional ? 1 : 3
    for (place, operand) in [node.first, node.second, node.third].enumerated() where operand >= 0 {
      let child = nodes[Int(operand)]
      if child.depth >= Self.depthLimit { return nil }
      if place < textAt, isText(operand) { return nil }
      node.depth = max(node.depth, child.depth + 1)
      if child.field != Node.none {
        let isSame = node.field == Node.none || node.field == child.field
        node.field = isSame ? child.field : Node.several
      }
      if child.operation != .constant { isConstant = false }
    }
    if node.operation == .conditional, isText(node.second) != isText(node.third) { return nil }
    guard nodes.count < Int32.max else { return nil }
    nodes.append(node)
    let index = Int32(nodes.count - 1)
    if isConstant {
      let value = evaluate(index, 0)
      nodes[Int(index)] = Node(operation: .constant, isUnsigned: node.isUnsigned, value: value)
    }
    return index
  }

  func isText(_ index: Int32) -> Bool {
    let node = nodes[Int(index)]
    return node.operation.isText || (node.operation == .conditional && isText(node.second))
  }

  /// The number that node `index` makes where the field has `value`.
  func evaluate(_ index: Int32, _ value: Int64) -> Int64 {
    unsafe nodes.withUnsafeBufferPointer { unsafe Self.evaluate($0, index, value) }
  }

  /// Indices in `nodes` were given out by `add` and lie within.
  private static func evaluate(
    _ nodes: UnsafeBufferPointer<Node>, _ index: Int32, _ value: Int64
  ) -> Int64 {
    let node = unsafe nodes[Int(index)]
    func first() -> Int64 { unsafe evaluate(nodes, node.first, value) }
    func second() -> Int64 { unsafe evaluate(nodes, node.second, value) }
    switch node.operation {
    case .constant: return node.value
    case .field: return value
    case .negate: return 0 &- first()
    case .invert: return ~first()
    case .not: return first() == 0 ? 1 : 0
    case .truncate: return truncate(first(), node)
    case .conditional: return unsafe evaluate(nodes, first() != 0 ? node.second : node.third, value)
    case .bothTrue: return first() != 0 && second() != 0 ? 1 : 0
    case .eitherTrue: return first() != 0 || second() != 0 ? 1 : 0
    case .and: return first() & second()
    case .text, .symbol, .flags: return 0
    default: break
    }
    let isLeftUnsigned = unsafe nodes[Int(node.first)].isUnsigned
    let isRightUnsigned = unsafe nodes[Int(node.second)].isUnsigned
    return compute(node.operation, first(), isLeftUnsigned, second(), isRightUnsigned)
  }

  private static func truncate(_ value: Int64, _ node: Node) -> Int64 {
    let unused = 64 - node.value
    let shifted = value << unused
    return node.isUnsigned
      ? Int64(bitPattern: UInt64(bitPattern: shifted) >> UInt64(unused)) : shifted >> unused
  }

  private static func compute(
    _ operation: Operation, _ left: Int64, _ isLeftUnsigned: Bool, _ right: Int64,
    _ isRightUnsigned: Bool
  ) -> Int64 {
    let isUnsigned = isLeftUnsigned || isRightUnsigned
    let (wideLeft, wideRight) = (UInt64(bitPattern: left), UInt64(bitPattern: right))
    let isLess = isUnsigned ? wideLeft < wideRight : left < right
    switch operation {
    case .multiply: return left &* right
    case .add: return left &+ right
    case .subtract: return left &- right
    case .and: return left & right
    case .or: return left | right
    case .exclusiveOr: return left ^ right
    case .shiftLeft: return left &<< right
    case .shiftRight:
      return isLeftUnsigned
        ? Int64(bitPattern: wideLeft &>> wideRight) : left &>> right
    case .divide where right == 0, .remainder where right == 0: return 0
    case .divide:
      return isUnsigned
        ? Int64(bitPattern: wideLeft / wideRight) : left.dividedReportingOverflow(by: right).0
    case .remainder:
      return isUnsigned
        ? Int64(bitPattern: wideLeft % wideRight)
        : left.remainderReportingOverflow(dividingBy: right).0
    case .less: return isLess ? 1 : 0
    case .greaterOrEqual: return isLess ? 0 : 1
    case .greater: return !isLess && left != right ? 1 : 0
    case .lessOrEqual: return isLess || left == right ? 1 : 0
    case .equal: return left == right ? 1 : 0
    case .unequal: return left != right ? 1 : 0
    default: return 0
    }
  }

  /// Appends the text that node `index` makes where the field has `value`.
  func append(_ index: Int32, _ value: Int64, to output: inout [UInt8]) {
    let node = nodes[Int(index)]
    switch node.operation {
    case .text: appendName(Int(node.first), Int(node.second), to: &output)
    case .conditional:
      append(evaluate(node.first, value) != 0 ? node.second : node.third, value, to: &output)
    case .symbol:
      appendSymbol(evaluate(node.first, value), tables[Int(node.value)], to: &output)
    case .flags: appendFlags(evaluate(node.first, value), tables[Int(node.value)], to: &output)
    default: output.append(decimal: evaluate(index, value))
    }
  }

  private func appendName(_ start: Int, _ end: Int, to output: inout [UInt8]) {
    output.append(contentsOf: names[start..<end])
  }

  private func appendSymbol(_ value: Int64, _ table: Table, to output: inout [UInt8]) {
    let wanted = UInt64(bitPattern: value)
    for index in table.entries where entries[index].value == wanted {
      return appendName(Int(entries[index].start), Int(entries[index].end), to: &output)
    }
    if table.hasUnresolved {
      output.append(decimal: value)
    } else {
      output.append(hexadecimal: wanted)
    }
  }

  private func appendFlags(_ value: Int64, _ table: Table, to output: inout [UInt8]) {
    var rest = UInt64(bitPattern: value)
    var isFirst = true
    for index in table.entries where rest != 0 {
      let entry = entries[index]
      if rest & entry.value != entry.value { continue }
      rest &= ~entry.value
      if !isFirst {
        appendName(table.delimiter.lowerBound, table.delimiter.upperBound, to: &output)
      }
      isFirst = false
      appendName(Int(entry.start), Int(entry.end), to: &output)
    }
    if rest == 0 { return }
    if !isFirst { appendName(table.delimiter.lowerBound, table.delimiter.upperBound, to: &output) }
    output.append(hexadecimal: rest)
  }
}

extension PrintExpressions.Operation {
  var isText: Bool { self == .text || self == .symbol || self == .flags }
}
