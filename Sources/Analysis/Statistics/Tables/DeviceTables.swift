import Events

extension TableMaker {
  func interrupts(_ rows: [DurationRow]) -> StatisticsTable {
    let names = names
    func isSoft(_ row: DurationRow) -> Bool { row.name & 1 == 1 }
    var columns = keyColumns { (row: DurationRow) in row.group }
    columns += [
      TableColumn("kind", "kind", .text, rank: 0) {
        StatisticsCell(.text(isSoft($0) ? "softirq" : "irq"))
      },
      TableColumn("line", "line", .integer, rank: 3) {
        StatisticsCell(.integer($0.name >> 1))
      },
      TableColumn("name", "name", .text, rank: 0) {
        StatisticsCell(.text(names.interrupt($0.name >> 1, isSoft: isSoft($0))))
      },
    ]
    columns += durations(ranks: [0, 0, 1, 3, 1, 0])
    columns += [
      TableColumn("cpus", "CPUs", .count, rank: 2) {
        StatisticsCell(.count(UInt64($0.cpuCount)))
      },
      TableColumn("stolen_ns", "stolen", .duration, rank: 2, need: "stolen") {
        StatisticsCell(.duration($0.run))
      },
    ]
    columns += TableColumn.durations(
      "latency_", title: "raise", ranks: [nil, nil, 4, nil, 4, 3], lossy: isLossy, origin: origin,
      need: "latency", { $0.before })
    columns += worstColumns(rank: 5)
    let hasAny =
      recorded.has(EventName("irq", "irq_handler_entry"))
      || recorded.has(EventName("irq", "softirq_entry"))
    var table = StatisticsTable(
      "irq", key: key?.name, columns, rows, missing: missing("irq"), histogram: { $0.histogram },
      weight: { $0.histogram.sum })
    if !hasAny { table.missing = ["irq"] }
    if let sets = missing("irq").sets("handler time"), sets == ColumnNeeds.narrowed {
      table.missing = sets
    }
    return table
  }

  func disks(_ rows: [DurationRow], underWay: Int) -> StatisticsTable {
    let names = names
    let count = count
    var columns = keyColumns { (row: DurationRow) in row.group }
    columns += [
      TableColumn("device", "device", .text, rank: 0) {
        StatisticsCell(.text(names.device($0.name >> 2)))
      },
      TableColumn("operation", "op", .text, rank: 0) {
        StatisticsCell(.text(DiskOperation(rawValue: $0.name & 3)?.name ?? ""))
      },
    ]
    columns += durations(ranks: [0, 1, 1, 3, 1, 0])
    columns += TableColumn.durations(
      "queue_", title: "queue", ranks: [nil, nil, 3, nil, 4, 3], lossy: isLossy, origin: origin,
      need: "queue", hasCount: false, { $0.before })
    columns += [
      TableColumn("bytes", "bytes", .bytes, rank: 1, need: "sizes") {
        StatisticsCell(.bytes($0.bytes), count)
      },
      TableColumn("avg_bytes", "avg size", .bytes, rank: 4, need: "sizes") {
        $0.histogram.isEmpty ? .none : StatisticsCell(.bytes($0.bytes / $0.histogram.count))
      },
      TableColumn("sequential_share", "seq %", .share, rank: 2, need: "sequential") {
        .share($0.marked, of: $0.histogram.count)
      },
      TableColumn("errors", "err", .count, rank: 2, need: "errors") {
        StatisticsCell(.count($0.errors), count)
      },
    ]
    columns += worstColumns(rank: 5) + edgeColumns(orphans: true)
    var table = StatisticsTable(
      "block", key: key?.name, columns, rows, missing: missing("block"),
      histogram: { $0.histogram }, weight: { $0.histogram.sum })
    if let sets = missing("block").sets("service") { table.missing = sets }
    if underWay > 0 {
      table.notes.append("\(underWay) request\(underWay == 1 ? "" : "s") under way at the end")
    }
    if let note = note("requests", rows) { table.notes.append(note) }
    return table
  }

  func net(_ rows: [NetRow]) -> StatisticsTable {
    let count = count
    var columns: [TableColumn<NetRow>] = [
      TableColumn("device", "device", .text, rank: 0) {
        let name = String(decoding: $0.name, as: UTF8.self)
        return StatisticsCell(.text(name.isEmpty ? "(unknown)" : name))
      },
      TableColumn("packets_out", "packets out", .count, rank: 0, need: "packets out") {
        StatisticsCell(.count($0.packetsOut), count)
      },
      TableColumn("bytes_out", "bytes out", .bytes, rank: 0, need: "bytes out") {
        StatisticsCell(.bytes($0.bytesOut), count)
      },
      TableColumn("failures_out", "failed", .count, rank: 2, need: "packets out") {
        StatisticsCell(.count($0.failures), count)
      },
    ]
    columns += TableColumn.durations(
      "transmit_", title: "transmit", ranks: [nil, nil, 1, nil, 2, 1], lossy: isLossy,
      origin: origin, need: "transmit", { $0.transmit })
    columns += [
      TableColumn("packets_in", "packets in", .count, rank: 0, need: "packets in") {
        StatisticsCell(.count($0.packetsIn), count)
      },
      TableColumn("bytes_in", "bytes in", .bytes, rank: 0, need: "bytes in") {
        StatisticsCell(.bytes($0.bytesIn), count)
      },
    ]
    columns += TableColumn.durations(
      "receive_", title: "receive", ranks: [nil, nil, 1, nil, 2, 1], lossy: isLossy,
      origin: origin, need: "receive", { $0.receive })
    let missing = missing("net")
    var table = StatisticsTable(
      "net", columns, rows, missing: missing, weight: { $0.bytesOut &+ $0.bytesIn })
    if let sets = missing.sets("packets in"), missing.sets("packets out") != nil {
      table.missing = sets
    }
    return table
  }
}
