import Events
import Testing

@testable import KernelTracing

@Suite struct PageFixtureTests {
  @Test func `a page of Linux 6.18 agrees with the kernel's text`() throws {
    let trace = try DecodedTrace(Tracefs(root: Surroundings.fixtures + "/formats/linux-6.18"))
    let lines = KernelText.lines(
      try Surroundings.text(Surroundings.fixtures + "/pages/linux-6.18.txt"))
    let page = try Surroundings.bytes(Surroundings.fixtures + "/pages/linux-6.18.page")
    let (batches, outcomes) = trace.decode(page)
    #expect(outcomes == [PageOutcome(events: lines.count, missed: .none, damage: nil)])
    let events = batches.flatMap(trace.events)
    #expect(events.count == lines.count && lines.count > 40)
    for (line, event) in zip(lines, events) {
      #expect(line.difference(from: event) == nil, "\(line.line.string)")
    }
  }
}
