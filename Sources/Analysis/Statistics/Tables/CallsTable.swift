import Events

extension TableMaker {
  /// System calls; `errors` are counts by row and number.
  func calls(_ rows: [DurationRow], errors: [UInt32]) -> StatisticsTable {
    let names = names
    let count = count
    func isWaiting(_ row: DurationRow) -> Bool { row.name & 1 == 1 }
    let positions = Dictionary(
      uniqueKeysWithValues: rows.enumerated().map { (RowPlace($1), $0) })
    func errorTexts(_ row: DurationRow) -> String {
      guard let place = positions[RowPlace(row)] else { return "" }
      let start = place * ErrorCounts.places
      guard errors.count >= start + ErrorCounts.places else { return "" }
      var found = (0..<ErrorCounts.places).filter { errors[start + $0] > 0 }
      found.sort { errors[start + $0] > errors[start + $1] }
      return found.map { "\(ErrorCounts.name($0)) \(errors[start + $0])" }.joined(separator: " ")
    }
    func part(
      _ key: String, _ title: String, rank: Int?, need: String,
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
    var columns = keyColumns { (row: DurationRow) in row.group }
    columns += [
      TableColumn("syscall", "syscall", .text, rank: 0) {
        StatisticsCell(.text(names.call($0.name >> 1)))
      },
      TableColumn("waiting", "group", .text, rank: 5) {
        StatisticsCell(.text(isWaiting($0) ? "waiting" : "working"))
      },
    ]
    columns += durations(ranks: [0, 1, 2, 4, 3, 1])
    columns += [
      TableColumn("errors", "err", .count, rank: 2) { StatisticsCell(.count($0.errors), count) },
      TableColumn("errnos", "by errno", .text, rank: 6) {
        $0.errors > 0 ? StatisticsCell(.text(errorTexts($0))) : .none
      },
    ]
    columns += part("on_cpu", "on-CPU", rank: 3, need: "on-CPU") { $0.run }
    columns += part("runnable", "runnable", rank: 5, need: "runnable") { $0.runnable }
    columns += part("blocked", "blocked", rank: 3, need: "blocked") {
      $0.disk &+ $0.blocked &+ $0.sleep
    }
    columns += [
      TableColumn("d_ns", "D", .duration, need: "blocked") {
        StatisticsCell(.duration($0.disk &+ $0.blocked))
      },
      TableColumn("bytes", "bytes", .bytes, rank: 4) {
        $0.bytes > 0 ? StatisticsCell(.bytes($0.bytes), count) : .none
      },
    ]
    columns += worstColumns(rank: 6)
    columns += [
      TableColumn("max_arguments", "arguments", .text, rank: 7) { row in
        guard row.worst.hasArguments else { return .none }
        return StatisticsCell(
          .text((0..<6).map { argument(row.worst.arguments[$0]) }.joined(separator: " ")))
      }
    ]
    columns += edgeColumns()
    var table = StatisticsTable(
      "syscalls", key: key?.name, columns, rows, missing: missing("syscalls"),
      histogram: { $0.histogram }, isAside: isWaiting,
      weight: { isWaiting($0) ? $0.histogram.sum : $0.run &+ $0.runnable &+ $0.disk &+ $0.blocked })
    if rows.contains(where: isWaiting) {
      table.notes.append("calls that wait by design stand last (group waiting)")
    }
    if let note = note("calls", rows) { table.notes.append(note) }
    return table
  }

  /// A small number as it is, others as an address.
  private func argument(_ value: UInt64) -> String {
    let signed = Int64(bitPattern: value)
    return signed > -4096 && signed < 1 << 31 ? "\(signed)" : "0x" + String(value, radix: 16)
  }
}

/// Which row of a table.
private struct RowPlace: Hashable {
  var group: Int
  var name: Int64

  init(_ row: DurationRow) {
    group = row.group
    name = row.name
  }
}
