/// Reads filters.
///
/// ```
/// filter   = [ name { "," name } ":" ] either
/// either   = both { ("||" | "or") both }
/// both     = factor { ("&&" | "and") factor }
/// factor   = ("!" | "not") factor | "(" either ")" | term
/// ```
struct FilterParser {
  let text: String
  let bytes: [UInt8]
  var position = 0
  private var nesting = 0
  private var terms = 0

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8.prefix(Filter.lengthLimit + 1))
  }

  mutating func filter() throws(EventsError) -> ([FilterScope]?, FilterNode) {
    if bytes.count > Filter.lengthLimit {
      throw .filter(
        .tooLong(limit: Filter.lengthLimit), text: "",
        at: Filter.lengthLimit..<Filter.lengthLimit)
    }
    skipBlanks()
    if position == bytes.count { throw fail(.empty, 0..<bytes.count) }
    let scope = try scope()
    let root = try either()
    if position < bytes.count { throw expected(.end) }
    return (scope, root)
  }

  func fail(_ problem: FilterProblem, _ range: Range<Int>) -> EventsError {
    .filter(problem, text: text, at: range)
  }

  /// Says that something else should stand here.
  func expected(_ expectation: FilterExpectation) -> EventsError {
    position >= bytes.count
      ? fail(.unexpectedEnd(expected: expectation), bytes.count..<bytes.count)
      : fail(.unexpectedText(expected: expectation), position..<wordEnd(from: position))
  }

  mutating func deeper() throws(EventsError) {
    nesting += 1
    if nesting > Filter.nestingLimit {
      throw fail(.nestedTooDeep(limit: Filter.nestingLimit), position..<position + 1)
    }
  }

  mutating func shallower() { nesting -= 1 }

  mutating func either() throws(EventsError) -> FilterNode {
    var nodes = [try both()]
    while takeMark("||") || takeKeyword("or") { nodes.append(try both()) }
    return nodes.count == 1 ? nodes[0] : .any(nodes)
  }

  private mutating func both() throws(EventsError) -> FilterNode {
    var nodes = [try factor()]
    while takeMark("&&") || takeKeyword("and") { nodes.append(try factor()) }
    return nodes.count == 1 ? nodes[0] : .all(nodes)
  }

  private mutating func factor() throws(EventsError) -> FilterNode {
    try deeper()
    defer { shallower() }
    if peekMark("!"), !peekMark("!=") {
      position += 1
      skipBlanks()
      return .not(try factor())
    }
    if takeKeyword("not") { return .not(try factor()) }
    if peekMark("(") { return try parenthesis() }
    terms += 1
    if terms > Filter.termLimit {
      throw fail(.tooManyTerms(limit: Filter.termLimit), position..<position + 1)
    }
    return .term(try term())
  }

  /// What stands between parentheses.
  mutating func parenthesis() throws(EventsError) -> FilterNode {
    let start = position
    guard takeMark("(") else { throw expected(.parenthesis) }
    let node = try either()
    guard takeMark(")") else {
      if position >= bytes.count { throw fail(.openParenthesis, start..<start + 1) }
      throw expected(.end)
    }
    return node
  }

  /// `sched_switch, sched:sched_waking :` at the start; nil where the filter has no such part.
  private mutating func scope() throws(EventsError) -> [FilterScope]? {
    let start = position
    guard let colon = scopeEnd(from: start) else { return nil }
    var names: [FilterScope] = []
    var first = start
    while first <= colon {
      let comma = bytes[first..<colon].firstIndex(of: UInt8(ascii: ",")) ?? colon
      var range = first..<comma
      while let byte = bytes[range].first, byte <= 0x20 { range = range.dropFirst() }
      while let byte = bytes[range].last, byte <= 0x20 { range = range.dropLast() }
      let name = bytes[range].map { $0 == UInt8(ascii: "/") ? UInt8(ascii: ":") : $0 }
      do {
        let pattern = try EventPattern(parsing: String(decoding: name, as: UTF8.self))
        names.append(FilterScope(pattern: pattern, range: range))
      } catch {
        guard case .pattern(let problem, _, let at) = error else { throw error }
        throw fail(
          .badPattern(problem),
          range.lowerBound + at.lowerBound..<range.lowerBound + at.upperBound)
      }
      first = comma + 1
    }
    position = colon + 1
    skipBlanks()
    if position == bytes.count { throw expected(.afterEvents) }
    return names
  }

  /// The last colon of what can be a list of names: blanks only around commas and before a colon.
  private func scopeEnd(from start: Int) -> Int? {
    var colon: Int?
    var place = start
    var isAfterBlank = false
    var isAfterComma = true
    while place < bytes.count {
      let byte = bytes[place]
      if byte <= 0x20 {
        isAfterBlank = true
      } else if byte == UInt8(ascii: ":") || byte == UInt8(ascii: ",") {
        if place == start { return nil }
        if byte == UInt8(ascii: ":") { colon = place }
        isAfterComma = byte == UInt8(ascii: ",")
        if byte == UInt8(ascii: ":"), isAfterBlank { return colon }
        isAfterBlank = false
      } else if Self.isNamePart(byte) {
        if isAfterBlank, !isAfterComma { return colon }
        isAfterBlank = false
        isAfterComma = false
      } else {
        return colon
      }
      place += 1
    }
    return colon
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF, UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "-"), UInt8(ascii: "/"):
      true
    default: false
    }
  }
}

extension Range<Int> {
  fileprivate func dropFirst() -> Range<Int> { lowerBound + 1..<upperBound }
  fileprivate func dropLast() -> Range<Int> { lowerBound..<upperBound - 1 }
}
