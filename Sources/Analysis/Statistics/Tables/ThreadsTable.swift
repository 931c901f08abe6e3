import Events

extension TableMaker {
  /// Columns of threads and of what is made of several.
  private func columns(
    _ first: [TableColumn<ThreadRow>], of rows: [ThreadRow]
  ) -> [TableColumn<ThreadRow>] {
    let wait = wait
    let length = length
    func time(_ kinds: TimeKind...) -> (ThreadRow) -> StatisticsCell {
      { row in
        let sum = kinds.reduce(UInt64(0)) { $0 + row.time($1) }
        return StatisticsCell(
          .duration(wait == .exact ? sum : sum + row.time(.unknown)), wait)
      }
    }
    let count = count
    let hasDisk = missing("threads").sets("D-io") == nil
    let isAnyThrottled = rows.contains { $0.time(.throttled) > 0 }
    var columns = first
    columns += [
      TableColumn("run_ns", "run", .duration, rank: 0, need: "run") {
        StatisticsCell(.duration($0.time(.run)), count)
      },
      TableColumn("run_share", "run %", .share, rank: 1, need: "run %") {
        .share($0.time(.run), of: length, count)
      },
      TableColumn("slices", "slices", .count, rank: 4, need: "slices") {
        StatisticsCell(.count($0.voluntary + $0.involuntary), count)
      },
    ]
    columns += TableColumn.durations(
      "run_delay_", title: "delay", ranks: [nil, 2, nil, nil, 3, 2], lossy: false,
      origin: origin, need: "run delay", censored: { $0.longestCensored }, { $0.delay })
    for place in columns.indices where columns[place].column.key == "run_delay_sum_ns" {
      columns[place].cell = time(.wakeup, .preempt)
    }
    columns += [
      TableColumn(
        "preempt_wait_ns", "preempt", .duration, rank: 5, need: "preempt wait", time(.preempt)),
      TableColumn("voluntary", "vol", .count, rank: 5, need: "voluntary") {
        StatisticsCell(.count($0.voluntary), count)
      },
      TableColumn("involuntary", "invol", .count, rank: 5, need: "involuntary") {
        StatisticsCell(.count($0.involuntary), count)
      },
      TableColumn("migrations", "migr", .count, rank: 5, need: "migrations") {
        StatisticsCell(.count($0.migrations), count)
      },
      TableColumn(
        "d_ns", "D", .duration, rank: hasDisk ? nil : 3, need: "D", time(.diskIO, .diskOther)),
      TableColumn(
        "d_io_ns", "D-io", .duration, rank: hasDisk ? 3 : nil, need: "D-io", time(.diskIO)),
      TableColumn(
        "d_other_ns", "D-other", .duration, rank: hasDisk ? 3 : nil, need: "D-other",
        time(.diskOther)),
      TableColumn("sleep_ns", "sleep", .duration, rank: 4, need: "sleep", time(.sleep, .lock)),
      TableColumn("lock_ns", "lock", .duration, time(.lock)),
      TableColumn("stopped_ns", "stopped", .duration, time(.stopped)),
      TableColumn("new_ns", "new", .duration, time(.fresh)),
      TableColumn(
        "throttled_ns", "throttled", .duration, rank: isAnyThrottled ? 4 : nil, need: "throttled",
        time(.throttled)),
      TableColumn("unknown_ns", "unknown", .duration) {
        StatisticsCell(.duration($0.time(.unknown)))
      },
      TableColumn("interrupted_ns", "irq", .duration) { StatisticsCell(.duration($0.stolen)) },
      TableColumn("last_cpu", "cpu", .integer, rank: 6, need: "last CPU") {
        $0.lastCPU < Batch.unknownCPU ? StatisticsCell(.integer(Int64($0.lastCPU))) : .none
      },
      TableColumn("priority", "prio", .integer, rank: 6, need: "priority") {
        $0.priority >= 0 ? StatisticsCell(.integer(Int64($0.priority))) : .none
      },
      TableColumn("censored", "censored", .count) { StatisticsCell(.count($0.censored)) },
      TableColumn("unpaired", "unpaired", .count) { StatisticsCell(.count($0.unpaired)) },
    ]
    return columns
  }

  private var threadColumns: [TableColumn<ThreadRow>] {
    let names = names
    return [
      TableColumn("comm", "thread", .text, rank: 0) { row in
        let name = names.comm(row.label.name)
        let many = row.threads > 1 ? "\(row.threads) × " : ""
        return StatisticsCell(.text(many + (name.isEmpty ? "(unknown)" : name)))
      },
      TableColumn("tid", "tid", .integer, rank: 0) {
        $0.threads > 1 ? .none : StatisticsCell(.integer(Int64($0.number)))
      },
      TableColumn("pid", "pid", .integer, rank: 5) {
        $0.label.process != 0 ? StatisticsCell(.integer(Int64($0.label.process))) : .none
      },
    ]
  }

  func threads(_ rows: [ThreadRow]) -> StatisticsTable {
    StatisticsTable(
      "threads", columns(threadColumns, of: rows), rows, missing: missing("threads"),
      histogram: { $0.delay }, weight: { $0.time(.run) })
  }

  func processes(_ rows: [ThreadRow]) -> StatisticsTable {
    let names = names
    let first: [TableColumn<ThreadRow>] = [
      TableColumn("comm", "process", .text, rank: 0) { row in
        let process = row.label.process
        let name = names.comm(process == 0 ? row.label.name : names.processes[process] ?? 0)
        return StatisticsCell(.text(name.isEmpty ? "(unknown)" : name))
      },
      TableColumn("pid", "pid", .integer, rank: 0) {
        $0.label.process != 0 ? StatisticsCell(.integer(Int64($0.label.process))) : .none
      },
      TableColumn("threads", "threads", .count, rank: 2) { StatisticsCell(.count($0.threads)) },
    ]
    var merged: [ThreadRow] = []
    var places: [Int64: Int] = [:]
    for row in rows {
      // Threads whose process is not known go together by name.
      let process = row.label.process
      let key = process != 0 ? Int64(process) : -1 - Int64(row.label.name)
      Self.merge(row, key, &merged, &places)
    }
    return StatisticsTable(
      "processes", columns(first, of: merged), merged, missing: missing("processes"),
      histogram: { $0.delay }, weight: { $0.time(.run) })
  }

  /// Threads or processes by a key: `group` is the value of each row.
  func threads(_ table: String, _ rows: [ThreadRow], groups values: [Int]) -> StatisticsTable {
    var merged: [ThreadRow] = []
    var places: [Int64: Int] = [:]
    var groupOf: [Int] = []
    for (row, group) in zip(rows, values) {
      Self.merge(row, Int64(group), &merged, &places)
      if merged.count > groupOf.count { groupOf.append(group) }
    }
    for place in merged.indices { merged[place].number = ThreadNumber(groupOf[place]) }
    let first: [TableColumn<ThreadRow>] =
      keyColumns { Int($0.number) } + [
        TableColumn("threads", "threads", .count, rank: 2) { StatisticsCell(.count($0.threads)) }
      ]
    return StatisticsTable(
      table, key: key?.name, columns(first, of: merged), merged, missing: missing(table),
      histogram: { $0.delay }, weight: { $0.time(.run) })
  }

  private static func merge(
    _ row: ThreadRow, _ key: Int64, _ merged: inout [ThreadRow], _ places: inout [Int64: Int]
  ) {
    if let known = places[key] {
      merged[known].merge(row)
    } else {
      places[key] = merged.count
      merged.append(row)
    }
  }
}
