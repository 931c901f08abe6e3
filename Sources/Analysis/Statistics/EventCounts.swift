import Events
import TraceFile

/// Events of one type.
struct EventCount {
  var type: Int
  var count: UInt64 = 0
  var first: UInt64 = .max
  var last: UInt64 = 0

  mutating func see(_ time: UInt64) {
    first = min(first, time)
    last = max(last, time)
  }
}

extension OpenTrace {
  /// The table `events`: from the index alone where nothing narrows it, but for the first and last
  /// instant, for which a block or two of each type are looked at.
  func eventCounts(
    _ options: StatisticsOptions, _ result: inout TraceStatistics
  ) throws(AnalysisError) -> StatisticsTable {
    var counts = tables.types.indices.map { EventCount(type: $0) }
    if isNarrowed(by: options) {
      try countNarrowed(options, &counts, &result)
    } else {
      countIndexed(&counts)
      try findEnds(&counts, &result)
    }
    let origin = clock.start.monotonic
    let observation = observation
    let window = StatisticsWindow(options.window, origin: origin)
    let maker = TableMaker(
      names: StatisticsNames(), recorded: RecordedEvents(asked: [:], types: tables.types), key: nil,
      groups: [], origin: origin,
      length: window.overlap(observation.lowerBound, observation.upperBound),
      isLossy: false, isProgramLossy: false)
    return maker.events(counts, types: tables.types, lost: lostEvents(window))
  }

  /// Events of each type in the window, whatever the filter chooses.
  func eventsInWindow(_ options: StatisticsOptions) throws(AnalysisError) -> [EventCount] {
    let options = StatisticsOptions(
      tables: ["events"], window: options.window, systemCallNames: options.systemCallNames)
    var counts = tables.types.indices.map { EventCount(type: $0) }
    if isNarrowed(by: options) {
      // What cannot be read is told by the pass over all tables.
      var aside = TraceStatistics()
      try countNarrowed(options, &counts, &aside)
    } else {
      countIndexed(&counts)
    }
    return counts
  }

  /// Whether the index cannot tell how many events there are.
  private func isNarrowed(by options: StatisticsOptions) -> Bool {
    options.filter != nil || options.window.from != nil || options.window.to != nil
      || reader.blocks.contains { $0.kind == .rawPages }
  }

  private func countIndexed(_ counts: inout [EventCount]) {
    for block in reader.blocks where block.kind == .events {
      for count in block.counts where Int(count.type.index) < counts.count {
        counts[Int(count.type.index)].count += UInt64(count.events)
      }
    }
  }

  /// First and last instant of each type: only blocks that may hold them are read.
  private func findEnds(
    _ counts: inout [EventCount], _ result: inout TraceStatistics
  ) throws(AnalysisError) {
    let blocks = reader.blocks.indices.filter {
      reader.blocks[$0].kind == .events && reader.blocks[$0].events > 0
    }
    func begin(_ block: Int) -> UInt64 {
      clock.monotonic(key(reader.blocks[block].first, of: reader.blocks[block]))
    }
    func end(_ block: Int) -> UInt64 {
      clock.monotonic(key(reader.blocks[block].last, of: reader.blocks[block]))
    }
    let forward = blocks.sorted { begin($0) < begin($1) }
    var seen: Set<Int> = []
    for block in forward
    where reader.blocks[block].counts.contains(where: {
      Int($0.type.index) < counts.count && counts[Int($0.type.index)].first > begin(block)
    }) {
      seen.insert(block)
      try look(at: block, &counts, &result)
    }
    for block in blocks.sorted(by: { end($0) > end($1) })
    where !seen.contains(block)
      && reader.blocks[block].counts.contains(where: {
        Int($0.type.index) < counts.count && counts[Int($0.type.index)].last < end(block)
      })
    {
      try look(at: block, &counts, &result)
    }
  }

  private func look(
    at block: Int, _ counts: inout [EventCount], _ result: inout TraceStatistics
  ) throws(AnalysisError) {
    do {
      var decoder = try makeDecoder()
      for batch in try batches(block, .common, with: &decoder) {
        guard
          let flat = FlatBatch(batch, tables: tables, clock: clock, choice: .some([]))
        else { continue }
        let times = unsafe clock.monotonic(flat.keys, count: flat.count)
        for position in 0..<flat.count {
          let group = unsafe Int(flat.groupOf[position])
          counts[Int(flat.groups[group].type.index)].see(times[position])
        }
      }
    } catch .file(let error) {
      result.unreadable.append((block, error))
    }
  }

  private func makeDecoder() throws(AnalysisError) -> BlockDecoder {
    do {
      return try BlockDecoder()
    } catch {
      throw .file(error)
    }
  }

  /// Counts what lies in the window and matches.
  private func countNarrowed(
    _ options: StatisticsOptions, _ counts: inout [EventCount], _ result: inout TraceStatistics
  ) throws(AnalysisError) {
    let filter = options.filter
    do {
      try filter?.refuseEventless()
    } catch {
      throw .filter(error)
    }
    var events = try MergedEvents(
      self, window: options.window, selection: filter == nil ? .common : .all,
      choice: .some([]), keepsBatches: filter != nil)
    var live = LiveNames(filter == nil ? ThreadNames() : try readNames())
    let moments = try moments(
      filter, spans: true, systemCallNames: options.systemCallNames, window: options.window)
    var mask = filter.map { EventMask($0, moments) }
    var stretch = MergedStretch()
    while try events.next(into: &stretch) {
      try mask?.update(stretch, &live, tables, clock)
      for run in stretch.runs {
        guard let batch = stretch.slots[Int(run.slot)] else { continue }
        for position in Int(run.start)..<Int(run.end)
        where mask?.admits(Int(run.slot), position) ?? true {
          let type = unsafe Int(batch.groups[Int(batch.groupOf[position])].type.index)
          counts[type].count += 1
          counts[type].see(clock.monotonic(unsafe batch.keys[position]))
        }
      }
    }
    result.unreadable = events.unreadable
    result.damaged = events.damaged
  }

  /// Events that were lost within the window.
  func lostEvents(
    _ window: StatisticsWindow
  ) -> (events: UInt64, places: Int, isCounted: Bool) {
    var lost: (events: UInt64, places: Int, isCounted: Bool) = (0, 0, true)
    for losses in reader.blocks.map(\.losses) + [damagedStretches] {
      for loss in losses {
        let placed = PlacedLoss(loss, tables: tables, clock: clock)
        let (first, last) = (clock.monotonic(placed.first), clock.monotonic(placed.last))
        guard window.overlap(first, last &+ 1) > 0 else { continue }
        lost.places += 1
        if let count = loss.count {
          lost.events = lost.events.addingClamped(count)
        } else {
          lost.isCounted = false
        }
      }
    }
    return lost
  }
}
