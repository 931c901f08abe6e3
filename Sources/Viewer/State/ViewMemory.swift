internal import Analysis

/// What of a view is kept from one time to the next, as text:
///
/// ```
/// mark A 4210996912
/// range burst 4200000000 5200000000
/// pin cpu 3
/// pin thread 4211
/// pin cgroup /system.slice/nginx.service
/// filter on comm == "nginx"
/// window 4200000000 5200000000
/// cursor 4210996912
/// row thread 4211
/// group cgroup
/// screen thread
/// ```
///
/// Lines that make no sense are passed over.
extension View {
  static let mostRanges = 256

  package var memory: String {
    var lines = ["# what swtrace view keeps of \(host.name)"]
    if let a = state.markA { lines.append("mark A \(a)") }
    if let b = state.markB { lines.append("mark B \(b)") }
    for (name, range) in state.ranges.sorted(by: { $0.key < $1.key }) {
      lines.append("range \(name) \(range.start) \(range.end)")
    }
    lines += state.pins.compactMap { words(of: $0).map { "pin \($0)" } }
    if let filter = state.filter, !filter.text.contains(where: \.isNewline) {
      lines.append("filter \(filter.isOn ? "on" : "off") \(filter.text)")
    }
    lines.append("window \(state.window.start) \(state.window.end)")
    lines.append("cursor \(state.cursor)")
    if let row = state.row[state.screen].flatMap({ words(of: $0) }) { lines.append("row \(row)") }
    if state.groupsByCgroup { lines.append("group cgroup") }
    lines.append("screen \(state.screen.rawValue)")
    return lines.map { $0 + "\n" }.joined()
  }

  /// Takes up what was kept; false where it says no place in this trace.
  ///
  /// A place, a screen and a filter that were asked for stand against those that were kept.
  @discardableResult
  package mutating func remember(_ memory: String) -> Bool {
    directory = timeline.directory
    let keepsPlace = !isPlaced && !prefersSpans
    var isKnown = false
    for line in memory.split(separator: "\n").prefix(4096) {
      let words = line.split(separator: " ")
      guard let first = words.first, first.first != "#" else { continue }
      func number(_ place: Int) -> Int64? {
        words.indices.contains(place) ? Int64(words[place]).flatMap { $0 >= 0 ? $0 : nil } : nil
      }
      switch (first, words.count) {
      case ("mark", 3):
        guard let time = number(2), time < end else { continue }
        if words[1] == "A" { state.markA = time } else if words[1] == "B" { state.markB = time }
      case ("range", 4):
        guard let start = number(2), let stop = number(3), start < stop, stop <= end,
          Self.isName(String(words[1])), state.ranges.count < Self.mostRanges
        else { continue }
        state.ranges[String(words[1])] = TimelineWindow(start, stop)
      case ("pin", 3...):
        guard let key = row(words.dropFirst()),
          !state.pins.contains(key), state.pins.count < 16
        else { continue }
        state.pins.append(key)
      case ("row", 3...):
        guard keepsPlace, let key = row(words.dropFirst()) else { continue }
        reveal(key)
      case ("filter", 3...):
        if isFilterChosen { continue }
        let text = words[2...].joined(separator: " ")
        take(FilterChoice(text: text, isOn: words[1] == "on"))
      case ("window", 3):
        guard keepsPlace, let start = number(1), let stop = number(2), start < stop, stop <= end
        else { continue }
        state.window = fitted(start, length: stop - start)
        isKnown = true
      case ("cursor", 2):
        if keepsPlace { number(1).map { state.cursor = min($0, end - 1) } }
      case ("group", 2): state.groupsByCgroup = words[1] == "cgroup"
      case ("screen", 2):
        guard keepsPlace, !isScreenChosen else { continue }
        ScreenName(rawValue: String(words[1])).map { state.screen = $0 }
      default: continue
      }
    }
    show(state.window)
    follow()
    return isKnown
  }

  /// A row as it is kept: threads by their numbers, which mean the same in every view.
  private func words(of key: RowKey) -> String? {
    func thread(_ place: Int) -> String? {
      directory.threads.indices.contains(place) ? "\(directory.threads[place].number)" : nil
    }
    switch key {
    case .cpu(let cpu): return "cpu \(cpu)"
    case .hardInterrupts(let cpu): return "irq \(cpu)"
    case .softInterrupts(let cpu): return "softirq \(cpu)"
    case .runnable: return "runnable 0"
    case .counter(let place): return "counter \(place)"
    case .thread(let place): return thread(place).map { "thread \($0)" }
    case .place(let place): return thread(place).map { "place \($0)" }
    case .calls(let place): return thread(place).map { "syscalls \($0)" }
    case .spans(let place, let depth): return thread(place).map { "spans \($0) \(depth)" }
    case .node(let node): return node < 0 ? nil : "node \(node)"
    case .cache(let cache): return cache < 0 ? nil : "cache \(cache)"
    case .cgroup(let path):
      return path.isEmpty || path.contains(where: \.isNewline) ? nil : "cgroup \(path)"
    case .process(let place):
      guard directory.processes.indices.contains(place) else { return nil }
      let number = directory.processes[place].number
      return number > 0 ? "process \(number)" : nil
    case .hidden, .missing: return nil
    }
  }

  /// A row that was kept: its kind, then a number, for spans another one, for control groups a path.
  private func row(_ words: ArraySlice<Substring>) -> RowKey? {
    guard let kind = words.first, words.count >= 2 else { return nil }
    if kind == "cgroup" {
      let path = words.dropFirst().joined(separator: " ")
      return directory.threads.contains { $0.cgroup == path } ? .cgroup(path) : nil
    }
    let numbers = words.dropFirst().map { Int64($0) }
    guard numbers.count <= 2, let number = numbers[0], (0...Int64(Int32.max)).contains(number)
    else { return nil }
    let small = Int(number)
    switch kind {
    case "node": return directory.cpus.contains { $0.node == small } ? .node(small) : nil
    case "cache":
      return directory.cpus.contains { $0.lastLevelCache == small } ? .cache(small) : nil
    case "process":
      return directory.processes.firstIndex { Int64($0.number) == number && number > 0 }
        .map { .process($0) }
    case "cpu": return .cpu(small)
    case "irq": return .hardInterrupts(cpu: small)
    case "softirq": return .softInterrupts(cpu: small)
    case "runnable": return .runnable
    case "counter": return .counter(small)
    default: break
    }
    guard let place = directory.threads.firstIndex(where: { Int64($0.number) == number }) else {
      return nil
    }
    switch kind {
    case "thread": return .thread(place)
    case "place": return .place(thread: place)
    case "syscalls": return .calls(thread: place)
    case "spans":
      guard let depth = numbers.count == 2 ? numbers[1] : nil, depth >= 0,
        depth < Int64(directory.threads[place].spanDepth)
      else { return nil }
      return .spans(thread: place, depth: Int(depth))
    default: return nil
    }
  }
}
