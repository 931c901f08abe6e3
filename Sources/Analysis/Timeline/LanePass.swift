import Events

/// What is known of a thread from its birth, or from when it was seen first, to its end.
struct ThreadLife {
  var number: ThreadNumber
  var label = ThreadLabel()
  /// What it was called before.
  var earlierNames: [UInt32] = []
  var firstSeen: UInt64
  var lastSeen: UInt64
  var runTime: UInt64 = 0
  var runnableTime: UInt64 = 0
  var isKernelThread = false
  var isGone = false
}

extension ThreadLife {
  static let mostEarlierNames = 16

  mutating func rename(_ label: ThreadLabel) {
    let before = self.label.name
    self.label = label
    guard before != 0, before != label.name, !earlierNames.contains(before),
      earlierNames.count < Self.mostEarlierNames
    else { return }
    earlierNames.append(before)
  }
}

/// A wait of a thread that was for its control group's quota.
///
/// Which are depends on all that came before; there are few.
struct ThrottledWait: Hashable {
  var life: Int32
  /// Nanoseconds since the start of the trace.
  var start: UInt64
}

/// A system call that a thread is in.
struct LaneCall: BitwiseCopyable {
  static let nothing = UInt64.max

  /// `nothing` where there is none.
  var start = nothing
  var number: Int32 = -1
  var gaps: UInt32 = 0
  /// Whether the thread's calls were seen at all.
  var isSeen = false
}

/// A span that is open on a thread.
struct LaneSpan {
  var name: Int32
  var start: UInt64
}

/// One pass over events in time order that tells the stretches of all lanes, each when it ends.
///
/// From the same state on, the same events give the same lives, rows and stretches: what was read
/// once can be read again from where a `PassMark` was taken.
struct LanePass: ~Copyable {
  /// CLOCK_MONOTONIC at the start of the trace.
  let origin: UInt64
  /// The same when observation ended: what is open then is not known to go on.
  let observedUntil: UInt64
  var tracking: StateTracking
  var live: LiveNames
  let learnsNames: Bool
  var table: LaneTable
  var lives: [ThreadLife] = []
  /// The place of the life of each dense index, -1 none.
  var lifeOf = DenseTable(Int32(-1))
  var calls = DenseTable(LaneCall())
  /// Open spans by dense index, the outermost first.
  var spans: [[LaneSpan]] = []
  /// Threads that wait for a CPU.
  var queued = 0
  /// Losses whose ends lie ahead, the next one last.
  var gapsAhead: [GapAhead] = []
  var nextAside: UInt64 = 0
  var slots: [LaneSlot] = []
  var meanings: [SchedulerStates?] = []
  var known = EventRoles()
  var types: [EventType] = []
  var counterFields: [[Int]] = []
  var isFloat: Set<Int32> = []

  /// What was told since the last time they were emptied.
  var intervals: [LaneInterval] = []
  var numbers: [NumberChange] = []
  var losses: [PlacedLoss] = []
  var events: UInt64 = 0
  /// What lies before it was taken before the pass went on from a mark.
  var resumed: UInt64 = 0
  /// Who forked whom.
  var parents: [ThreadNumber: ThreadNumber] = [:]
  /// Waits that were for a quota; a pass that went on from a mark is given those.
  var throttled: Set<ThrottledWait> = []
  var throttles = ThrottleRows()
  /// Whether groups with a quota were seen.
  var hasQuotas = false
  /// Wakings of the threads that are asked about.
  var watched: WatchedWakings?

  struct GapAhead {
    var key: UInt64
    var loss: PlacedLoss
    var isEnd: Bool
  }

  init(
    _ trace: OpenTrace, systemCallNames: [String], names: LiveNames, learnsNames: Bool,
    table: LaneTable = LaneTable()
  ) {
    origin = trace.clock.start.monotonic
    observedUntil = trace.observation.upperBound
    self.learnsNames = learnsNames
    self.table = table
    live = names
    tracking = StateTracking(start: origin, names: systemCallNames, own: [])
    tracking.worst.set(ticksPerMillisecond: 1_000_000)
    tracking.threads.changes.isWatched = true
  }

  /// Nanoseconds since the start, of a time of the pass.
  @inline(__always)
  func time(_ key: UInt64) -> UInt64 { key > origin ? key &- origin : 0 }

  /// Takes a stretch of events.
  mutating func take(
    _ stretch: borrowing MergedStretch, _ tables: TraceTables, _ known: EventRoles,
    _ clock: TraceClock
  ) {
    update(tables, known)
    for loss in stretch.losses { takeAhead(loss) }
    prepareSlots(stretch, clock)
    nextAside = min(live.nextKey, gapsAhead.last?.key ?? .max)
    takeRuns(stretch, tables, clock)
    events &+= UInt64(stretch.events)
  }

  mutating func update(_ tables: TraceTables, _ known: EventRoles) {
    guard types.count < tables.types.count else { return }
    tracking.spans.update(tables.types)
    for number in types.count..<tables.types.count {
      let type = tables.types[number]
      let role = known[EventTypeID(UInt32(number))].role
      meanings.append(role == .schedSwitch ? SchedulerStates(type) : nil)
      counterFields.append(type.counterFields)
    }
    types = tables.types
    self.known = known
  }

  mutating func takeAhead(_ loss: PlacedLoss) {
    losses.append(loss)
    for gap in [
      GapAhead(key: loss.first, loss: loss, isEnd: false),
      GapAhead(key: loss.last, loss: loss, isEnd: true),
    ] where gap.key >= resumed {
      gapsAhead.append(gap)
    }
    // Of two at the same time the beginning comes first, from the back.
    gapsAhead.sort { ($0.key, $0.isEnd ? 1 : 0) > ($1.key, $1.isEnd ? 1 : 0) }
  }

  private mutating func prepareSlots(_ stretch: borrowing MergedStretch, _ clock: TraceClock) {
    while slots.count < stretch.slots.count { slots.append(LaneSlot()) }
    for (slot, batch) in stretch.slots.enumerated() {
      guard let batch else {
        if slots[slot].serial != 0 { slots[slot] = LaneSlot() }
        continue
      }
      guard slots[slot].serial != stretch.serials[slot] else { continue }
      if learnsNames { live.learn(from: batch, known, teaching: false) }
      slots[slot] = LaneSlot(batch, serial: stretch.serials[slot], known, clock)
    }
  }

  /// Names and gaps that come before an event.
  @inline(never)
  mutating func takeAside(before key: UInt64, _ tables: TraceTables, _ clock: TraceClock) {
    while let gap = gapsAhead.last, gap.key < key {
      let stream = tables.stream(gap.loss.loss.stream)
      if !stream.isProcess { tracking.threads.changes.openLosses += gap.isEnd ? -1 : 1 }
      tracking.takeGap(of: stream, at: clock.monotonic(gap.key))
      takeChanges()
      gapsAhead.removeLast()
    }
    if live.nextKey < key {
      live.advance(toBefore: key) { sighting in
        tracking.apply(sighting)
        guard let dense = tracking.threads.known(sighting.thread), dense < lifeOf.count,
          lifeOf[dense] >= 0
        else { return }
        lives[Int(lifeOf[dense])].rename(tracking.threads.table[dense].label)
      }
    }
    nextAside = min(live.nextKey, gapsAhead.last?.key ?? .max)
  }

  /// The place of a thread's life, which begins here where it is new.
  @inline(__always)
  mutating func life(_ dense: Int, at key: UInt64) -> Int {
    lifeOf.reach(dense)
    let life = lifeOf[dense]
    return life >= 0 ? Int(life) : beginLife(dense, at: key)
  }

  @inline(never)
  private mutating func beginLife(_ dense: Int, at key: UInt64) -> Int {
    let place = lives.count
    let seen = time(key)
    var life = ThreadLife(
      number: tracking.threads.number(dense), firstSeen: seen, lastSeen: seen)
    life.label = tracking.threads.table[dense].label
    life.isKernelThread = tracking.threads.table[dense].isKernel
    lives.append(life)
    lifeOf[dense] = Int32(place)
    _ = table.row(stateOf: place)
    return place
  }

  @inline(__always)
  mutating func tell(
    _ row: Int32, _ state: LaneState, _ occupant: Int32, from start: UInt64, to end: UInt64
  ) {
    let first = time(start)
    let last = time(end)
    guard first < last else { return }
    intervals.append(
      LaneInterval(row: row, occupant: occupant, state: state, start: first, end: last))
  }
}

extension EventType {
  /// Positions of the fields whose values a counter tells.
  fileprivate var counterFields: [Int] {
    guard kind == .counter, origin == .program else { return [] }
    return fields.indices.filter {
      switch fields[$0].type {
      case .unsigned, .signed, .float, .bool: true
      default: false
      }
    }
  }
}
