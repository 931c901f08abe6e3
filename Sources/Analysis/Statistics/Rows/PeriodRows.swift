import Events

/// Periods between two events of a thread that filters choose.
struct PeriodRows {
  var rows = DurationRows()
  /// What a thread is in, by dense index.
  private var open: [OpenPeriod] = []

  struct OpenPeriod {
    /// 0: none.
    var start: UInt64 = 0
    var parts = TimeParts()
    var gaps: UInt32 = 0
  }

  mutating func begin(_ dense: Int, _ period: OpenPeriod) {
    while open.count <= dense { open.append(OpenPeriod()) }
    open[dense] = period
  }

  mutating func end(_ dense: Int) -> OpenPeriod? {
    guard dense < open.count, open[dense].start > 0 else { return nil }
    defer { open[dense] = OpenPeriod() }
    return open[dense]
  }

  mutating func retire(_ dense: Int) { if dense < open.count { open[dense] = OpenPeriod() } }

  /// Periods that have not ended.
  var begun: [(dense: Int, start: UInt64)] {
    open.indices.filter { open[$0].start > 0 }.map { ($0, open[$0].start) }
  }
}

extension StatisticsPass {
  /// An event that the begin's filter chose.
  mutating func beginPeriod(_ thread: ThreadNumber) {
    let dense = tracking.threads.index(of: thread)
    rare.periods.begin(
      dense,
      PeriodRows.OpenPeriod(
        start: max(1, tracking.now), parts: tracking.threads.parts(dense, at: tracking.now),
        gaps: tracking.threads.gaps))
  }

  /// An event that the end's filter chose.
  mutating func endPeriod(_ thread: ThreadNumber) {
    let dense = tracking.threads.index(of: thread)
    let now = tracking.now
    let state = tracking.threads.table[dense]
    guard let period = rare.periods.end(dense) else {
      guard window.counts(endAt: now), !hasFilter else { return }
      let row = rare.periods.rows.row(
        group: groups.group(thread, state.label, cpu: state.cpu), name: 0)
      rare.periods.rows.rows[row].orphans &+= 1
      return
    }
    guard admits(dense, cpu: state.cpu, start: period.start, end: now, .run) else { return }
    let row = rare.periods.rows.row(
      group: groups.group(thread, state.label, cpu: state.cpu), name: 0)
    guard window.counts(endAt: now) else {
      if now >= window.to, period.start < window.to { rare.periods.rows.rows[row].censored &+= 1 }
      return
    }
    guard period.gaps == tracking.threads.gaps else {
      rare.periods.rows.rows[row].unpaired &+= 1
      return
    }
    let wall = now &- min(period.start, now)
    let parts = tracking.threads.parts(dense, at: now) - period.parts
    if wall > rare.periods.rows.rows[row].histogram.max
      || rare.periods.rows.rows[row].histogram.isEmpty
    {
      rare.periods.rows.rows[row].worst = WorstInstance(
        start: period.start, thread: thread, label: state.label, cpu: state.cpu)
    }
    rare.periods.rows.rows[row].histogram.record(wall, at: period.start)
    rare.periods.rows.rows[row].run &+= parts.run
    rare.periods.rows.rows[row].runnable &+= parts.runnable
    rare.periods.rows.rows[row].disk &+= parts.disk
    rare.periods.rows.rows[row].blocked &+= parts.blocked
    rare.periods.rows.rows[row].sleep &+= parts.sleep &+ parts.lock
  }
}
