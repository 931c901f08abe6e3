import Events

/// Handlers of hard and soft interrupts.
struct InterruptRows {
  /// Vectors of soft interrupts that are told apart.
  private static let vectors = 16

  var rows = DurationRows()
  private(set) var names: [Int64: [UInt8]] = [:]
  private var lowNamed = [Bool](repeating: false, count: 1 << 12)
  /// When each CPU's vectors were raised first since they were handled, 0 not.
  private var raised: [UInt64] = []
  /// How long the vector that a CPU handles had been raised before, nil not known.
  private var latency: [UInt64?] = []

  /// Whether a line has its name; of high ones it is only told by `names`.
  @inline(__always)
  func isNamed(_ line: Int64) -> Bool {
    line >= 0 && line < Int64(lowNamed.count) ? lowNamed[Int(line)] : names[line] != nil
  }

  mutating func name(_ line: Int64, _ group: FlatGroup, _ known: EventRoles, _ row: Int) {
    if line >= 0, line < Int64(lowNamed.count) { lowNamed[Int(line)] = true }
    let field = known[group.type].fields[1]
    names[line] = field >= 0 ? group.columns[field].text(row) ?? [] : []
  }

  private mutating func reach(_ cpu: Int) {
    while latency.count <= cpu {
      latency.append(nil)
      raised.append(contentsOf: repeatElement(0, count: Self.vectors))
    }
  }

  mutating func raise(_ vector: Int64, cpu: UInt16, at time: UInt64) {
    guard cpu < Batch.unknownCPU, vector >= 0, vector < Int64(Self.vectors) else { return }
    reach(Int(cpu))
    let place = Int(cpu) * Self.vectors + Int(vector)
    if raised[place] == 0 { raised[place] = max(1, time) }
  }

  mutating func enter(_ record: StateRecord, _ window: StatisticsWindow) {
    let vector = record.value
    guard record.cpu < Batch.unknownCPU, vector >= 0, vector < Int64(Self.vectors) else { return }
    reach(Int(record.cpu))
    let place = Int(record.cpu) * Self.vectors + Int(vector)
    latency[Int(record.cpu)] =
      raised[place] > 0 ? record.key &- min(raised[place], record.key) : nil
    raised[place] = 0
  }

  /// How long what a CPU handles had been raised before.
  mutating func takeLatency(_ cpu: Int) -> UInt64? {
    guard cpu < latency.count else { return nil }
    defer { latency[cpu] = nil }
    return latency[cpu]
  }

  /// The kernel's names of soft interrupts, unchanged since 2.6.
  static let vectorNames = [
    "HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU",
  ]
}

extension StatisticsPass {
  /// Takes an interrupt that has been handled.
  mutating func takeInterrupt(_ change: StateChange) {
    let cpu = Int(change.cpu)
    let isSoft = change.kind == .softInterrupt
    var overlap = window.overlap(change.start, change.end)
    if isSoft {
      overlap &-= min(overlap, cpus[cpu].hardInSoft)
      cpus[cpu].hardInSoft = 0
    } else if tracking.cpus.table[cpu].isSoft {
      cpus[cpu].hardInSoft &+= overlap
    }
    let latency = isSoft ? rare.interrupts.takeLatency(cpu) : nil
    let isCounted = window.counts(endAt: change.end)
    guard overlap > 0 || isCounted else { return }
    let dense = max(0, Int(change.thread))
    if hasFilter, !admitsInterrupt(change, dense, isSoft: isSoft) { return }
    if isSoft { cpus[cpu].soft &+= overlap } else { cpus[cpu].hard &+= overlap }
    cpus[cpu].isSeen = true
    if dense > 0 { threads.withRow(threads.row(dense)) { $0.stolen &+= overlap } }
    guard isCounted else { return }
    let number = tracking.threads.number(dense)
    let label = tracking.threads.table[dense].label
    let group = groups.group(number, label, cpu: change.cpu)
    let place = rare.interrupts.rows.row(group: group, name: change.line << 1 | (isSoft ? 1 : 0))
    let duration = change.end &- change.start
    let isWorst = duration > rare.interrupts.rows.rows[place].histogram.max
    rare.interrupts.rows.rows[place].histogram.record(duration, at: change.start)
    rare.interrupts.rows.rows[place].see(cpu: change.cpu)
    if dense > 0 { rare.interrupts.rows.rows[place].run &+= duration }
    if let latency { rare.interrupts.rows.rows[place].before.record(latency, at: change.start) }
    if isWorst {
      rare.interrupts.rows.rows[place].worst = WorstInstance(
        start: change.start, thread: number, label: label, cpu: change.cpu)
    }
  }

  private mutating func admitsInterrupt(
    _ change: StateChange, _ dense: Int, isSoft: Bool
  ) -> Bool {
    var instance = instance(dense, cpu: change.cpu, start: change.start)
    instance.system = "irq"
    instance.event = isSoft ? "softirq_exit" : "irq_handler_exit"
    instance.duration = change.end &- change.start
    let line = change.line
    if isSoft {
      let names = InterruptRows.vectorNames
      let name = line >= 0 && line < Int64(names.count) ? names[Int(line)] : "\(line)"
      instance.fields = [("vec", .named(line, Array(name.utf8)))]
    } else {
      instance.fields = [
        ("irq", .number(line)), ("name", .text(rare.interrupts.names[line] ?? [])),
      ]
    }
    return admits(instance)
  }
}
