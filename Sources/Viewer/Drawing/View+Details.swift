internal import Analysis
internal import Events

extension View {
  func drawDetails(in frame: inout Frame) {
    let row = layout.detailRow
    let count = layout.detailRows
    let title = detailsTitle
    frame.fill(row, 0..<layout.columns, "─", Style(.faint))
    frame.put("─ details ── \(title) ", row, 0, Style(.faint), limit: layout.columns - 12)
    frame.put(" i hide ─", row, layout.columns - 10, Style(.faint))
    let lines = state.screen == .events ? eventDetails : itemDetails
    for (place, line) in lines.prefix(count - 1).enumerated() {
      frame.put(" \(line)", row + 1 + place, 0)
    }
  }

  private var detailsTitle: String {
    switch state.screen {
    case .events: selectedEvent.map { "\($0.system):\($0.name)" } ?? "no event"
    case .stats: ""
    case .cpu, .thread: lane.map { name(of: $0) } ?? state.row[state.screen].map(label) ?? "no row"
    }
  }

  private var itemDetails: [String] {
    guard let key = state.row[state.screen], !key.isNote else {
      return ["no row at hand: j and k move to one"]
    }
    if let words = missingWords(key) { return ["\(label(key)): \(words)"] }
    guard let lane else { return groupDetails(key) }
    let question = Question.details(lane, state.cursor)
    if let words = answers.failure(.details, question) { return [words] }
    guard let known = answers.details else { return ["reading …"] }
    guard case .details(let knownLane, _) = known.question, knownLane == lane else {
      return ["reading …"]
    }
    guard let details = known.value else {
      return ["nothing was recorded of \(name(of: lane)) at \(Words.instant(state.cursor))"]
    }
    // An answer about the same stretch holds although the cursor moved on.
    let stretch = details.item.stretch
    guard known.question == question || (stretch.start..<stretch.end).contains(state.cursor) else {
      return ["reading …"]
    }
    return lines(details)
  }

  private func lines(_ details: ItemDetails) -> [String] {
    let item = details.item
    let stretch = item.stretch
    var lines: [String] = []
    if stretch.state == .unknown {
      return [
        "not known from \(Words.instant(stretch.start)) to \(Words.instant(stretch.end)): "
          + "nothing was recorded that tells"
      ]
    }
    var first = "\(name(of: stretch.what, in: item.lane))"
    if let cpu = details.cpu { first += "  CPU\(cpu)" }
    first += "  start \(Words.instant(stretch.start))"
    first += "  \(item.isOpen || item.beganUnseen ? "at least " : "")\(Words.span(stretch.length))"
    if item.beganUnseen { first += "  began before the trace" }
    if item.isOpen { first += "  not over at the end" }
    if let rank = details.rank, rank.count > 1 {
      first += "  = p\(Self.quantile(rank.quantile)) of \(Words.count(rank.count))"
    }
    lines.append(first)
    if let times = details.times { lines.append(parts(times, of: stretch.length)) }
    var around: [String] = []
    if let next = details.next {
      let how =
        next.state == .run ? "then runs on CPU\(next.occupant)" : "then \(Words.state(next.state))"
      around.append("\(how) for \(Words.span(next.length))")
    }
    if let preemptor = details.preemptor {
      around.append("meanwhile \(words(ofCPU: preemptor))")
    }
    if !around.isEmpty { lines.append(around.joined(separator: "   ")) }
    if let waking = details.waking {
      let wait = stretch.end - waking.time
      var line = "woken by \(words(waking))"
      line += "  at \(Words.instant(waking.time))"
      if stretch.state.isRunnable {
        if !item.isOpen { line += ", ran \(Words.span(wait)) later" }
      } else if waking.time <= stretch.start {
        line += ", ran \(Words.span(stretch.start - waking.time)) later"
      } else if wait > 0 {
        line += ", \(Words.span(wait)) before its end"
      }
      lines.append("\(line)   [ goes to the waker")
    }
    var inside: [String] = []
    if !details.spans.isEmpty {
      inside.append(
        "in spans "
          + details.spans.map { name(of: $0.stretch.what, in: $0.lane) }.joined(separator: " > "))
    }
    if let call = details.systemCall {
      inside.append(
        "system call \(name(of: call.stretch.what, in: call.lane)) \(Words.span(call.stretch.length))"
      )
    }
    if let place = details.thread, directory.threads.indices.contains(place) {
      let cgroup = directory.threads[place].cgroup
      if !cgroup.isEmpty, cgroup != "/" { inside.append("cgroup \(cgroup)") }
    }
    if !inside.isEmpty { lines.append(inside.joined(separator: "   ")) }
    if stretch.state == .run {
      func taken(_ time: UInt64?, _ name: String) -> String {
        time.map { "\(name) \(Words.span(Int64(clamping: $0)))" }
          ?? "\(name) not recorded (-e +irq)"
      }
      lines.append(
        "stolen: \(taken(details.hardInterruptTime, "irq"))   "
          + taken(details.softInterruptTime, "softirq"))
    }
    return lines
  }

  /// `wall 1.40 ms = run 0.67 ms (48 %) + …`.
  private func parts(_ times: StateTimes, of length: Int64) -> String {
    var parts: [(name: String, time: UInt64)] = [
      ("run", times[.run]), ("runnable", times.runnable),
      ("throttled", times[.throttled]), ("D-io", times[.diskIO]),
      ("D other", times[.diskOther]), ("lock", times[.lock]), ("sleep", times[.sleep]),
      ("stopped", times[.stopped]), ("not known", times[.unknown] &+ times[.none]),
    ]
    parts.removeAll { $0.time == 0 }
    let words = parts.map { part in
      "\(part.name) \(Words.span(Int64(clamping: part.time))) "
        + "(\(Words.percent(Double(part.time) / Double(max(1, length)))))"
    }
    return "wall \(Words.span(length)) = \(words.joined(separator: " + "))"
  }

  /// What a CPU did while a thread waited for it.
  func words(ofCPU stretch: LaneStretch) -> String {
    let time = Words.span(stretch.length)
    switch stretch.state {
    case .run: return "\(threadLabel(Int(stretch.occupant))) ran \(time)"
    case .idle: return "the CPU idled \(time)"
    default: return "it is not known who ran, for \(time)"
    }
  }

  func words(_ waking: Waking) -> String {
    let place = waking.cpu.map { " on CPU\($0)" } ?? ""
    switch waking.waker {
    case .thread(let thread): return threadLabel(thread) + place
    case .hardInterrupt(let line):
      let name = directory.hardInterruptNames[Int32(truncatingIfNeeded: line)] ?? ""
      return (line < 0 ? "an interrupt" : "irq \(line)\(name.isEmpty ? "" : " \(name)")") + place
    case .softInterrupt(let vector):
      let name = directory.softInterruptNames[Int32(truncatingIfNeeded: vector)] ?? "\(vector)"
      return "softirq \(name)" + place
    }
  }

  private static func quantile(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded(.down))
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// The chain of waits as a pane whose lines lead to their places.
  func chainPane(_ target: JumpTarget) -> TextPane {
    var pane = TextPane(title: "what it waits for", lines: [])
    for (depth, link) in target.chain.enumerated() {
      let indent = String(repeating: "  ", count: min(depth, 12))
      var line = "\(indent)\(threadLabel(link.thread))  \(Words.state(link.stretch.state))"
      line += "  \(Words.span(link.stretch.length))  from \(Words.instant(link.stretch.start))"
      if let waking = link.waking { line += "  ended by \(words(waking))" }
      pane.lines.append(line)
      pane.places.append((.state(thread: link.thread), link.stretch.start))
    }
    return pane
  }
}
