import Events
import Glibc
import Testing

@testable import ProgramTracing

/// As many sessions as a program has slots for.
@Suite(.serialized) struct SessionsAtOnceTests {
  @Test func `16 sessions begin and end in any order, each with its own events and none lost`()
    throws
  {
    let scratch = ScratchDirectory()
    let pid = MarkedProgram("hits").start(["2", "100000000", "5", "1000"], in: scratch.path)
    defer { end(pid) }
    var random = SystemRandomNumberGenerator()
    var running: [SessionRun] = []
    var ended: [(run: SessionRun, events: Int)] = []
    for number in 0..<16 {
      running.append(
        try SessionRun(
          in: scratch.path, patterns: number % 4 == 3 ? ["none:*"] : ["app:*"],
          name: "many-\(number)"))
      for run in running { run.drain() }
    }
    let empty = ["many-3", "many-7", "many-11", "many-15"]
    // One that ends makes room for another, whichever it is, once its slot has been left.
    for number in 0..<24 {
      let wanted = running.filter { $0.session.options.name != "many-3" }
      for run in wanted { run.drain(seconds: 0.02) { _ in false } }
      let run = running.remove(at: Int.random(in: running.indices, using: &random))
      // The program may not have got a processor since the session began.
      if !empty.contains(run.session.options.name) { run.drain { $0.events > 0 } }
      run.stop()
      ended.append((run, run.events))
      guard (1...8).contains(number) else { continue }
      running.append(
        try SessionRun(in: scratch.path, patterns: ["app:*"], name: "later-\(number)"))
    }
    #expect(running.isEmpty && ended.count == 24)
    for (run, events) in ended {
      run.drain()
      #expect(run.events == events && run.lost == 0 && run.dropped.isEmpty)
      let isEmpty = empty.contains(run.session.options.name)
      #expect((events == 0) == isEmpty, "\(run.session.options.name)")
      for (_, numbers) in run.numbers(field: 1) { expectRun(numbers, from: numbers[0]) }
    }
    #expect(scratch.names.allSatisfy { $0.hasPrefix("process-") })
  }

  @Test func `a session that nobody drains loses its own events and nobody else's`() throws {
    let scratch = ScratchDirectory()
    let stalled = try SessionRun(
      in: scratch.path, patterns: ["app:*"], name: "stalled", budget: 256 << 10)
    let others = try (0..<3).map {
      try SessionRun(in: scratch.path, patterns: ["app:*"], name: "drained-\($0)")
    }
    // Two seconds pass before what the program gets at its start is full: so long may this test get
    // no processor.
    let count = 60_000
    let pid = MarkedProgram("hits").start(["1", "\(count)", "20", "1000"], in: scratch.path)
    stalled.drain { !$0.processes.isEmpty }
    wait {
      for other in others { other.drain() }
      return others.allSatisfy { $0.events == count }
    }
    #expect(wait(for: pid) == 0)
    for other in others {
      other.stop()
      #expect(other.events == count && other.lost == 0)
      for (_, numbers) in other.numbers(field: 1) { expectRun(numbers, count: count) }
    }
    stalled.stop()
    #expect(stalled.lost > 0 && stalled.events > 0)
    #expect(stalled.events + stalled.lost == count)
  }
}
