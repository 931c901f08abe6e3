package import Events

extension Timeline {
  /// Looks for the events that a filter chooses: those from a time on first, then those before it.
  ///
  /// `progress` hears, after every few thousand events, how many there are so far, the first `hits`
  /// of them and how many lie in each of `columns` equal parts of the trace, and says whether to go
  /// on. Reads the file.
  package func search(
    _ filter: Filter, from time: Int64, hits: Int, columns: Int,
    progress: (SearchProgress) -> Bool
  ) throws(AnalysisError) -> SearchProgress {
    do {
      try filter.refuseTraceTerms()
      try filter.check(against: trace.tables.types)
    } catch {
      throw .filter(error)
    }
    var found = SearchProgress()
    found.ticks = [UInt32](repeating: 0, count: columns)
    let instant = Timestamp(nanoseconds: time)
    var looked: UInt64 = 0
    for window in [EventWindow(from: instant), EventWindow(to: instant)] {
      var events = try MergedEvents(trace, window: window, keepsBatches: true)
      var text = EventText(
        .text, names: try names(), systemCallNames: systemCallNames, showsMachine: true,
        filter: FilterEvaluation(filter))
      var stretch = MergedStretch()
      while try events.next(into: &stretch) {
        try text.search(
          stretch, trace, TimelineWindow(0, max(1, summary.end)), hits: hits, into: &found)
        looked += UInt64(stretch.events)
        found.share = min(1, Double(looked) / Double(max(1, summary.events)))
        guard progress(found) else { return found }
      }
    }
    found.isFinished = true
    found.share = 1
    _ = progress(found)
    return found
  }
}

extension EventText {
  /// Counts a stretch's events that the filter chooses, and lists the first of them.
  fileprivate mutating func search(
    _ stretch: borrowing MergedStretch, _ trace: OpenTrace, _ whole: TimelineWindow, hits: Int,
    into found: inout SearchProgress
  ) throws(AnalysisError) {
    update(trace.tables, trace.known)
    prepareSlots(stretch, trace.known, trace.clock, learning: true)
    try updateMasks(stretch, trace.tables, trace.clock)
    let columns = found.ticks.count
    for run in stretch.runs {
      guard let batch = stretch.slots[Int(run.slot)] else { continue }
      let slot = slots[Int(run.slot)]
      for position in Int(run.start)..<Int(run.end) where slot.mask[position] {
        let type = unsafe slot.types[Int(batch.groupOf[position])]
        guard trace.tables.types[type].origin != .machine else { continue }
        found.matches += 1
        let time = slot.times[position]
        if columns > 0 {
          found.ticks[whole.columnNumber(of: time, of: columns)] &+= 1
        }
        if found.hits.count < hits {
          found.hits.append(listed(batch, slot, position, type, trace.tables))
        }
      }
    }
  }
}

extension TimelineWindow {
  /// Which of `count` equal parts an instant lies in; the first or last where it lies outside.
  func columnNumber(of time: Int64, of count: Int) -> Int {
    guard time > start, length > 0 else { return 0 }
    let product = UInt64(min(time, end) - start).multipliedFullWidth(by: UInt64(count))
    let number = UInt64(length).dividingFullWidth(product).quotient
    return min(count - 1, Int(number))
  }
}
