import Events

/// All that a pass knows at an instant, from which it can go on later.
///
/// Threads and CPUs are packed, since there are many: see `MarkedThreads`.
struct PassMark: Equatable {
  /// The first event that was not taken is not before this, the last one that was is; nanoseconds
  /// since the start of the trace.
  var time: Int64
  /// The same as a time of the reference clock.
  var key: UInt64
  var now: UInt64
  var gaps: UInt32
  var openLosses: Int
  var queued: Int
  var lives: Int
  var packed: [UInt8] = []

  /// Bytes of memory, about.
  var size: Int { MemoryLayout<PassMark>.stride + packed.count }
}

/// What a mark knows of a thread, as far as stretches depend on it.
struct MarkedThread {
  var number: ThreadNumber = 0
  var state = ThreadState()
  var life: Int32 = -1
  var call = LaneCall()
  var spans: [LaneSpan] = []
}

/// A mark's threads and CPUs, packed as varints.
///
/// ```
/// threads    how many, then of each
///   number − that of the thread before · flags · what the flags say is there, in their order
///   gaps of the mark − its own · CPU · system call + 1 · process − number · life + 1
/// CPUs       how many, then of each
///   who has it: 0 not known, 1 idle, 2 a thread, whose number follows · mark − since
///   depth of hard interrupts; unless 0 their line · mark − since
///   1 + vector of the soft interrupt, 0 none; mark − since
///   device of the request + 1, 0 none · mark − since
/// ```
struct MarkedThreads {
  private enum Flag {
    static let activity: UInt64 = 0xF
    static let kernel: UInt64 = 1 << 4
    static let beganUnseen: UInt64 = 1 << 5
    static let beganInLoss: UInt64 = 1 << 6
    static let hasRun: UInt64 = 1 << 7
    static let since: UInt64 = 1 << 8
    static let seesCalls: UInt64 = 1 << 9
    static let call: UInt64 = 1 << 10
    static let disk: UInt64 = 1 << 11
    static let spans: UInt64 = 1 << 12
  }

  private let now: UInt64
  private let gaps: UInt32
  private var last: ThreadNumber = 0

  init(_ mark: PassMark) {
    now = mark.now
    gaps = mark.gaps
  }

  private func age(_ time: UInt64) -> Int64 { Int64(bitPattern: now &- time) }

  mutating func put(_ thread: MarkedThread, to output: inout KeptBytes) {
    let state = thread.state
    var flags = UInt64(state.activity.rawValue)
    if state.isKernel { flags |= Flag.kernel }
    if state.beganUnseen { flags |= Flag.beganUnseen }
    if state.beganInLoss { flags |= Flag.beganInLoss }
    if state.parts.run > 0 { flags |= Flag.hasRun }
    if state.since != 0 { flags |= Flag.since }
    if thread.call.isSeen { flags |= Flag.seesCalls }
    if thread.call.start != LaneCall.nothing { flags |= Flag.call }
    if state.disk != 0 { flags |= Flag.disk }
    if !thread.spans.isEmpty { flags |= Flag.spans }
    output.put(signed: Int64(thread.number) - Int64(last))
    last = thread.number
    output.put(flags)
    if flags & Flag.since != 0 { output.put(signed: age(state.since)) }
    if flags & Flag.call != 0 {
      output.put(signed: age(thread.call.start))
      output.put(signed: Int64(thread.call.number))
      output.put(UInt64(gaps &- thread.call.gaps))
    }
    if flags & Flag.disk != 0 { output.put(signed: state.disk) }
    if flags & Flag.spans != 0 {
      output.put(UInt64(thread.spans.count))
      for span in thread.spans {
        output.put(signed: Int64(span.name))
        output.put(signed: age(span.start))
      }
    }
    output.put(UInt64(gaps &- state.gaps))
    output.put(UInt64(state.cpu))
    output.put(signed: Int64(state.systemCall) + 1)
    output.put(signed: Int64(state.label.process) - Int64(thread.number))
    output.put(UInt64(Int64(thread.life) + 1))
  }

  mutating func thread(_ input: inout KeptReader) -> MarkedThread {
    var thread = MarkedThread()
    thread.number = ThreadNumber(truncatingIfNeeded: Int64(last) &+ input.signed())
    last = thread.number
    let flags = input.next()
    if let activity = ThreadActivity(rawValue: UInt8(flags & Flag.activity)) {
      thread.state.activity = activity
    } else {
      input.refuse()
    }
    thread.state.isKernel = flags & Flag.kernel != 0
    thread.state.beganUnseen = flags & Flag.beganUnseen != 0
    thread.state.beganInLoss = flags & Flag.beganInLoss != 0
    thread.state.parts.run = flags & Flag.hasRun != 0 ? 1 : 0
    thread.call.isSeen = flags & Flag.seesCalls != 0
    if flags & Flag.since != 0 { thread.state.since = time(&input) }
    if flags & Flag.call != 0 {
      thread.call.start = time(&input)
      thread.call.number = input.signed(Int32.self)
      thread.call.gaps = gaps &- input.next(UInt32.self)
    }
    if flags & Flag.disk != 0 { thread.state.disk = input.signed() }
    if flags & Flag.spans != 0 {
      for _ in 0..<input.count(ofBytes: 2) {
        thread.spans.append(LaneSpan(name: input.signed(Int32.self), start: time(&input)))
      }
    }
    thread.state.gaps = gaps &- input.next(UInt32.self)
    thread.state.cpu = input.next(UInt16.self)
    thread.state.systemCall = Int32(truncatingIfNeeded: input.signed() &- 1)
    thread.state.label.process = ProcessNumber(
      truncatingIfNeeded: Int64(thread.number) &+ input.signed())
    thread.life = Int32(clamping: input.next()) &- 1
    return thread
  }

  private func time(_ input: inout KeptReader) -> UInt64 {
    now &- UInt64(bitPattern: input.signed())
  }

  /// `owner` is who has it: nil where that is not known, 0 where it is idle.
  func put(_ state: CPUState, owner: ThreadNumber?, to output: inout KeptBytes) {
    switch owner {
    case nil: output.put(UInt64(0))
    case 0: output.put(UInt64(1))
    case let number?:
      output.put(UInt64(2))
      output.put(signed: Int64(number))
    }
    output.put(state.since)
    output.put(UInt64(state.hard))
    if state.hard > 0 {
      output.put(signed: state.hardLine)
      output.put(signed: age(state.hardSince))
    }
    output.put(UInt64(state.isSoft ? 1 : 0))
    output.put(signed: state.softVector)
    output.put(signed: age(state.softSince))
    output.put(signed: state.disk)
    output.put(signed: age(state.diskKey))
  }

  func cpu(_ input: inout KeptReader) -> (state: CPUState, owner: ThreadNumber?) {
    var state = CPUState()
    var owner: ThreadNumber?
    switch input.next() {
    case 0: break
    case 1: owner = 0
    case 2: owner = input.signed(ThreadNumber.self)
    default: input.refuse()
    }
    state.since = input.next()
    state.hard = input.next(UInt8.self)
    if state.hard > 0 {
      state.hardLine = input.signed()
      state.hardSince = time(&input)
    }
    state.isSoft = input.next() == 1
    state.softVector = input.signed()
    state.softSince = time(&input)
    state.disk = input.signed()
    state.diskKey = time(&input)
    return (state, owner)
  }
}

extension LanePass {
  /// Notes where the pass is: everything before `key` was taken, and gaps and names with it.
  func mark(at time: Int64, key: UInt64) -> PassMark {
    var mark = PassMark(
      time: time, key: key, now: tracking.now, gaps: tracking.threads.gaps,
      openLosses: tracking.threads.changes.openLosses, queued: queued, lives: lives.count)
    var packing = MarkedThreads(mark)
    var output = KeptBytes()
    let used = (0..<tracking.threads.count).filter { $0 > 0 && tracking.threads.isUsed($0) }
    output.put(UInt64(used.count))
    for dense in used {
      let thread = MarkedThread(
        number: tracking.threads.number(dense), state: tracking.threads.table[dense],
        life: dense < lifeOf.count ? lifeOf[dense] : -1,
        call: dense < calls.count ? calls[dense] : LaneCall(),
        spans: dense < spans.count ? spans[dense] : [])
      packing.put(thread, to: &output)
    }
    output.put(UInt64(tracking.cpus.count))
    for cpu in 0..<tracking.cpus.count {
      let state = tracking.cpus.table[cpu]
      let owner = Int(state.current)
      let isKnown = owner >= 0 && tracking.threads.isUsed(owner)
      packing.put(state, owner: isKnown ? tracking.threads.number(owner) : nil, to: &output)
    }
    mark.packed = output.bytes
    return mark
  }

  /// Goes on from a mark; `lives` and `gapTimes` are at least those that were known then.
  mutating func resume(_ mark: PassMark, lives: [ThreadLife], gapTimes: [UInt64]) {
    resumed = mark.key
    tracking.now = mark.now
    queued = mark.queued
    self.lives = Array(lives.prefix(mark.lives))
    tracking.threads.restore(
      gaps: mark.gaps, gapTimes: Array(gapTimes.prefix(Int(mark.gaps))),
      openLosses: mark.openLosses)
    var packing = MarkedThreads(mark)
    var input = KeptReader(mark.packed)
    for _ in 0..<input.count() {
      let thread = packing.thread(&input)
      let dense = tracking.threads.index(of: thread.number)
      tracking.threads.table[dense] = thread.state
      lifeOf.reach(dense)
      lifeOf[dense] = thread.life
      calls.reach(dense)
      calls[dense] = thread.call
      while spans.count <= dense { spans.append([]) }
      spans[dense] = thread.spans
    }
    let cpus = input.count()
    if cpus > 0 { tracking.cpus.reach(cpus - 1) }
    for cpu in 0..<cpus {
      let (state, owner) = packing.cpu(&input)
      tracking.cpus.table[cpu] = state
      tracking.cpus.table[cpu].current = owner.map { Int32(tracking.threads.index(of: $0)) } ?? -1
    }
  }
}
