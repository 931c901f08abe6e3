import Testing

/// Signal handlers that fork in the middle of a hit.
@Suite struct ForkedHandlerTests {
  @Test func `a handler that forks anywhere harms neither side`() throws {
    let (end, trace) = try TracedProgram("fork-handler").run(
      buffer: "16M", reading: .counts(of: "fork:child"))
    #expect(end.output.hasSuffix(" children 50 bad 0\n"))
    let hits = try #require(end.output.split(whereSeparator: \.isWhitespace).dropFirst().first)
    #expect(trace.processes.count == 51)
    let parents = trace.processes.filter { $0.writers.isEmpty }
    #expect(parents.count == 1)
    let parent = try #require(parents.first)
    #expect("\(parent.accounted)" == hits && parent.open == 0 && parent.damaged == 0)
    for child in trace.processes where !child.writers.isEmpty {
      #expect(child.writers == [.init(number: 2, count: 100, last: 100)])
      // The hit that was interrupted may come to its end in the child as well.
      #expect(child.accounted <= 101 && child.damaged == 0)
    }
  }

  /// Places of a hit (testpoint.c), and how many passes of them there are to be interrupted.
  static let places = [
    "thread:1", "bit:1", "bit:2", "claim:1", "claim:2", "prepare:1", "prepare:2", "install:1",
    "install:2", "moved:1", "moved:2", "retire:1", "retire:2", "tail:1", "tail:2", "reserve:1",
    "reserve:50", "stamp:1", "stamp:50", "clock:1", "clock:50", "write:1", "write:50", "commit:1",
    "commit:50",
  ]

  @Test(arguments: places, [[], ["hit"], ["raw"], ["raw", "hit"]])
  func `a handler that forks at a named place harms neither side`(
    place: String, arguments: [String]
  ) throws {
    let (end, trace) = try TracedProgram("fork-at", linking: .testpoints).run(
      arguments, environment: ["SWTRACE_SIGNAL_AT=\(place)"], reading: .counts(of: "fork:hit"))
    #expect(end.output == "child 0\n")
    #expect(trace.processes.count == 2)
    let child = try #require(trace.process(ofWriter: 2))
    #expect(child.writer(2) == .init(number: 2, count: 1000, last: 1000))
    if arguments.contains("hit") {
      #expect(child.writer(3) == .init(number: 3, count: 500, last: 500))
    }
    #expect((child.writer(1)?.count ?? 0) <= 1)
    #expect(child.lost == 0 && child.open == 0 && child.damaged == 0)
    let parent = try #require(trace.processes.first { $0.pid != child.pid })
    #expect(parent.writers == [.init(number: 1, count: 20000, last: 20000)])
    #expect(parent.count == 20000 && parent.lost == 0 && parent.open == 0)
  }
}
