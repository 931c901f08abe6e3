internal import Analysis

extension View {
  /// All rows of a timeline, in their order; pinned ones stand first.
  func rows(of screen: ScreenName) -> [Row] {
    var rows: [Row] = []
    for key in state.pins where exists(key) {
      rows.append(Row(key: key, label: label(key), isPinned: true))
    }
    rows += screen == .cpu ? cpuRows : threadRows
    return rows
  }

  private func exists(_ key: RowKey) -> Bool {
    switch key {
    case .cpu(let cpu), .hardInterrupts(let cpu), .softInterrupts(let cpu):
      directory.cpus.indices.contains(cpu)
    case .process(let place): directory.processes.indices.contains(place)
    case .counter(let place): directory.counters.indices.contains(place)
    case .thread(let thread), .place(let thread), .calls(let thread), .spans(let thread, _):
      directory.threads.indices.contains(thread)
    default: true
    }
  }

  // MARK: CPUs

  private var cpuRows: [Row] {
    var rows: [Row] = []
    var excluded = 0
    guard hasSource(.switches) || hasSource(.hardInterrupts) || hasSource(.softInterrupts) else {
      rows.append(Row(key: .missing("sched"), label: "CPUs: not recorded (-e +sched)"))
      return rows + counterRows
    }
    if hasSource(.switches) { rows.append(Row(key: .runnable, label: "runnable")) }
    let cpus = placedCPUs
    let (hasNodes, hasCaches) = (hasSeveral(cpus, \.node), hasSeveral(cpus, \.lastLevelCache))
    var hidden = 0
    for (place, cpu) in cpus.enumerated() {
      let before = place > 0 ? cpus[place - 1] : nil
      var indent = 0
      if hasNodes {
        let key = RowKey.node(cpu.node)
        if before?.node != cpu.node { rows.append(row(key, foldable: true)) }
        if isFolded(key) { continue }
        indent += 1
      }
      if hasCaches, cpus.count > 8 {
        let key = RowKey.cache(cpu.lastLevelCache)
        if before?.lastLevelCache != cpu.lastLevelCache {
          rows.append(row(key, indent: indent, foldable: true))
        }
        if isFolded(key) { continue }
        indent += 1
      }
      let key = RowKey.cpu(cpu.number)
      if isExcluded(key) {
        excluded += 1
        continue
      }
      if isHidden(key) {
        hidden += 1
        continue
      }
      let hasChildren = cpu.hasHardInterrupts || cpu.hasSoftInterrupts
      rows.append(row(key, indent: indent, foldable: hasChildren))
      guard hasChildren, !isFolded(key) else { continue }
      if cpu.hasHardInterrupts {
        rows.append(row(.hardInterrupts(cpu: cpu.number), indent: indent + 1))
      }
      if cpu.hasSoftInterrupts {
        rows.append(row(.softInterrupts(cpu: cpu.number), indent: indent + 1))
      }
    }
    return rows + omitted(idle: hidden, excluded: excluded) + counterRows
  }

  /// CPUs that are there, those of a node and of a cache next to each other.
  private var placedCPUs: [TimelineCPU] {
    directory.cpus.filter { $0.isSeen || $0.core >= 0 }
      .sorted { ($0.node, $0.lastLevelCache, $0.number) < ($1.node, $1.lastLevelCache, $1.number) }
  }

  private func hasSeveral(_ cpus: [TimelineCPU], _ place: KeyPath<TimelineCPU, Int>) -> Bool {
    guard let first = cpus.first?[keyPath: place] else { return false }
    return cpus.contains { $0[keyPath: place] != first }
  }

  private var counterRows: [Row] {
    directory.counters.indices.map { Row(key: .counter($0), label: label(.counter($0))) }
  }

  // MARK: threads

  private var threadRows: [Row] {
    var rows: [Row] = []
    var (hidden, excluded) = (0, 0)
    func add(_ thread: Int, _ indent: Int) {
      if isExcluded(.thread(thread)) {
        excluded += 1
      } else if isHidden(.thread(thread)) {
        hidden += 1
      } else {
        self.add(thread, indent, to: &rows)
      }
    }
    func add(process place: Int, _ indent: Int) {
      let threads = directory.processes[place].threads
      if threads.count == 1 {
        // A process of one thread is one row.
        add(threads[0], indent)
        return
      }
      let key = RowKey.process(place)
      if isExcluded(key) {
        excluded += 1
        return
      }
      if isHidden(key) {
        hidden += 1
        return
      }
      rows.append(row(key, indent: indent, foldable: true))
      guard !isFolded(key) else { return }
      for thread in threads { add(thread, indent + 1) }
    }
    if state.groupsByCgroup {
      for (cgroup, processes) in orderedCgroups {
        let key = RowKey.cgroup(cgroup)
        rows.append(row(key, foldable: true))
        guard !isFolded(key) else { continue }
        for place in processes { add(process: place, 1) }
      }
    } else {
      for place in orderedProcesses { add(process: place, 0) }
    }
    rows += omitted(idle: hidden, excluded: excluded)
    if rows.isEmpty {
      rows.append(Row(key: .missing("sched"), label: "threads: none seen (-e +sched)"))
    }
    return rows + counterRows
  }

  /// What stands for the rows that are not shown.
  private func omitted(idle: Int, excluded: Int) -> [Row] {
    var words: [String] = []
    if idle > 0 {
      let kind = hasSource(.switches) ? "idle rows" : "rows without events"
      words.append("⋯ \(idle) \(kind): H shows them")
    }
    if excluded > 0 { words.append("⋯ \(excluded) filtered out: F4 shows them") }
    return words.isEmpty ? [] : [Row(key: .hidden, label: words.joined(separator: "   "))]
  }

  private func add(_ place: Int, _ indent: Int, to rows: inout [Row]) {
    let thread = directory.threads[place]
    let key = RowKey.thread(place)
    let hasSwitches = hasSource(.switches)
    rows.append(row(key, indent: indent, foldable: hasSwitches || hasChildren(thread)))
    guard !isFolded(key) else { return }
    if hasSwitches { rows.append(row(.place(thread: place), indent: indent + 1)) }
    if thread.hasSystemCalls { rows.append(row(.calls(thread: place), indent: indent + 1)) }
    for depth in 0..<thread.spanDepth {
      rows.append(row(.spans(thread: place, depth: depth), indent: indent + 1))
    }
  }

  private func hasChildren(_ thread: TimelineThread) -> Bool {
    thread.hasSystemCalls || thread.spanDepth > 0
  }

  /// Processes in the order that was chosen; those that were seen later stand behind.
  private var orderedProcesses: [Int] {
    let known = state.processes.filter { directory.processes.indices.contains($0) }
    guard known.count < directory.processes.count else { return known }
    let there = Set(known)
    return known + directory.processes.indices.filter { !there.contains($0) }
  }

  /// Control groups in the order of their first processes, each with its processes.
  private var orderedCgroups: [(cgroup: String, processes: [Int])] {
    var groups: [(cgroup: String, processes: [Int])] = []
    var places: [String: Int] = [:]
    for process in orderedProcesses {
      let cgroup = cgroup(ofProcess: process)
      if let place = places[cgroup] {
        groups[place].processes.append(process)
      } else {
        places[cgroup] = groups.count
        groups.append((cgroup, [process]))
      }
    }
    return groups
  }

  /// The control group of a process; empty where that is not known.
  func cgroup(ofProcess place: Int) -> String {
    directory.processes[place].threads.lazy.map { directory.threads[$0].cgroup }
      .first { !$0.isEmpty } ?? ""
  }

  /// Whether a process is one of the first four, found without a look at all.
  private func isAmongFirst(_ place: Int) -> Bool {
    var left = 4
    for process in state.processes where directory.processes.indices.contains(process) {
      if process == place { return true }
      left -= 1
      if left == 0 { return false }
    }
    let later = directory.processes.indices.lazy.filter { !state.processes.contains($0) }
    return later.prefix(left).contains(place)
  }

  /// Sorts the rows of threads.
  mutating func sortRows() {
    directory = timeline.directory
    chooseRows()
    let processes = directory.processes
    func delay(_ place: Int) -> UInt64 {
      processes[place].threads.reduce(0) { $0 &+ directory.threads[$1].runnableTime }
    }
    let places = Array(processes.indices)
    switch state.order {
    case .run:
      state.processes = places.sorted {
        (processes[$0].runTime, $1) > (processes[$1].runTime, $0)
      }
    case .delay:
      let delays = places.map(delay)
      state.processes = places.sorted { (delays[$0], $1) > (delays[$1], $0) }
    case .name:
      state.processes = places.sorted { (processes[$0].name, $0) < (processes[$1].name, $1) }
    case .number:
      state.processes = places.sorted { (processes[$0].number, $0) < (processes[$1].number, $1) }
    case .age: state.processes = places
    }
  }

  /// Hides the threads that neither ran nor wanted to, nor say anything, in all of the trace; where
  /// that was not recorded, those of which there is no call and no span.
  mutating func hideUnusedRows() {
    state.hidden = []
    let hasSwitches = hasSource(.switches)
    for (place, thread) in directory.threads.enumerated() where thread.spanDepth == 0 {
      let isUsed =
        hasSwitches
        ? thread.runTime > 0 || thread.runnableTime > 0 : thread.hasSystemCalls
      if !isUsed { state.hidden.insert(.thread(place)) }
    }
    hideEmptyProcesses()
  }

  private mutating func hideEmptyProcesses() {
    for (place, process) in directory.processes.enumerated()
    where process.threads.allSatisfy({ state.hidden.contains(.thread($0)) }) {
      state.hidden.insert(.process(place))
    }
  }

  /// Hides the rows that are idle all through the window.
  mutating func hideIdleRows() {
    state.hidden = []
    // What was read meanwhile is there at once.
    let known = marked == nil ? knownSums : nil
    let sums = known ?? timeline.levelSums(state.window)
    for cpu in sums.cpus where cpu.times[.run] == 0 { state.hidden.insert(.cpu(cpu.cpu)) }
    var busy: Set<Int> = []
    for thread in sums.threads where thread.times[.run] > 0 || thread.times.runnable > 0 {
      busy.insert(thread.thread)
    }
    for (place, thread) in directory.threads.enumerated()
    where !busy.contains(place) && thread.spanDepth == 0 { state.hidden.insert(.thread(place)) }
    hideEmptyProcesses()
    if let row = state.row[state.screen] { state.hidden.remove(row) }
  }

  private func isHidden(_ key: RowKey) -> Bool {
    state.hidden.contains(key) && !state.pins.contains(key)
  }

  // MARK: folds

  func isFolded(_ key: RowKey) -> Bool {
    if let isFolded = state.folds[key] { return isFolded }
    switch key {
    case .thread(let place):
      // Spans are what a program wants to say.
      guard directory.threads.indices.contains(place) else { return true }
      let thread = directory.threads[place]
      return thread.spanDepth == 0 && (hasSource(.switches) || !thread.hasSystemCalls)
    case .process(let place): return !isAmongFirst(place)
    case .cpu: return directory.cpus.count > 16
    default: return false
    }
  }

  private func row(_ key: RowKey, indent: Int = 0, foldable: Bool = false) -> Row {
    Row(
      key: key, label: label(key), indent: indent, isFolded: foldable ? isFolded(key) : nil)
  }

  /// What stands before a row.
  func label(_ key: RowKey) -> String {
    switch key {
    case .node(let node): return node < 0 ? "node ?" : "node \(node)"
    case .cache(let cache): return cache < 0 ? "cache ?" : "cache \(cache)"
    case .cpu(let cpu): return "CPU\(cpu)"
    case .hardInterrupts: return "irq"
    case .softInterrupts: return "softirq"
    case .runnable: return "runnable"
    case .cgroup(let path): return path.isEmpty ? "cgroup not known" : path
    case .process(let place):
      let process = directory.processes[place]
      return "\(processName(process)) [\(process.number)]"
    case .thread(let place):
      let thread = directory.threads[place]
      return "\(threadName(thread)) \(thread.number)"
    case .place: return "cpu"
    case .calls: return "syscall"
    case .spans(_, let depth): return "span \(depth)"
    case .counter(let place):
      return directory.counters.indices.contains(place) ? directory.counters[place].name : "?"
    case .hidden, .missing: return ""
    }
  }

  func threadName(_ thread: TimelineThread) -> String {
    thread.name.isEmpty ? "thread" : thread.name
  }

  private func processName(_ process: TimelineProcess) -> String {
    if !process.name.isEmpty { return process.name }
    return process.threads.first.map { threadName(directory.threads[$0]) } ?? "process"
  }

  // MARK: what is on the screen

  /// The rows that are shown, and where in all of them they begin.
  var visibleRows: (rows: [Row], first: Int, count: Int) {
    let all = rows(of: state.screen)
    let pinned = all.prefix { $0.isPinned }.count
    let space = max(1, layout.laneRows)
    let fixed = min(pinned, max(0, space - 1))
    let rest = space - fixed
    var first = min(max(fixed, state.firstRow[state.screen] ?? 0), max(fixed, all.count - rest))
    if let at = position(in: all) {
      if at >= fixed { first = min(max(first, at - rest + 1), at) }
    }
    first = max(fixed, first)
    return (Array(all[..<fixed]) + Array(all[first...].prefix(rest)), first, all.count)
  }

  func position(in rows: [Row]) -> Int? {
    guard let key = state.row[state.screen] else { return nil }
    return rows.firstIndex { $0.key == key }
  }

  /// Brings the row at hand to the middle of those that are shown, unless it is among them.
  mutating func bringRowIntoSight() {
    let all = rows(of: state.screen)
    guard let at = position(in: all) else { return }
    let pinned = all.prefix { $0.isPinned }.count
    let space = max(1, layout.laneRows - pinned)
    let first = max(pinned, state.firstRow[state.screen] ?? 0)
    guard at < first || at >= first + space else { return }
    state.firstRow[state.screen] = max(pinned, at - space / 2)
  }

  /// The lanes that are shown, alone or summed up in a row; each once.
  var visibleLanes: [TimelineLane] {
    var lanes: [TimelineLane] = []
    var known: Set<TimelineLane> = []
    for row in visibleRows.rows where missingWords(row.key) == nil {
      for lane in row.key.lane.map({ [$0] }) ?? self.lanes(of: row.key)
      where known.insert(lane).inserted {
        lanes.append(lane)
      }
    }
    return lanes
  }

  /// Moves the row at hand.
  mutating func moveRow(by count: Int) {
    let all = rows(of: state.screen)
    guard !all.isEmpty else { return }
    let at = position(in: all) ?? (count > 0 ? -1 : all.count)
    let next = min(max(0, at.addingReportingOverflow(count).partialValue), all.count - 1)
    if all[next].key == state.row[state.screen] {
      state.message = count < 0 ? "the first row" : "the last row"
    }
    state.row[state.screen] = all[next].key
    state.firstRow[state.screen] = visibleRows.first
  }
}
