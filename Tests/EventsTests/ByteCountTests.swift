import Testing

@testable import Events

@Suite struct ByteCountTests {
  @Test(arguments: [
    ("16M", UInt64(16 << 20)), ("4MiB", 4 << 20), ("1.5G", 3 << 29), ("512", 512), ("16K", 16384),
    ("16k", 16384), ("1MB", 1_000_000), ("2 GB", 2_000_000_000), ("1T", 1 << 40), ("0x10", 16),
    ("64B", 64),
  ])
  func `reads sizes`(text: String, bytes: UInt64) throws {
    #expect(try ByteCount(parsing: text).bytes == bytes)
  }

  @Test(arguments: [
    ("", QuantityProblem.empty), ("M", .badNumber), ("-1M", .badNumber),
    ("99999999999T", .outOfRange),
  ])
  func `refuses what is no size`(text: String, problem: QuantityProblem) {
    #expect(throws: EventsError.quantity(problem, text: text, at: 0..<text.utf8.count)) {
      try ByteCount(parsing: text)
    }
  }

  @Test func `names the nearest units`() {
    #expect(
      throws: EventsError.quantity(
        .badUnit(nearest: ["MiB", "GiB", "KiB"]), text: "4Mib", at: 1..<4)
    ) {
      try ByteCount(parsing: "4Mib")
    }
  }

  @Test(arguments: [
    (UInt64(0), "0 B"), (999, "999 B"), (1000, "1.0 kB"), (40_000, "40 kB"), (900_000, "0.9 MB"),
    (5_000_000, "5.0 MB"), (53_000_000, "53 MB"), (249_400_000, "249 MB"),
    (1_200_000_000, "1.2 GB"),
    (UInt64.max, "18446744 TB"),
  ])
  func `shows what a file amounts to`(bytes: UInt64, expected: String) {
    #expect(ByteCount(bytes: bytes).text == expected)
  }

  @Test(arguments: [
    (UInt64(0), "0 B"), (512, "512 B"), (16384, "16 KiB"), (4 << 20, "4 MiB"), (3 << 29, "1.5 GiB"),
    (1_000_000, "977 KiB"), (UInt64.max, "16777216 TiB"),
  ])
  func `shows what a buffer measures`(bytes: UInt64, expected: String) {
    #expect(ByteCount(bytes: bytes).binaryText == expected)
  }
}
