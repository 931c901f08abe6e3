import Events
import SyntheticTrace
import Testing

@testable import Analysis

@Suite struct CallsAheadTests {
  /// All tables' cells of a window, and how many events were counted before their batch was merged.
  private func answers(
    _ trace: OpenTrace, to: UInt64?, ahead: Bool
  ) throws -> (cells: [String: [String]], taken: Int) {
    let options = StatisticsOptions(
      tables: StatisticsTable.names.filter { $0 != "periods" },
      window: EventWindow(to: to.map { Timestamp(nanoseconds: Int64($0)) }),
      systemCallNames: Answers.calls)
    let origin = trace.clock.start.monotonic
    var events = try MergedEvents(trace, callsTogether: trace.known)
    var pass = StatisticsPass(
      options, nil, names: LiveNames(try trace.readNames()), origin: origin,
      window: StatisticsWindow(options.window, origin: origin),
      observed: trace.observation.lowerBound, countsEvents: true)
    var stretch = MergedStretch()
    var taken = 0
    var border = options.window.to.map { trace.clock.key(notBefore: $0) }
    while true {
      let goesOn = try events.next(into: &stretch, before: border) { batch in
        guard ahead else { return }
        let count = batch.count
        pass.takeCallsAhead(batch, trace.tables, trace.known, trace.clock)
        taken += count - batch.count
      }
      if !goesOn {
        if border == nil { break }
        border = nil
        continue
      }
      try pass.take(stretch, trace.tables, trace.known, trace.clock, learning: true)
      if pass.isDone { break }
    }
    pass.finish(at: trace.observation.upperBound, trace.tables, trace.clock)
    let maker = pass.makeMaker()
    var cells: [String: [String]] = [:]
    for name in options.tables {
      cells[name] = pass.table(name, maker)?.rows.map { "\($0.cells)" }.sorted()
    }
    return (cells, taken)
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `answers are the same whether calls are merged or counted before`(seed: UInt64) throws {
    let file = ScratchFile()
    var machine = SyntheticTrace(seed: seed, cpus: 6, threads: 50, processes: 2, systemCalls: 6)
    try machine.write(to: file.descriptor, rounds: 4, events: 600)
    let trace = try OpenTrace(path: file.path)
    let length = trace.observation.upperBound - trace.observation.lowerBound
    var random = SeededGenerator(seed: seed)
    for round in 0..<4 {
      let to = round == 0 ? nil : random.next() % length
      let merged = try answers(trace, to: to, ahead: false)
      let counted = try answers(trace, to: to, ahead: true)
      for (name, rows) in merged.cells {
        #expect(counted.cells[name] == rows, "\(name) up to \(to ?? 0)")
      }
      #expect(merged.taken == 0)
      if to == nil { #expect(counted.taken > 1000, "\(counted.taken)") }
    }
  }
}
