internal import Analysis

extension View {
  /// What a row is that has no lane of its own.
  func groupDetails(_ key: RowKey) -> [String] {
    switch key {
    case .node, .cache:
      let cpus = lanes(of: key).compactMap { RowKey($0)?.cpu }
      return [
        "\(Words.count(UInt64(cpus.count))) CPUs: \(cpus.map { "\($0)" }.joined(separator: " "))",
        "the row shows how many of them run   Space folds it",
      ]
    case .process(let place): return processDetails(place)
    case .cgroup(let path):
      let processes = directory.processes.indices.filter { cgroup(ofProcess: $0) == path }
      let threads = processes.reduce(0) { $0 + directory.processes[$1].threads.count }
      let ran = processes.reduce(UInt64(0)) { $0 &+ directory.processes[$1].runTime }
      return [
        "\(processes.count) processes, \(threads) threads   "
          + "ran \(Words.span(Int64(clamping: ran))) in all of the trace",
        "the row shows how many of its threads run   Space folds it",
      ]
    case .runnable: return ["threads that wait for a CPU, on all CPUs", values(of: .runnable)]
    case .counter(let place) where directory.counters.indices.contains(place):
      let process = directory.counters[place].process
      return ["counter of process \(process)", values(of: .counter(place))]
    default: return []
    }
  }

  private func processDetails(_ place: Int) -> [String] {
    guard directory.processes.indices.contains(place) else { return [] }
    let process = directory.processes[place]
    var first = process.number > 0 ? "process \(process.number)" : "its process is not known"
    if !process.executable.isEmpty { first += "  \(process.executable)" }
    let cgroup = cgroup(ofProcess: place)
    if !cgroup.isEmpty, cgroup != "/" { first += "   cgroup \(cgroup)" }
    return [
      first,
      "\(process.threads.count) threads   ran \(Words.span(Int64(clamping: process.runTime)))"
        + " in all of the trace   seen from \(Words.instant(process.firstSeen, decimals: 6))"
        + " to \(Words.instant(process.lastSeen, decimals: 6))",
      "the row shows how many of its threads run   Space folds it",
    ]
  }

  /// What a lane of numbers has in the column of the cursor.
  private func values(of lane: NumberLane) -> String {
    let columns = layout.laneColumns
    let cells = timeline.numbers(lane, state.window, columns: columns)
    let cell = cells[column(of: state.cursor, in: state.window, columns)]
    guard !cell.isUnread else { return "not read yet" }
    guard let least = cell.least, let most = cell.most, let average = cell.average else {
      return "none is known at the cursor"
    }
    return "at the cursor \(Self.number(average))"
      + (least < most ? ", from \(Self.number(least)) to \(Self.number(most))" : "")
  }
}
