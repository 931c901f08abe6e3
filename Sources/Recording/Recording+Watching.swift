internal import CLinux
internal import Events
internal import Glibc
internal import ProgramTracing
internal import TraceFile

extension Recording {
  private static let glance: Int32 = 200
  private static let secondsBetweenReadings: UInt64 = 5
  private static let leastFreeShare = 0.05
  /// A condition that holds all the time does not have one snapshot written after another.
  private static let nanosecondsBetweenMatches: UInt64 = 10_000_000_000

  /// Stays with the recording until it ends, then brings everything into the trace.
  func watch(
    _ command: TracedCommand?, _ signals: borrowing RecorderSignals,
    _ file: OutputFile, _ output: TraceOutput, _ crew: borrowing RecordingCrew,
    _ presence: SessionPresence?, _ flight: FlightRecorder?, _ trigger: SnapshotTrigger?
  ) -> RecordingResult {
    let start = monotonicNanoseconds()
    let began = sources.clock.ticks
    var status: Int32?
    let rotation = TraceRotation(
      options, file, preamble: Machine.preamble(options, clock: sources.clock),
      clock: sources.clock)
    let end = untilEnd(
      from: start, command, &status, signals, file, rotation, output, crew, presence, flight,
      trigger)
    let duration = TimeSpan(nanoseconds: Int64(monotonicNanoseconds() - start))
    let first = rotation?.begun ?? began
    let recorded = first...max(first, sources.clock.ticks)

    if let flight, let status, status != 0 { flight.write(because: .commandFailed, crew) }
    let waiting: (borrowing RecordingCrew) -> Void = { [signals = signals.descriptor] crew in
      let next = swtrace_linux_next_signal(signals)
      if next & 0xff == SIGINT || next & 0xff == SIGTERM { crew.leaveBacklogRaw() }
    }
    crew.finish(while: waiting)
    let recorderTime = swtrace_linux_process_cpu_time()
    let reading = sources.clock.read()
    observer.reading(reading)
    let totals = TraceTotals(
      reading: reading, recorderNanoseconds: recorderTime, recorded: recorded)
    let failure = flight == nil ? output.finish(totals) : output.progress.failure
    var result = crew.result(end: end, duration: duration, failure: failure)
    result.recorderElapsed = TimeSpan(
      nanoseconds: Int64(monotonicNanoseconds() - sources.start))
    result.recorderTime = TimeSpan(nanoseconds: Int64(recorderTime))
    if let rotation {
      result.files = rotation.count
      result.newestFile = rotation.newest
      result.rotationFailure = rotation.failure
    }
    result.snapshots = flight?.written ?? []
    result.snapshotFailure = flight?.failure
    if result.events == 0, sources.tracefs == nil, result.markedProcesses == 0 {
      file.discard()
      result.isDiscarded = true
    }

    presence?.tellEnd(result)
    if command != nil, status == nil {
      if end == .duration, options.endsCommand { command?.send(SIGTERM) }
      status = command?.wait()
    }
    result.commandStatus = status
    return result
  }

  private func untilEnd(
    from start: UInt64, _ command: TracedCommand?, _ status: inout Int32?,
    _ signals: borrowing RecorderSignals, _ file: OutputFile, _ rotation: TraceRotation?,
    _ output: TraceOutput, _ crew: borrowing RecordingCrew, _ presence: SessionPresence?,
    _ flight: FlightRecorder?, _ trigger: SnapshotTrigger?
  ) -> RecordingResult.End {
    let deadline = options.duration.map { start + UInt64(max(0, $0.nanoseconds)) }
    var nextSecond = start
    var seconds: UInt64 = 0
    var nextMatch = start
    while true {
      let now = monotonicNanoseconds()
      if let deadline, now >= deadline { return .duration }
      if now >= nextSecond {
        nextSecond += 1_000_000_000
        crew.tick(readingClocks: seconds < 3 || seconds % Self.secondsBetweenReadings == 0)
        seconds += 1
        if let share = (rotation?.file ?? file).freeShare, share < Self.leastFreeShare,
          options.maximumBytes == nil
        {
          return .diskNearlyFull
        }
        if crew.sourceIsGone { return .sourceGone }
      }
      let progress = crew.progress(elapsed: now - start)
      observer.progress(progress)
      presence?.show(progress)
      if rotation?.turn(output, recorderNanoseconds: swtrace_linux_process_cpu_time()) ?? false {
        crew.tellMachine()
      }
      if let most = options.maximumBytes, progress.bytes >= most { return .sizeLimit }

      let rest = deadline.map { ($0 - now) / 1_000_000 + 1 } ?? UInt64(Self.glance)
      Readiness.wait(
        for: [signals.descriptor, output.failed.descriptor, command?.descriptor ?? -1]
          + (presence?.descriptors ?? [])
          + (nextMatch <= now ? [trigger?.matched.descriptor ?? -1] : []),
        milliseconds: Int32(clamping: min(rest, UInt64(Self.glance))))
      if output.failed.isRaised { return .outputFailed }
      switch presence?.wish() {
      case .stop: return .stopped
      case .snapshot(let request):
        if let flight { flight.answer(request, crew) } else { request.answer("error \(ENOTSUP)") }
      case nil: break
      }
      if let trigger, let flight, nextMatch <= now, trigger.matched.isRaised {
        flight.write(because: .condition, crew)
        trigger.matched.clear()
        nextMatch = monotonicNanoseconds() + Self.nanosecondsBetweenMatches
      }
      if let signal = signals.next() {
        if signal.number == SIGUSR1, let flight {
          flight.write(because: .signal, crew)
          continue
        }
        guard command != nil else { return .interrupted }
        if signal.wasSent || signal.number != SIGINT { command?.send(signal.number) }
        // The terminal has sent it to the command, too: what it does at its end belongs to the trace.
        status = giveTime(command, signals, seconds: 1)
        return .interrupted
      }
      if command != nil, let ended = command?.status() {
        status = ended
        return .command
      }
    }
  }

  /// Gives the command some time to end.
  private func giveTime(
    _ command: TracedCommand?, _ signals: borrowing RecorderSignals, seconds: UInt64
  ) -> Int32? {
    let deadline = monotonicNanoseconds() + seconds * 1_000_000_000
    while monotonicNanoseconds() < deadline, signals.next() == nil {
      if let status = command?.status() { return status }
      usleep(10_000)
    }
    return nil
  }
}
