import Testing

@testable import KernelTracing

@Suite struct PageLayoutTests {
  static func header(
    commit: Int = 8, commitSize: Int = 8, data: Int = 16, dataSize: Int = 4080
  ) -> String {
    """
    \tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;
    \tfield: local_t commit;\toffset:\(commit);\tsize:\(commitSize);\tsigned:1;
    \tfield: int overwrite;\toffset:\(commit);\tsize:1;\tsigned:1;
    \tfield: char data;\toffset:\(data);\tsize:\(dataSize);\tsigned:0;

    """
  }

  @Test(arguments: [
    (header(), 4096, 8, 16), (header(dataSize: 65520), 65536, 8, 16),
    (header(commitSize: 4, data: 12, dataSize: 4084), 4096, 4, 12),
  ])
  func `pages of 64-bit and 32-bit kernels`(
    text: String, pageBytes: Int, longBytes: Int, dataOffset: Int
  ) throws {
    let layout = try PageLayout(parsing: text)
    #expect(layout.pageBytes == pageBytes)
    #expect(layout.longBytes == longBytes)
    #expect(layout.dataOffset == dataOffset)
    #expect(layout.commitOffset == 8)
  }

  @Test(arguments: [
    "", "nonsense", header(commitSize: 2), header(commit: 4), header(data: 12),
    header(dataSize: 0), header(data: 4096), header(dataSize: 1 << 24),
    header(dataSize: 99_999_999_999), header(commit: -8),
  ])
  func `headers that contradict themselves are refused`(_ text: String) {
    #expect(throws: KernelTracingError.malformed(path: "header_page", line: 1)) {
      try PageLayout(parsing: text)
    }
  }

  @Test func `an event header unlike all others is refused`() throws {
    let path = Surroundings.fixtures + "/formats/linux-6.18/events/header_event"
    let text = try Surroundings.text(path)
    try PageLayout.check(headerEvent: text, path: path)
    let lines = text.split(separator: "\n").map(String.init)
    let changed = lines.map { $0.contains("time_delta") ? "\ttime_delta  :   26 bits" : $0 }
    #expect(throws: KernelTracingError.malformed(path: path, line: 3)) {
      try PageLayout.check(headerEvent: changed.joined(separator: "\n"), path: path)
    }
  }
}
