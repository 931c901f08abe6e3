import Testing

@testable import Events

@Suite struct TimeSpanTextTests {
  @Test(arguments: [
    (Int64(0), "0 ns"), (170, "170 ns"), (999, "999 ns"), (1000, "1.00 us"), (4_120, "4.12 us"),
    (9_996, "10.0 us"), (99_960, "100 us"), (412_000, "412 us"), (999_499, "999 us"),
    (999_500, "1.00 ms"), (2_100_000, "2.10 ms"), (9_410_000, "9.41 ms"), (41_200_000, "41.2 ms"),
    (999_499_999, "999 ms"), (999_500_000, "1.000 s"), (3_001_000_000, "3.001 s"),
    (12_483_200_000, "12.483 s"),
    (-412_000, "-412 us"), (Int64.max, "9223372036.855 s"), (Int64.min, "-9223372036.855 s"),
  ])
  func `shows three digits and the unit that fits`(nanoseconds: Int64, expected: String) {
    #expect(TimeSpan(nanoseconds: nanoseconds).text == expected)
  }

  @Test(arguments: [
    ("3s", Int64(3_000_000_000)), ("500ms", 500_000_000), ("1.5ms", 1_500_000), ("10us", 10_000),
    ("10µs", 10_000), ("250ns", 250), ("2", 2_000_000_000), ("0.25", 250_000_000),
    ("1 h", 3_600_000_000_000),
    ("2m", 120_000_000_000), ("1min", 60_000_000_000), ("1d", 86_400_000_000_000),
    ("0.0000000019s", 1),
  ])
  func `reads lengths of time`(text: String, nanoseconds: Int64) throws {
    #expect(try TimeSpan(parsing: text).nanoseconds == nanoseconds)
  }

  @Test(arguments: [
    ("", QuantityProblem.empty, 0..<0), ("s", .badNumber, 0..<1), ("-3s", .badNumber, 0..<3),
    ("1.2.3s", .badUnit(nearest: []), 3..<6), ("5mss", .badUnit(nearest: ["ms", "s"]), 1..<4),
    ("99999999999999999999s", .badNumber, 0..<21), ("300000000000h", .outOfRange, 0..<13),
    ("9300000000s", .outOfRange, 0..<11),
  ])
  func `says what is no length of time`(text: String, problem: QuantityProblem, at: Range<Int>) {
    let error = #expect(throws: EventsError.self) { try TimeSpan(parsing: text) }
    guard case .quantity(let found, text, at) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    switch (found, problem) {
    case (.badUnit, .badUnit): break
    default: #expect(found == problem)
    }
  }

  @Test(arguments: [
    (Int64(4_882_113_004), 6, "4.882113"), (4_882_113_004, 9, "4.882113004"), (0, 6, "0.000000"),
    (-1_500_000_000, 3, "-1.500"), (7_999_999_999, 0, "7"),
    (Int64.min, 12, "-9223372036.854775808"),
  ])
  func `writes instants in seconds`(nanoseconds: Int64, decimals: Int, expected: String) {
    var bytes: [UInt8] = []
    bytes.append(Timestamp(nanoseconds: nanoseconds), decimals: decimals)
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }
}
