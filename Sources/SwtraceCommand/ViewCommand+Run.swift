internal import Analysis
internal import ArgumentParser
internal import Events
internal import Glibc
internal import KernelTracing
internal import TraceFile
internal import Viewer

extension ViewCommand {
  mutating func run() throws {
    if file == "-" {
      throw Problem(
        "-", "a trace that arrives cannot be shown",
        hint: "record -o FILE writes one, swtrace view FILE --follow shows it while it grows")
    }
    let path = file
    switch try TraceInput(path) {
    case .file: break
    case .stream(let descriptor, let name):
      close(descriptor)
      throw Problem(name, "not a regular file", hint: "a trace has to be in a file to be shown")
    }
    let timeline = try open(path)
    let files = ViewFiles(trace: path, identifier: timeline.summary.identifier)
    let host = host(timeline, path, files)
    if let printed {
      try write(try Self.screen(printed, option: "--print"), timeline, host)
    } else {
      try show(timeline, host, files)
    }
  }

  private func open(_ path: String) throws -> Timeline {
    do throws(AnalysisError) {
      return try ViewCommand.timeline(path)
    } catch {
      throw Words.problem(error, path: path)
    }
  }

  /// A trace with the names of its machine's system calls.
  private static func timeline(_ path: String) throws(AnalysisError) -> Timeline {
    let timeline = try Timeline(path: path, decodePages: LatePages.decode)
    let names = SystemCallTable(machine: timeline.summary.machine)?.names ?? []
    return timeline.naming(systemCalls: names)
  }

  // MARK: on the terminal

  private func show(_ timeline: Timeline, _ host: ViewHost, _ files: ViewFiles?) throws {
    let prepare = try preparation(timeline)
    let isUTF8 = CursesScreen.useLanguage()
    let variable = CursesScreen.variable
    let screen: CursesScreen
    do throws(TerminalError) {
      screen = try CursesScreen(
        theme: Theme(environment: variable),
        glyphs: Glyphs(environment: variable, isUTF8: isUTF8))
    } catch {
      throw Words.problem(error)
    }
    let memory = at == nil ? files?.read() : nil
    let viewer = Viewer(timeline, host: host, memory: memory, screen: screen)
    let (copied, problem) = viewer.run(prepare)
    var output = StandardOutput()
    for text in copied { output.write(text + "\n") }
    try output.close()
    if let problem { throw Problem("", problem) }
  }

  /// What the options change before the first frame.
  private func preparation(_ timeline: Timeline) throws -> (inout View) -> Void {
    let screen = try screen.map { try Self.screen($0, option: "--screen") }
    let end = timeline.summary.end
    let start = try at.map { text in
      try Quantity.place(text, option: "--at").instant(
        length: TimeSpan(nanoseconds: end), startOfTrace: timeline.summary.startTime
      ).nanoseconds
    }
    let length = try span.map { try Quantity.time($0, option: "--span").nanoseconds }
    if let length, length < 1 { throw Words.wrongValue("--span", span ?? "", "more than nothing") }
    if let start, start < 0 || start >= end {
      throw Words.wrongValue(
        "--at", at ?? "", "the trace is \(TimeSpan(nanoseconds: end).text) long")
    }
    if let table, !StatisticsTable.names.contains(table) || table == "periods" {
      throw Words.unknownTable(table, among: StatisticsTable.names.filter { $0 != "periods" })
    }
    if let condition {
      do throws(EventsError) {
        try Filter(parsing: condition).check(against: timeline.summary.types)
      } catch {
        throw Words.problem(error, option: "--where")
      }
    }
    return { [condition, table] view in
      if start != nil || length != nil { view.look(at: start ?? 0, length: length) }
      if let screen { view.begin(on: screen) }
      if let condition { view.setFilter(condition) }
      if let table { view.setTable(table) }
    }
  }

  private static func screen(_ name: String, option: String) throws(Problem) -> ScreenName {
    guard let screen = ScreenName(rawValue: name) else {
      throw Words.wrongChoice(option, name, among: screenNames)
    }
    return screen
  }

  // MARK: as text

  private func write(_ screen: ScreenName, _ timeline: Timeline, _ host: ViewHost) throws {
    guard (4...1000).contains(rows) else {
      throw Words.wrongValue("--rows", "\(rows)", "between 4 and 1000")
    }
    guard (20...1000).contains(columns) else {
      throw Words.wrongValue("--columns", "\(columns)", "between 20 and 1000")
    }
    let pressed = try (keys ?? "").isEmpty ? [] : Self.keys(keys ?? "")
    let prepare = try preparation(timeline)
    var progress = ProgressLine()
    do throws(AnalysisError) {
      try timeline.readLevels { share in
        progress.show("reading  \(Int(share * 100)) %")
        return true
      }
    } catch {
      progress.clear()
      throw Words.problem(error, path: file)
    }
    progress.clear()
    var view = View(timeline, host: host, columns: columns, rows: rows)
    view.openAnew()
    prepare(&view)
    view.begin(on: screen)
    for key in pressed {
      view.settle()
      view.press(key)
    }
    var output = StandardOutput()
    output.write(view.settledFrame().text)
    try output.close()
  }

  /// `wwdm`, `w,Enter,Ctrl-P`.
  private static func keys(_ text: String) throws(Problem) -> [Key] {
    guard let keys = Key.keys(in: text) else {
      throw Words.wrongValue("--keys", text, "letters, or names of keys between commas")
    }
    return keys
  }

  // MARK: what the viewer is given

  private func host(_ timeline: Timeline, _ path: String, _ files: ViewFiles?) -> ViewHost {
    var host = ViewHost()
    host.name = TerminalText.escaped(path.split(separator: "/").last.map(String.init) ?? path)
    host.shellPath = Words.shellQuoted(path)
    host.systemCallNames = SystemCallTable(machine: timeline.summary.machine)?.names ?? []
    host.utcOffset = Self.utcOffset(at: timeline.summary.startTime)
    host.tableLines = { statistics, width, sort, histograms in
      guard let table = statistics.tables.first else { return [] }
      let isKnown = sort.map { table.column($0) != nil } ?? true
      let request = StatsRequest(
        file: path, tables: [table.name], width: max(20, width), sort: isKnown ? sort : nil,
        drawsHistograms: histograms)
      guard
        let report = try? StatsReport(
          request: request, contents: TraceContents(), statistics: statistics)
      else { return [] }
      return report.statistics.tables.first.map { report.lines($0) } ?? []
    }
    host.words = { error in
      let problem = Words.problem(error, path: path)
      return "\(TerminalText.escaped(problem.what)): \(TerminalText.escaped(problem.why))"
    }
    host.filterWords = { Words.text($0) }
    host.keep = { memory in files?.write(memory) }
    host.export = { timeline, window, target, progress in
      ViewExport.write(timeline, window, to: target, progress)
    }
    if follow, !timeline.summary.isComplete {
      let size = FileSize(path)
      host.reopen = {
        guard size.hasGrown else { return nil }
        return try? ViewCommand.timeline(path)
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
