// The terms of a filter.
extension FilterParser {
  mutating func term() throws(EventsError) -> FilterTerm {
    let start = position
    if let (word, range) = try quoted(isPlain: true) {
      return FilterTerm(question: .word(word), range: range, fieldRange: range)
    }
    guard position < bytes.count, Self.isWordPart(bytes[position]) else { throw expected(.term) }
    if let question = try traceQuestion() {
      let range = start..<textEnd
      return FilterTerm(question: question, range: range, fieldRange: range)
    }
    if takeKeyword("has") {
      let (field, fieldRange) = try field()
      return FilterTerm(
        question: .has(field), range: start..<fieldRange.upperBound, fieldRange: fieldRange)
    }
    for word in ["and", "or", "not", "in"] as [StaticString] where peekKeyword(word) {
      throw expected(.term)
    }
    let fieldRange = start..<wordEnd(from: start)
    position = fieldRange.upperBound
    skipBlanks()
    if let question = try comparison(of: fieldRange) {
      try checkUnits(of: question)
      return FilterTerm(question: question, range: start..<textEnd, fieldRange: fieldRange)
    }
    return FilterTerm(
      question: .word(string(fieldRange)), range: fieldRange, fieldRange: fieldRange)
  }

  /// Where what was read ends, without the blanks behind it.
  private var textEnd: Int {
    var end = position
    while end > 0, bytes[end - 1] <= 0x20 { end -= 1 }
    return end
  }

  private mutating func field() throws(EventsError) -> (FilterField, Range<Int>) {
    guard position < bytes.count, Self.isWordPart(bytes[position]) else { throw expected(.field) }
    let range = position..<wordEnd(from: position)
    let field = try field(range)
    position = range.upperBound
    skipBlanks()
    return (field, range)
  }

  /// The field that a word names: letters, digits, `_`; `.name`; `name[2]`.
  private func field(_ range: Range<Int>) throws(EventsError) -> FilterField {
    let word = bytes[range]
    let isName = word.allSatisfy {
      switch $0 {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF, UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"):
        true
      default: false
      }
    }
    let isNumber = word.first.map { (0x30...0x39).contains($0) } ?? true
    if !isName || isNumber || word.elementsEqual([UInt8(ascii: ".")]) {
      throw fail(.unexpectedText(expected: .field), range)
    }
    return FilterField(string(range))
  }

  /// What stands behind a field; nil where nothing does that makes it one.
  private mutating func comparison(
    of fieldRange: Range<Int>
  ) throws(EventsError) -> FilterQuestion? {
    if takeMark("=~") { return .regex(try field(fieldRange), try regex()) }
    if takeMark("~") { return .glob(try field(fieldRange), try glob()) }
    if takeMark("==") { return try equality(of: try field(fieldRange), isEqual: true) }
    if takeMark("!=") { return try equality(of: try field(fieldRange), isEqual: false) }
    for (mark, order) in [
      ("<=", FilterOperator.lessOrEqual), (">=", .greaterOrEqual), ("<", .less), (">", .greater),
    ] as [(StaticString, FilterOperator)] where takeMark(mark) {
      return .compare(try field(fieldRange), order, try numericValue())
    }
    if peekMark("&"), !peekMark("&&") {
      _ = takeMark("&")
      let field = try field(fieldRange)
      if let cpus = try cpus() { return .cpus(field, .intersects, cpus) }
      return .anyBit(field, try numericValue())
    }
    if takeKeyword("in") { return .among(try field(fieldRange), try values()) }
    return nil
  }

  private mutating func equality(
    of field: FilterField, isEqual: Bool
  ) throws(EventsError) -> FilterQuestion {
    if let cpus = try cpus() { return .cpus(field, isEqual ? .equal : .unequal, cpus) }
    return .compare(field, isEqual ? .equal : .unequal, try value())
  }

  private mutating func cpus() throws(EventsError) -> CPUList? {
    takeKeyword("CPUS") ? try cpuList() : nil
  }

  private mutating func values() throws(EventsError) -> [FilterValue] {
    guard takeMark("{") else { throw expected(.set) }
    var values: [FilterValue] = []
    while true {
      values.append(try value())
      if values.count > Filter.termLimit {
        throw fail(.tooManyTerms(limit: Filter.termLimit), position..<position + 1)
      }
      if takeMark("}") { return values }
      if !takeMark(",") { throw expected(.set) }
    }
  }

  private mutating func glob() throws(EventsError) -> Glob {
    let start = position
    var text: String
    var range: Range<Int>
    var inset = 0
    if let string = try quoted(isPlain: false) {
      (text, range) = string
      inset = 1
    } else {
      range = start..<patternEnd()
      if range.isEmpty { throw expected(.pattern) }
      text = string(range)
      position = range.upperBound
      skipBlanks()
    }
    do {
      return try Glob(parsing: text)
    } catch {
      guard case .pattern(let problem, _, let at) = error else { throw error }
      throw fail(.badPattern(problem), inside(range, at, inset))
    }
  }

  private mutating func regex() throws(EventsError) -> RegularExpression {
    let start = position
    var text: String
    var range: Range<Int>
    var inset = 0
    if let string = try quoted(isPlain: false) {
      (text, range) = string
      inset = 1
    } else {
      range = start..<patternEnd()
      if range.isEmpty { throw expected(.regex) }
      text = string(range)
      position = range.upperBound
      skipBlanks()
    }
    do {
      return try RegularExpression(parsing: text)
    } catch {
      guard case .filter(let problem, _, let at) = error else { throw error }
      throw fail(problem, inside(range, at, inset))
    }
  }

  /// A range of a pattern's text as a range of the filter's.
  private func inside(_ whole: Range<Int>, _ part: Range<Int>, _ inset: Int) -> Range<Int> {
    let start = min(whole.lowerBound + inset + part.lowerBound, whole.upperBound)
    return start..<min(max(start, start + part.count), whole.upperBound)
  }

  /// The end of a pattern without quotation marks: a blank, a `)` too many, `&&` or `||`.
  private func patternEnd() -> Int {
    var end = position
    var depth = 0
    while end < bytes.count, bytes[end] > 0x20 {
      let next = end + 1 < bytes.count ? bytes[end + 1] : 0
      switch bytes[end] {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"):
        if depth == 0 { return end }
        depth -= 1
      case UInt8(ascii: "&") where next == UInt8(ascii: "&"),
        UInt8(ascii: "|") where next == UInt8(ascii: "|"):
        return end
      default: break
      }
      end += 1
    }
    return end
  }

  /// `in span "x"`, `outside span "x"`, `waker of (…)`, `within 1ms after (…)`.
  private mutating func traceQuestion() throws(EventsError) -> FilterQuestion? {
    let start = position
    if takeKeyword("in") {
      if takeKeyword("span") { return .inSpan(try span()) }
      position = start
      return nil
    }
    if takeKeyword("outside") {
      if takeKeyword("span") { return .outsideSpan(try span()) }
      position = start
      return nil
    }
    if takeKeyword("waker") {
      if takeKeyword("of") {
        if !peekMark("(") { throw expected(.parenthesis) }
        return .wakerOf(try nested())
      }
      position = start
      return nil
    }
    if takeKeyword("within") {
      guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else {
        position = start
        return nil
      }
      let span = try duration()
      guard takeKeyword("after"), peekMark("(") else { throw expected(.parenthesis) }
      return .after(span, try nested())
    }
    return nil
  }

  private mutating func nested() throws(EventsError) -> FilterNode {
    try deeper()
    defer { shallower() }
    return try parenthesis()
  }

  private mutating func span() throws(EventsError) -> String {
    if let (text, _) = try quoted(isPlain: true) { return text }
    guard position < bytes.count, Self.isWordPart(bytes[position]) else { throw expected(.span) }
    let range = position..<wordEnd(from: position)
    position = range.upperBound
    skipBlanks()
    return string(range)
  }
}
