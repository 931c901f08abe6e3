package import Events
package import TraceFile

/// Statistics of a trace that arrives in pieces.
package enum StreamedStatistics {
  /// Reads what `read` gives until it gives nothing more (0 bytes); `take` hears of everything that
  /// arrives.
  ///
  /// `show` is given the answers at the end; with `every` those of each such stretch of the trace's
  /// time, as soon as it is complete; such stretches in which nothing happens are one. It says
  /// whether to go on. What could not be read is returned.
  package static func run(
    _ options: StatisticsOptions, every: TimeSpan?, decodePages: PageDecoding? = nil,
    from read: (UnsafeMutableRawBufferPointer) throws(AnalysisError) -> Int,
    take: (TraceItem) -> Void, show: (TraceStatistics) -> Bool
  ) throws(AnalysisError) -> TraceStatistics {
    let events = try StreamedEvents(
      decodePages: decodePages,
      keepsBatches: options.period != nil || (options.filter != nil && options.wants("events")),
      keepsNews: true)
    var run = StreamedRun(
      options, try options.instanceFilter(isStream: true), every: every, events)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { unsafe buffer.deallocate() }
    while run.goesOn {
      let count = try unsafe read(buffer)
      try unsafe run.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]), take: take)
      try run.advance(show)
      if count == 0 { break }
    }
    return try run.end(show)
  }
}

private struct StreamedRun: ~Copyable {
  private let options: StatisticsOptions
  private let filter: InstanceFilter?
  private let every: TimeSpan?
  private var events: StreamedEvents
  private var pass: StatisticsPass
  private var hasBegun = false
  private var stretch = MergedStretch()
  /// Where the part begins and ends that is shown next.
  private var begin = Timestamp(nanoseconds: 0)
  private var boundary: Timestamp?
  private(set) var goesOn = true

  init(
    _ options: StatisticsOptions, _ filter: InstanceFilter?, every: TimeSpan?,
    _ events: consuming StreamedEvents
  ) {
    self.options = options
    self.filter = filter
    self.every = every
    self.events = events
    pass = StatisticsPass(
      options, filter, names: LiveNames(), origin: 0, window: StatisticsWindow(),
      countsEvents: true)
  }

  /// Takes bytes; none: there will be no more.
  mutating func feed(
    _ bytes: UnsafeRawBufferPointer, take: (TraceItem) -> Void
  ) throws(AnalysisError) {
    if unsafe bytes.isEmpty {
      try events.finish(names: &pass.live)
    } else {
      try unsafe events.feed(bytes, names: &pass.live)
    }
    for item in events.takeNews() { take(item) }
    guard !hasBegun, let preamble = events.preamble else { return }
    hasBegun = true
    boundary = every.map { begin + $0 }
    pass = StatisticsPass(
      options, filter, names: pass.live, origin: preamble.reading.monotonic, window: window,
      countsEvents: true)
  }

  /// The part of the window up to the boundary.
  private var window: StatisticsWindow {
    let origin = events.preamble?.reading.monotonic ?? 0
    var window = StatisticsWindow(options.window, origin: origin)
    guard let boundary else { return window }
    let part = StatisticsWindow(EventWindow(from: begin, to: boundary), origin: origin)
    window.from = max(window.from, part.from)
    window.to = min(window.to, part.to)
    return window
  }

  /// Takes what is complete, and shows each part that is.
  mutating func advance(_ show: (TraceStatistics) -> Bool) throws(AnalysisError) {
    while hasBegun, goesOn {
      let limit = boundary.map { events.clock.key(notBefore: $0) }
      while events.next(into: &stretch, before: limit) {
        try pass.take(stretch, events.tables, events.known, events.clock, learning: false)
      }
      guard let boundary, let every, let limit, let quiet = events.quietUntil, quiet >= limit
      else { return }
      let end = events.clock.monotonic(of: boundary)
      pass.finish(at: end, events.tables, events.clock, asidesBefore: limit)
      goesOn = show(statistics(until: boundary))
      begin = boundary
      self.boundary = boundary.end(every, events.clock.timestamp(quiet))
      pass.restart(window)
    }
  }

  /// Shows the rest.
  mutating func end(_ show: (TraceStatistics) -> Bool) throws(AnalysisError) -> TraceStatistics {
    try options.check(events.tables.types)
    if hasBegun, goesOn {
      let last = events.clock.readings.map {
        events.clock.monotonic($0.ticks(of: events.clock.reference))
      }
      let end = max(last.max() ?? 0, pass.tracking.now)
      pass.finish(at: end, events.tables, events.clock)
      let origin = events.clock.start.monotonic
      _ = show(
        statistics(until: Timestamp(nanoseconds: Int64(clamping: end &- min(origin, end)))))
    }
    var rest = TraceStatistics()
    rest.damage = events.damage
    rest.late = events.late
    return rest
  }

  private mutating func statistics(until end: Timestamp) -> TraceStatistics {
    var statistics = TraceStatistics()
    if every != nil {
      statistics.part = min(begin, end)..<end
      statistics.doubt = options.doubt(about: events.tables.types)
    }
    let maker = pass.makeMaker()
    statistics.tables = options.tables.compactMap { pass.table($0, maker) }
    if options.wants("overview") {
      var overview = pass.overview(maker)
      overview.sets = events.tables.types.setCounts(pass.counts)
      statistics.overview = overview
    }
    statistics.isLossy = pass.kernelGaps + pass.programGaps > 0
    statistics.events = pass.events
    (statistics.processes, statistics.threads) = pass.population
    return statistics
  }
}

extension Timestamp {
  /// Where the part ends that begins here: behind as many lengths as pass before something comes, at
  /// least one.
  fileprivate func end(_ every: TimeSpan, _ quiet: Timestamp) -> Timestamp {
    let (passed, _) = max(0, quiet.nanoseconds).subtractingReportingOverflow(nanoseconds)
    let length = max(1, max(0, passed) / every.nanoseconds) * every.nanoseconds
    let (end, overflow) = nanoseconds.addingReportingOverflow(length)
    return Timestamp(nanoseconds: overflow ? .max : end)
  }
}
