import Events

extension TableMaker {
  func states(_ all: [DurationRow]) -> StatisticsTable {
    let missing = missing("states")
    let hasDisk = missing.sets("D-io") == nil
    var rows = all
    if !hasDisk { rows = Self.withoutDisk(rows) }
    var totals: [Int: UInt64] = [:]
    for row in rows { totals[row.group, default: 0] += row.clipped }
    let count = count
    let isLossy = isLossy
    var unknown: [Int: UInt64] = [:]
    for row in rows where row.name == Int64(TimeKind.unknown.rawValue) {
      unknown[row.group, default: 0] += row.clipped
    }
    var columns = keyColumns { (row: DurationRow) in row.group }
    columns += [
      TableColumn("state", "state", .text, rank: 0) { row in
        let name = TimeKind(rawValue: Int(row.name))?.name ?? ""
        let isAll = row.name == Int64(TimeKind.diskOther.rawValue) && !hasDisk
        return StatisticsCell(.text(isAll ? "D" : name))
      },
      TableColumn("time_ns", "time", .duration, rank: 0) { row in
        let isRun = row.name == Int64(TimeKind.run.rawValue)
        let isUnknown = row.name == Int64(TimeKind.unknown.rawValue)
        guard isLossy, !isUnknown else { return StatisticsCell(.duration(row.clipped)) }
        return isRun
          ? StatisticsCell(.duration(row.clipped), .atLeast)
          : StatisticsCell(.duration(row.clipped + (unknown[row.group] ?? 0)), .atMost)
      },
      TableColumn("share", "share", .share, rank: 1) { row in
        .share(row.clipped, of: totals[row.group] ?? 0)
      },
    ]
    columns += durations(ranks: [1, nil, 2, 3, 2, 1])
    columns += worstColumns(rank: 4) + edgeColumns()
    for place in columns.indices where columns[place].column.key == "count" {
      columns[place].cell = { StatisticsCell(.count($0.histogram.count), count) }
    }
    let shown = rows.filter {
      $0.clipped > 0 || !$0.histogram.isEmpty || $0.censored > 0 || $0.unpaired > 0
    }
    let ordered = shown.sorted {
      let (left, right) = (totals[$0.group] ?? 0, totals[$1.group] ?? 0)
      return (right, $0.group, $0.name) < (left, $1.group, $1.name)
    }
    var table = StatisticsTable(
      "states", key: key?.name, columns, ordered, missing: missing, histogram: { $0.histogram },
      isSorted: true, weight: { $0.clipped })
    if let note = note("intervals", shown) { table.notes.append(note) }
    return table
  }

  /// Without events of disks all waits in D are of one kind.
  private static func withoutDisk(_ rows: [DurationRow]) -> [DurationRow] {
    rows.filter { $0.name != Int64(TimeKind.diskIO.rawValue) }
  }
}
