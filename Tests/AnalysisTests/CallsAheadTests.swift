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

  /// The same of a machine that is written event by event.
  private func answers(
    _ trace: HandMadeTrace, ahead: Bool
  ) throws -> (cells: [String: [String]], taken: Int) {
    let options = StatisticsOptions(
      tables: ["states", "syscalls", "threads"], systemCallNames: Answers.calls)
    var pass = StatisticsPass(
      options, nil, names: LiveNames(ThreadNames()), origin: 0,
      window: StatisticsWindow(options.window, origin: 0), countsEvents: true)
    var merge = RunMerge(callsTogether: true)
    var taken = 0
    var stretch = MergedStretch()
    for (order, batch) in trace.all.reversed().enumerated() {
      let flat = try #require(
        FlatBatch(
          batch, tables: trace.tables, clock: trace.clock, callsTogether: trace.roles))
      if ahead { pass.takeCallsAhead(flat, trace.tables, trace.roles, trace.clock) }
      taken += batch.count - flat.count
      merge.add(flat, order: UInt64(order), range: 0..<flat.count)
      // The first one's call is known before the others are opened.
      let limit: UInt64? = order + 1 < trace.all.count ? 100 : nil
      while true {
        merge.merge(before: limit, most: 100, into: &stretch)
        if stretch.isEmpty { break }
        try pass.take(stretch, trace.tables, trace.roles, trace.clock, learning: true)
      }
    }
    pass.finish(at: 1000, trace.tables, trace.clock)
    let maker = pass.makeMaker()
    var cells: [String: [String]] = [:]
    for name in options.tables {
      cells[name] = pass.table(name, maker)?.rows.map { "\($0.cells)" }.sorted()
    }
    return (cells, taken)
  }

  /// A call of 80 ns on the last CPU, so that shorter ones may be counted before they are merged.
  private func machineWithACall() -> HandMadeTrace {
    var trace = HandMadeTrace(cpus: 3)
    trace.change(1, cpu: 2, from: 0, 0, to: 5)
    trace.enter(10, cpu: 2, 5, 0)
    trace.exit(90, cpu: 2, 5, 0, 1)
    return trace
  }

  @Test func `a call that was never seen to end does not end after others of its thread`() throws {
    var trace = machineWithACall()
    trace.change(110, cpu: 0, from: 1, KernelTypes.sleeping, to: 7)
    trace.enter(120, cpu: 0, 7, 0)
    trace.exit(190, cpu: 0, 7, 0, 1)
    trace.enter(200, cpu: 0, 7, 1)
    trace.change(210, cpu: 0, from: 7, KernelTypes.sleeping, to: 8)
    trace.wake(220, cpu: 0, by: 8, 7, target: 1)
    trace.change(230, cpu: 1, from: 2, KernelTypes.sleeping, to: 7)
    trace.enter(240, cpu: 1, 7, 0)
    trace.exit(250, cpu: 1, 7, 0, 1)
    trace.change(260, cpu: 1, from: 7, KernelTypes.sleeping, to: 2)
    trace.wake(270, cpu: 0, by: 8, 7)
    trace.change(280, cpu: 0, from: 8, KernelTypes.sleeping, to: 7)
    trace.exit(290, cpu: 0, 7, 1, 1)
    trace.change(300, cpu: 0, from: 7, KernelTypes.sleeping, to: 8)
    let merged = try answers(trace, ahead: false)
    let counted = try answers(trace, ahead: true)
    #expect(counted.cells == merged.cells)
    #expect(merged.cells["syscalls"]?.count == 1)
    #expect((merged.taken, counted.taken) == (0, 4))
  }

  @Test func `who calls after a disk's interrupt is not in it any more`() throws {
    var trace = machineWithACall()
    trace.change(105, cpu: 1, from: 9, KernelTypes.uninterruptible, to: 0)
    trace.change(110, cpu: 0, from: 1, KernelTypes.sleeping, to: 7)
    trace.enter(120, cpu: 0, 7, 0)
    trace.exit(190, cpu: 0, 7, 0, 1)
    trace.add(
      KernelTypes.blockComplete, 200, cpu: 0, thread: 7, flags: 8, .integer(8 << 20), .integer(1))
    trace.enter(210, cpu: 0, 7, 0)
    trace.exit(220, cpu: 0, 7, 0, 1)
    trace.wake(230, cpu: 0, by: 7, 9, flags: 8, target: 1)
    trace.change(240, cpu: 1, from: 0, 0, to: 9)
    trace.change(250, cpu: 0, from: 7, KernelTypes.sleeping, to: 1)
    let merged = try answers(trace, ahead: false)
    let counted = try answers(trace, ahead: true)
    #expect(counted.cells == merged.cells)
    #expect(merged.cells["states"]?.contains { $0.contains("D-other") } == true)
    #expect((merged.taken, counted.taken) == (0, 4))
  }
}
