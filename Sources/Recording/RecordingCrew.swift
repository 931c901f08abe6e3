internal import CLinux
internal import Events
internal import Glibc
internal import KernelTracing
internal import ProgramTracing
internal import TraceFile

/// The threads of a recording and what they work with.
struct RecordingCrew: ~Copyable {
  private let options: RecordingOptions
  private let observer: RecordingObserver
  let sources: RecordingSources
  let output: TraceOutput
  private let clock: RecorderClock
  private let memory: MemoryLimit
  private let budget: QueueBudget
  let losses = LossTally()
  private var kernel: KernelRecording?
  private(set) var programs: ProgramDrain?
  private var encoders: [Encoder] = []
  private var drainThreads: [RecorderThread] = []
  private var encoderThreads: [RecorderThread] = []
  private var journal: MachineJournal
  /// Ends with this object, or with this process.
  private var guardian: RecorderGuard?
  private let admission = ProcessAdmission()
  private(set) var hasPriority = true
  private(set) var programsUnavailable: ProgramTracingError?
  private var quietSystemCall: UInt64?
  private(set) var systemCallCost: TimeSpan?

  init(
    _ options: RecordingOptions, observer: RecordingObserver, sources: RecordingSources,
    output: TraceOutput
  ) {
    self.options = options
    self.observer = observer
    self.sources = sources
    self.output = output
    clock = sources.clock
    memory = sources.memoryLimit
    budget = QueueBudget(bytes: max(memory.share(options.queueBytes), 4 * PageSlab.capacity))
    journal = MachineJournal(output: output, observer: observer, clock: sources.clock)
  }

  private var sessionName: String { Recording.sessionName(options) }

  /// Makes everything, all threads included; nothing is traced yet.
  mutating func prepare() throws(RecordingError) {
    let cpus = CPUList.online().numbers.count
    var remainder = false
    let encoderCount = max(1, min(8, cpus / 4))
    let wakes = (0..<encoderCount).map { _ in Signal() }
    if let tracefs = sources.tracefs {
      guardian = RecorderGuard(
        KernelRecording.instancePaths(tracefs, session: sessionName))
      let kernel = KernelRecording(tracefs: tracefs, clock: sources.tracingClock)
      self.kernel = kernel
      let plan = try KernelPlan(tracefs, sources, options)
      remainder = plan.hasRemainder
      do throws(KernelTracingError) {
        try kernel.prepare(
          plan, session: sessionName, options: options, clock: clock, output: output,
          budget: budget, wake: { source in { wakes[source % encoderCount].raise() } })
      } catch {
        throw .kernel(error)
      }
    }
    let recordsPrograms = options.recordsMarkers && !sources.selection.markers.isEmpty
    let programSource = recordsPrograms ? output.addSource(completeThrough: 0) : nil
    let all = kernel?.sources ?? []
    for index in 0..<encoderCount {
      let mine = all.indices.filter { $0 % encoderCount == index }.map { all[$0] }
      encoders.append(
        Encoder(
          wake: wakes[index], sources: mine, programSource: index == 0 ? programSource : nil,
          output: output, observer: observer, losses: losses, budget: budget,
          clock: clock.reference,
          interval: TimeSpan(nanoseconds: options.flushInterval.nanoseconds / 2),
          eventsOfBatch: max(8192, min(65536, (8 << 20) / max(1, all.count))),
          mayHurry: options.priority == .high,
          filter: remainder ? sources.filter.map(RecordingFilter.init) : nil))
    }
    if recordsPrograms, let programSource { try preparePrograms(source: programSource) }
    try startThreads()
  }

  private mutating func preparePrograms(source: Int) throws(RecordingError) {
    let admission = self.admission
    let admits: @Sendable (ProcessNumber) -> Bool = { admission.admits($0) }
    var session = ProgramSession.Options(
      name: sessionName, patterns: sources.selection.markers, directories: .ofEnvironment,
      isSelective: options.scope != .machine, admits: options.scope == .machine ? nil : admits)
    session.budget = memory.share(session.budget)
    do throws(ProgramTracingError) {
      programs = try ProgramDrain(
        session, source: source, output: output, encoder: encoders[0], clock: clock,
        filter: sources.filter.map(RecordingFilter.init))
    } catch {
      // The kernel can be recorded without programs; what is missing is said at the end.
      guard kernel != nil else { throw .programs(error) }
      programsUnavailable = error
      output.complete(source: source, through: UInt64.max)
    }
  }

  private mutating func startThreads() throws(RecordingError) {
    for encoder in encoders {
      guard let thread = RecorderThread("swtrace-encode", { encoder.run() }) else {
        throw .cannotStartThread
      }
      encoderThreads.append(thread)
      if options.priority == .low { _ = swtrace_linux_set_nice(thread.number, 10) }
    }
    for source in kernel?.sources ?? [] {
      let drain = source.drain
      guard let thread = RecorderThread("swtrace-cpu\(drain.cpu)", { drain.run() }) else {
        throw .cannotStartThread
      }
      drainThreads.append(thread)
    }
    if let programs {
      guard let thread = RecorderThread("swtrace-program", { programs.run() }) else {
        throw .cannotStartThread
      }
      drainThreads.append(thread)
    }
    guard options.priority != .normal else { return }
    let nice: Int32 = options.priority == .high ? -20 : 10
    for thread in drainThreads where swtrace_linux_set_nice(thread.number, nice) != 0 {
      hasPriority = false
    }
  }

  /// Tells the observer what begins, once all threads are there.
  func tellStart(_ reading: ClockReading) {
    let output = self.output
    observer.start(
      RecordingStart(
        reading: reading, reference: clock.reference,
        ownThreads: ProcFile.names(in: "/proc/self/task").compactMap { ThreadNumber($0) },
        tables: { (output.types, output.streams) }))
  }

  /// What lets the command join a session that is for some programs only.
  var environment: (name: String, value: String)? {
    options.scope == .machine ? nil : programs?.session.environment
  }

  /// Switches tracing on, everything that the machine is written down before the first event.
  mutating func start(command: Int32?) throws(RecordingError) {
    let targets = try TargetThreads.resolve(options.targets, command: command)
    admission.admit(targets)
    kernel?.following = targets
    journal.readAll(kernel: kernel)
    programs?.drain()
    guard let kernel else { return }
    if sources.selection.systemCalls == .all { quietSystemCall = SystemCallCost.measure() }
    let own = ProcFile.names(in: "/proc/self/task").compactMap { ThreadNumber($0) }
    do throws(KernelTracingError) {
      try kernel.enable(excluding: own)
    } catch {
      throw .kernel(error)
    }
    if let quiet = quietSystemCall {
      let traced = SystemCallCost.measure()
      systemCallCost = TimeSpan(nanoseconds: Int64(traced.subtractingOrZero(quiet)))
    }
  }

  /// The command has been executed: from now on it has its own name.
  func noteCommand(_ pid: Int32) {
    journal.noteCommand(pid)
  }

  /// What is to be written now and then while the recording runs.
  func tick(readingClocks: Bool) {
    if readingClocks {
      let reading = clock.read()
      output.append(reading)
      observer.reading(reading)
    }
    if let programs { journal.note(programs.takeFound()) }
  }

  /// Writes the machine down anew: another trace has begun.
  func tellMachine() {
    journal.readAll(kernel: kernel)
  }

  /// The machine as it is now, stamped with `tick`, for a trace that begins there.
  func machine(at tick: UInt64, _ more: (inout MachineReading) -> Void) -> Batch {
    journal.walk(at: tick, kernel: kernel, more)
  }

  /// Whether a source ended by itself: somebody else removed the instance.
  var sourceIsGone: Bool {
    kernel?.sources.contains { $0.drain.error != 0 } ?? false
  }

  /// Stops tracing and lets everything that was recorded come into the trace.
  func finish(while waiting: (borrowing RecordingCrew) -> Void) {
    kernel?.stop()
    let end = clock.ticks
    programs?.finish()
    for source in kernel?.sources ?? [] { source.drain.finish() }
    wait(for: drainThreads, waiting)
    for encoder in encoders { encoder.finish() }
    wait(for: encoderThreads, waiting)
    noteKernelLosses(end: end)
    if let programs { journal.note(programs.takeFound()) }
    journal.readAll(kernel: kernel)
    kernel?.remove()
  }

  func leaveBacklogRaw() {
    for encoder in encoders { encoder.leaveBacklogRaw() }
  }

  var kernelEvents: UInt64 { encoders.reduce(0) { $0 + $1.kernelEventCount } }
  var programEvents: UInt64 { encoders.reduce(0) { $0 + $1.programEventCount } }
  var rawBytes: UInt64 { encoders.reduce(0) { $0 + $1.rawBytes } }

  private func wait(
    for threads: [RecorderThread], _ waiting: (borrowing RecordingCrew) -> Void
  ) {
    for thread in threads {
      while !thread.ended.wait(milliseconds: 50) { waiting(self) }
      thread.join()
    }
  }

  /// What the kernel counted as lost and no page told.
  private func noteKernelLosses(end: UInt64) {
    guard let kernel else { return }
    var untold: [Loss] = []
    for (source, counts) in kernel.statistics() {
      let told = losses.count(source.stream, .kernelOverrun)
      let dropped = counts.dropped + counts.commitOverrun
      let kinds: [(Loss.Reason, UInt64)] = [
        (.kernelOverrun, counts.overrun.subtractingOrZero(told)), (.kernelDropped, dropped),
      ]
      for (reason, count) in kinds where count > 0 {
        untold.append(
          Loss(
            stream: source.stream, reason: reason, count: count, first: journal.start, last: end))
      }
    }
    guard !untold.isEmpty else { return }
    losses.add(untold)
    output.append(untold)
  }

  /// Takes everything back before anything was recorded.
  mutating func abandon() {
    kernel?.stop()
    programs?.finish()
    for source in kernel?.sources ?? [] { source.drain.finish() }
    for thread in drainThreads { thread.join() }
    for encoder in encoders { encoder.finish() }
    for thread in encoderThreads { thread.join() }
    kernel?.remove()
  }
}
