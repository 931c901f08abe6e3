package import Events
package import TraceFile

/// What is printed of a trace, and how.
package struct PrintOptions: Sendable {
  package var format: OutputFormat
  package var window: EventWindow
  /// Which events are shown; nil: all.
  ///
  /// Terms about what takes time, `dur` and `state`, are refused: an event is an instant. From what
  /// arrives, so are terms that a first pass answers.
  package var filter: Filter?
  /// Names of system calls by number, on the machine that was recorded; empty where not known.
  package var systemCallNames: [String]
  /// Shows swtrace's own readings of the machine (`machine:thread` …) too.
  package var showsMachine: Bool

  package init(
    _ format: OutputFormat = .text, window: EventWindow = EventWindow(),
    filter: Filter? = nil, systemCallNames: [String] = [], showsMachine: Bool = false
  ) {
    self.format = format
    self.window = window
    self.filter = filter
    self.systemCallNames = systemCallNames
    self.showsMachine = showsMachine
  }
}

extension PrintOptions {
  fileprivate func evaluation(isStream: Bool) throws(AnalysisError) -> FilterEvaluation? {
    guard let filter else { return nil }
    do throws(EventsError) {
      try filter.refuseEventless()
      if isStream { try filter.refuseResolvedTerms { $0.isResolved || $0.isAboutSpans } }
    } catch {
      throw .filter(error)
    }
    return FilterEvaluation(filter)
  }

  /// Refuses what no type of the trace has.
  fileprivate func check(_ types: [EventType]) throws(AnalysisError) {
    guard let filter else { return }
    do {
      try filter.check(against: types)
    } catch {
      throw .filter(error)
    }
  }
}

/// What printing came to.
package struct PrintOutcome: Sendable {
  /// Lines of events and losses.
  package var written: UInt64 = 0
  /// Blocks that could not be read; their events stand as losses in their place.
  package var unreadable: [(block: Int, error: TraceFileError)] = []
  package var damage: [Damage] = []
  /// Events that came too late to be in order; only where a stream has no watermarks.
  package var late: UInt64 = 0
  /// Whether the output took everything.
  package var isWhole = true

  package init() {}
}

extension OpenTrace {
  /// Bytes after which what was written is handed on.
  fileprivate static let flushBytes = 1 << 16

  /// Prints the events in time order.
  ///
  /// `write` takes bytes and says whether it wants more.
  package func print(
    _ options: PrintOptions, to write: (UnsafeRawBufferPointer) -> Bool
  ) throws(AnalysisError) -> PrintOutcome {
    let filter = try options.evaluation(isStream: false)
    try options.check(tables.types)
    var events = try MergedEvents(
      self, window: options.window, keepsBatches: filter != nil)
    let names = try readNames(before: events.to)
    var text = EventText(
      options.format, names: LiveNames(names), systemCallNames: options.systemCallNames,
      showsMachine: options.showsMachine, filter: filter)
    text.moments = try moments(
      options.filter, spans: true, systemCallNames: options.systemCallNames,
      window: options.window)
    var stretch = MergedStretch()
    var outcome = PrintOutcome()
    text.begin()
    while outcome.isWhole, try events.next(into: &stretch) {
      try text.append(stretch, tables, known, clock, learning: true)
      if text.output.count >= Self.flushBytes { outcome.isWhole = unsafe text.flush(to: write) }
    }
    text.end()
    if outcome.isWhole { outcome.isWhole = unsafe text.flush(to: write) }
    outcome.written = text.written
    outcome.unreadable = events.unreadable
    outcome.damage = reader.damage
    return outcome
  }
}

extension EventText {
  /// Hands on what was written; false where it is not wanted any more.
  mutating func flush(to write: (UnsafeRawBufferPointer) -> Bool) -> Bool {
    guard output.count > 0 else { return true }
    let goesOn = unsafe output.withBytes { unsafe write($0) }
    output.removeAll()
    return goesOn
  }
}

/// Prints a trace that arrives in pieces.
package enum StreamedPrinting {
  /// Prints what `read` gives until it gives nothing more (0 bytes).
  ///
  /// Whatever is complete is written before `read` is called again.
  package static func print(
    _ options: PrintOptions, decodePages: PageDecoding? = nil,
    from read: (UnsafeMutableRawBufferPointer) throws(AnalysisError) -> Int,
    to write: (UnsafeRawBufferPointer) -> Bool
  ) throws(AnalysisError) -> PrintOutcome {
    let filter = try options.evaluation(isStream: true)
    var events = try StreamedEvents(
      window: options.window, decodePages: decodePages, keepsBatches: filter != nil)
    var text = EventText(
      options.format, systemCallNames: options.systemCallNames,
      showsMachine: options.showsMachine, filter: filter)
    var stretch = MergedStretch()
    var outcome = PrintOutcome()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { unsafe buffer.deallocate() }
    text.begin()
    var isAtEnd = false
    while outcome.isWhole, !isAtEnd {
      let count = try unsafe read(buffer)
      isAtEnd = count == 0
      if isAtEnd {
        try events.finish(names: &text.live)
        try options.check(events.tables.types)
      } else {
        try unsafe events.feed(
          UnsafeRawBufferPointer(rebasing: buffer[..<count]), names: &text.live)
      }
      while outcome.isWhole, events.next(into: &stretch) {
        try text.append(stretch, events.tables, events.known, events.clock, learning: false)
        if text.output.count >= OpenTrace.flushBytes {
          outcome.isWhole = unsafe text.flush(to: write)
        }
      }
      if outcome.isWhole { outcome.isWhole = unsafe text.flush(to: write) }
    }
    text.end()
    if outcome.isWhole { outcome.isWhole = unsafe text.flush(to: write) }
    outcome.written = text.written
    outcome.damage = events.damage
    outcome.late = events.late
    return outcome
  }
}
