import Events
import Testing

@testable import Analysis

/// What statistics make of hand-made batches; a tick is a nanosecond.
struct Answers {
  var tables: [String: StatisticsTable] = [:]
  var overview: TraceOverview

  static let calls = [
    "read", "write", "futex", "fsync", "poll", "nanosleep", "sched_yield", "clone", "fork",
  ]

  init(
    _ batches: [Batch], _ tables: TraceTables, _ clock: TraceClock, until end: UInt64,
    from: UInt64? = nil, to: UInt64? = nil, where condition: String? = nil,
    by key: StatisticsKey? = nil, period: (String, String)? = nil, callsTogether: Bool = true,
    most: Int = 4096
  ) throws {
    let filter = try condition.map { try Filter(parsing: $0) }
    let options = StatisticsOptions(
      tables: StatisticsTable.names,
      window: EventWindow(
        from: from.map { Timestamp(nanoseconds: Int64($0)) },
        to: to.map { Timestamp(nanoseconds: Int64($0)) }),
      filter: filter, key: key, systemCallNames: Self.calls,
      period: try period.map { (try Filter(parsing: $0.0), try Filter(parsing: $0.1)) })
    try options.check(tables.types)
    var roles = EventRoles()
    roles.update(tables.types)
    let isTogether = callsTogether && filter == nil && period == nil
    var merge = RunMerge(callsTogether: isTogether)
    var names = ThreadNames()
    for (order, batch) in batches.enumerated() {
      let flat = try #require(
        FlatBatch(batch, tables: tables, clock: clock, callsTogether: isTogether ? roles : nil))
      if period != nil { flat.source = batch }
      names.learn(from: flat, roles)
      merge.add(flat.losses)
      merge.add(flat, order: UInt64(order), range: 0..<flat.count)
    }
    var pass = StatisticsPass(
      options, try options.instanceFilter(isStream: false), names: LiveNames(names),
      origin: 0, window: StatisticsWindow(options.window, origin: 0), countsEvents: condition == nil
    )
    var stretch = MergedStretch()
    var border = to.map {
      clock.key(notBefore: Timestamp(nanoseconds: Int64($0) - Int64(clock.start.monotonic)))
    }
    while true {
      merge.merge(before: nil, end: border, most: most, into: &stretch)
      if stretch.isEmpty {
        if border == nil { break }
        border = nil
        continue
      }
      try pass.take(stretch, tables, roles, clock, learning: true)
      if pass.isDone { break }
    }
    pass.finish(at: end, tables, clock)
    let maker = pass.makeMaker()
    for name in StatisticsTable.names { self.tables[name] = pass.table(name, maker) }
    overview = pass.overview(maker)
  }

  init(
    _ trace: HandMadeTrace, until end: UInt64, from: UInt64? = nil, to: UInt64? = nil,
    where condition: String? = nil, by key: StatisticsKey? = nil,
    period: (String, String)? = nil
  ) throws {
    try self.init(
      trace.all, trace.tables, trace.clock, until: end, from: from, to: to, where: condition,
      by: key, period: period)
  }

  /// The cell of a row, which the text of its first column, or of another one, tells.
  func cell(_ table: String, _ row: String, _ column: String) -> StatisticsCell? {
    guard let table = tables[table], let place = table.column(column) else { return nil }
    let found = table.rows.first { candidate in
      candidate.cells.prefix(4).contains { $0.value == .text(row) }
        || Int64(row).map { candidate.cells[0].value == .integer($0) } ?? false
    }
    return found?.cells[place]
  }

  /// A number in a cell.
  func number(_ table: String, _ row: String, _ column: String) -> UInt64? {
    switch cell(table, row, column)?.value {
    case .count(let number), .duration(let number), .bytes(let number): number
    case .integer(let number): UInt64(number)
    case .instant(let instant): UInt64(instant.nanoseconds)
    default: nil
    }
  }

  /// Of a column's durations in all rows, or in those with this text in a column before.
  func sum(_ table: String, _ column: String, _ text: String? = nil) -> UInt64 {
    guard let table = tables[table], let place = table.column(column) else { return 0 }
    return table.rows.reduce(0) { sum, row in
      let isMeant = text.map { text in
        row.cells.prefix(place).contains { $0.value == .text(text) }
      }
      guard isMeant ?? true, case .duration(let time) = row.cells[place].value else { return sum }
      return sum + time
    }
  }

  func share(_ table: String, _ row: String, _ column: String) -> Double? {
    switch cell(table, row, column)?.value {
    case .share(let number), .number(let number): number
    default: nil
    }
  }

  func rows(_ table: String) -> Int { tables[table]?.rows.count ?? 0 }
}
