internal import Analysis
internal import Events
internal import Glibc
internal import KernelTracing
internal import TraceFile
internal import Viewer

/// A trace opened to be shown, with what the viewer is given from outside.
struct ViewSession {
  let timeline: Timeline
  let host: ViewHost
  private let path: String
  private let files: ViewFiles?

  init(path: String, follows: Bool = false) throws(Problem) {
    self.path = path
    do throws(AnalysisError) {
      timeline = try Self.timeline(path)
    } catch {
      throw Words.problem(error, path: path)
    }
    files = ViewFiles(trace: path, identifier: timeline.summary.identifier)
    var host = Self.host(timeline, path, files, follows: follows)
    host.keys = try UserKeys.read()
    self.host = host
    do throws(AnalysisError) {
      if keepsLevels, let kept = files?.readLevels() { _ = try timeline.takeLevels(kept) }
    } catch {
      throw Words.problem(error, path: path)
    }
  }

  /// Fewer events than this are read again as fast.
  private static let leastKeptEvents: UInt64 = 1 << 20

  private var keepsLevels: Bool { timeline.summary.events >= Self.leastKeptEvents }

  /// Reads the levels with a line of progress, unless they were kept, and keeps them where that can
  /// be done.
  func readLevels() throws(Problem) {
    guard timeline.levels != .complete else { return }
    var line = ProgressLine()
    defer { line.clear() }
    do throws(AnalysisError) {
      try timeline.readLevels { share in
        line.show("reading  \(Int(share * 100)) %")
        return true
      }
    } catch {
      throw Words.problem(error, path: path)
    }
    _ = host.keepLevels(timeline)
  }

  /// A trace with the names of its machine's system calls.
  private static func timeline(_ path: String) throws(AnalysisError) -> Timeline {
    try Timeline(path: path, decodePages: LatePages.decode) { machine in
      SystemCallTable(machine: machine)?.names ?? []
    }
  }

  /// Shows it on the terminal until its user leaves.
  ///
  /// Opens where it was left, unless `start` or `atWorstSpan` say where.
  func show(
    atWorstSpan: Bool = false, start: (inout View) -> Void = { _ in }
  ) throws {
    let isUTF8 = CursesScreen.useLanguage()
    let screen: CursesScreen
    do throws(TerminalError) {
      screen = try CursesScreen(
        theme: Theme(environment: CursesScreen.variable),
        glyphs: Glyphs(environment: CursesScreen.variable, isUTF8: isUTF8))
    } catch .poorTerminal(let name) {
      return try printOnce(on: name, isUTF8: isUTF8, atWorstSpan: atWorstSpan, start)
    } catch {
      throw Words.problem(error)
    }
    let viewer = Viewer(timeline, host: host, memory: files?.readMarks(), screen: screen)
    let (copied, problem) = viewer.run { view in
      view.prefersSpans = atWorstSpan
      start(&view)
    }
    var output = StandardOutput()
    for text in copied { output.write(text + "\n") }
    try output.close()
    if let problem { throw Problem("", problem) }
  }

  /// A terminal that cannot move its cursor gets the first screen as text.
  private func printOnce(
    on name: String, isUTF8: Bool, atWorstSpan: Bool, _ start: (inout View) -> Void
  ) throws {
    try readLevels()
    var view = View(
      timeline, host: host, columns: max(20, (Terminal.columns(1) ?? 81) - 1), rows: 24)
    view.prefersSpans = atWorstSpan
    view.openAtWorst(start)
    let glyphs = Glyphs(environment: CursesScreen.variable, isUTF8: isUTF8)
    var output = StandardOutput()
    output.write(glyphs.translated(view.settledFrame()).text)
    try output.close()
    Words.printedOnce(terminal: name).show()
  }

  /// The overview without what the header of the screen tells, and what to type next.
  private static func overviewLines(
    _ statistics: TraceStatistics, _ path: String
  ) -> [String] {
    let request = StatsRequest(
      file: path, tables: ["overview"], width: 100, sort: nil, histograms: nil)
    guard
      let report = try? StatsReport(
        request: request, contents: TraceContents(), statistics: statistics)
    else { return [] }
    let lines = report.overviewText.split(separator: "\n").map(String.init)
    return lines.filter { line in
      ["sets ", "cpu ", "worst ", " "].contains { line.hasPrefix($0) }
    }
  }

  private static func host(
    _ timeline: Timeline, _ path: String, _ files: ViewFiles?, follows: Bool
  ) -> ViewHost {
    var host = ViewHost()
    host.name = TerminalText.escaped(path.split(separator: "/").last.map(String.init) ?? path)
    host.shellPath = Words.shellQuoted(path)
    host.utcOffset = utcOffset(at: timeline.summary.startTime)
    host.tableLines = { statistics, width, sort, histograms in
      guard let table = statistics.tables.first else {
        return overviewLines(statistics, path)
      }
      let isKnown = sort.map { table.column($0) != nil } ?? true
      let request = StatsRequest(
        file: path, tables: [table.name], width: max(20, width), sort: isKnown ? sort : nil,
        histograms: histograms ? .fitting : nil)
      guard
        let report = try? StatsReport(
          request: request, contents: TraceContents(), statistics: statistics)
      else { return [] }
      guard let shown = report.statistics.tables.first else { return [] }
      var lines = report.lines(shown)
      if report.leavesOutColumns(shown), let heading = lines.first {
        let blanks = String(repeating: " ", count: max(1, width - 1 - heading.count))
        lines[0] = "\(heading)\(blanks)›"
      }
      return lines
    }
    host.rowJSON = { table, row in
      String(decoding: StatsReport.json(table.rows[row], of: table), as: UTF8.self)
    }
    host.words = { error in
      let problem = Words.problem(error, path: path)
      // What was typed into the viewer is no option.
      if case .filter = error { return TerminalText.escaped(problem.why) }
      return "\(TerminalText.escaped(problem.what)): \(TerminalText.escaped(problem.why))"
    }
    host.filterWords = { Words.text($0) }
    host.keep = { memory in files?.write(marks: memory) }
    if timeline.summary.events >= leastKeptEvents, !follows || timeline.summary.isComplete {
      host.keepLevels = { timeline in
        do throws(AnalysisError) {
          guard let bytes = try timeline.keptLevels() else { return nil }
          return files?.write(levels: bytes).map { "levels are not kept: \($0)" }
        } catch {
          return Words.problem(error, path: path).why
        }
      }
    }
    host.export = { timeline, window, target, progress in
      ViewExport.write(timeline, window, to: target, progress)
    }
    if follows, timeline.summary.isComplete {
      host.notice = "--follow: the trace is complete, nothing more is added to it"
    }
    if follows, !timeline.summary.isComplete {
      let size = FileSize(path)
      host.reopen = {
        guard size.hasGrown else { return nil }
        return try? Self.timeline(path)
      }
    }
    return host
  }

  /// Local time minus UTC, in seconds.
  private static func utcOffset(at nanoseconds: Int64) -> Int64 {
    var time = time_t(nanoseconds / 1_000_000_000)
    var local = unsafe tm()
    guard unsafe localtime_r(&time, &local) != nil else { return 0 }
    return unsafe Int64(local.tm_gmtoff)
  }
}
