import Events
import Testing

@testable import Analysis

@Suite struct ComparisonConditionTests {
  private static let ms = 1e6

  /// A row whose p50 is the same, p99 twice as long and no accident, p99.9 too seldom.
  private var row: ComparedRow {
    var row = ComparedRow(
      "web:request", SlicedDurations(), SlicedDurations(), lengths: (1, 1), hasShifts: false,
      hasDisk: true)
    row.baseCount = 5000
    row.newCount = 5000
    row.newMost = 9_000_000
    row.quantities = [
      comparison(.p50, 1 * Self.ms, 1.02 * Self.ms, chance: 0.6),
      comparison(.p90, 1.5 * Self.ms, 1.8 * Self.ms, chance: 0.2),
      comparison(.p99, 2 * Self.ms, 4 * Self.ms, chance: 0.0001),
      comparison(.p999, 3 * Self.ms, 5 * Self.ms, chance: nil),
      comparison(.average, 1 * Self.ms, 1.1 * Self.ms, chance: 0.04),
      comparison(.rate, 1000, 800, chance: 0.001),
    ]
    return row
  }

  private func comparison(
    _ quantity: ComparedQuantity, _ base: Double, _ new: Double, chance: Double?
  ) -> QuantityComparison {
    QuantityComparison(
      quantity: quantity, base: base, new: new, change: new / base - 1, interval: nil,
      chance: chance)
  }

  private static let outcomes: [(String, ComparisonCondition.Outcome)] = [
    ("p50 < +1 %", .holds), ("p90 < +10 %", .holds),
    ("p99 < +20 %", .broken), ("p99<+150%", .holds), ("p99 <= 100 %", .holds),
    ("p99.9 < +20 %", .tooFew), ("p99.9 < 6ms", .tooFew), ("p99 < 5ms", .holds),
    ("p99 < 3ms", .broken), ("p50 > 1ms", .holds), ("p50 >= 1.1ms", .broken),
    ("p50 < -10 %", .broken), ("p50 > +10 %", .broken), ("p50 > -10 %", .holds),
    ("rate < -10 %", .holds), ("p50 < 0 %", .broken),
    ("avg < +5 %", .broken), ("max < 10ms", .holds), ("max < 8.5ms", .broken),
    ("rate > -10 %", .broken), ("rate > -30 %", .holds), ("rate > 700", .holds),
    ("rate >= 900", .broken), ("  web:request :  p99 < 3ms ", .broken),
    ("request: p99 < 3ms", .broken), ("req*: p99 < 5ms", .holds),
  ]

  @Test(arguments: outcomes)
  func `a condition holds or not`(text: String, outcome: ComparisonCondition.Outcome) throws {
    let condition = try ComparisonCondition(parsing: text)
    #expect(condition.covers(row))
    #expect(condition.outcome(for: row) == outcome)
  }

  @Test func `a pattern means other rows`() throws {
    #expect(!(try ComparisonCondition(parsing: "db*: p99 < 3ms").covers(row)))
    #expect(!(try ComparisonCondition(parsing: "web: p99 < 3ms").covers(row)))
  }

  private static let refusals: [(String, ConditionProblem, Range<Int>)] = [
    ("", .empty, 0..<0), ("   ", .empty, 0..<3),
    (": p99 < 1ms", .badPattern, 0..<1),
    ("[a: p99 < 1ms", .badPattern, 0..<2), ("p98 < 1ms", .unknownQuantity(nearest: []), 0..<3),
    ("p99", .noOperator, 3..<3), ("p99 == 1ms", .noOperator, 4..<6), ("p99 <", .noLimit, 5..<5),
    ("p99 < 5", .badLimit, 6..<7), ("p99 < 5 parsecs", .badLimit, 6..<15),
    ("p99 < x%", .badLimit, 6..<8), ("p99 < %", .badLimit, 6..<7),
    ("p99 < +-3 %", .badLimit, 6..<11), ("max < +20 %", .needsTime, 6..<11),
    ("rate > 3ms", .needsNumber, 7..<10), ("p99 < 99999999999 %", .outOfRange, 6..<19),
    ("p99 < nan %", .badLimit, 6..<11), ("rate > inf", .needsNumber, 7..<10),
    ("p99 < -2ms", .badLimit, 6..<10),
  ]

  @Test(arguments: refusals)
  func `what cannot be meant is refused in its place`(
    text: String, problem: ConditionProblem, range: Range<Int>
  ) {
    do {
      _ = try ComparisonCondition(parsing: text)
      Issue.record("'\(text)' was taken")
    } catch AnalysisError.condition(let found, let told, let at) {
      if case .unknownQuantity = problem {
        guard case .unknownQuantity = found else {
          Issue.record("\(found)")
          return
        }
      } else {
        #expect(found == problem)
      }
      #expect(told == text)
      #expect(at == range)
    } catch {
      Issue.record("\(error)")
    }
  }
}
