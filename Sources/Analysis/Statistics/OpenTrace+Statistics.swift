internal import Events
import TraceFile

extension OpenTrace {
  /// Answers what is asked, in one pass; `progress` hears the share that is done, now and then, and
  /// says whether to go on.
  package func statistics(
    _ options: StatisticsOptions, progress: (Double) -> Bool = { _ in true }
  ) throws(AnalysisError) -> TraceStatistics {
    try options.check(tables.types)
    var result = TraceStatistics()
    result.damage = reader.damage
    result.damaged = damagedStretches
    var byName: [String: StatisticsTable] = [:]
    if options.wants("events") { byName["events"] = try eventCounts(options, &result) }
    if options.tables.contains(where: { $0 != "events" }) {
      try pass(options, &byName, &result, progress)
    }
    result.tables = options.tables.compactMap { byName[$0] }
    return result
  }

  private func pass(
    _ options: StatisticsOptions, _ byName: inout [String: StatisticsTable],
    _ result: inout TraceStatistics, _ progress: (Double) -> Bool
  ) throws(AnalysisError) {
    let origin = clock.start.monotonic
    let window = StatisticsWindow(options.window, origin: origin)
    let choice = options.columns(of: tables.types, known)
    let filter = try options.instanceFilter(isStream: false)
    // A filter may ask what else was going on at the time of a call.
    let isPlain = filter == nil && options.period == nil
    var events = try MergedEvents(
      self, selection: .types(choice.types), choice: .some(choice.columns),
      keepsBatches: options.period != nil, callsTogether: isPlain ? known : nil)
    let names = try readNames()
    var pass = StatisticsPass(
      options, filter, names: LiveNames(names), origin: origin, window: window,
      observed: observation.lowerBound)
    pass.rare.moments = try moments(
      options.filter, spans: false, systemCallNames: options.systemCallNames,
      window: options.window)
    var stretch = MergedStretch()
    let all = Double(max(1, reader.blocks.reduce(0) { $0 + $1.events }))
    let border = options.window.to.map { clock.key(notBefore: $0) }
    var isPast = border == nil
    while true {
      let goesOn = try events.next(into: &stretch, before: isPast ? nil : border) { batch in
        pass.takeCallsAhead(batch, tables, known, clock)
      }
      guard goesOn else {
        if isPast { break }
        isPast = true
        continue
      }
      try pass.take(stretch, tables, known, clock, learning: true)
      if pass.isDone { break }
      if !progress(min(1, Double(pass.events) / all)) { break }
    }
    pass.finish(at: observation.upperBound, tables, clock)
    let maker = pass.makeMaker()
    for name in options.tables where byName[name] == nil {
      byName[name] = pass.table(name, maker)
    }
    if options.wants("overview") {
      var overview = pass.overview(maker)
      overview.sets = tables.types.setCounts(try eventsInWindow(options))
      result.overview = overview
    }
    result.isLossy = pass.kernelGaps + pass.programGaps > 0
    result.events = pass.events
    (result.processes, result.threads) = pass.population
    result.unreadable = events.unreadable
    result.damaged = events.damaged
    result.late = pass.tracking.late
  }
}

extension EventType {
  /// What it belongs to: a set of `-e`, spans, markers, a system; nil for readings of the machine.
  var setName: String? {
    switch (origin, kind) {
    case (.machine, _): nil
    case (.program, .begin), (.program, .end): "spans"
    case (.program, .counter): "counters"
    case (.program, _): "markers"
    case (.kernel, _):
      EventSet.all.first { $0.contains(system: system, name: name) }?.name ?? system
    }
  }
}

extension TraceClock {
  /// CLOCK_MONOTONIC at an instant of the trace.
  func monotonic(of instant: Timestamp) -> UInt64 {
    UInt64(max(0, instant.nanoseconds &+ Int64(bitPattern: start.monotonic)))
  }
}

extension StatisticsWindow {
  init(_ window: EventWindow, origin: UInt64) {
    func time(_ instant: Timestamp) -> UInt64 {
      UInt64(max(0, instant.nanoseconds.addingClamped(Int64(clamping: origin))))
    }
    if let from = window.from { self.from = time(from) }
    if let to = window.to { self.to = time(to) }
  }
}

extension Int64 {
  fileprivate func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }
}

extension StatisticsOptions {
  /// Refuses what no type of the trace has.
  func check(_ types: [EventType]) throws(AnalysisError) {
    do {
      try filter?.check(against: types + [Self.callType], values: names(types))
      try period?.begin.check(against: types)
      try period?.end.check(against: types)
      try period?.begin.refuseTraceTerms()
      try period?.end.refuseTraceTerms()
    } catch {
      throw .filter(error)
    }
  }

  /// Why none of the types that are known so far can answer what is asked.
  func doubt(about types: [EventType]) -> EventsError? {
    do throws(AnalysisError) {
      try check(types)
    } catch .filter(let error) {
      return error
    } catch {
      return nil
    }
    return nil
  }

  /// The names of what has names: of states, and of system calls where no program calls a field of
  /// its own so.
  private func names(_ types: [EventType]) -> [FilterField: [String]] {
    var names = [FilterField.state: TimeKind.stateNames]
    for field in Self.callType.fields.map(\.name) where !systemCallNames.isEmpty {
      let isOthers = types.contains { $0.origin == .program && $0.index(ofField: field) != nil }
      if !isOthers { names[.field(field)] = systemCallNames }
    }
    return names
  }

  /// What a call may be asked for beside the fields of its events.
  private static let callType = EventType(
    system: "raw_syscalls", name: "sys_exit", origin: .kernel,
    fields: [Field("syscall", .string), Field("id", .string)])

  /// Which types' columns are looked at, and which of them.
  func columns(
    of types: [EventType], _ known: EventRoles
  ) -> (types: [EventTypeID], columns: [[Int]]) {
    var chosen: [EventTypeID] = []
    var columns: [[Int]] = []
    for (number, type) in types.enumerated() {
      let id = EventTypeID(UInt32(number))
      let role = known[id].role
      let hasValues = type.origin == .program && role != .other
      let fields =
        hasValues || period != nil
        ? Array(type.fields.indices) : known[id].fields.filter { $0 >= 0 }
      columns.append(fields)
      if role != .other || period != nil { chosen.append(id) }
    }
    return (chosen, columns)
  }
}
