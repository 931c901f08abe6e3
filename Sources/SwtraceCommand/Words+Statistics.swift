internal import Events

/// What is wrong with what `stats` was asked for.
extension Words {
  static func noFileOrTable(_ word: String, among tables: [String]) -> Problem {
    Problem(
      word, "no such file, and no such table",
      hint: nearest(word, among: tables) ?? "tables: \(tables.joined(separator: ", "))",
      status: .usage)
  }

  static func unknownTable(_ word: String, among tables: [String]) -> Problem {
    Problem(
      word.isEmpty ? "''" : word, "no such table",
      hint: nearest(word, among: tables) ?? "tables: \(tables.joined(separator: ", "))",
      status: .usage)
  }

  static func unknownColumn(_ word: String, _ table: String, among columns: [String]) -> Problem {
    Problem(
      "--sort \(word)", "table \(table) has no such column",
      hint: nearest(word, among: columns) ?? "columns: \(columns.joined(separator: ", "))",
      status: .usage)
  }

  static func unknownKey(_ word: String, _ table: String, among keys: [String]) -> Problem {
    Problem(
      "--by \(word)", "no such key of table \(table)",
      hint: nearest(word, among: keys)
        ?? (keys.isEmpty ? nil : "keys: \(keys.joined(separator: ", "))"),
      status: .usage)
  }

  static func emptyWindow(from: Timestamp, to: Timestamp) -> Problem {
    Problem(
      "--from, --to", "\(CellText.instant(from)) is not before \(CellText.instant(to))",
      hint: "both count from the start of the trace, -2s from its end", status: .usage)
  }

  static func keyWithoutRows(_ word: String, _ table: String, among keys: [String]) -> Problem {
    Problem(
      "--by \(word)", "table \(table) has no rows by \(word)",
      hint: keys.isEmpty
        ? "it has no rows by any key" : "it has rows by \(keys.joined(separator: ", "))",
      status: .usage)
  }

  static func histogramNeedsText(_ format: String) -> Problem {
    Problem(
      "--histogram", "distributions are drawn as text, not as \(format)",
      hint: "their percentiles are in every format: leave --histogram out", status: .usage)
  }

  static func noDistributions(_ table: String) -> Problem {
    Problem(
      "--histogram", "table \(table) has no distributions",
      hint: "threads, processes, states, syscalls, irq, block, locks, spans and periods have some",
      status: .usage)
  }

  static func windowBehindEnd(_ from: Timestamp, end: Timestamp) -> Problem {
    Problem(
      "--from", "\(CellText.instant(from)) is behind the trace's end, \(CellText.instant(end))",
      hint: "times count from the start of the trace, -2s from its end", status: .usage)
  }

  static let everyNeedsStream = Problem(
    "--every", "only of a trace that arrives on standard input",
    hint: "swtrace record -o - | swtrace stats - threads --every 2s", status: .usage)

  static func halfAPeriod(_ missing: String) -> Problem {
    Problem(
      missing, "a period needs an event that begins it and one that ends it",
      hint: "--begin 'sched_waking : pid == 42' --end 'sched_switch : next_pid == 42'",
      status: .usage)
  }

  static let periodsNeedEvents = Problem(
    "periods", "there is no event that begins and none that ends a period",
    hint: "--begin EXPR --end EXPR", status: .usage)

  static let periodWithoutTable = Problem(
    "--begin", "periods are the table periods",
    hint: "swtrace stats FILE periods --begin … --end …",
    status: .usage)
}
