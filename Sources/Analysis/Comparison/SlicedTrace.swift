package import Events
package import TraceFile

/// The durations of a trace by slices of its time: one side of a comparison.
///
/// A distribution and its buckets by slice are kept for each name, so memory does not grow with the
/// trace's length.
package struct SlicedTrace: Sendable {
  /// Slices that the observed time is cut into.
  package static let slices = 64
  /// Tables that have durations under names that mean the same in another trace.
  package static let tables = [
    "spans", "syscalls", "states", "threads", "processes", "irq", "block", "net", "locks",
  ]

  /// By table and name.
  package internal(set) var rows: [String: [String: SlicedDurations]] = [:]
  /// What the spans of a name stand in.
  var parents: [String: SpanParent] = [:]
  /// Tables without their events: the sets that hold them.
  package internal(set) var missing: [String: [String]] = [:]
  /// Tables whose instances cannot be split into states for lack of scheduling events.
  var withoutParts: Set<String> = []
  /// Whether waits for disks can be told from others in D.
  var hasDisk = true
  package internal(set) var length = TimeSpan(nanoseconds: 0)
  /// Whether events were lost within the window.
  package internal(set) var isLossy = false
  package internal(set) var events: UInt64 = 0
  package internal(set) var unreadable: [(block: Int, error: TraceFileError)] = []
  package internal(set) var damage: [Damage] = []
  package internal(set) var late: UInt64 = 0

  mutating func add(_ durations: [ComparedDurations], to table: String, slice: Int) {
    var merged: [String: ComparedDurations] = [:]
    for one in durations {
      if merged[one.name] == nil {
        merged[one.name] = one
      } else {
        merged[one.name]?.merge(one)
      }
    }
    for (name, one) in merged
    where !one.histogram.isEmpty || one.unpaired > 0 || one.censored > 0 {
      rows[table, default: [:]][name, default: SlicedDurations()].append(one, slice: slice)
    }
  }
}

extension OpenTrace {
  /// Reads a trace's durations slice by slice, in one pass.
  package func sliced(
    _ tables: [String], window asked: EventWindow = EventWindow(), where selection: Filter? = nil,
    systemCallNames: [String], progress: (Double) -> Bool = { _ in true }
  ) throws(AnalysisError) -> SlicedTrace {
    let options = StatisticsOptions(
      tables: tables, window: asked, filter: selection, systemCallNames: systemCallNames)
    try options.check(self.tables.types)
    let origin = clock.start.monotonic
    let window = StatisticsWindow(asked, origin: origin)
    let observation = observation
    let isKnown = reader.totals?.recorded != nil
    let from = max(window.from, isKnown ? observation.lowerBound : max(origin, firstEvent))
    let to = max(from, min(window.to, observation.upperBound))
    let choice = options.columns(of: self.tables.types, known)
    var events = try MergedEvents(
      self, selection: .types(choice.types), choice: .some(choice.columns))
    var pass = StatisticsPass(
      options, try options.instanceFilter(isStream: false), names: LiveNames(try readNames()),
      origin: origin, window: Self.slice(0, from, to))
    pass.rare.moments = try moments(
      selection, spans: false, systemCallNames: systemCallNames, window: asked)
    var sliced = SlicedTrace()
    sliced.length = TimeSpan(nanoseconds: Int64(clamping: to - from))
    var stretch = MergedStretch()
    let all = Double(max(1, reader.blocks.reduce(0) { $0 + $1.events }))
    for slice in 0..<SlicedTrace.slices {
      let part = Self.slice(slice, from, to)
      if slice > 0 { pass.restart(part) }
      let isLast = slice == SlicedTrace.slices - 1
      // The last event is in the last slice.
      let limit = clock.key(
        notBefore: Timestamp(nanoseconds: Int64(bitPattern: part.to &- origin)))
      while try events.next(into: &stretch, before: isLast && window.to == .max ? nil : limit) {
        try pass.take(stretch, self.tables, known, clock, learning: true)
        guard progress(min(1, Double(pass.events) / all)) else { return sliced }
      }
      pass.finish(
        at: min(part.to, to), self.tables, clock, asidesBefore: isLast ? .max : limit)
      let names = pass.makeNames()
      for table in tables {
        sliced.add(pass.comparedDurations(table, names), to: table, slice: slice)
      }
      if tables.contains("spans") {
        sliced.parents.merge(pass.spanParents(names)) { $0.merged(with: $1) }
      }
      if pass.kernelGaps + pass.programGaps > 0 { sliced.isLossy = true }
    }
    let maker = pass.makeMaker()
    for table in tables {
      let missing = maker.missing(table)
      sliced.missing[table] = missing.table
      if table == "net", missing.sets("packets in") != nil, missing.sets("packets out") != nil {
        sliced.missing[table] = ["net"]
      }
      if table == "spans", missing.sets("run") != nil { sliced.withoutParts.insert(table) }
      if table == "syscalls", missing.sets("on-CPU") != nil { sliced.withoutParts.insert(table) }
    }
    sliced.hasDisk = maker.missing("states").sets("D-io") == nil
    for table in sliced.missing.keys { sliced.rows[table] = nil }
    sliced.events = pass.events
    sliced.unreadable = events.unreadable
    sliced.damage = reader.damage
    sliced.late = pass.tracking.late
    return sliced
  }

  /// When the first event was that is not a reading of the machine's.
  private var firstEvent: UInt64 {
    let first = reader.blocks.lazy
      .filter { block in
        block.kind == .rawPages
          || block.kind == .events
            && block.counts.contains { self.tables.types[Int($0.type.index)].origin != .machine }
      }
      .map { self.clock.monotonic(self.key($0.first, of: $0)) }.min()
    return first ?? 0
  }

  private static func slice(_ number: Int, _ from: UInt64, _ to: UInt64) -> StatisticsWindow {
    func border(_ number: Int) -> UInt64 {
      let (product, slices) = (
        (to - from).multipliedFullWidth(by: UInt64(number)), UInt64(SlicedTrace.slices)
      )
      return from + slices.dividingFullWidth(product).quotient
    }
    var window = StatisticsWindow()
    window.from = border(number)
    // What ends with the last event belongs to it.
    window.to = number == SlicedTrace.slices - 1 ? to &+ 1 : border(number + 1)
    return window
  }
}
