/// Which events the columns of a table are made from.
///
/// The one list of what each column needs: what is recorded, what a table says about events that
/// were not, what a filter spoils and what the manual says all come from here.
package struct ColumnNeeds: Hashable, Sendable {
  package let table: String
  /// The columns, all of the table's where empty.
  package let columns: [String]
  /// The events that are needed, all of them.
  package let events: [EventName]
  /// Whether markers are needed.
  package let markers: Bool
  /// Whether the events of some threads are not enough: those of the whole machine are needed.
  package let isWide: Bool
  /// The sets that hold these events, as `-e` takes them.
  package private(set) var sets: [String]

  /// Stands for sets where the events were recorded of some threads only.
  package static let narrowed = ["--isolate"]

  init(
    _ table: String, _ columns: [String] = [], _ events: [String] = [], markers: Bool = false,
    isWide: Bool = false, sets: [String] = []
  ) {
    self.table = table
    self.columns = columns
    self.events = events.map { text in
      let parts = text.split(separator: ":")
      return EventName(String(parts[0]), String(parts[parts.count - 1]))
    }
    self.markers = markers
    self.isWide = isWide
    self.sets = sets
  }

  private static let running = ["sched:sched_switch"]
  private static let waiting = ["sched:sched_switch", "sched:sched_waking"]
  private static let disk = waiting + ["block:block_rq_complete"]
  private static let calls = ["raw_syscalls:sys_enter", "raw_syscalls:sys_exit"]

  /// Tables in the order in which they are listed.
  package static let tables = [
    "overview", "events", "threads", "processes", "cpus", "states", "syscalls", "irq", "block",
    "net", "locks", "spans", "counters", "waits", "periods",
  ]

  package static let all: [ColumnNeeds] =
    threads("threads") + threads("processes") + [
      ColumnNeeds("cpus", ["busy", "idle", "switches"], running, isWide: true, sets: ["sched"]),
      ColumnNeeds(
        "cpus", ["run queue average", "run queue max", "violation"],
        waiting + ["sched:sched_wakeup", "sched:sched_wakeup_new"], isWide: true, sets: ["sched"]),
      ColumnNeeds(
        "cpus", ["migrations in", "migrations out"], ["sched:sched_migrate_task"], isWide: true,
        sets: ["sched"]),
      ColumnNeeds(
        "cpus", ["irq"], ["irq:irq_handler_entry", "irq:irq_handler_exit"], isWide: true,
        sets: ["irq"]),
      ColumnNeeds(
        "cpus", ["softirq"], ["irq:softirq_entry", "irq:softirq_exit"], isWide: true,
        sets: ["irq"]),
      ColumnNeeds("cpus", ["frequency"], ["power:cpu_frequency"], isWide: true, sets: ["power"]),
      ColumnNeeds("states", [], waiting, sets: ["sched"]),
      ColumnNeeds("states", ["D-io", "D-other"], disk, isWide: true, sets: ["sched", "block"]),
      ColumnNeeds("syscalls", [], calls, sets: ["syscalls"]),
      ColumnNeeds(
        "syscalls", ["on-CPU", "runnable", "blocked"], calls + waiting,
        sets: ["syscalls", "sched"]),
      ColumnNeeds(
        "irq", ["handler time", "CPUs"], ["irq:irq_handler_entry", "irq:irq_handler_exit"],
        isWide: true, sets: ["irq"]),
      ColumnNeeds(
        "irq", ["softirq time", "latency"],
        ["irq:softirq_raise", "irq:softirq_entry", "irq:softirq_exit"], isWide: true,
        sets: ["irq"]),
      ColumnNeeds(
        "irq", ["stolen"], ["irq:irq_handler_entry", "irq:irq_handler_exit"] + running,
        sets: ["irq", "sched"]),
      ColumnNeeds(
        "block", ["queue"], ["block:block_rq_insert", "block:block_rq_issue"], isWide: true,
        sets: ["block"]),
      ColumnNeeds(
        "block", ["service", "errors", "sizes", "sequential"],
        ["block:block_rq_issue", "block:block_rq_complete"], isWide: true, sets: ["block"]),
      ColumnNeeds(
        "net", ["packets out", "bytes out", "transmit"], ["net:net_dev_queue", "net:net_dev_xmit"],
        isWide: true, sets: ["net"]),
      ColumnNeeds(
        "net", ["packets in", "bytes in"], ["net:netif_receive_skb"], isWide: true, sets: ["net"]),
      ColumnNeeds(
        "net", ["receive"], ["net:netif_receive_skb", "skb:skb_copy_datagram_iovec"],
        isWide: true, sets: ["net"]),
      ColumnNeeds("locks", [], calls + waiting, sets: ["syscalls", "sched"]),
      ColumnNeeds("spans", [], markers: true),
      ColumnNeeds(
        "spans", ["run", "runnable", "D", "sleep"], waiting, markers: true, sets: ["sched"]),
      ColumnNeeds(
        "spans", ["D-io", "D-other"], disk, markers: true, isWide: true, sets: ["sched", "block"]),
      ColumnNeeds("counters", [], markers: true),
      ColumnNeeds("waits", [], disk + calls, isWide: true, sets: ["sched", "block", "syscalls"]),
    ]

  private static func threads(_ table: String) -> [ColumnNeeds] {
    [
      ColumnNeeds(
        table,
        [
          "run", "run %", "slices", "preempt wait", "voluntary", "involuntary", "D", "sleep",
          "last CPU", "priority",
        ], running, sets: ["sched"]),
      ColumnNeeds(
        table, ["run delay", "throttled"], waiting + ["sched:sched_wakeup_new"], sets: ["sched"]),
      ColumnNeeds(table, ["migrations"], ["sched:sched_migrate_task"], sets: ["sched"]),
      ColumnNeeds(table, ["D-io", "D-other"], disk, isWide: true, sets: ["sched", "block"]),
    ]
  }

  /// What a table needs, part by part.
  package static func of(_ table: String) -> [ColumnNeeds] { all.filter { $0.table == table } }

  /// The parts of a table that cannot be filled from what was recorded.
  package static func missing(
    _ table: String, isRecorded: (EventName) -> Bool,
    isNarrowed: (EventName) -> Bool = { _ in false }, hasMarkers: Bool
  ) -> [ColumnNeeds] {
    of(table).compactMap { needs in
      if (needs.markers && !hasMarkers) || !needs.events.allSatisfy(isRecorded) {
        return needs.lacking(needs.events.filter { !isRecorded($0) })
      }
      // A thread's own calls are all there.
      guard needs.isWide,
        needs.events.contains(where: { $0.system != "raw_syscalls" && isNarrowed($0) })
      else { return nil }
      var unknown = needs
      unknown.sets = narrowed
      return unknown
    }
  }

  /// With the sets alone that hold one of these events; with all where none of them does.
  private func lacking(_ events: [EventName]) -> ColumnNeeds {
    var needs = self
    needs.sets = sets.filter { name in
      EventSet.all.contains { set in
        set.name == name && events.contains { set.contains(system: $0.system, name: $0.name) }
      }
    }
    return needs.sets.isEmpty ? self : needs
  }

  /// The tables that are wrong where events of this name are missing.
  package static func tables(needing event: EventName) -> [String] {
    let needing = Set(all.filter { $0.events.contains(event) }.map(\.table))
    return tables.filter { needing.contains($0) }
  }
}

extension FilterEvaluation {
  /// The switches and wakings that a filter on what is recorded would drop, each with the tables
  /// that go with them.
  package func tablesSpoiled(
    types: [EventType]
  ) -> [(event: EventName, tables: [String])] {
    ["sched_switch", "sched_waking"].compactMap { name in
      let event = EventName("sched", name)
      guard let type = types.first(where: { $0.system == event.system && $0.name == event.name })
      else { return nil }
      if case .constant(true) = predicate(for: type).root { return nil }
      return (event, ColumnNeeds.tables(needing: event))
    }
  }
}
