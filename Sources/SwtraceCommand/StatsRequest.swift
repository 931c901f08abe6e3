internal import Analysis
internal import Events
internal import Glibc

/// What `stats` was asked for, checked.
struct StatsRequest {
  var file: String
  var tables: [String]
  var format: String
  var filter: Filter?
  var from: TimePoint?
  var to: TimePoint?
  var key: StatisticsKey?
  var period: (begin: Filter, end: Filter)?
  var top: Int?
  var sort: String?
  /// nil: none are drawn.
  var histograms: HistogramDrawing.Scale?
  var width: Int
  var every: TimeSpan?

  /// Tables as text, as wide as a screen.
  init(
    file: String, tables: [String], width: Int, sort: String?,
    histograms: HistogramDrawing.Scale?
  ) {
    self.file = file
    self.tables = tables
    format = "text"
    self.width = width
    self.sort = sort
    self.histograms = histograms
  }

  init(_ command: StatsCommand) throws(Problem) {
    guard StatsCommand.formatNames.contains(command.format) else {
      throw Words.wrongChoice("--format", command.format, among: StatsCommand.formatNames)
    }
    format = command.format
    (file, tables) = try Self.place(command.words)
    filter = try command.condition.map { text throws(Problem) in
      try Self.filter(text, "--where")
    }
    from = try command.from.map { text throws(Problem) in
      try Quantity.place(text, option: "--from")
    }
    to = try command.to.map { text throws(Problem) in try Quantity.place(text, option: "--to") }
    if let top = command.top, top < 1 {
      throw Words.wrongValue("--top", "\(top)", "at least 1 row")
    }
    top = command.top
    sort = command.sort
    histograms = try Self.scale(command)
    if let width = command.width, !(20...10_000).contains(width) {
      throw Words.wrongValue("--width", "\(width)", "between 20 and 10000 columns")
    }
    width = command.width ?? max(40, Terminal.columns(1) ?? 100)
    every = try command.every.map { text throws(Problem) in
      let span = try Quantity.time(text, option: "--every")
      guard span.nanoseconds >= 10_000_000 else {
        throw Words.wrongValue("--every", text, "at least 10 ms")
      }
      return span
    }
    if every != nil, file != "-" { throw Words.everyNeedsStream }
    try takePeriod(command)
    try takeKey(command.by)
    if histograms != nil,
      let table = tables.first(where: { StatisticsTable.withoutDistributions.contains($0) })
    {
      throw Words.noDistributions(table)
    }
  }

  private static func scale(_ command: StatsCommand) throws(Problem) -> HistogramDrawing.Scale? {
    guard command.histogram || command.histogramScale != nil else { return nil }
    if command.format != "text" { throw Words.histogramNeedsText(command.format) }
    guard let word = command.histogramScale else { return .fitting }
    guard let scale = HistogramDrawing.Scale(rawValue: word) else {
      throw Words.wrongChoice("--histogram", word, among: HistogramDrawing.Scale.names)
    }
    return scale
  }

  /// File and tables: the first word is the file unless all of it names tables and no file.
  private static func place(_ words: [String]) throws(Problem) -> (String, [String]) {
    guard words.count <= 2 else {
      throw Words.wrongValue(
        "stats", words[2], "a file and tables are all", hint: "tables are separated by commas")
    }
    guard let first = words.first else { return ("./trace.swt", ["overview"]) }
    let names = first.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let isFile = unsafe first == "-" || access(first, F_OK) == 0
    if words.count == 1, !isFile, names.allSatisfy(StatisticsTable.names.contains) {
      return ("./trace.swt", unique(names))
    }
    if words.count == 2 { return (first, try tables(words[1])) }
    let isPath = first.contains("/") || first.contains(".")
    if !isFile, !isPath { throw Words.noFileOrTable(first, among: StatisticsTable.names) }
    return (first, ["overview"])
  }

  private static func tables(_ text: String) throws(Problem) -> [String] {
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for name in names where !StatisticsTable.names.contains(name) {
      throw Words.unknownTable(name, among: StatisticsTable.names)
    }
    return unique(names)
  }

  private static func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  private static func filter(_ text: String, _ option: String) throws(Problem) -> Filter {
    do throws(EventsError) {
      return try Filter(parsing: text)
    } catch {
      throw Words.problem(error, option: option)
    }
  }

  private mutating func takePeriod(_ command: StatsCommand) throws(Problem) {
    let hasBoth = command.begin != nil && command.end != nil
    guard hasBoth || (command.begin == nil && command.end == nil) else {
      throw Words.halfAPeriod(command.begin == nil ? "--begin" : "--end")
    }
    if let begin = command.begin, let end = command.end {
      period = (try Self.filter(begin, "--begin"), try Self.filter(end, "--end"))
      if tables == ["overview"] { tables = ["periods"] }
      guard tables.contains("periods") else { throw Words.periodWithoutTable }
    } else if tables.contains("periods") {
      throw Words.periodsNeedEvents
    }
  }

  private mutating func takeKey(_ word: String?) throws(Problem) {
    guard let word else { return }
    let key = StatisticsKey(word)
    for table in tables where !key.suits(table) {
      if case .field = key, !StatisticsKey.names.contains(word), table != "spans" {
        throw Words.unknownKey(
          word, table, among: StatisticsKey.names.filter { StatisticsKey($0).suits(table) })
      }
      throw Words.keyWithoutRows(
        word, table, among: StatisticsKey.names.filter { StatisticsKey($0).suits(table) })
    }
    self.key = key
  }

  /// What is asked of a trace of a machine with these system calls.
  func options(window: EventWindow, systemCallNames: [String]) -> StatisticsOptions {
    StatisticsOptions(
      tables: tables, window: window, filter: filter, key: key, systemCallNames: systemCallNames,
      period: period)
  }
}
