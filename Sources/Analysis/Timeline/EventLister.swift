import Events
import Synchronization

/// Reads a trace's events part by part and tells those that a filter chooses.
struct EventLister {
  private let trace: OpenTrace
  private let filter: FilterEvaluation?
  private let systemCallNames: [String]
  private let names: LiveNames
  /// Names of threads that the events at hand may not tell.
  private let directory: TimelineDirectory

  init(_ timeline: Timeline, _ filter: Filter?) throws(AnalysisError) {
    trace = timeline.trace
    systemCallNames = timeline.systemCallNames
    do {
      try filter?.refuseTraceTerms()
      try filter?.check(against: timeline.trace.tables.types)
    } catch {
      throw .filter(error)
    }
    self.filter = filter.map { FilterEvaluation($0) }
    names = try timeline.names()
    directory = timeline.directory
  }

  /// Calls `body` with each event from an anchor to a time (nil: the end), and its number; false as
  /// soon as `body` said no.
  mutating func list(
    from anchor: EventAnchor, to end: Int64?, _ body: (TimelineEvent, UInt64?) -> Bool
  ) throws(AnalysisError) -> Bool {
    var window = EventWindow()
    if anchor.time > .min { window.from = Timestamp(nanoseconds: anchor.time) }
    window.to = end.map { Timestamp(nanoseconds: $0) }
    var events = try MergedEvents(trace, window: window, keepsBatches: filter != nil)
    var text = EventText(
      .text, names: names, systemCallNames: systemCallNames, showsMachine: true, filter: filter)
    var stretch = MergedStretch()
    var number = anchor.number
    while try events.next(into: &stretch) {
      let goesOn = try text.list(
        stretch, trace.tables, trace.known, trace.clock, from: window.from, &number, body)
      guard goesOn else { return false }
    }
    return true
  }
}

extension Timeline {
  /// What is known of threads' names from the start of the trace on; read once.
  func names() throws(AnalysisError) -> LiveNames {
    if let names = state.withLock({ $0.names }) { return names }
    let names = LiveNames(try trace.readNames())
    state.withLock { $0.names = names }
    return names
  }
}

extension EventText {
  /// Tells a stretch's events one by one; false as soon as `body` said no.
  mutating func list(
    _ stretch: borrowing MergedStretch, _ tables: TraceTables, _ known: EventRoles,
    _ clock: TraceClock, from: Timestamp?, _ number: inout UInt64?,
    _ body: (TimelineEvent, UInt64?) -> Bool
  ) throws(AnalysisError) -> Bool {
    update(tables, known)
    prepareSlots(stretch, known, clock, learning: true)
    try updateMasks(stretch, tables, clock)
    if filter == nil {
      for loss in stretch.losses {
        let event = TimelineEvent(loss, tables, clock)
        if let from, event.time < from.nanoseconds { continue }
        guard body(event, number) else { return false }
      }
    }
    for run in stretch.runs {
      guard let batch = stretch.slots[Int(run.slot)] else { continue }
      for position in Int(run.start)..<Int(run.end) {
        let slot = slots[Int(run.slot)]
        let place = number
        number = number.map { $0 + 1 }
        let type = slot.types[unsafe Int(batch.groupOf[position])]
        guard !slot.isMasked || slot.mask[position], tables.types[type].origin != .machine
        else { continue }
        var event = listed(batch, slot, position, type, tables)
        event.number = place
        guard body(event, place) else { return false }
      }
    }
    return true
  }

  mutating func listed(
    _ batch: FlatBatch, _ slot: PrintedSlot, _ position: Int, _ type: Int, _ tables: TraceTables
  ) -> TimelineEvent {
    let key = unsafe batch.keys[position]
    if key >= live.nextKey { live.advance(to: key) }
    let thread = unsafe batch.threads[position]
    let cpu = unsafe batch.cpus[position]
    let label = complete(
      live.label(of: thread), of: thread, cpu: cpu, batch.stream(at: position), tables)
    var event = TimelineEvent(time: slot.times[position])
    event.cpu = cpu.isKnownCPU ? Int(cpu) : nil
    event.thread = thread
    event.process = label.process
    event.comm = safeText(live.names.texts[Int(label.name)])
    event.system = TerminalText.escaped(tables.types[type].system)
    event.name = TerminalText.escaped(tables.types[type].name)
    event.type = EventTypeID(UInt32(type))
    event.fields = fields(batch, slot, position, type)
    return event
  }

  /// An event's fields as they stand in a line.
  private mutating func fields(
    _ batch: FlatBatch, _ slot: PrintedSlot, _ position: Int, _ type: Int
  ) -> String {
    output.removeAll()
    room = programs[type].room
    output.reserve(room)
    let group = unsafe Int(batch.groupOf[position])
    let row = unsafe Int(batch.rows[position])
    for operation in programs[type].operations {
      put(operation, slot.columns, slot.firstColumn[group], row)
    }
    if let rest = slot.remainders[group] { append(remainder: rest, row) }
    return unsafe output.withBytes { bytes in
      unsafe String(decoding: bytes.drop { $0 == UInt8(ascii: " ") }, as: UTF8.self)
    }
  }
}

extension TimelineEvent {
  init(_ loss: PlacedLoss, _ tables: TraceTables, _ clock: TraceClock) {
    self.init(time: clock.nanoseconds(loss.first))
    let number = tables.cpu(of: loss.loss.stream)
    cpu = number.isKnownCPU ? Int(number) : nil
    process = tables.process(of: loss.loss.stream)?.pid ?? 0
    thread = loss.loss.thread
    name = "lost"
    system = "swtrace"
    fields = loss.loss.reason.words
    self.loss = loss.loss
  }
}
