import Testing

@testable import Recording

@Suite struct `A list of CPUs` {
  @Test(arguments: [
    ("0", [0]), ("0-3", [0, 1, 2, 3]), ("0-1,4,6-7", [0, 1, 4, 6, 7]), ("", []),
  ])
  func `reads what the kernel writes`(text: String, numbers: [Int]) {
    #expect(CPUList(text)?.numbers == numbers)
    #expect(CPUList(numbers).description == text)
  }

  @Test(arguments: ["x", "3-1", "-1", "1-", "0-99999999", "1-2-3"])
  func `refuses what is no list`(text: String) {
    #expect(CPUList(text) == nil)
  }

  @Test func `reads a mask across words`() {
    #expect(CPUList(mask: [1 << 63, 1]).numbers == [63, 64])
  }
}
