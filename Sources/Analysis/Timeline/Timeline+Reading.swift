import Events
import Synchronization
import TraceFile

extension Timeline {
  /// Reads what was not read yet, in the thread that calls.
  func readAll(_ progress: (Double) -> Bool) throws(AnalysisError) {
    guard levels != .complete else { return }
    let clock = trace.clock
    let facts = try MachineFacts(trace)
    var pass = LanePass(
      trace, systemCallNames: systemCallNames, names: try names(), learnsNames: true)
    let choice = trace.laneColumns
    var events = try MergedEvents(
      trace, selection: .types(choice.types), choice: .some(choice.columns))
    var stretch = MergedStretch()
    var taken = TakenPass()
    var last = Int64.min
    var marked: UInt64 = 0
    var published = 0.0
    clear()
    while try events.next(into: &stretch) {
      if let key = stretch.firstKey {
        let time = clock.nanoseconds(key)
        if time > last {
          let first = clock.key(notBefore: Timestamp(nanoseconds: time))
          let anchor = EventAnchor(time: last == .min ? .min : time, number: pass.events)
          var mark: PassMark?
          if last > .min, pass.events - marked >= grain.markDistance {
            pass.takeAside(before: first, trace.tables, clock)
            mark = pass.mark(at: time, key: first)
            marked = pass.events
          }
          note(anchor, mark)
        }
        last = max(last, clock.nanoseconds(stretch.lastKey ?? key))
      }
      pass.take(stretch, trace.tables, trace.known, clock)
      pass.exchange(&taken)
      take(taken)
      let share = min(1, Double(pass.events) / Double(max(1, summary.events)))
      if share >= published + 1.0 / 64 {
        publish(&pass, facts, until: last, .partial(share))
        published = share
      }
      guard progress(share) else { return }
    }
    pass.finish(
      at: clock.monotonic(of: trace.end), before: .max, trace.tables, clock)
    pass.exchange(&taken)
    take(taken)
    publish(&pass, facts, until: .max, .complete)
  }

  private func clear() {
    state.withLock { state in
      let names = state.names
      state = TimelineState(trace, grain)
      state.names = names
    }
  }

  /// What passes between two of its locks is short enough for a frame to be drawn in time.
  private static var mostTaken: Int { 512 }

  private func take(_ told: TakenPass) {
    state.withLock { $0.take(told.table, told.numbers) }
    var start = 0
    while start < told.intervals.count {
      let end = min(told.intervals.count, start + Self.mostTaken)
      state.withLock { $0.take(told.intervals[start..<end]) }
      start = end
    }
  }

  private func note(_ anchor: EventAnchor, _ mark: PassMark?) {
    state.withLock { state in
      state.anchors.append(anchor)
      if let mark { state.append(mark) }
    }
  }

  private func publish(
    _ pass: inout LanePass, _ facts: MachineFacts, until time: Int64, _ levels: LevelsState
  ) {
    let tails = pass.tails()
    var directory = self.directory
    directory.update(pass, trace)
    directory.take(facts, parents: pass.parents)
    let lives = pass.lives
    let gapTimes = pass.tracking.threads.changes.gapTimes
    let throttled = pass.throttled
    let late = pass.losses.map { TimelineLoss($0, trace) }
    state.withLock { [directory] state in
      state.tails = tails
      state.directory = directory
      state.lives = lives
      state.gapTimes = gapTimes
      state.throttled = throttled
      state.readUntil = time
      state.levels = levels
      if late.count > state.placedLosses.count {
        state.placedLosses = late.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
      }
    }
  }
}

extension MergedStretch {
  /// The times of its first and last event.
  var firstKey: UInt64? {
    runs.first.flatMap { run in slots[Int(run.slot)].map { unsafe $0.keys[Int(run.start)] } }
  }

  var lastKey: UInt64? {
    runs.last.flatMap { run in slots[Int(run.slot)].map { unsafe $0.keys[Int(run.end) - 1] } }
  }
}

extension OpenTrace {
  /// Types that lanes are made of, and which of their columns.
  var laneColumns: (types: [EventTypeID], columns: [[Int]]) {
    var chosen: [EventTypeID] = []
    var columns: [[Int]] = []
    for (number, type) in tables.types.enumerated() {
      let id = EventTypeID(UInt32(number))
      let role = known[id].role
      switch role {
      case .other, .softInterruptRaise, .blockInsert, .blockIssue, .netQueue, .netTransmit,
        .netReceive, .netCopy, .frequency, .cpuTime, .machineFact,
        .machineBlockDevice:
        columns.append([])
        continue
      case .counter: columns.append(Array(type.fields.indices))
      case .spanBegin, .spanEnd: columns.append([])
      case .systemCallEnter, .systemCallExit:
        columns.append(known[id].fields.prefix(1).filter { $0 >= 0 })
      default: columns.append(known[id].fields.filter { $0 >= 0 })
      }
      chosen.append(id)
    }
    return (chosen, columns)
  }
}
