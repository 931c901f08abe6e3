internal import Analysis
internal import Events
internal import Recording
internal import Synchronization

/// A recording as `record` runs it: the line of progress while it lasts, the summary after it.
struct RecordingSession {
  let options: RecordingOptions
  let quiet: Bool

  init(_ options: RecordingOptions, quiet: Bool) {
    self.options = options
    self.quiet = quiet
  }

  /// Records; returns the exit status.
  ///
  /// `begun` is called once, when recording has begun.
  func run(
    failsOnLoss: Bool = false, begun: @escaping @Sendable () -> Void = {}
  ) throws(Problem) -> Int32 {
    let progress = ProgressOfRecording(quiet: quiet)
    let findings = quiet ? nil : RecordingFindings()
    let hasBegun = Mutex(false)
    let show: @Sendable (RecordingProgress) -> Void = { now in
      let isFirst = hasBegun.withLock { hasBegun in
        defer { hasBegun = true }
        return !hasBegun
      }
      if isFirst { begun() }
      progress.show(now)
    }
    let observer = findings?.observer(progress: show) ?? RecordingObserver(progress: show)
    let result: RecordingResult
    do throws(RecordingError) {
      let recording = try Recording(options, observer: observer)
      result = try recording.run()
    } catch {
      progress.clear()
      throw Words.problem(error, options: options)
    }
    progress.clear()
    if result.isDiscarded {
      let problem = Words.nothingRecorded(outputName, result)
      problem.show()
      return result.commandStatus ?? problem.status.rawValue
    }
    if !quiet {
      let found = findings?.finish()
      let summary = SummaryText(
        result, summary: found, options: options,
        next: next(hasFindings: found?.findings.isEmpty == false))
      self.show(summary.text)
    }
    return status(result, failsOnLoss: failsOnLoss)
  }

  private func status(_ result: RecordingResult, failsOnLoss: Bool) -> Int32 {
    let hasCommand = !options.command.isEmpty
    let failure: ExitStatus = hasCommand ? .recordFailure : .failure
    if let error = result.outputFailure {
      var problem = Words.problem(error, path: outputName)
      problem.status = failure
      problem.show()
      return failure.rawValue
    }
    if failsOnLoss, !result.lost.isEmpty {
      Words.lost(result, status: failure).show()
      return failure.rawValue
    }
    return result.commandStatus ?? ExitStatus.good.rawValue
  }

  private var outputName: String {
    switch options.output {
    case .file(let path): path
    case .standardOutput: "standard output"
    }
  }

  /// The summary goes where the trace does not.
  private func show(_ text: String) {
    var output = StandardOutput(descriptor: options.output == .standardOutput ? 2 : 1)
    output.write(text)
    _ = output.finish()
  }

  /// What the summary recommends to type next.
  private func next(hasFindings: Bool) -> [(command: String, meaning: String)] {
    guard case .file(let path) = options.output, options.flightRecorderBytes == nil else {
      return []
    }
    let file = path == "trace.swt" ? "" : " \(TerminalText.escaped(path))"
    return [
      ("swtrace view\(file)", hasFindings ? "opens at 1 ( ! = next )" : "over time"),
      ("swtrace stats\(file)", "all tables"),
    ]
  }
}

/// The line of progress, drawn from the recorder's threads.
final class ProgressOfRecording: Sendable {
  private let line: Mutex<ProgressLine>

  init(quiet: Bool) {
    line = Mutex(ProgressLine(quiet: quiet))
  }

  func show(_ progress: RecordingProgress) {
    line.withLock { line in
      line.show(
        ProgressLine.recording(
          elapsed: progress.elapsed, events: progress.events, bytes: progress.bytes,
          lost: progress.lost))
    }
  }

  func clear() { line.withLock { $0.clear() } }
}
