package import Events
package import TraceFile

/// What was asked of a trace, answered.
package struct TraceStatistics: Sendable {
  /// The part of a trace on its way that is answered about, where it is shown in parts.
  package var part: Range<Timestamp>?
  /// Of a part: why nothing that has come so far can answer the filter.
  package var doubt: EventsError?
  package var overview: TraceOverview?
  /// In the order in which they were asked for; without `overview`.
  package var tables: [StatisticsTable] = []
  /// Whether events were lost within the window, so that values are bounds.
  package var isLossy = false
  /// Processes and threads that were seen.
  package var processes = 0
  package var threads = 0
  /// Events that were read.
  package var events: UInt64 = 0
  /// Blocks that could not be read.
  package var unreadable: [(block: Int, error: TraceFileError)] = []
  package var damage: [Damage] = []
  /// What damage took, where the trace itself tells of no loss.
  package var damaged: [Loss] = []
  /// Events that came too late to be in order.
  package var late: UInt64 = 0
}

/// What a trace is as a whole, in a few figures.
package struct TraceOverview: Sendable {
  package struct CPUs: Sendable {
    /// Shares of the observed time of all CPUs; of one that was not observed throughout, of all.
    package var busy: Double
    package var irq: Double?
    package var softirq: Double?
    package var steal: Double?
    package var busiest: Int
    package var busiestShare: Double
    package var queueAverage: Double?
    package var queueMost: UInt64?
    /// Time in which threads waited for a CPU while another one that they may use idled.
    package var violation: UInt64?
    /// Whether CPUs were not observed throughout, so that they may have been busier.
    package var areLowerBounds: Bool
    /// Whether events were lost, so that all else is a lower bound too.
    package var haveLosses: Bool
  }

  /// A control group whose CPU quota was used up.
  package struct Throttled: Hashable, Sendable {
    package var cgroup: String
    /// Nanoseconds that it was kept from a CPU, all CPUs together.
    package var time: UInt64
  }

  /// The worst of a kind.
  package struct Worst: Sendable {
    /// `wakeup latency`, `D-io`, `span http:request`.
    package var kind: String
    package var length: UInt64
    package var start: Timestamp
    package var who: String
    package var thread: ThreadNumber
    package var cpu: Int?
    /// Why, in one clause; empty where it is not known.
    package var cause: String
  }

  /// Length of the window.
  package var length: TimeSpan
  package var from: Timestamp
  /// Events by set, most first: `sched`, `spans`, or the system's name.
  package var sets: [(name: String, events: UInt64)] = []
  package var spanNames = 0
  package var markedProcesses = 0
  package var processes = 0
  package var threads = 0
  package var cpus: CPUs?
  /// The sets that would have had to be recorded for what CPUs did.
  package var cpusMissing: [String]?
  /// The control group that was kept from running longest; nil where that cannot be told.
  package var throttled: Throttled?
  package var worst: [Worst] = []
}
