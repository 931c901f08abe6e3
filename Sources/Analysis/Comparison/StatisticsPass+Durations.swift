import Events

extension StatisticsPass {
  /// The instances of a table, by names that mean the same in another trace: no numbers of threads,
  /// no addresses.
  ///
  /// Calls that wait by design and states that nobody waits in are left out.
  func comparedDurations(_ table: String, _ names: StatisticsNames) -> [ComparedDurations] {
    switch table {
    case "spans":
      return rare.spans.rows.rows.map { row in
        ComparedDurations(row, names.spans[Int(row.name)])
      }
    case "syscalls":
      return callRows.rows.filter { $0.name & 1 == 0 }.map { row in
        ComparedDurations(row, names.call(row.name >> 1))
      }
    case "states":
      return states.rows.compactMap { row in
        guard let kind = TimeKind(rawValue: Int(row.name)), kind.isWait else { return nil }
        return ComparedDurations(row, kind.name)
      }
    case "irq":
      return rare.interrupts.rows.rows.map { row in
        let isSoft = row.name & 1 == 1
        let kind = isSoft ? "softirq" : "irq"
        return ComparedDurations(
          row, "\(kind) \(names.interrupt(row.name >> 1, isSoft: isSoft))")
      }
    case "block":
      return rare.disks.rows.rows.map { row in
        let operation = DiskOperation(rawValue: row.name & 3)?.name ?? ""
        return ComparedDurations(row, "\(names.device(row.name >> 2)) \(operation)")
      }
    case "net":
      return rare.net.rows.flatMap { row in
        let device = String(decoding: row.name, as: UTF8.self)
        return [
          ComparedDurations(name: "\(device) transmit", histogram: row.transmit),
          ComparedDurations(name: "\(device) receive", histogram: row.receive),
        ]
      }
    case "locks":
      return rare.locks.rows.rows.map { row in
        let process = rare.locks.places[Int(row.name)].process
        let name = names.comm(names.processes[process] ?? 0)
        return ComparedDurations(row, name.isEmpty ? "(unknown)" : name)
      }
    case "threads", "processes": return threadDurations(table, names)
    default: return []
    }
  }

  /// Run delay of all threads of a name, or of the processes whose first thread has it.
  private func threadDurations(_ table: String, _ names: StatisticsNames) -> [ComparedDurations] {
    let rows =
      threads.used
      + threads.gone.map { label, gone in
        var row = gone
        row.label = ThreadLabel(name: label)
        return row
      }
    return rows.map { row in
      let process = row.label.process
      let number =
        table == "processes" && process != 0
        ? names.processes[process] ?? row.label.name : row.label.name
      let name = names.comm(number)
      return ComparedDurations(
        name: name.isEmpty ? "(unknown)" : name, histogram: row.delay, censored: row.censored,
        unpaired: row.unpaired)
    }
  }
}

extension ComparedDurations {
  fileprivate init(_ row: DurationRow, _ name: String) {
    self.name = name
    histogram = row.histogram
    parts = TimeParts(
      run: row.run, runnable: row.runnable, sleep: row.sleep &- min(row.lock, row.sleep),
      disk: row.disk, blocked: row.blocked, lock: row.lock)
    censored = row.censored
    unpaired = row.unpaired
  }
}

extension TimeKind {
  /// Waiting that nobody asked for.
  fileprivate var isWait: Bool {
    switch self {
    case .wakeup, .fresh, .preempt, .yield, .throttled, .diskIO, .diskOther, .lock: true
    case .run, .sleep, .stopped, .unknown: false
    }
  }
}
