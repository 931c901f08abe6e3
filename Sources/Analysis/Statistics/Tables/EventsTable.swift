import Events

extension TableMaker {
  func events(
    _ counts: [EventCount], types: [EventType],
    lost: (events: UInt64, places: Int, isCounted: Bool)
  ) -> StatisticsTable {
    let origin = origin
    let length = length
    let isLossy = lost.places > 0
    let columns: [TableColumn<EventCount>] = [
      TableColumn("event", "event", .text, rank: 0) {
        StatisticsCell(.text(types[$0.type].qualifiedName))
      },
      TableColumn("count", "count", .count, rank: 0) {
        StatisticsCell(.count($0.count), isLossy ? .atLeast : .exact)
      },
      TableColumn("rate_per_s", "per s", .rate, rank: 0) {
        length > 0
          ? StatisticsCell(.number(Double($0.count) * 1e9 / Double(length))) : .none
      },
      TableColumn("first_ns", "first", .instant, rank: 1) {
        $0.first <= $0.last ? .instant($0.first, origin) : .none
      },
      TableColumn("last_ns", "last", .instant, rank: 1) {
        $0.first <= $0.last ? .instant($0.last, origin) : .none
      },
    ]
    var table = StatisticsTable(
      "events", columns,
      counts.filter { $0.count > 0 && types[$0.type].origin != .machine },
      missing: missing("events"),
      weight: { $0.count })
    if isLossy {
      table.notes.append(
        lost.isCounted
          ? "\(lost.events) events lost in \(lost.places) places"
          : "more than \(lost.events) events lost in \(lost.places) places")
    }
    return table
  }
}

extension [EventType] {
  /// Events by the sets that `-e` knows, most first.
  func setCounts(_ counts: [EventCount]) -> [(name: String, events: UInt64)] {
    var sets: [String: UInt64] = [:]
    for count in counts where count.count > 0 {
      if let name = self[count.type].setName { sets[name, default: 0] += count.count }
    }
    return sets.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
  }
}
