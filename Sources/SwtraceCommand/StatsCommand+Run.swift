internal import Analysis
internal import ArgumentParser
internal import Events
internal import KernelTracing
internal import TraceFile

extension StatsCommand {
  mutating func run() throws {
    let request = try StatsRequest(self)
    do {
      switch try TraceInput(request.file) {
      case .file(let path): try show(path, request)
      case .stream(let descriptor, let name): try show(descriptor, name: name, request)
      }
    } catch AnalysisError.filter(let error) {
      throw Words.problem(error, option: request.option(of: error))
    } catch let error as AnalysisError {
      throw Words.problem(error, path: request.file)
    }
  }

  private func show(_ path: String, _ request: StatsRequest) throws {
    let trace = try OpenTrace(path: path, decodePages: LatePages.decode)
    let preamble = trace.reader.preamble
    let length = trace.end - Timestamp(nanoseconds: 0)
    let start = Int64(clamping: preamble.reading.realtime)
    let window = EventWindow(
      from: request.from?.instant(length: length, startOfTrace: start),
      to: request.to?.instant(length: length, startOfTrace: start))
    try Self.check(window)
    if let from = window.from, from > trace.end {
      throw Words.windowBehindEnd(from, end: trace.end)
    }
    if let key = request.key { try Self.check(key, request.tables, trace.tables.types) }
    let options = request.options(
      window: window, systemCallNames: SystemCallTable(machine: preamble.machine)?.names ?? [])
    var progress = ProgressLine()
    let statistics: TraceStatistics
    do {
      statistics = try trace.statistics(options) { share in
        progress.show("reading  \(Int(share * 100)) %")
        return true
      }
    } catch {
      progress.clear()
      // A name that is not there may be one that damage took.
      var outcome = PrintOutcome()
      outcome.damage = trace.reader.damage
      for problem in Words.problems(with: outcome, path: path) { problem.show() }
      throw error
    }
    progress.clear()
    var output = StandardOutput()
    let report = try StatsReport(
      request: request, contents: TraceContents(trace.reader), statistics: statistics)
    report.write(to: &output)
    try output.close()
    try tell(statistics, request.file)
  }

  private func show(_ descriptor: Int32, name: String, _ request: StatsRequest) throws {
    var window = EventWindow()
    window.from = try request.from.map { try Self.instant($0, "--from") }
    window.to = try request.to.map { try Self.instant($0, "--to") }
    try Self.check(window)
    let options = request.options(
      window: window, systemCallNames: SystemCallTable(machine: Machine.architecture)?.names ?? [])
    var output = StandardOutput()
    var contents = TraceContents()
    var arrived: UInt64 = 0
    var isContinued = false
    var problem: Problem?
    let statistics = try unsafe StreamedStatistics.run(
      options, every: request.every, decodePages: LatePages.decode,
      from: { buffer throws(AnalysisError) in
        do throws(TraceFileError) {
          let count = try unsafe TraceInput.read(descriptor, into: buffer)
          arrived += UInt64(count)
          return count
        } catch {
          throw .file(error)
        }
      },
      take: { contents.add($0) },
      show: { statistics in
        contents.bytes = arrived
        if let doubt = statistics.doubt, !isContinued {
          // What comes later may answer it.
          Words.problem(doubt, option: request.option(of: doubt)).show()
        }
        do throws(Problem) {
          let report = try StatsReport(
            request: request, contents: contents, statistics: statistics,
            isContinued: isContinued)
          report.write(to: &output)
          output.flush()
          isContinued = true
        } catch {
          problem = error
        }
        return output.failure == nil && problem == nil
      })
    if let problem { throw problem }
    guard contents.preamble != nil else { throw Words.problem(.notATrace, path: name) }
    try output.close()
    try tell(statistics, request.file)
  }

  /// A place in a trace whose end is not known yet.
  private static func instant(_ place: TimePoint, _ option: String) throws(Problem) -> Timestamp {
    guard case .sinceStart(let span) = place else { throw Words.placeNeedsEnd(option) }
    return Timestamp(nanoseconds: span.nanoseconds)
  }

  /// Refuses a window that ends before it begins.
  private static func check(_ window: EventWindow) throws(Problem) {
    guard let from = window.from, let to = window.to, from >= to else { return }
    throw Words.emptyWindow(from: from, to: to)
  }

  /// Refuses a key that no span of the trace has.
  private static func check(
    _ key: StatisticsKey, _ tables: [String], _ types: [EventType]
  ) throws(Problem) {
    guard case .field(let name) = key else { return }
    let fields = types.filter { $0.origin == .program && ($0.kind == .begin || $0.kind == .end) }
      .flatMap(\.fields).map(\.name)
    guard !fields.contains(name) else { return }
    throw Words.unknownKey(name, "spans", among: StatisticsKey.names + Set(fields).sorted())
  }

  /// Says on standard error what of the trace could not be read.
  private func tell(_ statistics: TraceStatistics, _ path: String) throws {
    var outcome = PrintOutcome()
    outcome.unreadable = statistics.unreadable
    outcome.damage = statistics.damage
    outcome.late = statistics.late
    let problems = Words.problems(with: outcome, path: path)
    for problem in problems { problem.show() }
    if problems.contains(where: { $0.status != .good }) {
      throw ExitCode(ExitStatus.failure.rawValue)
    }
  }
}

extension StatsRequest {
  /// The option whose filter a problem is about.
  func option(of error: EventsError) -> String {
    guard case .filter(_, let text, _) = error else { return "--where" }
    if let period, text == period.begin.text { return "--begin" }
    if let period, text == period.end.text { return "--end" }
    return "--where"
  }
}
