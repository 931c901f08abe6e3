package import Events

/// What is asserted of the rows of a comparison.
///
/// ```
/// condition = [ pattern ":" ] quantity ( "<" | "<=" | ">" | ">=" ) limit
/// quantity  = "p50" | "p90" | "p95" | "p99" | "p99.9" | "avg" | "max" | "rate"
/// limit     = [ "+" | "-" ] number "%"  |  time  |  number
/// ```
package struct ComparisonCondition: Sendable {
  package enum Quantity: Hashable, Sendable {
    case compared(ComparedQuantity)
    case most

    package var name: String {
      switch self {
      case .compared(let quantity): quantity.name
      case .most: "max"
      }
    }

    static let all: [Quantity] = ComparedQuantity.allCases.map { .compared($0) } + [.most]
  }

  package enum Limit: Hashable, Sendable {
    /// Of the change: 0.2 is +20 %.
    case change(Double)
    /// Of the new trace's value: nanoseconds, or a number a second.
    case value(Double)
  }

  package enum Order: String, Sendable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    func holds(_ left: Double, _ right: Double) -> Bool {
      switch self {
      case .less: left < right
      case .lessOrEqual: left <= right
      case .greater: left > right
      case .greaterOrEqual: left >= right
      }
    }
  }

  package let text: String
  /// The rows that are meant; nil: all.
  package let pattern: Glob?
  package let quantity: Quantity
  package let order: Order
  package let limit: Limit
  /// The limit as it was written.
  package let limitText: String

  package init(parsing text: String) throws(AnalysisError) {
    var parser = ConditionParser(text)
    self.text = text
    pattern = try parser.pattern()
    quantity = try parser.quantity()
    order = try parser.order()
    (limit, limitText) = try parser.limit(of: quantity)
  }

  /// Whether a row is meant: by its name, or by what follows the provider in it.
  package func covers(_ row: ComparedRow) -> Bool {
    guard let pattern else { return true }
    if pattern.matches(row.name) { return true }
    guard let colon = row.name.firstIndex(of: ":") else { return false }
    return pattern.matches(String(row.name[row.name.index(after: colon)...]))
  }

  package enum Outcome: Hashable, Sendable {
    case holds, broken
    /// There are too few instances to tell.
    case tooFew
  }

  /// What the condition comes to for a row.
  ///
  /// A bound of the change is broken where the change is beyond it and no accident, or, where it
  /// asks for a change, where that did not come; a bound of the value where the new trace's value is
  /// beyond it.
  package func outcome(for row: ComparedRow) -> Outcome {
    switch (quantity, limit) {
    case (.most, .value(let limit)):
      guard let most = row.newMost else { return .tooFew }
      return order.holds(Double(most), limit) ? .holds : .broken
    case (.compared(let quantity), .value(let limit)):
      guard let one = row.comparison(quantity), let value = one.new,
        quantity.quantile.map({ !row.isBracketed($0) }) ?? true
      else { return .tooFew }
      return order.holds(value, limit) ? .holds : .broken
    case (.compared(let quantity), .change(let limit)):
      guard let one = row.comparison(quantity), let change = one.change,
        let chance = one.chance
      else { return .tooFew }
      if order.holds(change, limit) { return .holds }
      if !order.holds(0, limit) { return .broken }
      return chance < TraceComparison.significance ? .broken : .holds
    case (.most, .change): return .tooFew
    }
  }
}

extension ComparedRow {
  /// Whether fewer than ten instances of the new trace lie above a quantile.
  fileprivate func isBracketed(_ quantile: Quantile) -> Bool {
    let above = newCount.multipliedReportingOverflow(by: UInt64(1000 - quantile.thousandths))
    return !above.overflow && above.partialValue < 10_000
  }
}

/// A condition and what it comes to over the rows of all tables.
package struct CheckedCondition: Sendable {
  package struct Row: Sendable {
    package var table: String
    package var row: ComparedRow
  }

  package let condition: ComparisonCondition
  package private(set) var broken: [Row] = []
  package private(set) var held = 0
  package private(set) var tooFew = 0

  package init(_ condition: ComparisonCondition, _ comparison: TraceComparison) {
    self.condition = condition
    for table in comparison.tables {
      for row in table.rows where condition.covers(row) {
        switch condition.outcome(for: row) {
        case .holds: held += 1
        case .broken: broken.append(Row(table: table.name, row: row))
        case .tooFew: tooFew += 1
        }
      }
    }
  }

  package var outcome: ComparisonCondition.Outcome {
    broken.isEmpty ? (held > 0 ? .holds : .tooFew) : .broken
  }
}

private struct ConditionParser {
  let text: String
  let bytes: [UInt8]
  var position = 0

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  private func fail(_ problem: ConditionProblem, _ range: Range<Int>) -> AnalysisError {
    .condition(problem, text: text, at: range)
  }

  private mutating func skipBlanks() {
    while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
  }

  /// What stands before the last colon; a limit has none.
  mutating func pattern() throws(AnalysisError) -> Glob? {
    skipBlanks()
    if position == bytes.count { throw fail(.empty, 0..<bytes.count) }
    guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    let start = position
    var end = colon
    while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
    position = colon + 1
    skipBlanks()
    guard start < end else { throw fail(.badPattern, start..<colon + 1) }
    do {
      return try Glob(parsing: String(decoding: bytes[start..<end], as: UTF8.self))
    } catch {
      throw fail(.badPattern, start..<end)
    }
  }

  mutating func quantity() throws(AnalysisError) -> ComparisonCondition.Quantity {
    let start = position
    while position < bytes.count, bytes[position] > 0x20, !Self.isOperator(bytes[position]) {
      position += 1
    }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    let range = start..<position
    skipBlanks()
    let all = ComparisonCondition.Quantity.all
    guard let found = all.first(where: { $0.name == word }) else {
      let nearest = NearestNames.of(word, among: all.map(\.name))
      throw fail(.unknownQuantity(nearest: nearest), range)
    }
    return found
  }

  private static func isOperator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "=")
      || byte == UInt8(ascii: "!")
  }

  mutating func order() throws(AnalysisError) -> ComparisonCondition.Order {
    let start = position
    while position < bytes.count, Self.isOperator(bytes[position]) { position += 1 }
    let range = start..<position
    skipBlanks()
    let word = String(decoding: bytes[range], as: UTF8.self)
    guard let order = ComparisonCondition.Order(rawValue: word) else {
      throw fail(.noOperator, range)
    }
    return order
  }

  mutating func limit(
    of quantity: ComparisonCondition.Quantity
  ) throws(AnalysisError) -> (ComparisonCondition.Limit, String) {
    var end = bytes.count
    while end > position, bytes[end - 1] <= 0x20 { end -= 1 }
    let range = position..<end
    guard !range.isEmpty else { throw fail(.noLimit, range) }
    let word = String(decoding: bytes[range], as: UTF8.self)
    if bytes[end - 1] == UInt8(ascii: "%") {
      if quantity == .most { throw fail(.needsTime, range) }
      guard let share = Self.share(bytes[range.dropLast()]) else { throw fail(.badLimit, range) }
      guard abs(share) <= 1e6 else { throw fail(.outOfRange, range) }
      return (.change(share / 100), word)
    }
    if quantity == .compared(.rate) {
      guard let number = Self.share(bytes[range]), number >= 0 else {
        throw fail(.needsNumber, range)
      }
      return (.value(number), word)
    }
    // A number alone has no unit that everybody would mean.
    guard bytes[end - 1] > UInt8(ascii: "9") else { throw fail(.badLimit, range) }
    do {
      return (.value(Double(try TimeSpan(parsing: word).nanoseconds)), word)
    } catch {
      throw fail(.badLimit, range)
    }
  }

  /// `+20`, `-1.5`, `20 `.
  private static func share(_ bytes: ArraySlice<UInt8>) -> Double? {
    var digits = bytes
    while let last = digits.last, last <= 0x20 { digits = digits.dropLast() }
    let isPlain = digits.enumerated().allSatisfy { place, byte in
      (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".")
        || place == 0 && (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"))
    }
    guard isPlain, digits.count <= 18 else { return nil }
    return Double(String(decoding: digits, as: UTF8.self))
  }
}

extension Range<Int> {
  fileprivate func dropLast() -> Range<Int> { lowerBound..<upperBound - 1 }
}
