internal import CLinux
internal import Events
internal import Glibc
internal import Synchronization

/// Takes raw pages of one CPU's kernel buffer out of the kernel, and nothing else: runs at high
/// priority, allocates only while its queue grows, and never waits for an encoder.
final class KernelDrain: Sendable {
  let source: Int
  let cpu: Int
  private let descriptor: Int32
  private let pageBytes: Int
  private let clock: RecorderClock
  private let interval: UInt64
  private let budget: QueueBudget
  /// Filled slabs on their way to the encoder, and empty ones on their way back.
  let filled: HandoffRing<PageSlab>
  let empty: HandoffRing<PageSlab>
  private let encoderWake: @Sendable () -> Void
  private let stop = Signal()
  private let failure = Atomic<Int32>(0)
  private let stalls = Atomic<Int>(0)

  /// `descriptor` is the CPU's trace_pipe_raw, opened non-blocking; the caller closes it.
  init(
    source: Int, cpu: Int, descriptor: Int32, pageBytes: Int, clock: RecorderClock,
    interval: TimeSpan, budget: QueueBudget, encoderWake: @escaping @Sendable () -> Void
  ) {
    self.source = source
    self.cpu = cpu
    self.descriptor = descriptor
    self.pageBytes = pageBytes
    self.clock = clock
    self.interval = UInt64(interval.nanoseconds)
    self.budget = budget
    self.encoderWake = encoderWake
    let slabs = budget.bytes / PageSlab.capacity + 1
    filled = HandoffRing(capacity: slabs + 2)
    empty = HandoffRing(capacity: 64)
  }

  /// Asks for what is left in the buffer to be taken, and the thread to end.
  func finish() {
    stop.raise()
  }

  /// The errno that ended the drain early: somebody else removed the instance.
  var error: Int32 { failure.load(ordering: .acquiring) }
  /// How often the queue was full, so that events had to wait in the kernel's buffer.
  var stallCount: Int { stalls.load(ordering: .acquiring) }

  func run() {
    var slab: PageSlab?
    var lastGiven = monotonicNanoseconds()
    // Everything before `complete` has been read: a pass that came to the end began after it.
    var (complete, previousStart): (UInt64, UInt64) = (0, 0)
    while true {
      let isLast = stop.isRaised
      let start = clock.ticks
      let end = takePages(&slab, untilEmpty: isLast, complete: complete, lastGiven: &lastGiven)
      if end == .failed || (isLast && end == .reached) {
        if slab == nil { slab = makeSlab() }
        give(&slab, completeThrough: UInt64.max, at: &lastGiven)
        return
      }
      let now = monotonicNanoseconds()
      if end == .reached {
        (complete, previousStart) = (previousStart, start)
        if now - lastGiven >= interval {
          if slab == nil { slab = makeSlab() }
          give(&slab, completeThrough: complete, at: &lastGiven)
        }
        wait(milliseconds: Int32((lastGiven + interval).subtractingOrZero(now) / 1_000_000 + 1))
      } else {
        stalls.add(1, ordering: .relaxed)
        wait(milliseconds: 1)
      }
    }
  }

  private enum End {
    case reached, queueFull, failed
  }

  /// Reads until the buffer is empty, the queue is full or the kernel refuses.
  private func takePages(
    _ slab: inout PageSlab?, untilEmpty: Bool, complete: UInt64, lastGiven: inout UInt64
  ) -> End {
    while true {
      if slab == nil { slab = makeSlab() }
      guard let current = slab else { return .queueFull }
      let page = unsafe current.memory.baseAddress.map {
        unsafe $0 + current.pages * pageBytes
      }
      let got = unsafe read(descriptor, page, pageBytes)
      if got < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN { return .reached }
        failure.store(errno, ordering: .releasing)
        return .failed
      }
      if got == 0 { return .reached }
      if got < pageBytes {
        if let page = unsafe page { unsafe memset(page + got, 0, pageBytes - got) }
      }
      current.pages += 1
      // A page that is far from full was still being written: reading on would only find what
      // this reading itself caused.
      let used = unsafe page.map {
        unsafe Int($0.loadUnaligned(fromByteOffset: 8, as: UInt32.self) & 0xf_ffff)
      }
      let isShort = (used ?? 0) < pageBytes - pageBytes / 4
      if !current.hasRoom { give(&slab, completeThrough: complete, at: &lastGiven) }
      if isShort, !untilEmpty { return .reached }
    }
  }

  private func makeSlab() -> PageSlab? {
    guard budget.take(PageSlab.capacity) else { return nil }
    let slab = empty.take() ?? PageSlab()
    slab.reset(source: source, pageBytes: pageBytes)
    return slab
  }

  private func give(_ slab: inout PageSlab?, completeThrough: UInt64, at lastGiven: inout UInt64) {
    guard let full = slab else { return }
    full.completeThrough = completeThrough
    full.takenAt = clock.ticks
    // The ring is longer than the budget has slabs.
    if filled.give(full) { encoderWake() }
    slab = nil
    lastGiven = monotonicNanoseconds()
  }

  private func wait(milliseconds: Int32) {
    Readiness.wait(for: [descriptor, stop.descriptor], milliseconds: milliseconds)
  }
}

func monotonicNanoseconds() -> UInt64 {
  swtrace_linux_nanoseconds(clockid_t(CLOCK_MONOTONIC))
}

extension UInt64 {
  func subtractingOrZero(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
