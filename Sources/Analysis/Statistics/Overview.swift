import Events

extension StatisticsPass {
  /// The whole in a few figures; the sets are the caller's.
  mutating func overview(_ maker: TableMaker) -> TraceOverview {
    let (from, length) = observed
    var overview = TraceOverview(
      length: TimeSpan(nanoseconds: Int64(clamping: length)),
      from: Timestamp(nanoseconds: Int64(bitPattern: from &- origin)))
    overview.spanNames =
      rare.spans.rows.rows.reduce(into: Set<Int64>()) { $0.insert($1.name) }.count
    (overview.processes, overview.threads) = population
    overview.cpus = cpuOverview(maker, length)
    overview.cpusMissing = maker.missing("cpus").sets("busy")
    overview.throttled = rare.throttles.worst(
      StatisticsWindow(from: asked, to: window.to))
    overview.worst = worst(maker)
    return overview
  }

  /// Processes and threads that were seen.
  var population: (processes: Int, threads: Int) {
    let used = usedThreads
    let gone = threads.gone.values.reduce(0) { $0 + Int($1.threads) }
    return (Set(used.map(\.label.process)).subtracting([0]).count, used.count + gone)
  }

  private func cpuOverview(_ maker: TableMaker, _ length: UInt64) -> TraceOverview.CPUs? {
    let missing = maker.missing("cpus")
    let seen = (0..<cpus.count).filter { cpus[$0].isSeen && cpus[$0].busy &+ cpus[$0].idle > 0 }
    guard missing.sets("busy") == nil, !seen.isEmpty, length > 0 else { return nil }
    let observed = seen.reduce(UInt64(0)) { $0 &+ cpus[$1].busy &+ cpus[$1].idle }
    func share(_ value: (CPURow) -> UInt64) -> Double {
      Double(seen.reduce(UInt64(0)) { $0 &+ value(cpus[$1]) }) / Double(max(1, observed))
    }
    let busiest = seen.max { (cpus[$0].busy, $1) < (cpus[$1].busy, $0) } ?? 0
    let hasQueues = missing.sets("run queue average") == nil
    let queued = seen.reduce(UInt64(0)) { $0 &+ cpus[$1].depthTime }
    let steals = seen.compactMap { cpus[$0].steal }
    return TraceOverview.CPUs(
      busy: share { $0.busy },
      irq: missing.sets("irq") == nil ? share { $0.hard } : nil,
      softirq: missing.sets("softirq") == nil ? share { $0.soft } : nil,
      steal: steals.isEmpty
        ? nil : Double(steals.reduce(0, &+)) / Double(length) / Double(seen.count),
      busiest: busiest,
      busiestShare: Double(cpus[busiest].busy) / Double(length),
      queueAverage: hasQueues ? Double(queued) / Double(length) / Double(seen.count) : nil,
      queueMost: hasQueues
        ? UInt64(max(0, seen.map { cpus[$0].depthMost }.max() ?? 0)) : nil,
      violation: hasQueues ? seen.reduce(0) { $0 &+ cpus[$1].violation } : nil)
  }

  /// The worst of each kind that took a millisecond and more, the worst first.
  private mutating func worst(_ maker: TableMaker) -> [TraceOverview.Worst] {
    let candidates = tracking.worst.candidates
    let writer = FindingWriter(
      names: live.names.texts, devices: tracking.devices, spanNames: tracking.spans.names,
      systemCallNames: rare.options.systemCallNames)
    var found: [(rank: Double, worst: TraceOverview.Worst)] = []
    func add(
      _ kind: String, _ row: DurationRow, norm: Double, _ finding: FindingKind?, who: String? = nil
    ) {
      guard !row.histogram.isEmpty, row.histogram.max >= 1_000_000 else { return }
      let candidate = candidates.first {
        $0.kind == finding && $0.start == row.worst.start && $0.thread == row.worst.thread
      }
      found.append(
        (
          Double(row.histogram.max) / norm,
          TraceOverview.Worst(
            kind: kind, length: row.histogram.max,
            start: Timestamp(nanoseconds: Int64(bitPattern: row.histogram.maxTime &- origin)),
            who: who ?? maker.names.thread(row.worst.thread, row.worst.label),
            thread: row.worst.thread,
            cpu: row.worst.cpu < Batch.unknownCPU ? Int(row.worst.cpu) : nil,
            cause: candidate.map { writer.cause(of: $0) } ?? "")
        ))
    }
    let delay = [TimeKind.wakeup, .preempt]
    for kind in TimeKind.allCases where kind.isRunnable || kind == .diskIO || kind == .diskOther {
      guard let row = Self.longest(states.rows, { $0.name == Int64(kind.rawValue) }) else {
        continue
      }
      switch kind {
      case .diskIO: add("D-io", row, norm: 10e6, .diskWait)
      case .diskOther: add("D-other", row, norm: 10e6, .blocked)
      default: if delay.contains(kind) { add(kind.name, row, norm: 1e6, .cpuWait) }
      }
    }
    if let row = Self.longest(rare.spans.rows.rows, { _ in true }) {
      add("span \(maker.names.spans[Int(row.name)])", row, norm: 5e6, .span)
    }
    if let row = Self.longest(rare.interrupts.rows.rows, { _ in true }) {
      let name = maker.names.interrupt(row.name >> 1, isSoft: row.name & 1 == 1)
      add(row.name & 1 == 1 ? "softirq" : "irq", row, norm: 1e6, .interrupt, who: name)
    }
    return found.sorted { $0.rank > $1.rank }.map(\.worst)
  }

  private static func longest(
    _ rows: [DurationRow], _ isMeant: (DurationRow) -> Bool
  ) -> DurationRow? {
    rows.filter { isMeant($0) && !$0.histogram.isEmpty }.max { $0.histogram.max < $1.histogram.max }
  }
}
