import Testing

@testable import ProgramTracing

@Suite struct RecorderStatusTests {
  @Test func `bytes say what the status says, long texts cut`() throws {
    var status = RecorderStatus(
      name: "n", mode: [.markers, .flightRecorder], owner: 3, ringBytes: 64 << 20,
      output: String(repeating: "x", count: 5000))
    (status.events, status.lost, status.bytes, status.updated) = (.max, 1, 2, 3)
    let read = try #require(RecorderStatus(status.encoded))
    #expect(read.output.utf8.count == 2048 - 192 - 1)
    status.output = read.output
    #expect(read == status)
  }

  @Test func `another magic or version is none`() {
    let bytes = RecorderStatus(name: "n", mode: [], owner: 0, output: "").encoded
    for place in [0, 7, 8, 11] {
      var other = bytes
      other[place] ^= 1
      #expect(RecorderStatus(other) == nil)
    }
    #expect(RecorderStatus(Array(bytes.dropLast())) == nil)
  }
}
