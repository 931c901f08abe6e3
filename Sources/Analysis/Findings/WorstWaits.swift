import Events

/// What a finding is about.
package enum FindingKind: UInt8, Hashable, Sendable, CaseIterable {
  /// Woken or preempted, and no CPU: wakeup latency or preempt wait.
  case cpuWait
  /// Uninterruptible until a disk request was done.
  case diskWait
  /// A span of a program's own.
  case span
  /// Uninterruptible for another reason.
  case blocked
  /// A hard or soft interrupt that kept a CPU.
  case interrupt
}

/// A candidate for a finding, with all that is needed to tell it.
struct WaitCandidate {
  /// The number of a call where it is not known which it was, and whether it was one.
  static let unknownCall: Int32 = -2

  var kind: FindingKind
  var start: UInt64
  var ticks: UInt64
  var thread: ThreadNumber = 0
  var label = ThreadLabel()
  var cpu = Batch.unknownCPU
  var systemCall: Int32 = -1
  var device: Int64 = -1
  /// Thread that ran meanwhile, how much of the wait; how many there were.
  var culprit: ThreadNumber = 0
  var culpritName: UInt32 = 0
  var culpritTicks: UInt64 = 0
  var runners = 0
  var idleCPU = -1
  var span: Int32 = -1
  var parts = TimeParts()
  /// Interrupt line or vector.
  var line: Int64 = 0
  var isSoft = false
  /// Of a wait for a CPU: which.
  var activity = ThreadActivity.woken
}

/// The worst of each kind so far.
struct WorstWaits {
  /// What a wait has to take, in ticks, to be worse than the worst so far.
  ///
  /// Before the clock's rate is known every wait beyond a few microseconds is kept for a while.
  private(set) var leastCPUWait: UInt64 = 10_000
  private(set) var leastDiskWait: UInt64 = 10_000
  private(set) var leastBlockedWait: UInt64 = 10_000
  private var leastSpanWait: UInt64 = 10_000
  private var leastSpanAlone: UInt64 = 10_000
  private var leastInterrupt: UInt64 = 10_000
  private var found: [WaitCandidate?]
  /// How long after an interrupt what it raised still counts as its doing: 100 us.
  private(set) var chainTicks: UInt64 = 250_000
  /// How long a CPU has to idle beside a wait to be worth telling: 50 us.
  private(set) var idleTicks: UInt64 = 125_000
  let systemCallNames: [String]
  /// Only what ends within is kept.
  var window = StatisticsWindow()
  /// The recorder's threads, of which nothing is told.
  var own: Set<ThreadNumber>
  private let lockCalls: Set<Int32>
  private let forkCalls: Set<Int32>

  init(systemCallNames: [String], own: Set<ThreadNumber>) {
    found = FindingKind.allCases.map { _ in nil }
    self.systemCallNames = systemCallNames
    self.own = own
    func numbers(_ names: Set<String>) -> Set<Int32> {
      Set(systemCallNames.indices.filter { names.contains(systemCallNames[$0]) }.map(Int32.init))
    }
    lockCalls = numbers(["futex", "futex_time64", "futex_wait", "futex_waitv"])
    forkCalls = numbers(["vfork", "clone", "clone3"])
    lock = lockCalls.first ?? -2
    hasSeveralLocks = lockCalls.count > 1
    yieldCall = numbers(["sched_yield"]).first ?? -2
  }

  private let lock: Int32
  private let hasSeveralLocks: Bool
  private let yieldCall: Int32

  /// Learns the clock's rate: nothing below a millisecond is found from then on.
  mutating func set(ticksPerMillisecond ticks: UInt64) {
    leastCPUWait = max(leastCPUWait, ticks)
    leastDiskWait = max(leastDiskWait, ticks)
    leastBlockedWait = max(leastBlockedWait, ticks)
    leastSpanWait = max(leastSpanWait, ticks)
    leastSpanAlone = max(leastSpanAlone, ticks)
    leastInterrupt = max(leastInterrupt, ticks)
    chainTicks = max(1, ticks / 10)
    idleTicks = max(1, ticks / 20)
  }

  var candidates: [WaitCandidate] { found.compactMap { $0 } }

  /// Whether a system call waits for a lock.
  @inline(__always)
  func isLock(_ systemCall: Int32) -> Bool {
    systemCall >= 0 && (systemCall == lock || (hasSeveralLocks && lockCalls.contains(systemCall)))
  }

  /// Whether a system call gives the CPU away for others that wait for it.
  @inline(__always)
  func isYield(_ systemCall: Int32) -> Bool { systemCall == yieldCall }

  func isOwn(_ thread: ThreadNumber) -> Bool { own.contains(thread) }

  /// A parent waits for its vforked child by design.
  func isByDesign(_ systemCall: Int32) -> Bool { forkCalls.contains(systemCall) }

  /// Keeps a candidate that is worse than the one before.
  mutating func keep(_ candidate: WaitCandidate) {
    guard window.counts(endAt: candidate.start &+ candidate.ticks) else { return }
    found[Int(candidate.kind.rawValue)] = candidate
    switch candidate.kind {
    case .cpuWait: leastCPUWait = candidate.ticks + 1
    case .diskWait: leastDiskWait = candidate.ticks + 1
    case .blocked: leastBlockedWait = candidate.ticks + 1
    case .span, .interrupt: break
    }
  }

  @inline(__always)
  mutating func offerInterrupt(
    isSoft: Bool, _ line: Int64, cpu: UInt16, from start: UInt64, to end: UInt64
  ) {
    let ticks = end &- min(start, end)
    guard ticks >= leastInterrupt, window.counts(endAt: end) else { return }
    leastInterrupt = ticks + 1
    var candidate = WaitCandidate(kind: .interrupt, start: start, ticks: ticks)
    candidate.cpu = cpu
    candidate.line = line
    candidate.isSoft = isSoft
    keep(candidate)
  }

  /// Spans are ranked by what they themselves waited without wanting to; where no switches were
  /// recorded, by their own wall time.
  mutating func offer(
    _ span: EndedSpan, _ thread: ThreadState, number: ThreadNumber, sawSwitches: Bool
  ) {
    guard window.counts(endAt: span.begin &+ span.wall) else { return }
    if sawSwitches {
      let waits = span.selfParts.waits
      guard waits >= leastSpanWait, waits <= span.wall else { return }
      leastSpanWait = waits + 1
    } else {
      guard span.selfWall >= leastSpanAlone else { return }
      leastSpanAlone = span.selfWall + 1
    }
    var candidate = WaitCandidate(kind: .span, start: span.begin, ticks: span.wall)
    candidate.thread = number
    candidate.label = thread.label
    candidate.cpu = thread.cpu
    candidate.span = span.name
    candidate.parts = span.selfParts
    keep(candidate)
  }
}
