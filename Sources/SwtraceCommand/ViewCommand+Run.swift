internal import Analysis
internal import ArgumentParser
internal import Events
internal import Glibc
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
    let session = try ViewSession(path: path, follows: follow)
    let prepare = try preparation(session.timeline)
    if let printed {
      try write(try Self.screen(printed, option: "--print"), session, prepare)
    } else {
      try session.show(start: prepare)
    }
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

  private func write(
    _ screen: ScreenName, _ session: ViewSession, _ prepare: (inout View) -> Void
  ) throws {
    guard (4...1000).contains(rows) else {
      throw Words.wrongValue("--rows", "\(rows)", "between 4 and 1000")
    }
    guard (20...1000).contains(columns) else {
      throw Words.wrongValue("--columns", "\(columns)", "between 20 and 1000")
    }
    let pressed = try (keys ?? "").isEmpty ? [] : Self.keys(keys ?? "")
    if times, pressed.isEmpty { return try writeFirst(screen, session, prepare) }
    let start = ProgressLine.now()
    try session.readLevels()
    if times { Self.tell([("levels", Int64(ProgressLine.now() - start))]) }
    var view = View(session.timeline, host: session.host, columns: columns, rows: rows)
    view.openAnew()
    prepare(&view)
    view.begin(on: screen)
    var frames: [UInt64] = []
    for key in pressed {
      view.settle()
      let start = ProgressLine.now()
      view.press(key)
      if times {
        _ = view.frame()
        frames.append(ProgressLine.now() - start)
      }
    }
    if times {
      Self.tell(frames)
      Self.tell(view.timesToAnswer)
    }
    var output = StandardOutput()
    output.write(view.settledFrame().text)
    try output.close()
  }

  /// The screen as it is shown first, with nothing read for it.
  private func writeFirst(
    _ screen: ScreenName, _ session: ViewSession, _ prepare: (inout View) -> Void
  ) throws {
    var view = View(session.timeline, host: session.host, columns: columns, rows: rows)
    view.openAnew()
    prepare(&view)
    view.begin(on: screen)
    var output = StandardOutput()
    output.write(view.frame().text)
    try output.close()
  }

  /// What passes between a key and its frame, drawn from memory.
  private static func tell(_ frames: [UInt64]) {
    let sorted = frames.sorted()
    guard let most = sorted.last, let at = frames.firstIndex(of: most) else { return }
    var output = StandardOutput(descriptor: 2)
    output.write(
      "\(sorted.count) keys  median \(sorted[sorted.count / 2] / 1000) us  "
        + "p99 \(sorted[sorted.count * 99 / 100] / 1000) us  max \(most / 1000) us  key \(at + 1)\n"
    )
    output.flush()
  }

  private static func tell(_ answers: [(name: String, nanoseconds: Int64)]) {
    var output = StandardOutput(descriptor: 2)
    for (name, nanoseconds) in answers {
      output.write("\(name) in \(nanoseconds / 1_000_000) ms\n")
    }
    output.flush()
  }

  /// `wwdm`, `w,Enter,Ctrl-P`.
  private static func keys(_ text: String) throws(Problem) -> [Key] {
    guard let keys = Key.keys(in: text) else {
      throw Words.wrongValue("--keys", text, "letters, or names of keys between commas")
    }
    return keys
  }
}
