import Events

/// What all tables are made with.
struct TableMaker {
  var names: StatisticsNames
  var recorded: RecordedEvents
  var key: StatisticsKey?
  /// The value of each group.
  var groups: [Int64]
  var origin: UInt64
  /// Length of the window in nanoseconds.
  var length: UInt64
  /// Whether events of the kernel were lost within the window: counts are lower bounds.
  var isLossy: Bool
  /// Whether events of programs were.
  var isProgramLossy: Bool

  var count: StatisticsCell.Bound { isLossy ? .atLeast : .exact }
  var wait: StatisticsCell.Bound { isLossy ? .atMost : .exact }

  func text(_ text: String) -> StatisticsCell { StatisticsCell(.text(text)) }
  func count(_ number: UInt64) -> StatisticsCell { StatisticsCell(.count(number), count) }

  /// The column of the key, where rows are made for one.
  func keyColumns<Row>(_ group: @escaping (Row) -> Int) -> [TableColumn<Row>] {
    guard let key else { return [] }
    let names = names
    let groups = groups
    return [
      TableColumn(key.name, key.name, .text, rank: 0) { row in
        let place = group(row)
        return StatisticsCell(
          .text(place < groups.count ? names.group(groups[place], key) : ""))
      }
    ]
  }

  /// Where the slowest instance was.
  func worstColumns(rank: Int?) -> [TableColumn<DurationRow>] {
    let names = names
    return [
      TableColumn("max_thread", "worst", .text, rank: rank) { row in
        row.histogram.isEmpty
          ? .none : StatisticsCell(.text(names.thread(row.worst.thread, row.worst.label)))
      },
      TableColumn("max_tid", "tid", .integer) { row in
        row.histogram.isEmpty ? .none : StatisticsCell(.integer(Int64(row.worst.thread)))
      },
    ]
  }

  /// Counts of instances that are not among the percentiles.
  func edgeColumns(orphans: Bool = false) -> [TableColumn<DurationRow>] {
    var columns: [TableColumn<DurationRow>] = [
      TableColumn("censored", "censored", .count) { StatisticsCell(.count($0.censored)) },
      TableColumn("unpaired", "unpaired", .count) { StatisticsCell(.count($0.unpaired)) },
    ]
    if orphans {
      columns.append(
        TableColumn("orphans", "orphans", .count) { StatisticsCell(.count($0.orphans)) })
    }
    return columns
  }

  func durations(
    ranks: [Int?], hasCount: Bool = true, lossy: Bool? = nil
  ) -> [TableColumn<DurationRow>] {
    TableColumn.durations(
      ranks: ranks, lossy: lossy ?? isLossy, origin: origin, hasCount: hasCount,
      censored: { $0.longestCensored }, { $0.histogram })
  }

  func missing(_ table: String) -> MissingColumns { MissingColumns(table, recorded) }

  /// A line about what stands in no percentile; nil where all does.
  func note(
    _ noun: String, _ rows: [DurationRow]
  ) -> String? {
    let censored = rows.reduce(0) { $0 + $1.censored }
    let unpaired = rows.reduce(0) { $0 + $1.unpaired }
    let orphans = rows.reduce(0) { $0 + $1.orphans }
    var parts: [String] = []
    if censored > 0 { parts.append("\(censored) open at an edge") }
    if unpaired > 0 { parts.append("\(unpaired) across what was not seen") }
    if orphans > 0 { parts.append("\(orphans) ends without a begin") }
    return parts.isEmpty ? nil : "\(noun) in no percentile: " + parts.joined(separator: ", ")
  }
}
