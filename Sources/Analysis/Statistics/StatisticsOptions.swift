package import Events

/// What rows of a table are made for, instead of one for all.
package enum StatisticsKey: Hashable, Sendable {
  case cpu, thread, process, comm, cgroup, container
  /// The span around.
  case parent
  /// A field of a span's begin, of an event.
  case field(String)

  package static let names = [
    "cpu", "thread", "process", "comm", "cgroup", "container", "parent",
  ]

  package init(_ word: String) {
    switch word {
    case "cpu": self = .cpu
    case "thread", "tid": self = .thread
    case "process", "pid": self = .process
    case "comm": self = .comm
    case "cgroup": self = .cgroup
    case "container": self = .container
    case "parent": self = .parent
    default: self = .field(word)
    }
  }

  /// As it heads a column.
  package var name: String {
    switch self {
    case .cpu: "cpu"
    case .thread: "thread"
    case .process: "process"
    case .comm: "comm"
    case .cgroup: "cgroup"
    case .container: "container"
    case .parent: "parent"
    case .field(let name): name
    }
  }
}

/// What is asked of a trace.
package struct StatisticsOptions: Sendable {
  /// Names out of `StatisticsTable.names`.
  package var tables: [String]
  package var window: EventWindow
  package var filter: Filter?
  package var key: StatisticsKey?
  /// Names of system calls by number, on the machine that was recorded.
  package var systemCallNames: [String]
  /// Begin and end of the periods that the table `periods` is made of.
  package var period: (begin: Filter, end: Filter)?

  package init(
    tables: [String], window: EventWindow = EventWindow(), filter: Filter? = nil,
    key: StatisticsKey? = nil, systemCallNames: [String] = [],
    period: (begin: Filter, end: Filter)? = nil
  ) {
    self.tables = tables
    self.window = window
    self.filter = filter
    self.key = key
    self.systemCallNames = systemCallNames
    self.period = period
  }

  /// The filter, made to be asked about instances; `events` is asked event by event.
  func instanceFilter(isStream: Bool) throws(AnalysisError) -> InstanceFilter? {
    guard let filter else { return nil }
    do throws(EventsError) {
      if isStream {
        try filter.refuseResolvedTerms()
        if wants("events") {
          try filter.refuseEventless()
          try filter.refuseResolvedTerms { $0.isAboutSpans }
        }
      }
    } catch {
      throw .filter(error)
    }
    return InstanceFilter(filter)
  }

  func wants(_ table: String) -> Bool { tables.contains(table) }
}

extension StatisticsKey {
  /// Whether a table has rows for the key's values.
  package func suits(_ table: String) -> Bool {
    switch table {
    case "threads", "processes":
      switch self {
      case .thread, .process, .comm, .cgroup, .container: true
      case .cpu, .parent, .field: false
      }
    case "states", "syscalls", "irq", "block", "locks", "waits", "periods":
      switch self {
      case .cpu, .thread, .process, .comm, .cgroup, .container: true
      case .parent, .field: false
      }
    case "spans": true
    default: false
    }
  }
}
