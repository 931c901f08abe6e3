import Events

extension TableMaker {
  struct NumberedCPU {
    var number: Int
    var row: CPURow
    var timeOfShares: UInt64
    var isBounded: Bool
    var run: StatisticsCell.Bound { isBounded ? .atLeast : .exact }
    var idle: StatisticsCell.Bound { isBounded ? .atMost : .exact }
  }

  func cpus(_ rows: [NumberedCPU]) -> StatisticsTable {
    let count = count
    func time(
      _ key: String, _ title: String, rank: Int, need: String,
      _ bound: @escaping (NumberedCPU) -> StatisticsCell.Bound,
      _ value: @escaping (CPURow) -> UInt64
    ) -> [TableColumn<NumberedCPU>] {
      let name = String(key.dropLast(3))
      return [
        TableColumn(key, title, .duration, need: need) {
          StatisticsCell(.duration(value($0.row)), count)
        },
        TableColumn("\(name)_share", title + " %", .share, rank: rank, need: need) {
          .share(value($0.row), of: $0.timeOfShares, bound($0))
        },
      ]
    }
    var columns: [TableColumn<NumberedCPU>] = [
      TableColumn("cpu", "cpu", .integer, rank: 0) { StatisticsCell(.integer(Int64($0.number))) }
    ]
    columns += time("busy_ns", "busy", rank: 0, need: "busy", { $0.run }) { $0.busy }
    columns += idleColumns
    // Interrupts are seen on a CPU of which it is not known yet who runs there.
    columns += time("irq_ns", "irq", rank: 1, need: "irq", { _ in count }) { $0.hard }
    columns += time("softirq_ns", "softirq", rank: 1, need: "softirq", { _ in count }) { $0.soft }
    columns += queueColumns
    var table = StatisticsTable(
      "cpus", columns, rows, missing: missing("cpus"), isSorted: true, weight: { $0.row.busy })
    let gaps = rows.reduce(UInt64(0)) { $0 + $1.row.gaps }
    if gaps > 0 {
      table.notes.append("\(gaps) ends of gaps: what a CPU did meanwhile is unobserved")
    }
    return table
  }

  private var idleColumns: [TableColumn<NumberedCPU>] {
    let length = length
    let isLossy = isLossy
    let wait = wait
    func idle(_ cpu: NumberedCPU, _ isBounded: Bool) -> UInt64 {
      isBounded ? cpu.unseen(of: length) + cpu.row.idle : cpu.row.idle
    }
    return [
      TableColumn("idle_ns", "idle", .duration, need: "idle") {
        StatisticsCell(.duration(idle($0, isLossy)), wait)
      },
      TableColumn("idle_share", "idle %", .share, rank: 2, need: "idle") {
        StatisticsCell.share(idle($0, $0.isBounded), of: $0.timeOfShares, $0.idle)
      },
      TableColumn("unobserved_ns", "unobserved", .duration) {
        StatisticsCell(.duration($0.unseen(of: length)))
      },
    ]
  }

  private var queueColumns: [TableColumn<NumberedCPU>] {
    let length = Double(max(1, length))
    func count(
      _ key: String, _ title: String, rank: Int, need: String?,
      _ value: @escaping (CPURow) -> UInt64?
    ) -> TableColumn<NumberedCPU> {
      let bound = self.count
      return TableColumn(key, title, .count, rank: rank, need: need) { cpu in
        guard let number = value(cpu.row) else { return .none }
        return StatisticsCell(.count(number), bound)
      }
    }
    var columns: [TableColumn<NumberedCPU>] = [
      TableColumn("steal_ns", "steal", .duration, rank: 3) { cpu in
        guard let steal = cpu.row.steal else { return .none }
        return StatisticsCell(.duration(steal))
      }
    ]
    columns.append(count("switches", "switches", rank: 1, need: "switches") { $0.switches })
    columns.append(
      TableColumn("run_queue_avg", "queue avg", .number, rank: 1, need: "run queue average") {
        StatisticsCell(.number(Double($0.row.depthTime) / length))
      })
    columns.append(
      count("run_queue_max", "max", rank: 1, need: "run queue max") { UInt64(max(0, $0.depthMost)) }
    )
    columns.append(
      count("migrations_in", "migr in", rank: 2, need: "migrations in") { $0.migrationsIn })
    columns.append(
      count("migrations_out", "out", rank: 2, need: "migrations out") { $0.migrationsOut })
    columns.append(
      count("frequency_mhz", "MHz", rank: 4, need: "frequency") { row in
        guard row.frequencyKnown > 0 else { return nil }
        return UInt64(row.frequencyTime / Double(row.frequencyKnown) / 1000)
      })
    columns.append(
      TableColumn("violation_ns", "violation", .duration, rank: 2, need: "violation") {
        StatisticsCell(.duration($0.row.violation))
      })
    return columns
  }
}

extension TableMaker.NumberedCPU {
  /// Time in which it is not known what the CPU did.
  func unseen(of length: UInt64) -> UInt64 {
    length &- min(length, row.busy &+ row.idle)
  }
}
