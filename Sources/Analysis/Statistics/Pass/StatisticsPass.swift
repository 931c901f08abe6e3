import Events

/// One pass over a trace's events in time order: state tracking, and what the tables are made of.
@safe
struct StatisticsPass: ~Copyable {
  private(set) var window: StatisticsWindow
  /// Where the window that was asked for begins; the kernel's counts are read before its events.
  private(set) var asked: UInt64
  /// CLOCK_MONOTONIC at the start of the trace: times here are nanoseconds of that clock.
  let origin: UInt64
  let callKinds: [CallKind]

  var tracking: StateTracking
  var live: LiveNames
  /// Gaps that lie ahead in ticks, the next one last.
  private var gapsAhead: [GapAhead] = []
  /// The last key within the window; whether something after it has been seen.
  private var border = UInt64.max
  private(set) var isPastWindow = false
  /// Key of the next name or gap, or of the window's end.
  var nextAside: UInt64 = 0
  var slots: [EventRecords] = []
  private var serials: [UInt64] = []
  /// Where the events of each slot lie.
  private(set) var places: [UnsafeMutablePointer<EventRecord>] = unsafe []
  /// Records of batches that are yet to be merged.
  var prepared: [ObjectIdentifier: EventRecords] = [:]
  /// Of the batch at hand: times of its events, and whether calls before them were taken out.
  var times = DenseTable(UInt64(0))
  var afterCalls = DenseTable(false)
  var meanings: [SchedulerStates?] = []
  var types: [EventType] = []
  var known = EventRoles()

  var threads = ThreadRows()
  var cpus = DenseTable(CPURow())
  var states = DurationRows()
  var idle = IdleTime()
  /// How long CPUs had been idle when a thread began to wait, by dense index.
  var idleBefore = DenseTable(UInt64(0))
  var calls = DenseTable(OpenCall())
  var callRows = DurationRows()
  var callErrors: [UInt32] = []
  var blame = BlameRows()
  /// What is seldom touched.
  let rare: RareRows
  let hasFilter: Bool
  let hasPeriods: Bool
  /// Whether a control group has a CPU quota.
  var hasQuotas = false
  /// Whether all events are of some threads and those that they started.
  var isIsolated = false
  /// Whether somebody looks for those who end waits.
  var watchesWakings = false
  var groups = GroupIndex()
  /// Threads whose wait goes on at the end of the window, and of which the waking alone tells what
  /// they wait for.
  var undecided: Int?
  /// Events of each type, where they are counted on the way.
  var counts: [EventCount] = []
  let countsEvents: Bool
  /// Where observation ended.
  var ended: UInt64 = 0
  var events: UInt64 = 0
  /// Gaps of the kernel's buffers within the window.
  var kernelGaps: UInt64 = 0
  var programGaps: UInt64 = 0

  init(
    _ options: StatisticsOptions, _ filter: InstanceFilter?, names: LiveNames, origin: UInt64,
    window: StatisticsWindow, observed: UInt64 = 0, countsEvents: Bool = false
  ) {
    let start = max(origin, observed)
    rare = RareRows(options, filter)
    hasFilter = filter != nil
    hasPeriods = options.period != nil
    self.countsEvents = countsEvents
    if countsEvents, options.wants("events") {
      rare.eventMask = options.filter.map { EventMask($0) }
    }
    self.window = window
    self.window.from = max(window.from, observed)
    asked = window.from
    self.origin = origin
    live = names
    let idleName = live.intern(Array("swapper".utf8))
    callKinds = CallKind.kinds(options.systemCallNames)
    tracking = StateTracking(start: start, names: options.systemCallNames, own: [])
    tracking.worst.set(ticksPerMillisecond: 1_000_000)
    tracking.worst.window = self.window
    tracking.threads.changes.isWatched = true
    tracking.threads.table[0].label.name = idleName
    groups.key = options.key
    blame.isWanted = options.wants("waits")
  }

  /// Forgets all answers and goes on with those of another window; what is tracked stays.
  mutating func restart(_ window: StatisticsWindow) {
    self.window = window
    asked = window.from
    tracking.worst = WorstWaits(
      systemCallNames: rare.options.systemCallNames, own: tracking.worst.own)
    tracking.worst.set(ticksPerMillisecond: 1_000_000)
    tracking.worst.window = window
    threads = ThreadRows()
    for cpu in 0..<cpus.count { cpus[cpu].restart() }
    for cpu in 0..<tracking.cpus.count where tracking.cpus.table[cpu].current == 0 {
      idle.begin(cpu, at: window.from)
    }
    states = DurationRows()
    callRows = DurationRows()
    callErrors = []
    rare.restart()
    blame.restart()
    undecided = nil
    isPastWindow = false
    counts = types.indices.map { EventCount(type: $0) }
    kernelGaps = 0
    programGaps = 0
  }

  /// Whether everything that the window needs has been taken.
  var isDone: Bool { tracking.now >= window.to && (undecided ?? 1) <= 0 }

  /// Takes a stretch of events; `tables`, `known` and `clock` are the trace's at this point.
  mutating func take(
    _ stretch: borrowing MergedStretch, _ tables: TraceTables, _ known: EventRoles,
    _ clock: TraceClock, learning: Bool
  ) throws(AnalysisError) {
    update(tables, known)
    for loss in stretch.losses { takeAhead(loss) }
    prepareSlots(stretch, clock, learning: learning)
    try rare.eventMask?.update(stretch, &live, tables, clock)
    try rare.periodMasks?.begin.update(stretch, &live, tables, clock)
    try rare.periodMasks?.end.update(stretch, &live, tables, clock)
    if let finder = rare.finder {
      try finder.update(stretch, &live, tables, clock)
      finder.take(stretch, clock)
    }
    if window.to != .max, !isPastWindow {
      let end = Int64(clamping: window.to) &- Int64(clamping: clock.start.monotonic)
      border = max(1, clock.key(notBefore: Timestamp(nanoseconds: end))) - 1
    }
    lookAhead()
    if countsEvents { count(stretch) }
    takeRuns(stretch, tables, clock)
    if tracking.now >= window.to, undecided == nil { undecided = countUndecided() }
  }

  mutating func update(_ tables: TraceTables, _ known: EventRoles) {
    guard types.count < tables.types.count else { return }
    tracking.spans.update(tables.types)
    for number in types.count..<tables.types.count {
      let type = tables.types[number]
      let role = known[EventTypeID(UInt32(number))].role
      meanings.append(role == .schedSwitch ? SchedulerStates(type) : nil)
    }
    for number in types.count..<tables.types.count { counts.append(EventCount(type: number)) }
    types = tables.types
    self.known = known
    rare.spans.update(types)
    rare.counters.update(types)
  }

  /// Both ends of a loss are moments after which nothing is as it was.
  private mutating func takeAhead(_ loss: PlacedLoss) {
    gapsAhead.append(GapAhead(key: loss.first, loss: loss, isEnd: false))
    gapsAhead.append(GapAhead(key: loss.last, loss: loss, isEnd: true))
    // Of two at the same time the beginning comes first, from the back.
    gapsAhead.sort { ($0.key, $0.isEnd ? 1 : 0) > ($1.key, $1.isEnd ? 1 : 0) }
  }

  private mutating func prepareSlots(
    _ stretch: borrowing MergedStretch, _ clock: TraceClock, learning: Bool
  ) {
    while slots.count < stretch.slots.count {
      slots.append(EventRecords())
      serials.append(0)
      unsafe places.append(slots[slots.count - 1].base)
    }
    for slot in stretch.serials.indices where serials[slot] != stretch.serials[slot] {
      if let batch = stretch.slots[slot] {
        if learning { live.learn(from: batch, known, teaching: false) }
        slots[slot] = prepared.removeValue(forKey: ObjectIdentifier(batch)) ?? records(batch, clock)
      } else {
        slots[slot] = EventRecords()
      }
      serials[slot] = stretch.serials[slot]
      unsafe places[slot] = unsafe slots[slot].base
    }
  }

  private mutating func records(_ batch: FlatBatch, _ clock: TraceClock) -> EventRecords {
    fillTimes(of: batch, clock)
    return unsafe times.withElements { times in
      guard let times = times.baseAddress else { return EventRecords() }
      return unsafe EventRecords(batch, times: times, known, &meanings)
    }
  }

  /// Fills in the times of a batch's events, in nanoseconds of CLOCK_MONOTONIC.
  mutating func fillTimes(of batch: FlatBatch, _ clock: TraceClock) {
    times.reach(max(0, batch.count - 1))
    unsafe times.withMutableElements { times in
      guard let base = times.baseAddress else { return }
      unsafe clock.fillMonotonic(base, from: batch.keys, count: batch.count)
    }
  }

  /// What comes before an event: names, gaps, the end of the window.
  @inline(never)
  mutating func takeAside(beforeEvent key: UInt64, _ tables: TraceTables, _ clock: TraceClock) {
    if !isPastWindow, key > border {
      takeAside(before: border + 1, tables, clock)
      endWindow()
    }
    takeAside(before: key, tables, clock)
  }

  /// Names and gaps that come before `key`.
  mutating func takeAside(before key: UInt64, _ tables: TraceTables, _ clock: TraceClock) {
    while let loss = gapsAhead.last, loss.key < key {
      takeGap(loss, tables, clock)
      gapsAhead.removeLast()
    }
    if live.nextKey < key {
      live.advance(toBefore: key) { tracking.apply($0) }
    }
    lookAhead()
  }

  private mutating func lookAhead() {
    nextAside = min(live.nextKey, gapsAhead.last?.key ?? .max, isPastWindow ? .max : border)
  }

  /// Something comes that is not in the window any more: what is open is as it is now, whatever
  /// comes of it.
  private mutating func endWindow() {
    isPastWindow = true
    rare.disks.endWindow()
    for dense in 0..<calls.count where calls[dense].start > 0 && calls[dense].start < window.to {
      censorCall(dense, from: calls[dense].start, to: window.to)
    }
  }

  private mutating func takeGap(_ gap: GapAhead, _ tables: TraceTables, _ clock: TraceClock) {
    let stream = tables.stream(gap.loss.loss.stream)
    if !stream.isProcess {
      tracking.threads.changes.openLosses += gap.isEnd ? -1 : 1
    }
    tracking.takeGap(of: stream, at: clock.monotonic(gap.key))
    takeChanges()
    let (first, last) = (clock.monotonic(gap.loss.first), clock.monotonic(gap.loss.last))
    guard !gap.isEnd, window.overlap(first, last &+ 1) > 0 else { return }
    rare.lost.places += 1
    if let count = gap.loss.loss.count {
      rare.lost.events = rare.lost.events.addingClamped(count)
    } else {
      rare.lost.isCounted = false
    }
    if stream.isProcess { programGaps += 1 } else { kernelGaps += 1 }
  }

  /// Whether the waking tells what a wait is for.
  func isUndecided(_ activity: ThreadActivity) -> Bool {
    activity == .uninterruptible || (activity == .locked && blame.isWanted)
  }

  private func countUndecided() -> Int {
    var count = 0
    for dense in 1..<max(1, tracking.threads.count)
    where tracking.threads.isUsed(dense)
      && isUndecided(tracking.threads.table[dense].activity)
    {
      count += 1
    }
    return count
  }
}

/// An end of a loss that lies ahead.
private struct GapAhead {
  var key: UInt64
  var loss: PlacedLoss
  var isEnd: Bool
}

extension EventStream? {
  var isProcess: Bool {
    if case .process = self?.source { true } else { false }
  }
}
