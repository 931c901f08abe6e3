import Testing

@Suite struct SpanTests {
  static let program = Result { try SwiftProgram(["spans"], recording: "test:*") }

  /// Begin and end of a span, paired by the rule for readers: within the stack that the field
  /// `span` names, the innermost open span of the name.
  struct Pair {
    let begin: LeftEvent
    let end: LeftEvent
    let depth: Int
  }

  static func pairs(_ events: [LeftEvent]) throws -> [Pair] {
    var stacks: [String: [LeftEvent]] = [:]
    var pairs: [Pair] = []
    for event in events.sorted(by: { $0.ticks < $1.ticks }) {
      let span = try #require(event.field("span"))
      let stack = span == "0" ? "thread \(event.thread)" : span
      // An end has the one field.
      if event.fields.contains(" ") || (event.name == "test:bare" && begins(event, stacks[stack])) {
        stacks[stack, default: []].append(event)
      } else {
        let last = stacks[stack, default: []].popLast()
        let begin = try #require(last)
        try #require(begin.name == event.name)
        pairs.append(Pair(begin: begin, end: event, depth: stacks[stack, default: []].count))
      }
    }
    let open = stacks.values.reduce(0) { $0 + $1.count }
    try #require(open == 0)
    return pairs
  }

  /// The bare span's begin looks like its end; it is not nested in itself.
  private static func begins(_ event: LeftEvent, _ stack: [LeftEvent]?) -> Bool {
    stack?.last?.name != event.name
  }

  @Test func `pairs nested spans of a thread, also when they throw`() throws {
    let events = try Self.program.get().events.filter { $0.field("span") == "0" }
    let pairs = try Self.pairs(events)
    #expect(pairs.map { $0.begin.field("id") } == ["2", "3", "1", "4"])
    #expect(pairs.map(\.depth) == [1, 1, 0, 0])
    #expect(pairs.allSatisfy { $0.begin.thread == $0.end.thread })
  }

  @Test func `pairs spans of tasks on whatever threads they end`() throws {
    let events = try Self.program.get().events.filter {
      $0.field("span").flatMap { UInt64($0) }.map { $0 != 0 && $0 >> 63 == 0 } ?? false
    }
    let pairs = try Self.pairs(events)
    #expect(pairs.count == 40)
    #expect(Set(events.compactMap { $0.field("span") }).count == 10)
    for id in 100..<110 {
      let outer = try #require(pairs.first { $0.begin.field("id") == "\(id)" && $0.depth == 0 })
      #expect(outer.begin.name == "test:outer")
      let span = outer.begin.field("span")
      let inside = pairs.filter { $0.begin.field("span") == span && $0.depth == 1 }
      #expect(inside.map(\.begin.name) == ["test:inner", "test:bare", "test:placed_span"])
    }
  }

  @Test func `pairs spans that are handed to another thread`() throws {
    let events = try Self.program.get().events.filter {
      $0.field("span").flatMap { UInt64($0) }.map { $0 >> 63 == 1 } ?? false
    }
    let pairs = try Self.pairs(events)
    #expect(pairs.map { $0.begin.field("id") } == ["200", "201"])
    #expect(pairs[0].begin.thread != pairs[0].end.thread)
    #expect(Set(pairs.map { $0.begin.field("span") }).count == 2)
  }
}
