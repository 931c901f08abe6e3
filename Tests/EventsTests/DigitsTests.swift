import Testing

@testable import Events

@Suite struct DigitsTests {
  func text(_ write: (inout [UInt8]) -> Void) -> String {
    var bytes: [UInt8] = []
    write(&bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: [0, 1, 9, 10, 99, 100, 12345, UInt64.max, 10_000_000_000_000_000_000])
  func `writes decimal digits`(number: UInt64) {
    #expect(text { $0.append(decimal: number) } == String(number))
    #expect(text { $0.append(hexadecimal: number) } == "0x" + String(number, radix: 16).leading0)
    #expect(
      text { $0.append(octal: number) } == (number == 0 ? "0" : "0" + String(number, radix: 8)))
  }

  @Test func `writes signs and widths`() {
    #expect(text { $0.append(decimal: Int64.min) } == "-9223372036854775808")
    #expect(text { $0.append(decimal: Int64(-5)) } == "-5")
    #expect(text { $0.append(decimal: 7, width: 3) } == "007")
    #expect(text { $0.append(decimal: 1234, width: 3) } == "1234")
    #expect(text { $0.append(hexadecimal: 0xA, prefixed: false, width: 2) } == "0a")
  }

  @Test(arguments: [
    (UInt64(0), "0"), (12, "12"), (999, "999"), (1204, "1 204"), (618_204, "618 204"),
    (38_214_905, "38 214 905"), (UInt64.max, "18 446 744 073 709 551 615"),
  ])
  func `groups counts in threes`(number: UInt64, expected: String) {
    #expect(text { $0.append(count: number) } == expected)
  }

  @Test(arguments: [
    (UInt64(9), UInt64(1000), "0.9 %"), (34, 100, "34 %"), (0, 7, "0.0 %"), (1, 1, "100 %"),
    (5, 0, "-"), (99, 1000, "9.9 %"), (9996, 100_000, "10 %"),
    (UInt64.max, 1, "100000000000000000 %"),
  ])
  func `writes shares in percent`(part: UInt64, whole: UInt64, expected: String) {
    #expect(text { $0.append(percentOf: whole, part) } == expected)
  }

  @Test func `appends behind what is there`() {
    #expect(
      text {
        $0.append("n="); $0.append(count: 12345)
      } == "n=12 345")
  }
}

extension String {
  fileprivate var leading0: String { isEmpty ? "0" : self }
}
