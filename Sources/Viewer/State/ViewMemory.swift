internal import Analysis

/// What of a view is kept from one time to the next, as text:
///
/// ```
/// mark A 4210996912
/// range burst 4200000000 5200000000
/// pin cpu 3
/// pin thread 4211
/// filter on comm == "nginx"
/// window 4200000000 5200000000
/// cursor 4210996912
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
    for pin in state.pins {
      switch pin {
      case .cpu(let cpu): lines.append("pin cpu \(cpu)")
      case .thread(let place) where directory.threads.indices.contains(place):
        lines.append("pin thread \(directory.threads[place].number)")
      case .runnable: lines.append("pin runnable 0")
      case .counter(let place): lines.append("pin counter \(place)")
      default: break
      }
    }
    if let filter = state.filter, !filter.text.contains(where: \.isNewline) {
      lines.append("filter \(filter.isOn ? "on" : "off") \(filter.text)")
    }
    lines.append("window \(state.window.start) \(state.window.end)")
    lines.append("cursor \(state.cursor)")
    lines.append("screen \(state.screen.rawValue)")
    return lines.map { $0 + "\n" }.joined()
  }

  /// Takes up what was kept; false where it says nothing about this trace.
  @discardableResult
  package mutating func remember(_ memory: String) -> Bool {
    directory = timeline.directory
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
      case ("pin", 3):
        guard let number = number(2) else { continue }
        pin(String(words[1]), number)
      case ("filter", 3...):
        let text = words[2...].joined(separator: " ")
        state.filter = FilterChoice(text: text, isOn: words[1] == "on")
      case ("window", 3):
        guard let start = number(1), let stop = number(2), start < stop, stop <= end else {
          continue
        }
        state.window = fitted(start, length: stop - start)
        isKnown = true
      case ("cursor", 2): number(1).map { state.cursor = min($0, end - 1) }
      case ("screen", 2): ScreenName(rawValue: String(words[1])).map { state.screen = $0 }
      default: continue
      }
    }
    show(state.window)
    follow()
    return isKnown
  }

  private mutating func pin(_ kind: String, _ number: Int64) {
    let key: RowKey
    switch kind {
    case "cpu" where number < 4096: key = .cpu(Int(number))
    case "counter" where number < 65_536: key = .counter(Int(number))
    case "runnable": key = .runnable
    case "thread":
      guard let place = directory.threads.firstIndex(where: { Int64($0.number) == number }) else {
        return
      }
      key = .thread(place)
    default: return
    }
    if !state.pins.contains(key), state.pins.count < 16 { state.pins.append(key) }
  }
}
