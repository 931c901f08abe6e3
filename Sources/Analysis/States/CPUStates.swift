import Events

/// A CPU as state tracking sees it.
struct CPUState: BitwiseCopyable {
  /// Dense index of the thread on it, -1 not known.
  var current: Int32 = -1
  /// When that came on.
  var since: UInt64 = 0
  /// Hard interrupt that is being handled: its line, since when; `hard` counts nesting.
  var hard: UInt8 = 0
  var hardSince: UInt64 = 0
  var hardLine: Int64 = 0
  var isSoft = false
  var softSince: UInt64 = 0
  var softVector: Int64 = 0
  /// Device + 1 whose request the interrupt at hand completed, 0 none; when it was last heard of.
  var disk: Int64 = 0
  var diskKey: UInt64 = 0
  /// Next place in the ring of slices.
  var slice: UInt32 = 0
  /// Threads that were put into its queue since it was idle.
  var queued: UInt32 = 0

  /// Whoever runs on it is in no interrupt any more.
  @inline(__always)
  mutating func leaveInterrupts() {
    disk = 0
    hard = 0
    isSoft = false
  }
}

/// A time that one thread had a CPU.
struct CPUSlice: BitwiseCopyable {
  /// Dense index, -1 where it is not known who ran.
  var thread: Int32 = -1
  var number: ThreadNumber = 0
  var start: UInt64 = 0
  var end: UInt64 = 0
}

/// All CPUs of a machine, with who had each of them last.
struct CPUStates: ~Copyable {
  /// Slices that are remembered of each CPU, a power of two.
  static let remembered = 128

  /// Threads that are remembered of each CPU's queue, a power of two.
  private static let rememberedWaiters = 16

  var table = DenseTable(CPUState())
  private var waiters = DenseTable(Int32(0))
  private var slices = DenseTable(CPUSlice())

  var count: Int { table.count }

  @inline(__always)
  mutating func reach(_ cpu: Int) {
    guard cpu >= table.count else { return }
    table.reach(cpu)
    slices.reach((cpu + 1) * Self.remembered - 1)
    waiters.reach((cpu + 1) * Self.rememberedWaiters - 1)
  }

  /// Remembers that a thread was put into the queue of a CPU.
  @inline(__always)
  mutating func noteQueued(_ dense: Int, _ cpu: UInt16) {
    guard Int(cpu) < table.count else { return }
    let place = Int(table[Int(cpu)].queued) & (Self.rememberedWaiters &- 1)
    waiters[Int(cpu) &* Self.rememberedWaiters &+ place] = Int32(truncatingIfNeeded: dense)
    table[Int(cpu)].queued &+= 1
  }

  /// The threads that were last put into a CPU's queue; they are forgotten.
  mutating func takeQueued(_ cpu: Int) -> [Int] {
    let count = min(Int(table[cpu].queued), Self.rememberedWaiters)
    table[cpu].queued = 0
    return (0..<count).map { Int(waiters[cpu * Self.rememberedWaiters + $0]) }
  }

  /// Remembers that the thread which had the CPU up to now leaves it.
  @inline(__always)
  mutating func endSlice(_ cpu: Int, number: ThreadNumber, at key: UInt64) {
    let state = table[cpu]
    let place = Int(state.slice) & (Self.remembered &- 1)
    slices[cpu &* Self.remembered &+ place] = CPUSlice(
      thread: state.current, number: number, start: state.since, end: key)
    table[cpu].slice = state.slice &+ 1
  }

  /// The slices of a CPU that overlap a span of time, latest first, and for how long; the one that
  /// still runs is not among them.
  func forEachSlice(
    _ cpu: Int, from start: UInt64, to end: UInt64, _ body: (CPUSlice, UInt64) -> Void
  ) {
    let total = Int(table[cpu].slice)
    for back in 0..<min(total, Self.remembered) {
      let slice = slices[cpu * Self.remembered + (total - 1 - back) % Self.remembered]
      guard slice.end > start else { return }
      let overlap = min(slice.end, end) &- max(slice.start, start)
      if slice.start < end, slice.thread >= 0 { body(slice, overlap) }
    }
  }
}

extension UInt16 {
  /// Whether the number of a CPU is below `Batch.unknownCPU`, a constant here: another room's is
  /// read through a call.
  @inline(__always)
  var isKnownCPU: Bool { self < 4095 }
}
