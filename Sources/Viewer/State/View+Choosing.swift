internal import Analysis
internal import Events

extension View {
  /// Puts a filter in force, or none; rows that it rules out go.
  mutating func take(_ filter: FilterChoice?) {
    state.filter = filter
    chooseRows()
    follow()
  }

  /// Finds the rows of which the filter already says by name and number that nothing matches.
  mutating func chooseRows() {
    state.excluded = []
    guard let text = activeFilter, let filter = try? Filter(parsing: text) else { return }
    if let demands = filter.demands(on: [.comm, .pid, .tid]) {
      let threads = InstanceFilter(demands)
      for (place, thread) in directory.threads.enumerated() {
        // What it was called earlier counts too.
        let isMeant = ([thread.name] + thread.earlierNames).contains {
          threads.matches(FilterInstance(thread, name: $0))
        }
        if !isMeant { state.excluded.insert(.thread(place)) }
      }
      for (place, process) in directory.processes.enumerated()
      where process.threads.allSatisfy({ state.excluded.contains(.thread($0)) }) {
        state.excluded.insert(.process(place))
      }
    }
    if let demands = filter.demands(on: [.cpu]) {
      let cpus = InstanceFilter(demands)
      for cpu in directory.cpus {
        var instance = FilterInstance()
        instance.cpu = Int64(cpu.number)
        if !cpus.matches(instance) { state.excluded.insert(.cpu(cpu.number)) }
      }
    }
  }

  /// Whether the filter rules a row out; the one at hand and those that are pinned stay.
  func isExcluded(_ key: RowKey) -> Bool {
    guard state.excluded.contains(key), !state.pins.contains(key) else { return false }
    return !isAtHand(key)
  }

  /// Whether a row, or one below it, is the one at hand.
  private func isAtHand(_ key: RowKey) -> Bool {
    guard let row = state.row[key.isOfCPU ? .cpu : .thread] else { return false }
    if row == key { return true }
    switch (key, row) {
    case (.cpu(let cpu), .hardInterrupts(let other)), (.cpu(let cpu), .softInterrupts(let other)):
      return cpu == other
    case (.thread(let thread), _): return row.thread == thread
    case (.process(let process), _):
      return row.thread.map {
        directory.threads.indices.contains($0) && directory.threads[$0].processPlace == process
      } ?? false
    default: return false
    }
  }
}

extension FilterInstance {
  fileprivate init(_ thread: TimelineThread, name: String) {
    self.init()
    comm = Array(name.utf8)
    tid = Int64(thread.number)
    pid = thread.process > 0 ? Int64(thread.process) : nil
  }
}
