package import Events

/// What a recording comes to in a few lines.
package struct RecordingSummary: Sendable {
  /// A process, by its name, and its share of the time that all CPUs were busy.
  package struct Usage: Hashable, Sendable {
    package var name: String
    package var share: Double
  }

  package var duration: TimeSpan
  package var events: UInt64
  /// Share of the observed time of all CPUs in which they ran something; nil where no switches were
  /// recorded.
  package var busy: Double?
  /// The busy share over time, in 30 equal parts; nil where nothing was observed.
  package var busyOverTime: [Double?]
  /// At most three, most first; processes of one name together.
  package var busiest: [Usage]
  /// Processes that were there.
  package var processes: Int
  /// At most three, the worst first, at most one of a kind.
  package var findings: [Finding]
  /// Whether waits could be seen at all: switches were recorded.
  package var sawSwitches: Bool
  /// Events that came too late to be told in order.
  package var late: UInt64

  /// The busy share over time as bars: `▁▂▂▅▇█`; a blank where nothing was observed.
  package var sparkline: String {
    let bars = Array("▁▂▃▄▅▆▇█")
    return String(
      busyOverTime.map { share in
        guard let share else { return " " }
        return bars[min(7, max(0, Int(share * 8)))]
      })
  }
}

extension RecordingSummary {
  static let cells = 30

  init(
    _ tracking: borrowing StateTracking, clock: TraceClock, tables: TraceTables, events: UInt64,
    end: UInt64
  ) {
    let writer = FindingWriter(
      names: tracking.names.texts, devices: tracking.devices, spanNames: tracking.spans.names,
      systemCallNames: tracking.worst.systemCallNames)
    duration = TimeSpan(nanoseconds: clock.nanoseconds(end))
    self.events = events
    sawSwitches = tracking.sawSwitches
    late = tracking.late
    let observed = tracking.usage.observedTicks
    let ran = tracking.usage.busyTicks
    busy = sawSwitches && observed > 0 ? Double(ran) / Double(observed) : nil
    busyOverTime =
      sawSwitches
      ? tracking.usage.busyShares(Self.cells, until: end) : [Double?](repeating: nil, count: 30)
    busiest = tracking.usage.ranByName().prefix(3).map { usage in
      let name = writer.name(usage.name)
      return Usage(
        name: name.isEmpty ? "(unknown)" : name,
        share: ran > 0 ? min(1, Double(usage.ticks) / Double(ran)) : 0)
    }
    processes = tracking.usage.processes
    findings = Array(
      Finding.ranked(tracking.worst.candidates, writer) { clock.nanoseconds($0) }
        .prefix(3).map(\.finding))
  }
}
