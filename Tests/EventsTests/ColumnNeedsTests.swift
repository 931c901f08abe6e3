import Testing

@testable import Events

@Suite struct ColumnNeedsTests {
  @Test func `names tables and sets that there are`() {
    for needs in ColumnNeeds.all {
      #expect(ColumnNeeds.tables.contains(needs.table))
      #expect(needs.markers || !needs.events.isEmpty)
      for event in needs.events {
        #expect(
          needs.sets.compactMap { EventSet.named($0) }.contains {
            $0.contains(system: event.system, name: event.name)
          }, "\(needs.table) \(event.qualified)")
      }
      for set in needs.sets {
        #expect(
          needs.events.contains {
            EventSet.named(set)?.contains(system: $0.system, name: $0.name) ?? false
          }, "\(needs.table) \(set)")
      }
    }
  }

  @Test func `says what cannot be filled`() {
    let recorded: Set = [EventName("sched", "sched_switch"), EventName("sched", "sched_waking")]
    func missing(_ table: String, markers: Bool = false) -> [[String]] {
      ColumnNeeds.missing(table, isRecorded: { recorded.contains($0) }, hasMarkers: markers)
        .map(\.columns)
    }
    #expect(missing("states") == [["D-io", "D-other"]])
    #expect(
      missing("threads") == [["run delay", "throttled"], ["migrations"], ["D-io", "D-other"]])
    #expect(missing("spans") == [[], ["run", "runnable", "D", "sleep"], ["D-io", "D-other"]])
    #expect(missing("spans", markers: true) == [["D-io", "D-other"]])
    #expect(missing("events").isEmpty)
    #expect(missing("irq").count == 3)
  }

  @Test func `events of some threads do not fill what the whole machine is needed for`() {
    func missing(_ table: String) -> [[String]] {
      let unknown = ColumnNeeds.missing(
        table, isRecorded: { _ in true }, isNarrowed: { _ in true }, hasMarkers: true)
      #expect(unknown.allSatisfy { $0.sets == ColumnNeeds.narrowed })
      return unknown.map(\.columns)
    }
    #expect(missing("threads") == [["D-io", "D-other"]])
    #expect(missing("syscalls").isEmpty)
    #expect(missing("locks").isEmpty)
    #expect(missing("waits") == [[]])
    #expect(missing("cpus").count == ColumnNeeds.of("cpus").count)
  }

  @Test func `knows which tables need an event`() {
    #expect(ColumnNeeds.tables(needing: EventName("power", "cpu_frequency")) == ["cpus"])
    #expect(ColumnNeeds.tables(needing: EventName("sched", "nothing")) == [])
  }
}
