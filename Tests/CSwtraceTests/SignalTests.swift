import Testing

/// Signal handlers that hit markers in the middle of other hits, and leave them in any way.
///
/// One after another: each wants a large buffer.
@Suite(.serialized) struct SignalTests {
  @Test(arguments: [[], ["on a stack of its own"]])
  func `a handler's hits stand beside the ones it interrupts`(stack: [String]) throws {
    let count = 1_500_000
    let (end, trace) = try TracedProgram("signals").run(
      ["\(count)"] + stack, buffer: "96M", reading: .counts(of: "signals:main"))
    let handled = try #require(
      end.output.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) })
    #expect(handled > 30)
    let process = try trace.process
    #expect(process.writers == [.init(number: 1, count: count, last: count)])
    #expect(process.count == count + handled)
    #expect(process.open == 0 && process.lost == 0 && process.damaged == 0)
  }

  @Test(arguments: [[], ["SWTRACE_CLOCK=monotonic"]])
  func `a handler's hits are counted too where there is no room`(clock: [String]) throws {
    let (end, trace) = try TracedProgram("signals").run(
      ["1000000"], buffer: "512K", environment: clock, reading: .counts(of: "signals:handler"))
    let handled = try #require(
      end.output.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) })
    let process = try trace.process
    #expect(process.lost > 0 && process.open == 0 && process.damaged == 0)
    #expect(process.accounted == 1_000_000 + handled)
  }

  @Test(arguments: [[], ["SWTRACE_CLOCK=monotonic"]])
  func `a handler that leaps out of hits costs only those`(clock: [String]) throws {
    let (end, trace) = try TracedProgram("longjmp").run(
      ["3000"], buffer: "128M", environment: clock, reading: .counts(of: "longjmp:handler"))
    let words = end.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    try #require(words.count == 3)
    let (started, finished, handled) = (words[0], words[1], words[2])
    #expect(handled == 3000)
    let process = try trace.process
    #expect(process.damaged == 0)
    #expect(process.open > 0 && process.open <= handled)
    #expect(finished + handled <= process.accounted)
    #expect(process.accounted <= started + handled)
    #expect(process.writers.allSatisfy { $0.repeated == 0 })
  }

  @Test(arguments: [TracedProgram.Linking.archive, .sharedObject])
  func `after many leaps a thread records as before`(linking: TracedProgram.Linking) throws {
    let (end, trace) = try TracedProgram("leaps", linking: linking).run(
      ["200"], buffer: "128M", reading: .counts(of: "app:hit"))
    #expect(end.status == 0)
    let process = try trace.process
    let begun = try #require(Int(end.output.filter { $0.isNumber }))
    #expect(begun <= process.accounted && process.accounted <= begun + 200)
    #expect(process.open <= 200 && process.damaged == 0)
    // The fields are (who, number): one writer, 0, whose numbers are below 200.
    let writer = try #require(process.writer(0))
    #expect(process.lost > 0 || (writer.count == 200 && writer.last == 199))
  }
}
