import Events

/// A column and how its cells come out of rows of one kind.
struct TableColumn<Row> {
  var column: StatisticsColumn
  /// Name of the column in the list of what columns need, where it may be missing.
  var need: String?
  var cell: (Row) -> StatisticsCell

  init(
    _ key: String, _ title: String, _ kind: StatisticsColumn.Kind, rank: Int? = nil,
    need: String? = nil, _ cell: @escaping (Row) -> StatisticsCell
  ) {
    column = StatisticsColumn(key: key, title: title, kind: kind, rank: rank)
    self.need = need
    self.cell = cell
  }

  /// Count, sum, least, average, quantiles, greatest and when that was, of a histogram.
  ///
  /// `prefix` tells several of a row apart; `ranks` are those of count, sum, p50, p90, p99 and max.
  static func durations(
    _ prefix: String = "", title: String = "", ranks: [Int?], lossy: Bool, origin: UInt64,
    need: String? = nil, hasCount: Bool = true, censored: @escaping (Row) -> UInt64 = { _ in 0 },
    _ histogram: @escaping (Row) -> LatencyHistogram
  ) -> [TableColumn] {
    let count: StatisticsCell.Bound = lossy ? .atLeast : .exact
    let head = title.isEmpty ? "" : title + " "
    func duration(_ value: UInt64?) -> StatisticsCell {
      value.map { StatisticsCell(.duration($0)) } ?? .none
    }
    var columns: [TableColumn] = []
    if hasCount {
      columns.append(
        TableColumn(prefix + "count", head + "count", .count, rank: ranks[0], need: need) {
          StatisticsCell(.count(histogram($0).count), count)
        })
    }
    columns += [
      TableColumn(prefix + "sum_ns", head + "total", .duration, rank: ranks[1], need: need) {
        StatisticsCell(.duration(histogram($0).sum), count)
      },
      TableColumn(prefix + "min_ns", head + "min", .duration, need: need) {
        histogram($0).isEmpty ? .none : duration(histogram($0).min)
      },
      TableColumn(prefix + "avg_ns", head + "avg", .duration, need: need) {
        duration(histogram($0).average)
      },
    ]
    let shown = [500: ranks[2], 900: ranks[3], 990: ranks[4]]
    for quantile in Quantile.shown {
      let name = quantile.name.replacing(".", with: "_")
      columns.append(
        TableColumn(
          "\(prefix)\(name)_ns", head + quantile.name, .duration,
          rank: shown[quantile.thousandths] ?? nil, need: need
        ) { row in
          guard let value = histogram(row).value(quantile) else { return .none }
          return StatisticsCell(
            .duration(value), isBracketed: histogram(row).isBracketed(quantile))
        })
    }
    columns += [
      TableColumn(prefix + "max_ns", head + "max", .duration, rank: ranks[5], need: need) { row in
        let open = censored(row)
        if open > histogram(row).max { return StatisticsCell(.duration(open), .atLeast) }
        return histogram(row).isEmpty ? .none : duration(histogram(row).max)
      },
      TableColumn(prefix + "max_at_ns", head + "max at", .instant, need: need) { row in
        histogram(row).isEmpty ? .none : .instant(histogram(row).maxTime, origin)
      },
    ]
    return columns
  }
}

extension StatisticsCell {
  /// An instant since the start of the trace.
  static func instant(_ time: UInt64, _ origin: UInt64) -> StatisticsCell {
    StatisticsCell(.instant(Timestamp(nanoseconds: Int64(bitPattern: time &- origin))))
  }

  static func share(_ part: UInt64, of whole: UInt64, _ bound: Bound = .exact) -> StatisticsCell {
    whole > 0 ? StatisticsCell(.share(Double(part) / Double(whole)), bound) : .none
  }
}

/// Which columns of a table cannot be filled.
struct MissingColumns {
  private var sets: [String: [String]] = [:]
  /// The sets without which there is no table at all.
  private(set) var table: [String]?

  init(_ table: String, _ recorded: RecordedEvents) {
    for needs in ColumnNeeds.missing(
      table, isRecorded: recorded.has, isNarrowed: recorded.isNarrowed,
      hasMarkers: recorded.hasMarkers)
    {
      var sets = needs.sets
      if needs.markers, !recorded.hasMarkers { sets = ["markers"] }
      if needs.columns.isEmpty { self.table = sets }
      for column in needs.columns { self.sets[column] = sets }
    }
  }

  func sets(_ column: String?) -> [String]? { column.flatMap { sets[$0] } }
}

/// Which events a trace was made to hold.
struct RecordedEvents {
  /// Whether the events of some threads only were asked for.
  private var asked: [EventName: Bool]
  private var types: Set<EventName>
  var hasMarkers: Bool

  init(asked: [EventName: Bool], types: [EventType]) {
    self.asked = asked
    self.types = Set(types.map { EventName($0.system, $0.name) })
    hasMarkers = types.contains { $0.origin == .program }
  }

  func has(_ event: EventName) -> Bool {
    types.contains(event) || asked[event] != nil
  }

  func isNarrowed(_ event: EventName) -> Bool { asked[event] == true }
}

extension StatisticsTable {
  /// A table of rows, each of which has a sum that says how much it weighs.
  init<Source>(
    _ name: String, key: String? = nil, _ columns: [TableColumn<Source>], _ rows: [Source],
    missing: MissingColumns, histogram: ((Source) -> LatencyHistogram)? = nil,
    isSorted: Bool = false, isAside: (Source) -> Bool = { _ in false },
    weight: (Source) -> UInt64
  ) {
    self.name = name
    self.key = key
    let isMissing = columns.map { missing.sets($0.need) }
    let needing = columns.indices.filter { columns[$0].need != nil }
    let isBare = rows.isEmpty && needing.allSatisfy { isMissing[$0] != nil }
    self.missing = missing.table ?? (isBare ? needing.first.flatMap { isMissing[$0] } : nil)
    self.columns = columns.map(\.column)
    self.rows =
      missing.table != nil
      ? []
      : rows.map { row in
        Row(
          row, columns, isMissing, histogram: histogram?(row), weight: weight(row),
          isAside: isAside(row))
      }
    guard !isSorted else { return }
    let order = self.rows.indices.sorted { left, right in
      let (a, b) = (self.rows[left], self.rows[right])
      if a.isAside != b.isAside { return b.isAside }
      return a.weight != b.weight ? a.weight > b.weight : left < right
    }
    self.rows = order.map { self.rows[$0] }
  }
}

extension StatisticsTable.Row {
  fileprivate init<Of>(
    _ row: Of, _ columns: [TableColumn<Of>], _ missing: [[String]?],
    histogram: LatencyHistogram?, weight: UInt64, isAside: Bool
  ) {
    cells = zip(columns, missing).map { column, sets in
      sets.map { StatisticsCell(.notRecorded($0)) } ?? column.cell(row)
    }
    self.histogram = histogram
    self.weight = weight
    self.isAside = isAside
  }
}
