import Testing

@testable import Recording

@Suite struct `A thread's stat line` {
  let rest =
    "S 1 2 3 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 777 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 4 0 0 0"

  @Test(arguments: ["bash", "a b", "evil) R 9 (", "", "日本"])
  func `keeps any name`(name: String) throws {
    let stat = try #require(ThreadStat(Array("42 (\(name)) \(rest)".utf8)))
    #expect(stat.name == Array(name.utf8))
    #expect(stat.state == UInt8(ascii: "S"))
    #expect(stat.parent == 1)
    #expect(stat.priority == 20)
    #expect(stat.startTicks == 777)
    #expect(stat.policy == 4)
  }

  @Test(arguments: ["", "42", "42 (x", "42 (x) S 1", ")("])
  func `that is cut off is nothing`(line: String) {
    #expect(ThreadStat(Array(line.utf8)) == nil)
  }
}
