internal import CLinux
internal import Events
internal import Glibc
internal import KernelTracing
internal import Synchronization
internal import TraceFile

/// Makes batches of raw pages and blocks of batches, at normal priority.
///
/// It takes each source's pages in order; what is quiet is gathered into one block a tick.
final class Encoder: Sendable {
  /// Batches of fewer events than this are gathered with others.
  private static let quiet = 2048
  /// Shares of the queue at which the encoder's priority rises, and at which pages are written raw.
  private static let pressures = (brisk: 0.125, urgent: 0.375, raw: 0.875)

  let wake: Signal
  let programs = HandoffRing<ProgramBatches>(capacity: 4096)
  private let output: TraceOutput
  private let observer: RecordingObserver
  private let losses: LossTally
  private let budget: QueueBudget
  private let clock: ClockKind
  private let interval: UInt64
  private let eventsOfBatch: Int
  private let mayHurry: Bool
  private let filter: RecordingFilter?
  private let sources: [KernelSource]
  private let programSource: Int?
  private let stopping = Atomic<Bool>(false)
  private let leavesBacklogRaw = Atomic<Bool>(false)
  private let rawPages = Atomic<UInt64>(0)
  private let kernelEvents = Atomic<UInt64>(0)
  private let programEvents = Atomic<UInt64>(0)

  init(
    wake: Signal, sources: [KernelSource], programSource: Int?, output: TraceOutput,
    observer: RecordingObserver, losses: LossTally, budget: QueueBudget, clock: ClockKind,
    interval: TimeSpan,
    eventsOfBatch: Int, mayHurry: Bool, filter: RecordingFilter?
  ) {
    self.wake = wake
    self.sources = sources
    self.programSource = programSource
    self.output = output
    self.observer = observer
    self.losses = losses
    self.budget = budget
    self.clock = clock
    self.interval = UInt64(interval.nanoseconds)
    self.eventsOfBatch = eventsOfBatch
    self.mayHurry = mayHurry
    self.filter = filter
  }

  /// Ends the thread once everything that was given to it is in the trace.
  func finish() {
    stopping.store(true, ordering: .releasing)
    wake.raise()
  }

  /// From now on pages are written as they are: somebody does not want to wait.
  func leaveBacklogRaw() {
    leavesBacklogRaw.store(true, ordering: .releasing)
    wake.raise()
  }

  var kernelEventCount: UInt64 { kernelEvents.load(ordering: .relaxed) }
  var programEventCount: UInt64 { programEvents.load(ordering: .relaxed) }
  /// Bytes of pages that were written undecoded.
  var rawBytes: UInt64 { rawPages.load(ordering: .relaxed) }

  func run() {
    var work = Work(encoder: self, sources: sources)
    var lastFlush = monotonicNanoseconds()
    while true {
      // Read before the queues are: whatever was given before `finish` is found.
      let isLast = stopping.load(ordering: .acquiring)
      wake.clear()
      var isIdle = true
      while work.step() { isIdle = false }
      let now = monotonicNanoseconds()
      if isLast, isIdle {
        work.flush()
        return
      }
      if now - lastFlush >= interval {
        work.flush()
        lastFlush = now
      }
      let rest = (lastFlush + interval).subtractingOrZero(now) / 1_000_000 + 1
      wake.wait(milliseconds: isLast ? 0 : Int32(rest))
    }
  }

  /// What the encoder's thread alone holds.
  private struct Work: ~Copyable {
    let encoder: Encoder
    var sources: [KernelSource]
    var blocks: BlockEncoder?
    var programBatches: [Batch] = []
    var programComplete: UInt64 = 0
    var lastFlush = monotonicNanoseconds()
    var nice: Int32 = 0
    var filter: RecordingFilter?

    init(encoder: Encoder, sources: [KernelSource]) {
      self.encoder = encoder
      self.sources = sources
      filter = encoder.filter
      blocks = try? BlockEncoder()
    }

    /// Takes one piece of work from each source; false where none had any.
    mutating func step() -> Bool {
      var found = false
      for index in sources.indices {
        guard let slab = sources[index].drain.filled.take() else { continue }
        found = true
        adjustPriority()
        process(slab, of: index)
        encoder.budget.giveBack(PageSlab.capacity)
        _ = sources[index].drain.empty.give(slab)
      }
      if let batches = encoder.programs.take() {
        found = true
        programBatches.append(contentsOf: batches.batches)
        programComplete = max(programComplete, batches.completeThrough)
        if programBatches.reduce(0, { $0 + $1.count }) >= encoder.eventsOfBatch { flushPrograms() }
      }
      if found, monotonicNanoseconds() - lastFlush >= encoder.interval { flush() }
      return found
    }

    private mutating func process(_ slab: PageSlab, of index: Int) {
      let pressure = encoder.budget.pressure
      if slab.pages > 0,
        pressure > Encoder.pressures.raw || encoder.leavesBacklogRaw.load(ordering: .acquiring)
      {
        flush(source: index)
        writeRaw(slab, of: index)
      } else {
        for page in 0..<slab.pages {
          let start = page * slab.pageBytes
          let bytes = unsafe UnsafeRawBufferPointer(
            rebasing: slab.memory[start..<start + slab.pageBytes])
          unsafe sources[index].decode(bytes.bytes)
        }
        if sources[index].count >= encoder.eventsOfBatch { flush(source: index) }
      }
      if slab.completeThrough > 0 {
        // What the slab completes must be in the trace before it is said.
        sources[index].pendingComplete = slab.completeThrough
      }
    }

    private mutating func writeRaw(_ slab: PageSlab, of index: Int) {
      let length = slab.pages * slab.pageBytes
      let bytes = unsafe [UInt8](slab.memory[..<length])
      encoder.output.append(
        RawPages(
          stream: sources[index].stream, first: sources[index].lastTime, last: slab.takenAt,
          bytes: bytes), formats: sources[index].formats)
      sources[index].skip(to: slab.takenAt)
      encoder.rawPages.add(UInt64(length), ordering: .relaxed)
    }

    private mutating func flush(source index: Int) {
      guard let batch = takeBatch(of: index) else { return }
      countKernel(batch)
      encode(batch)
    }

    private mutating func takeBatch(of index: Int) -> Batch? {
      guard let batch = sources[index].takeBatch() else { return nil }
      guard filter != nil else { return batch }
      return filter?.keep(
        of: batch, types: encoder.output.types, cpu: sources[index].drain.cpu)
    }

    private func countKernel(_ batch: Batch) {
      encoder.kernelEvents.add(UInt64(batch.count), ordering: .relaxed)
      encoder.observer.batch(batch)
    }

    private func countPrograms(_ batch: Batch) {
      encoder.programEvents.add(UInt64(batch.count), ordering: .relaxed)
      encoder.observer.batch(batch)
    }

    private mutating func flushPrograms() {
      for batch in programBatches {
        countPrograms(batch)
        encode(batch)
      }
      programBatches = []
    }

    /// Brings everything that was taken so far into the trace.
    mutating func flush() {
      lastFlush = monotonicNanoseconds()
      var small: [ClockKind: [Batch]] = [:]
      for index in sources.indices {
        guard let batch = takeBatch(of: index) else { continue }
        countKernel(batch)
        if batch.count < Encoder.quiet {
          small[sources[index].clock, default: []].append(batch)
        } else {
          encode(batch)
        }
      }
      for batch in programBatches {
        countPrograms(batch)
        if batch.count < Encoder.quiet {
          small[encoder.clock, default: []].append(batch)
        } else {
          encode(batch)
        }
      }
      programBatches = []
      for parts in small.values { encode(parts.count == 1 ? parts[0] : Batch(gathering: parts)) }
      for index in sources.indices where sources[index].pendingComplete > 0 {
        encoder.output.complete(
          source: sources[index].drain.source, through: sources[index].pendingComplete)
      }
      if let source = encoder.programSource, programComplete > 0 {
        encoder.output.complete(source: source, through: programComplete)
      }
      encoder.observer.watermark(encoder.output.appendWatermark())
    }

    private mutating func encode(_ batch: Batch) {
      encoder.losses.add(batch.losses)
      do throws(TraceFileError) {
        guard let block = try blocks?.encode(batch) else { throw .outOfMemory }
        encoder.output.append(block)
      } catch {
        encoder.output.lose(batch, error)
      }
    }

    /// Falls behind only while there is room to: a queue that fills makes the encoder hurry.
    private mutating func adjustPriority() {
      guard encoder.mayHurry else { return }
      let pressure = encoder.budget.pressure
      let wanted: Int32 =
        pressure > Encoder.pressures.urgent ? -20 : pressure > Encoder.pressures.brisk ? -10 : 0
      guard wanted != nice else { return }
      nice = wanted
      _ = swtrace_linux_set_nice(swtrace_linux_thread_number(), wanted)
    }
  }
}
