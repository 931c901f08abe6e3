/// Reads regular expressions and lays out their steps.
struct RegularExpressionParser {
  struct Failure: Error {
    var problem: RegexProblem
    var range: Range<Int>
  }

  indirect enum Node {
    case empty
    case oneOf(ByteSet)
    case start, end
    case wordEdge(Bool)
    case sequence([Node])
    case either([Node])
    case repeated(Node, least: Int, most: Int?)
  }

  private let bytes: [UInt8]
  private var position = 0
  private var nesting = 0
  private var ignoresCase = false

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func steps() throws(Failure) -> [RegularExpression.Step] {
    if bytes.starts(with: Array("(?i)".utf8)) {
      ignoresCase = true
      position = 4
    }
    let node = try alternatives()
    if position < bytes.count { throw fail(.strayParenthesis, from: position) }
    var steps: [RegularExpression.Step] = []
    try lay(node, &steps)
    steps.append(.match)
    return steps
  }

  private func fail(_ problem: RegexProblem, from start: Int, to end: Int? = nil) -> Failure {
    Failure(problem: problem, range: start..<min(bytes.count, max(start, end ?? start + 1)))
  }

  private func peek(_ character: Unicode.Scalar) -> Bool {
    position < bytes.count && UInt32(bytes[position]) == character.value
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    if !peek(character) { return false }
    position += 1
    return true
  }

  private mutating func alternatives() throws(Failure) -> Node {
    var choices = [try sequence()]
    while take("|") { choices.append(try sequence()) }
    return choices.count == 1 ? choices[0] : .either(choices)
  }

  private mutating func sequence() throws(Failure) -> Node {
    var parts: [Node] = []
    while position < bytes.count, !peek("|"), !peek(")") {
      let start = position
      let atom = try atom()
      parts.append(try repetition(of: atom, from: start))
    }
    return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func atom() throws(Failure) -> Node {
    let start = position
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "("): return try group(from: start)
    case UInt8(ascii: "["): return try bracket(from: start)
    case UInt8(ascii: "."): return .oneOf(!ByteSet([0x0A]))
    case UInt8(ascii: "^"): return .start
    case UInt8(ascii: "$"): return .end
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
      throw fail(.nothingToRepeat, from: start)
    case UInt8(ascii: "\\"): return try escape(from: start)
    default: return .oneOf(letter(byte))
    }
  }

  private func letter(_ byte: UInt8) -> ByteSet {
    let set = ByteSet([byte])
    return ignoresCase ? set.withBothCases : set
  }

  private mutating func group(from start: Int) throws(Failure) -> Node {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > RegularExpression.nestingLimit {
      throw fail(.nestedTooDeep(limit: RegularExpression.nestingLimit), from: start)
    }
    if take("?"), !take(":") { throw fail(.unsupported, from: start, to: position + 1) }
    let inner = try alternatives()
    if !take(")") { throw fail(.openGroup, from: start) }
    return inner
  }

  private mutating func escape(from start: Int) throws(Failure) -> Node {
    guard position < bytes.count else { throw fail(.openEscape, from: start) }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "b"): return .wordEdge(true)
    case UInt8(ascii: "B"): return .wordEdge(false)
    default: break
    }
    if let set = Self.class(byte) { return .oneOf(set) }
    switch byte {
    case UInt8(ascii: "n"): return .oneOf(ByteSet([0x0A]))
    case UInt8(ascii: "t"): return .oneOf(ByteSet([0x09]))
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A:
      throw fail(.unsupported, from: start, to: position)
    default: return .oneOf(letter(byte))
    }
  }

  private static func `class`(_ byte: UInt8) -> ByteSet? {
    switch byte {
    case UInt8(ascii: "d"): .digits
    case UInt8(ascii: "D"): !.digits
    case UInt8(ascii: "w"): .word
    case UInt8(ascii: "W"): !.word
    case UInt8(ascii: "s"): .blanks
    case UInt8(ascii: "S"): !.blanks
    default: nil
    }
  }

  private mutating func bracket(from start: Int) throws(Failure) -> Node {
    var set = ByteSet()
    let isInverted = take("^")
    var isFirst = true
    while position < bytes.count {
      if peek("]"), !isFirst {
        position += 1
        if ignoresCase { set = set.withBothCases }
        return .oneOf(isInverted ? !set : set)
      }
      isFirst = false
      let place = position
      var low = bytes[position]
      position += 1
      if low >= 0x80 { throw fail(.unsupported, from: place) }
      if low == UInt8(ascii: "\\"), position < bytes.count {
        low = bytes[position]
        position += 1
        if let members = Self.class(low) {
          set.formUnion(members)
          continue
        }
        if low == UInt8(ascii: "n") { low = 0x0A }
        if low == UInt8(ascii: "t") { low = 0x09 }
      }
      if peek("-"), position + 1 < bytes.count, bytes[position + 1] != UInt8(ascii: "]") {
        let high = bytes[position + 1]
        position += 2
        guard low <= high, high < 0x80 else { throw fail(.badRange, from: place, to: position) }
        for member in low...high { set.insert(member) }
      } else {
        set.insert(low)
      }
    }
    throw fail(.openBracket, from: start)
  }

  private mutating func repetition(of atom: Node, from start: Int) throws(Failure) -> Node {
    var node = atom
    var signs = 0
    while position < bytes.count {
      let mark = position
      var (least, most): (Int, Int?)
      if take("*") {
        (least, most) = (0, nil)
      } else if take("+") {
        (least, most) = (1, nil)
      } else if take("?") {
        (least, most) = (0, 1)
      } else if peek("{"), let bounds = try bounds() {
        (least, most) = bounds
      } else {
        return node
      }
      // A second sign (`*?`) asks for the shortest match, which makes no difference here.
      _ = take("?")
      switch atom {
      case .start, .end, .wordEdge: throw fail(.nothingToRepeat, from: start, to: position)
      default: break
      }
      signs += 1
      if signs > RegularExpression.nestingLimit {
        throw fail(.nestedTooDeep(limit: RegularExpression.nestingLimit), from: mark)
      }
      node = .repeated(node, least: least, most: most)
    }
    return node
  }

  /// Reads `{2}`, `{2,}`, `{2,5}`; nil where the brace stands for itself.
  private mutating func bounds() throws(Failure) -> (Int, Int?)? {
    let start = position
    position += 1
    guard let least = number() else {
      position = start
      return nil
    }
    var most: Int? = least
    if take(",") { most = peek("}") ? nil : number() }
    guard take("}"), least <= 1000, most ?? 0 <= 1000, least <= most ?? least else {
      throw fail(.badRepeat, from: start, to: position + 1)
    }
    return (least, most)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      value = min((value ?? 0) * 10 + Int(bytes[position] - 0x30), 10_000)
      position += 1
    }
    return value
  }

  // Steps.

  private func lay(
    _ node: Node, _ steps: inout [RegularExpression.Step]
  ) throws(Failure) {
    if steps.count > RegularExpression.stepLimit {
      throw fail(.tooLarge(limit: RegularExpression.stepLimit), from: 0, to: bytes.count)
    }
    switch node {
    case .empty: break
    case .oneOf(let set): steps.append(.oneOf(set))
    case .start: steps.append(.start)
    case .end: steps.append(.end)
    case .wordEdge(let isWanted): steps.append(.wordEdge(isWanted))
    case .sequence(let parts): for part in parts { try lay(part, &steps) }
    case .either(let choices): try lay(choices, &steps)
    case .repeated(let inner, let least, let most):
      for _ in 0..<least { try lay(inner, &steps) }
      if let most {
        try layOptional(inner, most - least, &steps)
      } else {
        let split = Int32(steps.count)
        steps.append(.match)
        try lay(inner, &steps)
        steps.append(.jump(split))
        steps[Int(split)] = .split(split + 1, Int32(steps.count))
      }
    }
  }

  private func layOptional(
    _ inner: Node, _ count: Int, _ steps: inout [RegularExpression.Step]
  ) throws(Failure) {
    var splits: [Int] = []
    for _ in 0..<count {
      splits.append(steps.count)
      steps.append(.match)
      try lay(inner, &steps)
    }
    for split in splits { steps[split] = .split(Int32(split + 1), Int32(steps.count)) }
  }

  private func lay(
    _ choices: [Node], _ steps: inout [RegularExpression.Step]
  ) throws(Failure) {
    var jumps: [Int] = []
    for choice in choices.dropLast() {
      let split = steps.count
      steps.append(.match)
      try lay(choice, &steps)
      jumps.append(steps.count)
      steps.append(.match)
      steps[split] = .split(Int32(split + 1), Int32(steps.count))
    }
    if let last = choices.last { try lay(last, &steps) }
    for jump in jumps { steps[jump] = .jump(Int32(steps.count)) }
  }
}
