import Events

extension TableMaker {
  func locks(
    _ rows: [DurationRow], places: [LockRows.Place], wakers: [[LockRows.Waker]],
    owners: [[LockRows.Waker]], waiters: [UInt64]
  ) -> StatisticsTable {
    let names = names
    let count = count
    let areHeld = rows.contains { !$0.before.isEmpty } || owners.contains { !$0.isEmpty }
    func most(_ threads: [LockRows.Waker]) -> StatisticsCell {
      let most = threads.max { $0.times < $1.times }
      return most.map { StatisticsCell(.text(names.thread($0.thread, $0.label))) } ?? .none
    }
    func held(
      _ key: String, _ title: String, rank: Int? = nil,
      _ value: @escaping (LatencyHistogram) -> UInt64?
    ) -> TableColumn<DurationRow> {
      TableColumn("hold_\(key)_ns", title, .duration, rank: areHeld ? rank : nil) { row in
        row.before.isEmpty
          ? .none : value(row.before).map { StatisticsCell(.duration($0)) } ?? .none
      }
    }
    var columns = keyColumns { (row: DurationRow) in row.group }
    if key != .process {
      columns.append(
        TableColumn("process", "process", .text, rank: 0) {
          StatisticsCell(.text(names.process(places[Int($0.name)].process)))
        })
    }
    columns += [
      TableColumn("address", "futex", .text, rank: 0) {
        StatisticsCell(.text("0x" + String(places[Int($0.name)].address, radix: 16)))
      },
      TableColumn("waiters", "waiters", .count, rank: 1) {
        StatisticsCell(.count(waiters[Int($0.name)]))
      },
    ]
    columns += durations(ranks: [0, 0, 1, 3, 1, 0])
    columns += [
      TableColumn("woken_by", "woken by", .text, rank: 2) { most(wakers[Int($0.name)]) },
      TableColumn("owner", "owner", .text, rank: areHeld ? 2 : nil) { most(owners[Int($0.name)]) },
      TableColumn("hold_count", "holds", .count, rank: areHeld ? 4 : nil) { row in
        row.before.isEmpty ? .none : StatisticsCell(.count(row.before.count), count)
      },
      held("sum", "hold total", rank: 2) { $0.sum },
      held("avg", "hold avg") { $0.average },
      held("p99", "hold p99", rank: 4) { $0.value(Quantile(thousandths: 990)) },
      held("max", "hold max", rank: 3) { $0.max },
    ]
    columns += worstColumns(rank: 4)
    return StatisticsTable(
      "locks", key: key?.name, columns, rows, missing: missing("locks"),
      histogram: { $0.histogram }, weight: { $0.histogram.sum })
  }

  func waits(
    _ rows: [BlameRow], total: UInt64, spans: UInt64?, isChosen: Bool
  ) -> StatisticsTable {
    let names = names
    let wait = wait
    var totals: [Int: UInt64] = [:]
    for row in rows { totals[row.place.group, default: 0] += row.time }
    var columns = keyColumns { (row: BlameRow) in row.place.group }
    columns += [
      TableColumn("kind", "kind", .text, rank: 0) {
        StatisticsCell(.text($0.place.leaf.kind.name))
      },
      TableColumn("what", "what", .text, rank: 0) {
        StatisticsCell(.text(names.leaf($0.place.leaf)))
      },
      TableColumn("time_ns", "time", .duration, rank: 0) {
        StatisticsCell(.duration($0.time), wait)
      },
      TableColumn("share", "share", .share, rank: 0) {
        .share($0.time, of: totals[$0.place.group] ?? 0)
      },
      TableColumn("count", "pieces", .count, rank: 2) { StatisticsCell(.count($0.count)) },
    ]
    let ordered = rows.sorted { left, right in
      let (a, b) = (totals[left.place.group] ?? 0, totals[right.place.group] ?? 0)
      return (b, left.place.group, right.time) < (a, right.place.group, left.time)
    }
    var table = StatisticsTable(
      "waits", key: key?.name, columns, ordered, missing: missing("waits"), isSorted: true,
      weight: { $0.time })
    let time = TimeSpan(nanoseconds: Int64(clamping: total)).text
    if let spans {
      table.notes.append(
        "\(spans) span\(spans == 1 ? "" : "s"), together \(time), charged to the nanosecond")
    } else {
      table.notes.append(
        "\(isChosen ? "chosen" : "all") waits for a CPU, in D and for locks, together \(time), "
          + "charged to the nanosecond")
    }
    return table
  }
}

extension BlameLeaf.Kind {
  var name: String {
    switch self {
    case .itself: "run itself"
    case .cpu: "cpu"
    case .idle: "cpu"
    case .disk: "disk"
    case .lock: "lock"
    case .thread: "thread"
    case .timer: "timer"
    case .network: "network"
    case .interrupt: "interrupt"
    case .kernel: "kernel"
    case .throttled: "throttled"
    case .stopped: "stopped"
    case .suspended: "suspended"
    case .cycle: "cycle"
    case .unknown: "unknown"
    }
  }
}

extension StatisticsNames {
  func leaf(_ leaf: BlameLeaf) -> String {
    switch leaf.kind {
    case .cpu, .lock, .thread:
      let name = comm(UInt32(truncatingIfNeeded: leaf.detail))
      return name.isEmpty ? "(unknown)" : name
    case .idle: return "idle, coming on"
    case .disk:
      let device = device((leaf.detail >> 4) - 1)
      let operation = DiskOperation(rawValue: leaf.detail & 3)?.name ?? ""
      switch DiskPhase(rawValue: leaf.detail >> 2 & 3) {
      case .queue: return "\(device) \(operation), queue"
      case .service: return "\(device) \(operation), service"
      case .unknown, nil: return device
      }
    case .interrupt: return interrupt(leaf.detail >> 1, isSoft: leaf.detail & 1 == 1)
    case .kernel: return leaf.detail > 0 ? call(leaf.detail - 1) : "page fault"
    case .throttled: return "CPU quota"
    case .itself, .timer, .network, .stopped, .suspended, .cycle, .unknown: return ""
    }
  }
}
