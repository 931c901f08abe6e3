import Events

extension TableMaker {
  /// Where the time of spans and periods went: the parts add up to the wall time.
  private func parts(of rows: [DurationRow], suspends: Bool) -> [TableColumn<DurationRow>] {
    let missing = missing("spans")
    let hasDisk = missing.sets("D-io") == nil
    func part(
      _ key: String, _ title: String, rank: Int?, need: String?,
      _ value: @escaping (DurationRow) -> UInt64
    ) -> [TableColumn<DurationRow>] {
      [
        TableColumn("\(key)_ns", title, .duration, need: need) {
          StatisticsCell(.duration(value($0)))
        },
        TableColumn("\(key)_share", title + " %", .share, rank: rank, need: need) {
          .share(value($0), of: $0.histogram.sum)
        },
      ]
    }
    var columns = part("run", "run", rank: 2, need: "run") { $0.run }
    columns += part("runnable", "runnable", rank: 2, need: "runnable") { $0.runnable }
    columns += part("d", "D", rank: hasDisk ? nil : 3, need: "D") { $0.disk &+ $0.blocked }
    columns += part("d_io", "D-io", rank: hasDisk ? 3 : nil, need: "D-io") { $0.disk }
    columns += part("d_other", "D-other", rank: hasDisk ? 3 : nil, need: "D-other") { $0.blocked }
    columns += part("sleep", "sleep", rank: 2, need: "sleep") { $0.sleep }
    columns += part("lock", "lock", rank: 3, need: "sleep") { $0.lock }
    if suspends {
      let isAny = rows.contains { $0.suspended > 0 }
      columns += part("suspended", "suspended", rank: isAny ? 3 : nil, need: "run") {
        $0.suspendedOfRest
      }
    }
    let isAnyUnknown = rows.contains { $0.unknown > 0 }
    columns += part("unknown", "unknown", rank: isAnyUnknown ? 4 : nil, need: "run") { $0.unknown }
    return columns
  }

  func spans(_ rows: [DurationRow], parents: [Int32]) -> StatisticsTable {
    let names = names
    let length = length
    var parentOf: [Int64: [Int: Int32]] = [:]
    for (place, row) in rows.enumerated() where place < parents.count {
      parentOf[row.name, default: [:]][row.group] = parents[place]
    }
    var columns = keyColumns { (row: DurationRow) in row.group }
    columns += [
      TableColumn("span", "span", .text, rank: 0) {
        StatisticsCell(.text(names.spans[Int($0.name)]))
      },
      TableColumn("parent", "parent", .text, rank: 5) { row in
        switch parentOf[row.name]?[row.group] {
        case .some(let parent) where parent >= 0:
          StatisticsCell(.text(names.spans[Int(parent)]))
        case -3: StatisticsCell(.text("(several)"))
        case -1: StatisticsCell(.text("(none)"))
        default: .none
        }
      },
    ]
    columns += durations(ranks: [0, 1, 1, 4, 1, 0], lossy: isProgramLossy)
    columns += [
      TableColumn("self_ns", "self", .duration, rank: 3) { StatisticsCell(.duration($0.selfTime)) },
      TableColumn("rate_per_s", "per s", .rate, rank: 4) {
        length > 0
          ? StatisticsCell(.number(Double($0.histogram.count) * 1e9 / Double(length))) : .none
      },
    ]
    columns += parts(of: rows, suspends: true)
    columns += worstColumns(rank: 5) + edgeColumns(orphans: true)
    var table = StatisticsTable(
      "spans", key: key?.name, columns, rows, missing: missing("spans"),
      histogram: { $0.histogram }, weight: { $0.selfTime })
    if let note = note("spans", rows) { table.notes.append(note) }
    return table
  }

  func periods(_ rows: [DurationRow], name: String) -> StatisticsTable {
    var columns = keyColumns { (row: DurationRow) in row.group }
    columns.append(
      TableColumn("period", "period", .text, rank: 0) { _ in StatisticsCell(.text(name)) })
    columns += durations(ranks: [0, 1, 1, 4, 1, 0])
    columns += parts(of: rows, suspends: false)
    columns += worstColumns(rank: 5) + edgeColumns(orphans: true)
    var table = StatisticsTable(
      "periods", key: key?.name, columns, rows, missing: missing("periods"),
      histogram: { $0.histogram }, weight: { $0.histogram.sum })
    if let note = note("periods", rows) { table.notes.append(note) }
    return table
  }

  func counters(_ rows: [CounterRow], types: [EventType]) -> StatisticsTable {
    let names = names
    let length = length
    func value(_ row: CounterRow, _ number: Double) -> StatisticsCell {
      guard row.samples > 0 else { return .none }
      return StatisticsCell(
        row.isWhole ? .integer(Int64(exactly: number.rounded()) ?? 0) : .number(number))
    }
    let columns: [TableColumn<CounterRow>] = [
      TableColumn("counter", "counter", .text, rank: 0) { row in
        let type = types[row.type]
        let isOnly = type.fields.count == 1
        return StatisticsCell(
          .text(type.qualifiedName + (isOnly ? "" : ".\(type.fields[row.field].name)")))
      },
      TableColumn("process", "process", .text, rank: 2) {
        StatisticsCell(.text(names.process($0.process)))
      },
      TableColumn("count", "count", .count, rank: 1) {
        StatisticsCell(.count($0.samples), isProgramLossy ? .atLeast : .exact)
      },
      TableColumn("last", "last", .number, rank: 0) { value($0, $0.last) },
      TableColumn("min", "min", .number, rank: 0) { value($0, $0.least) },
      TableColumn("max", "max", .number, rank: 0) { value($0, $0.most) },
      TableColumn("avg", "average", .number, rank: 0) {
        $0.average.map { StatisticsCell(.number($0)) } ?? .none
      },
      TableColumn("rate_per_s", "change per s", .rate, rank: 1) { row in
        row.samples > 0 && length > 0
          ? StatisticsCell(.number((row.last - row.first) * 1e9 / Double(length))) : .none
      },
    ]
    return StatisticsTable(
      "counters", columns, rows.filter { $0.samples > 0 || $0.time > 0 },
      missing: missing("counters"), weight: { $0.samples })
  }
}

extension DurationRow {
  /// What of the wall time is in no state of a thread.
  private var rest: UInt64 {
    histogram.sum &- min(run &+ runnable &+ disk &+ blocked &+ sleep, histogram.sum)
  }

  fileprivate var suspendedOfRest: UInt64 { min(suspended, rest) }

  /// What of it is not known to be spent on no thread either.
  fileprivate var unknown: UInt64 { rest &- suspendedOfRest }
}
