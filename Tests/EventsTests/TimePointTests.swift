import Testing

@testable import Events

@Suite struct TimePointTests {
  /// A trace of ten seconds that began at 2026-07-27T14:00:00Z.
  func instant(_ text: String) throws -> Int64 {
    try TimePoint(parsing: text).instant(
      length: TimeSpan(seconds: 10), startOfTrace: 1_785_160_800_000_000_000
    ).nanoseconds
  }

  @Test(arguments: [
    ("4.2s", Int64(4_200_000_000)), ("+5ms", 5_000_000), ("+4.882113", 4_882_113_000), ("0", 0),
    ("50%", 5_000_000_000), ("33.3%", 3_330_000_000), ("100%", 10_000_000_000),
    ("-2s", 8_000_000_000), ("-12", -2_000_000_000), ("2026-07-27T14:00:05.25Z", 5_250_000_000),
    ("2026-07-27 16:00:01+02:00", 1_000_000_000), ("2026-07-27T13:59-00:01", 0),
    ("@1785160803.5", 3_500_000_000),
    ("2026-07-27", -50_400_000_000_000),
  ])
  func `finds the place in a trace`(text: String, nanoseconds: Int64) throws {
    #expect(try instant(text) == nanoseconds)
  }

  @Test(arguments: [
    ("", QuantityProblem.empty, 0..<0), ("%", .badNumber, 0..<1), ("101%", .outOfRange, 0..<4),
    ("abc", .badNumber, 0..<3), ("+", .empty, 1..<1), ("2026-13-01", .badDate, 0..<10),
    ("2026-02-29", .badDate, 0..<10), ("2026-07-27T25:00", .badDate, 0..<16),
    ("5 furlongs", .badUnit(nearest: []), 2..<10), ("+5 furlongs", .badUnit(nearest: []), 3..<11),
  ])
  func `says what is no place`(text: String, problem: QuantityProblem, at: Range<Int>) {
    #expect(throws: EventsError.quantity(problem, text: text, at: at)) {
      try TimePoint(parsing: text)
    }
  }

  @Test func `knows the calendar`() {
    let instants = [
      ("1970-01-01T00:00:00Z", Int64(0)), ("2000-02-29T12:00:00Z", 951_825_600),
      ("2100-03-01T00:00:00Z", 4_107_542_400), ("1969-12-31T23:59:59Z", -1),
    ]
    for (text, seconds) in instants {
      #expect(CalendarTime.read(Array(text.utf8).span) == seconds * 1_000_000_000)
    }
    #expect(CalendarTime.read(Array("9999-12-31T00:00:00Z".utf8).span) == nil)
  }

  @Test func `clamps instead of overflowing`() throws {
    let point = TimePoint.wallClock(nanoseconds: .max)
    #expect(point.instant(length: TimeSpan(seconds: 1), startOfTrace: .min).nanoseconds == .max)
    let before = TimePoint.beforeEnd(TimeSpan(nanoseconds: .max))
    let length = TimeSpan(nanoseconds: .min)
    #expect(before.instant(length: length, startOfTrace: 0).nanoseconds == .min)
  }

  @Test func `survives 20 000 random texts`() {
    var random = SplitMix(seed: 5)
    let alphabet = Array("0123456789+-@%.:TZs mx".utf8)
    var read = 0
    for _ in 0..<20_000 {
      let text = random.text(of: alphabet, upTo: 22)
      if (try? TimePoint(parsing: text)) != nil { read += 1 }
      if (try? ByteCount(parsing: text)) != nil { read += 1 }
    }
    #expect(read > 100)
  }
}
