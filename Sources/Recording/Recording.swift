internal import CLinux
internal import Events
internal import Glibc
internal import KernelTracing
internal import ProgramTracing
internal import TraceFile

/// A recording from its preparation to its end.
///
/// ```
///  main thread     signals, command, clocks, limits, progress
///  drain threads   one a CPU, high priority: kernel pages ─► ring ─┐
///  program thread  high priority: chunks ─► batches ─► ring ───────┤
///  encoders        normal priority: pages ─► batches ─► blocks ◄───┘ ─► file
/// ```
/// All threads exist before tracing starts, so that their numbers can be kept out of it.
package struct Recording {
  let options: RecordingOptions
  let observer: RecordingObserver
  let sources: RecordingSources

  /// Finds out what can be recorded; throws where that is nothing, or not what was asked for.
  package init(
    _ options: RecordingOptions, observer: RecordingObserver = RecordingObserver()
  ) throws(RecordingError) {
    self.options = options
    self.observer = observer
    sources = try RecordingSources(options)
  }

  /// Records until the end that the options ask for.
  package func run() throws(RecordingError) -> RecordingResult {
    let signals = RecorderSignals(snapshots: options.flightRecorderBytes != nil)
    defer { signals.restore() }
    Recovery.saveLeftovers()
    var absence: ProgramTracingError?
    let presence = try appear(&absence)
    let preamble = Machine.preamble(options, clock: sources.clock)
    let (file, output, flight) = try open(presence, preamble)
    let trigger = try trigger(output)
    var crew = RecordingCrew(
      options, observer: observed(by: trigger), sources: sources, output: output)
    do throws(RecordingError) {
      try crew.prepare()
      crew.tellStart(preamble.reading)
      let command = try startCommand(signals, environment: crew.environment)
      try crew.start(command: command?.pid)
      try command?.go()
      if let command { crew.noteCommand(command.pid) }
      var result = watch(command, signals, file, output, crew, presence, flight, trigger)
      result.sessionUnavailable = absence
      return result
    } catch {
      crew.abandon()
      file.discard()
      throw error
    }
  }

  /// Where events go: into the trace, or into a ring.
  private func open(
    _ presence: SessionPresence?, _ preamble: Preamble
  ) throws(RecordingError) -> (OutputFile, TraceOutput, FlightRecorder?) {
    if let capacity = options.flightRecorderBytes, let presence {
      let flight = try FlightRecorder(
        options, capacity: capacity, presence: presence, preamble: preamble, clock: sources.clock)
      return (OutputFile(), flight.output, flight)
    }
    let file = try OutputFile(options.output, owner: options.owner)
    do throws(TraceFileError) {
      return (file, try TraceOutput(descriptor: file.descriptor, preamble: preamble), nil)
    } catch {
      throw .trace(error)
    }
  }

  private func trigger(_ output: TraceOutput) throws(RecordingError) -> SnapshotTrigger? {
    guard let condition = options.snapshotCondition else { return nil }
    do throws(EventsError) {
      return SnapshotTrigger(try Filter(parsing: condition), types: { output.types })
    } catch {
      throw .events(error)
    }
  }

  private func observed(by trigger: SnapshotTrigger?) -> RecordingObserver {
    guard let trigger else { return observer }
    var observer = self.observer
    let tell = observer.batch
    observer.batch = { batch in
      tell(batch)
      trigger.look(at: batch)
    }
    return observer
  }

  /// Name of the session, its instance and its files.
  static func sessionName(_ options: RecordingOptions) -> String {
    options.sessionName ?? "\(getpid())"
  }

  /// Lets others see this recording; nil where that cannot be, and why.
  private func appear(
    _ absence: inout ProgramTracingError?
  ) throws(RecordingError) -> SessionPresence? {
    var mode: RecorderStatus.Mode = []
    if sources.tracefs != nil, !sources.selection.kernel.isEmpty { mode.insert(.kernel) }
    if options.recordsMarkers, !sources.selection.markers.isEmpty { mode.insert(.markers) }
    if options.flightRecorderBytes != nil { mode.insert(.flightRecorder) }
    if options.rotationBytes != nil { mode.insert(.rotating) }
    if options.isDetached { mode.insert(.detached) }
    do throws(ProgramTracingError) {
      return try SessionPresence(options, name: Self.sessionName(options), mode: mode)
    } catch {
      // A name that was asked for has to be this session's; otherwise it is recorded unseen.
      guard options.sessionName == nil, options.flightRecorderBytes == nil else {
        throw .programs(error)
      }
      absence = error
      return nil
    }
  }

  private func startCommand(
    _ signals: borrowing RecorderSignals, environment: (name: String, value: String)?
  ) throws(RecordingError)
    -> TracedCommand?
  {
    guard !options.command.isEmpty else { return nil }
    if let environment { unsafe setenv(environment.name, environment.value, 1) }
    return try TracedCommand(
      options.command, credentials: options.credentials, blockedSignals: signals.before,
      descriptors: sources.descriptorLimit)
  }
}
