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

  private func observedTime(_ cpu: Int) -> ObservedTime {
    ObservedTime(
      cpus[cpu].busy &+ cpus[cpu].idle, of: observed.length, isLossy: kernelGaps > 0)
  }

  // Where a filter chooses, what it did not choose is no part of busy and idle time.

  /// Whether a CPU may have run or idled unseen.
  func isBounded(_ cpu: Int) -> Bool {
    hasFilter || isIsolated ? kernelGaps > 0 : observedTime(cpu).isPart
  }

  /// The time that shares of a CPU's time are of.
  func timeOfShares(_ cpu: Int) -> UInt64 {
    hasFilter || isIsolated ? observed.length : observedTime(cpu).whole
  }

  private func cpuOverview(_ maker: TableMaker, _ length: UInt64) -> TraceOverview.CPUs? {
    let missing = maker.missing("cpus")
    let seen = (0..<cpus.count).filter { cpus[$0].isSeen && cpus[$0].busy &+ cpus[$0].idle > 0 }
    guard missing.sets("busy") == nil, !seen.isEmpty, length > 0 else { return nil }
    let hasQueues = missing.sets("run queue average") == nil
    func whole(_ cpu: Int) -> UInt64 { max(1, timeOfShares(cpu)) }
    let all = seen.reduce(UInt64(0)) { $0 &+ whole($1) }
    func share(_ value: (CPURow) -> UInt64) -> Double {
      Double(seen.reduce(UInt64(0)) { $0 &+ value(cpus[$1]) }) / Double(all)
    }
    func busyShare(_ cpu: Int) -> Double { Double(cpus[cpu].busy) / Double(whole(cpu)) }
    let busiest = seen.max { (busyShare($0), $1) < (busyShare($1), $0) } ?? 0
    let queued = seen.reduce(UInt64(0)) { $0 &+ cpus[$1].depthTime }
    let steals = seen.compactMap { cpus[$0].steal }
    return TraceOverview.CPUs(
      busy: share { $0.busy },
      irq: missing.sets("irq") == nil ? share { $0.hard } : nil,
      softirq: missing.sets("softirq") == nil ? share { $0.soft } : nil,
      steal: steals.isEmpty
        ? nil : Double(steals.reduce(0, &+)) / Double(length) / Double(steals.count),
      busiest: busiest,
      busiestShare: busyShare(busiest),
      queueAverage: hasQueues ? Double(queued) / Double(length) / Double(seen.count) : nil,
      queueMost: hasQueues
        ? UInt64(max(0, seen.map { cpus[$0].depthMost }.max() ?? 0)) : nil,
      violation: hasQueues ? seen.reduce(0) { $0 &+ cpus[$1].violation } : nil,
      areLowerBounds: seen.contains { isBounded($0) }, haveLosses: kernelGaps > 0)
  }

  /// What took long, the worst of its kind each: the same that a recording tells at its end.
  private mutating func worst(_ maker: TableMaker) -> [TraceOverview.Worst] {
    let writer = FindingWriter(
      names: live.names.texts, devices: tracking.devices, spanNames: tracking.spans.names,
      systemCallNames: rare.options.systemCallNames)
    let origin = origin
    let candidates = hasFilter ? chosenCandidates : tracking.worst.candidates
    return Finding.ranked(candidates, writer) { Int64(bitPattern: $0 &- origin) }
      .map { candidate, finding in
        let who =
          finding.kind == .interrupt
          ? maker.names.interrupt(candidate.line, isSoft: candidate.isSoft)
          : maker.names.thread(candidate.thread, candidate.label)
        return TraceOverview.Worst(
          kind: finding.kind == .span ? "span \(finding.who)" : candidate.state,
          length: UInt64(finding.length.nanoseconds), start: finding.start, who: who,
          thread: finding.thread, cpu: finding.cpu,
          cause: finding.cause == finding.cpu.map { "on CPU\($0)" } ? "" : finding.cause)
      }
  }

  /// The worst instances that the filter chose, each with its cause where it is the worst of all.
  private var chosenCandidates: [WaitCandidate] {
    var chosen: [FindingKind: WaitCandidate] = [:]
    func add(_ kind: FindingKind, _ row: DurationRow, _ change: (inout WaitCandidate) -> Void) {
      guard !row.histogram.isEmpty, row.histogram.max > chosen[kind]?.ticks ?? 0 else { return }
      var candidate = WaitCandidate(
        kind: kind, start: row.histogram.maxTime, ticks: row.histogram.max)
      candidate.thread = row.worst.thread
      candidate.label = row.worst.label
      candidate.cpu = row.worst.cpu
      change(&candidate)
      let known = tracking.worst.candidates.first {
        $0.kind == kind && $0.start == candidate.start && $0.thread == candidate.thread
      }
      chosen[kind] = known ?? candidate
    }
    for row in states.rows {
      switch TimeKind(rawValue: Int(row.name)) {
      case .wakeup: add(.cpuWait, row) { $0.activity = .woken }
      case .preempt: add(.cpuWait, row) { $0.activity = .preempted }
      case .diskIO: add(.diskWait, row) { $0.systemCall = WaitCandidate.unknownCall }
      case .diskOther: add(.blocked, row) { $0.systemCall = WaitCandidate.unknownCall }
      default: continue
      }
    }
    for row in rare.spans.rows.rows {
      add(.span, row) { $0.span = Int32(truncatingIfNeeded: row.name) }
    }
    for row in rare.interrupts.rows.rows {
      add(.interrupt, row) {
        $0.line = row.name >> 1
        $0.isSoft = row.name & 1 == 1
      }
    }
    return Array(chosen.values)
  }
}
