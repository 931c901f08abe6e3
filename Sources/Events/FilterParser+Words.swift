// Words, marks, strings and numbers of a filter.
extension FilterParser {
  mutating func skipBlanks() {
    while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
  }

  func peekMark(_ mark: StaticString) -> Bool {
    mark.withUTF8Buffer { wanted in
      guard position + wanted.count <= bytes.count else { return false }
      for offset in 0..<wanted.count {
        let byte = unsafe wanted[offset]
        if bytes[position + offset] != byte { return false }
      }
      return true
    }
  }

  mutating func takeMark(_ mark: StaticString) -> Bool {
    if !peekMark(mark) { return false }
    position += mark.utf8CodeUnitCount
    skipBlanks()
    return true
  }

  /// Whether this word stands here, whole.
  func peekKeyword(_ word: StaticString) -> Bool {
    peekMark(word) && wordEnd(from: position) == position + word.utf8CodeUnitCount
  }

  mutating func takeKeyword(_ word: StaticString) -> Bool {
    if !peekKeyword(word) { return false }
    position += word.utf8CodeUnitCount
    skipBlanks()
    return true
  }

  /// Where a word that begins at `start` ends; past one byte of anything else.
  func wordEnd(from start: Int) -> Int {
    var end = start
    while end < bytes.count, Self.isWordPart(bytes[end]) { end += 1 }
    return end > start ? end : min(start + 1, bytes.count)
  }

  static func isWordPart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x7F, UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"),
      UInt8(ascii: "}"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "!"),
      UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "~"),
      UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "'"):
      false
    default: true
    }
  }

  func string(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// Reads a text in quotation marks, single or double.
  ///
  /// A backslash takes the quotation mark, and where `isPlain` itself, as
  /// they are; elsewhere it stays for the pattern to read.
  mutating func quoted(isPlain: Bool) throws(EventsError) -> (text: String, range: Range<Int>)? {
    guard position < bytes.count else { return nil }
    let quote = bytes[position]
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
    let start = position
    var content: [UInt8] = []
    position += 1
    while position < bytes.count, bytes[position] != quote {
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count {
        let next = bytes[position + 1]
        if next != quote, !(isPlain && next == UInt8(ascii: "\\")) {
          content.append(UInt8(ascii: "\\"))
        }
        content.append(next)
        position += 2
      } else {
        content.append(bytes[position])
        position += 1
      }
    }
    guard position < bytes.count else { throw fail(.openString, start..<bytes.count) }
    position += 1
    let range = start..<position
    skipBlanks()
    return (String(decoding: content, as: UTF8.self), range)
  }

  /// A value of a comparison: quoted, or a word that may be a number.
  mutating func value() throws(EventsError) -> FilterValue {
    if let (text, range) = try quoted(isPlain: true) {
      return FilterValue(text: text, number: nil, isQuoted: true, range: range)
    }
    let start = position
    guard position < bytes.count, Self.isWordPart(bytes[position]) else {
      throw expected(.value)
    }
    position = wordEnd(from: start)
    let range = start..<position
    skipBlanks()
    return FilterValue(
      text: string(range), number: number(range), isQuoted: false, range: range)
  }

  /// A value that must be a number, its unit known.
  mutating func numericValue() throws(EventsError) -> FilterValue {
    let start = position
    let value = try value()
    if value.number != nil || value.isQuoted { return value }
    throw number(from: start, value)
  }

  private func number(from start: Int, _ value: FilterValue) -> EventsError {
    let digits = value.text.utf8.first == UInt8(ascii: "-") ? start + 1 : start
    if let (_, end) = DecimalNumber.read(bytes.span, from: digits), end < value.range.upperBound {
      let unit = string(end..<value.range.upperBound)
      let units = (Unit.times + Unit.sizes).map(\.name)
      return fail(
        .badUnit(nearest: NearestNames.of(unit, among: units)), end..<value.range.upperBound)
    }
    return fail(.badNumber, value.range)
  }

  /// `10`, `-1`, `0x10`, `1.5ms`, `4KiB`; nil for a word that is none.
  func number(_ range: Range<Int>) -> FilterNumber? {
    let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
    let start = range.lowerBound + (isNegative ? 1 : 0)
    guard let (number, end) = DecimalNumber.read(bytes.span, from: start),
      end <= range.upperBound
    else { return nil }
    var factor: UInt64 = 1
    if end < range.upperBound {
      let name = string(end..<range.upperBound)
      guard
        let known = Unit.factor(name, in: Unit.times) ?? Unit.factor(name, in: Unit.sizes)
      else { return nil }
      factor = known
    }
    guard let (magnitude, isWhole) = number.scaled(by: factor) else { return nil }
    let value = number.value * Double(factor)
    return FilterNumber(
      isNegative: isNegative && number.digits > 0, magnitude: magnitude, isWhole: isWhole,
      value: isNegative ? -value : value)
  }

  /// Refuses units that the field's values cannot have: `dur > 4KiB`, `pid == 3ms`.
  func checkUnits(of question: FilterQuestion) throws(EventsError) {
    let values: [FilterValue] =
      switch question {
      case .compare(_, _, let value), .anyBit(_, let value): [value]
      case .among(_, let values): values
      default: []
      }
    let takesTimes: Bool
    switch question.field {
    case .duration, .time: takesTimes = true
    case .pid, .tid, .cpu: takesTimes = false
    default: return
    }
    for value in values where value.number != nil && !value.isQuoted {
      let digits = value.range.lowerBound + (value.text.hasPrefix("-") ? 1 : 0)
      guard let (_, end) = DecimalNumber.read(bytes.span, from: digits),
        end < value.range.upperBound
      else { continue }
      let unit = string(end..<value.range.upperBound)
      if takesTimes, Unit.factor(unit, in: Unit.times) != nil { continue }
      throw fail(.wrongUnit(takesTimes: takesTimes), end..<value.range.upperBound)
    }
  }

  /// A length of time such as `1ms`.
  mutating func duration() throws(EventsError) -> TimeSpan {
    let start = position
    guard position < bytes.count, Self.isWordPart(bytes[position]) else {
      throw expected(.duration)
    }
    position = wordEnd(from: start)
    do {
      let span = try TimeSpan(parsing: string(start..<position))
      skipBlanks()
      return span
    } catch {
      guard case .quantity(let problem, _, let at) = error else { throw error }
      let range = start + at.lowerBound..<start + at.upperBound
      if case .badUnit(let nearest) = problem { throw fail(.badUnit(nearest: nearest), range) }
      throw fail(.badNumber, range)
    }
  }

  /// What stands behind `CPUS`: `{0-3,8}`.
  mutating func cpuList() throws(EventsError) -> CPUList {
    let start = position
    guard takeMark("{") else { throw expected(.cpus) }
    var ranges: [ClosedRange<Int>] = []
    while true {
      guard let low = cpu() else { throw fail(.badCPUList, start..<min(position + 1, bytes.count)) }
      var high = low
      if takeMark("-") {
        guard let last = cpu(), last >= low else {
          throw fail(.badCPUList, start..<min(position + 1, bytes.count))
        }
        high = last
      }
      ranges.append(low...high)
      if takeMark("}") { return CPUList(ranges: ranges) }
      guard takeMark(",") else {
        throw fail(.badCPUList, start..<min(position + 1, bytes.count))
      }
    }
  }

  private mutating func cpu() -> Int? {
    var number: Int?
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      number = (number ?? 0) * 10 + Int(bytes[position] - 0x30)
      if number ?? 0 >= CPUList.limit { return nil }
      position += 1
    }
    skipBlanks()
    return number
  }
}
