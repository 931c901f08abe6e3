import Testing

@testable import TraceFile

@Suite struct ChecksumTests {
  @Test(arguments: [
    ("", 0), ("123456789", 0xE306_9283), ("a", 0xC1D0_4330),
    ("The quick brown fox jumps over the lazy dog", 0x2262_0404),
  ])
  func `knows the published values of CRC-32C`(text: String, expected: Int) {
    #expect(checksum(Array(text.utf8)) == UInt32(expected))
    #expect(checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
  }

  @Test func `gives the same in one piece and in many`() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * $0) }
    for cut in [0, 1, 7, 8, 9, 500, 999, 1000] {
      var pieces = Checksum()
      unsafe bytes[..<cut].withUnsafeBytes { unsafe pieces.add($0) }
      unsafe bytes[cut...].withUnsafeBytes { unsafe pieces.add($0) }
      #expect(pieces.value == checksum(bytes))
    }
  }

  private func checksum(_ bytes: [UInt8]) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe Checksum.of($0) }
  }
}
