internal import Analysis
internal import Events
internal import TraceFile

extension StatsReport {
  private static let lineLength = 100
  private static let nameLength = 9
  private static let mostWorst = 4

  /// At most 12 lines of at most 100 columns.
  var overviewText: String {
    guard let overview = statistics.overview else { return "" }
    var lines = [headline, lostLine]
    lines.append(Self.line("sets", Self.fitting(setTexts(overview))))
    if let cpus = overview.cpus {
      lines.append(Self.line("cpu", cpuTexts(cpus, overview.throttled)))
    } else {
      let why = overview.cpusMissing.map { "not recorded (\(CellText.remedy($0)))" }
      lines.append(Self.line("cpu", why ?? "nothing"))
    }
    lines += worstLines(overview)
    lines += nextLines
    return lines.map(Self.clipped).joined(separator: "\n") + "\n"
  }

  /// What fits of a line: without its last clause, or cut between words; what is to be typed is whole.
  private static func clipped(_ line: String) -> String {
    guard line.count > lineLength, !line.hasPrefix("next") else { return line }
    for clause in [" while CPU", " (most "] {
      if let place = line.firstRange(of: clause) {
        return clipped(String(line[..<place.lowerBound]))
      }
    }
    let head = line.prefix(lineLength + 1)
    guard let space = head.lastIndex(of: " ") else { return String(line.prefix(lineLength)) }
    return String(line[..<space])
  }

  /// As many of the texts as fit whole beside the line's name.
  private static func fitting(_ texts: [String]) -> String {
    texts.reduce("") { line, text in
      let longer = line.isEmpty ? text : "\(line)  \(text)"
      return nameLength + longer.count <= lineLength ? longer : line
    }
  }

  private static func line(_ name: String, _ text: String) -> String {
    name.padded(to: nameLength) + text
  }

  private var headline: String {
    let preamble = contents.preamble
    var parts = [
      TerminalText.escaped(request.file), spanOfTime,
      Figure.count(UInt64(max(0, preamble?.cpus ?? 0)), "CPU"),
    ]
    if let preamble {
      parts.append(
        TerminalText.escaped("\(preamble.hostName) Linux \(preamble.kernelRelease)"))
    }
    parts.append(Figure.count(contents.events, "event"))
    if contents.bytes > 0, contents.events > 0 {
      parts.append(ByteCount(bytes: contents.bytes).text)
      parts.append("\(Figure.ratio(contents.bytes, contents.events)) B/event")
    }
    while parts.count > 1, parts.joined(separator: "  ").count > Self.lineLength {
      parts.removeLast()
    }
    return parts.joined(separator: "  ")
  }

  /// The trace's length; of a window its ends too.
  private var spanOfTime: String {
    guard request.from != nil || request.to != nil, let overview = statistics.overview else {
      return contents.span
    }
    let whole = Figure.seconds(Timestamp(nanoseconds: contents.duration.nanoseconds)) + " s"
    let from = CellText.instant(overview.from)
    let to = CellText.instant(overview.from + overview.length)
    return "\(from) … \(to) of \(whole)"
  }

  private var lostLine: String {
    let places = contents.lossesByPlace
    let parts = contents.damagedParts
    guard !places.isEmpty else { return Self.line("lost", lostOfNoPlace(parts)) }
    let gaps = UInt64(places.reduce(0) { $0 + $1.gaps })
    let more = contents.lostMore || contents.mayLackEvents ? "more than " : ""
    let count = more + Figure.count(contents.lost, "event")
    let head =
      Self.line("lost", (contents.lost > 0 ? count : "events, not counted,") + " in ")
      + Figure.count(gaps, "gap")
    let texts = places.sorted { ($0.count, $1.stream) > ($1.count, $0.stream) }.map { place in
      let count = (place.isLowerBound ? "≥ " : "") + Figure.count(place.count) + " "
      let name = TerminalText.escaped(contents.name(of: place.stream))
      return "\(name) \(place.count > 0 ? count : "")(\(Words.why(place.reason)))"
    }
    let tail = (Self.damaged(parts) ?? "") + "; ≥ and ≤ are bounds"
    return Self.list(texts, after: head + ": ", before: tail)
  }

  /// Where no stream tells of a loss: what else the file lacks.
  private func lostOfNoPlace(_ parts: [String]) -> String {
    let blocks = UInt64(statistics.unreadable.count)
    let all = parts + (blocks > 0 ? [Figure.count(blocks, "block")] : [])
    guard let damaged = Self.damaged(all) else {
      let isCut = contents.damage.contains { $0.reason == .cut }
      return isCut ? "what follows: the trace stops within a block" : "nothing"
    }
    let isCounted = !contents.mayLackEvents && blocks == 0
    return (isCounted ? "no events" : "events, not counted") + damaged
  }

  /// `; damaged: event types, index`; nil where nothing is.
  private static func damaged(_ parts: [String]) -> String? {
    parts.isEmpty ? nil : "; damaged: \(parts.joined(separator: ", "))"
  }

  /// As many of the texts as a line holds, and how many it does not.
  private static func list(_ texts: [String], after head: String, before tail: String) -> String {
    var line = head + texts.prefix(1).joined()
    for count in 1...max(1, texts.count) {
      let left = texts.count - count
      let rest = left > 0 ? ", \(left) more" : ""
      let longer = head + texts.prefix(count).joined(separator: ", ") + rest + tail
      guard longer.count <= lineLength else { break }
      line = longer
    }
    return line
  }

  private func setTexts(_ overview: TraceOverview) -> [String] {
    overview.sets.prefix(7).map { name, events in
      var text = "\(name) \(Self.short(events))"
      if name == "spans", overview.spanNames > 0 { text += " (\(overview.spanNames) names)" }
      return text
    }
      + [
        "\(Figure.count(UInt64(overview.processes), "process"))",
        "\(Figure.count(UInt64(overview.threads), "thread"))",
      ]
  }

  /// `9.1 M`, `618 k`, `12`.
  private static func short(_ number: UInt64) -> String {
    if number >= 1_000_000 { return CellText.decimal(Double(number) / 1e6) + " M" }
    if number >= 1000 { return CellText.decimal(Double(number) / 1e3) + " k" }
    return "\(number)"
  }

  /// As many of the figures as the line holds whole.
  private func cpuTexts(_ cpus: TraceOverview.CPUs, _ throttled: TraceOverview.Throttled?) -> String
  {
    let shareMark = cpus.areLowerBounds ? "≥ " : ""
    let mark = cpus.haveLosses ? "≥ " : ""
    var parts = ["busy \(shareMark)\(CellText.percent(cpus.busy))"]
    if let irq = cpus.irq { parts.append("irq \(mark)\(CellText.percent(irq))") }
    if let softirq = cpus.softirq { parts.append("softirq \(mark)\(CellText.percent(softirq))") }
    if let steal = cpus.steal { parts.append("steal \(CellText.percent(steal))") }
    if let throttled, throttled.time > 0 {
      let time = TimeSpan(nanoseconds: Int64(clamping: throttled.time)).text
      let group = throttled.cgroup.split(separator: "/").last.map(String.init) ?? "/"
      parts.append("throttled \(time) \(TerminalText.escaped(String(group.prefix(16))))")
    }
    parts.append("busiest CPU\(cpus.busiest) \(shareMark)\(CellText.percent(cpus.busiestShare))")
    if let average = cpus.queueAverage, let most = cpus.queueMost {
      parts.append("queue avg \(mark)\(CellText.decimal(average)) max \(mark)\(most)")
    }
    if let violation = cpus.violation, violation > 0 {
      parts.append(
        "violation \(mark)\(TimeSpan(nanoseconds: Int64(clamping: violation)).text)")
    }
    return Self.fitting(parts)
  }

  private func worstLines(_ overview: TraceOverview) -> [String] {
    let worst = overview.worst.prefix(Self.mostWorst)
    guard !worst.isEmpty else {
      return [Self.line("worst", overview.cpus == nil ? "-" : "nothing waited longer than 1 ms")]
    }
    let rows = worst.map { worst in
      (
        TerminalText.escaped(worst.kind),
        TimeSpan(nanoseconds: Int64(clamping: worst.length)).text,
        TerminalText.escaped(worst.who), worst.cpu.map { "CPU\($0)" } ?? "",
        CellText.instant(worst.start), TerminalText.escaped(worst.cause)
      )
    }
    let widths = (
      rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0,
      rows.map(\.2.count).max() ?? 0,
      rows.map(\.3.count).max() ?? 0, rows.map(\.4.count).max() ?? 0
    )
    return rows.enumerated().map { place, row in
      var text = row.0.padded(to: widths.0) + "  " + row.1.padded(left: widths.1) + "  "
      text += row.2.padded(to: widths.2) + "  " + row.3.padded(to: widths.3) + "  "
      text += row.4.padded(to: widths.4) + "  " + row.5
      while text.last == " " { text.removeLast() }
      return Self.line(place == 0 ? "worst" : "", text)
    }
  }

  /// As many tables as fit; of a file with a long name one at least.
  private var nextLines: [String] {
    let tables = [
      "threads", "cpus", "states", "syscalls", "irq", "block", "locks", "spans", "waits",
    ]
    let head = Self.line("next", "swtrace stats \(TerminalText.escaped(request.file)) threads")
    let line = tables.dropFirst().reduce(head) { line, table in
      line.count + 1 + table.count <= Self.lineLength ? "\(line)|\(table)" : line
    }
    return [line]
  }
}

extension TraceOverview {
  /// The keys and values of the overview in JSON.
  func append(to json: inout JSONText) {
    json.pair("from_ns", from.nanoseconds)
    json.pair("length_ns", length.nanoseconds)
    json.pair("processes", processes)
    json.pair("threads", threads)
    json.key("sets")
    json.object { json in for set in sets { json.pair(set.name, set.events) } }
    for (name, value) in shares {
      json.key(name)
      if let value { json.number(value) } else { json.null() }
    }
    if cpus?.areLowerBounds == true {
      json.key("lower_bounds")
      json.array { json in
        for (name, value) in shares where value != nil && isBounded(name) { json.string(name) }
      }
    }
    json.key("worst")
    json.array { json in
      for worst in worst {
        json.object { json in
          json.pair("kind", worst.kind)
          json.pair("length_ns", worst.length)
          json.pair("at_ns", worst.start.nanoseconds)
          json.pair("who", worst.who)
          json.pair("tid", worst.thread)
          json.key("cpu")
          if let cpu = worst.cpu { json.integer(cpu) } else { json.null() }
          json.pair("cause", worst.cause)
        }
      }
    }
  }

  private var shares: [(String, Double?)] {
    [
      ("busy_share", cpus?.busy), ("irq_share", cpus?.irq), ("softirq_share", cpus?.softirq),
      ("steal_share", cpus?.steal), ("busiest_cpu", cpus.map { Double($0.busiest) }),
      ("busiest_share", cpus?.busiestShare), ("run_queue_avg", cpus?.queueAverage),
      ("run_queue_max", cpus?.queueMost.map { Double($0) }),
      ("violation_ns", cpus?.violation.map { Double($0) }),
      ("throttled_ns", throttled.map { Double($0.time) }),
    ]
  }

  /// What events are needed for; the kernel's own counts lose nothing.
  private func isBounded(_ name: String) -> Bool {
    switch name {
    case "busy_share", "busiest_share": cpus?.areLowerBounds == true
    case "steal_share", "busiest_cpu", "throttled_ns": false
    default: cpus?.haveLosses == true
    }
  }

  func line(file: String, part: Range<Timestamp>?) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.pair("version", 1)
      json.pair("table", "overview")
      json.pair("file", file)
      if let part { json.pair("to_ns", part.upperBound.nanoseconds) }
      append(to: &json)
    }
    json.endLine()
    return json.bytes
  }

  func csv(part: Range<Timestamp>?, hasHeader: Bool) -> String {
    let times = part.map { "\($0.lowerBound.nanoseconds),\($0.upperBound.nanoseconds)," } ?? ""
    var values = [
      ("length_ns", "\(length.nanoseconds)"), ("processes", "\(processes)"),
      ("threads", "\(threads)"),
    ]
    for set in sets { values.append(("events_\(set.name)", "\(set.events)")) }
    for (name, value) in shares {
      values.append((name, value.map { JSONText.decimal($0) } ?? ""))
    }
    let header = "table,\(part == nil ? "" : "from_ns,to_ns,")key,value\n"
    return (hasHeader ? header : "")
      + values.map { "overview,\(times)\($0.0),\($0.1)\n" }.joined()
  }
}
