/// The whole numbers that a comparison lets through, within what a field can hold.
struct NumberInterval: Hashable, Sendable {
  var low: Int128
  var high: Int128

  /// Everything that a field of this many bytes holds.
  init(everyNumberOf bytes: Int, isSigned: Bool) {
    let bits = Int128(8 * bytes)
    low = isSigned ? -(1 << (bits - 1)) : 0
    high = isSigned ? (1 << (bits - 1)) - 1 : (1 << bits) - 1
  }

  init(_ low: Int128, _ high: Int128) {
    self.low = low
    self.high = high
  }

  /// The numbers that compare so with `number`; for `unequal` those that are equal.
  init(_ order: FilterOperator, _ number: FilterNumber) {
    let all = (Int128.min, Int128.max)
    let magnitude = Int128(number.magnitude)
    // The nearest whole numbers on both sides of what was written.
    let below = number.isNegative ? -magnitude - (number.isWhole ? 0 : 1) : magnitude
    let above = below + (number.isWhole ? 0 : 1)
    switch order {
    case .equal, .unequal: self.init(number.isWhole ? below : 1, number.isWhole ? below : 0)
    case .less: self.init(all.0, number.isWhole ? below - 1 : below)
    case .lessOrEqual: self.init(all.0, below)
    case .greater: self.init(number.isWhole ? above + 1 : above, all.1)
    case .greaterOrEqual: self.init(above, all.1)
    }
  }

  var isEmpty: Bool { low > high }

  func clamped(to domain: NumberInterval) -> NumberInterval {
    NumberInterval(max(low, domain.low), min(high, domain.high))
  }
}
