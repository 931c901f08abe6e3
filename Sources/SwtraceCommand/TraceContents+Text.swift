internal import Analysis
internal import Events
internal import TraceFile

extension TraceContents {
  /// Rows of streams and of event types that are shown one by one.
  private static let rows = 16

  /// What `info` prints of a trace.
  func text(file: String) -> String {
    guard let preamble else { return "" }
    var lines: [String] = [headline(file)]
    let cpus = Figure.count(UInt64(max(preamble.cpus, 0)), "CPU")
    lines.append(
      Self.line(
        "host", "\(preamble.hostName)  Linux \(preamble.kernelRelease) \(preamble.machine)  \(cpus)"
      ))
    lines.append(Self.line("started", CalendarDate.text(nanoseconds: preamble.reading.realtime)))
    lines.append(Self.line("recorder", preamble.creator))
    if !preamble.commandLine.isEmpty {
      lines.append(Self.line("command", preamble.commandLine.joined(separator: " ")))
    }
    lines.append(Self.line("clock", clockText))
    lines += streamLines
    lines += typeLines
    if let fellOut {
      let words = "\(Figure.count(fellOut, "event")) had fallen out of the flight recorder"
      lines.append(Self.line("older", words))
    }
    lines += lossLines
    lines += endLines
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ name: String, _ text: String) -> String {
    name.padded(to: 11) + TerminalText.escaped(text)
  }

  private func headline(_ file: String) -> String {
    var parts = [
      TerminalText.escaped(file),
      span,
      Figure.count(events, "event"),
    ]
    if bytes > 0 {
      parts.append(ByteCount(bytes: bytes).text)
      if events > 0 { parts.append("\(Figure.ratio(bytes, events)) B/event") }
    }
    parts.append("lost \(lostWords)")
    return parts.joined(separator: "  ")
  }

  private var clockText: String {
    guard let preamble else { return "" }
    let name =
      preamble.referenceClock == .processor ? "the processor's counter" : "CLOCK_MONOTONIC"
    return "\(name), \(Figure.count(UInt64(readings.count), "reading")) of all clocks"
  }

  private var streamLines: [String] {
    var lines = [Self.line("streams", Figure.count(UInt64(streams.count)))]
    for (index, stream) in streams.enumerated().prefix(Self.rows) {
      let tally = byStream[index]
      var text = "  " + name(of: StreamID(UInt32(index))).padded(to: 23) + " "
      let isGathered = gathered.contains(StreamID(UInt32(index)))
      text +=
        isGathered && tally.events == 0
        ? "in blocks with others".padded(left: 24)
        : ((isGathered ? "≥ " : "") + Figure.count(tally.events, "event")).padded(left: 24)
      if let first = tally.first, let last = tally.last {
        text += "  \(seconds(first, of: stream)) … \(seconds(last, of: stream)) s"
      }
      if tally.lost > 0 || tally.lostMore {
        text += "  lost \(tally.lostMore ? "more than " : "")\(Figure.count(tally.lost))"
      }
      lines.append(text)
    }
    if streams.count > Self.rows {
      lines.append("  and \(Figure.count(UInt64(streams.count - Self.rows))) more")
    }
    return lines
  }

  private var typeLines: [String] {
    var lines = [Self.line("types", Figure.count(UInt64(types.count)))]
    let order = types.indices.filter { byType[$0].events > 0 }
      .sorted { (byType[$1].events, $0) < (byType[$0].events, $1) }
    for index in order.prefix(Self.rows) {
      lines.append(
        "  " + TerminalText.escaped(types[index].qualifiedName).padded(to: 31) + " "
          + Figure.count(byType[index].events).padded(left: 16))
    }
    if order.count > Self.rows {
      lines.append("  and \(Figure.count(UInt64(order.count - Self.rows))) more that occurred")
    }
    return lines
  }

  private var lossLines: [String] {
    let places = lossesByPlace
    guard !places.isEmpty else {
      return [Self.line("lost", mayLackEvents ? "events, not counted: see damage" : "nothing")]
    }
    var lines = [Self.line("lost", Figure.count(UInt64(places.count), "place"))]
    for place in places.prefix(Self.rows) {
      var text = "  " + name(of: place.stream).padded(to: 23) + " "
      let count = place.isLowerBound ? "≥ \(Figure.count(place.count))" : Figure.count(place.count)
      text += count.padded(left: 16) + "  \(Words.why(place.reason))"
      text += " in \(Figure.count(UInt64(place.gaps), "gap"))"
      if let index = Int(exactly: place.stream.index), streams.indices.contains(index) {
        let stream = streams[index]
        text += "  \(seconds(place.first, of: stream)) … \(seconds(place.last, of: stream)) s"
      }
      lines.append(text)
    }
    if places.count > Self.rows {
      lines.append("  and \(Figure.count(UInt64(places.count - Self.rows))) more")
    }
    return lines
  }

  private var endLines: [String] {
    var lines: [String] = []
    var text = "\(Figure.count(blocks)), \(Figure.count(eventBlocks)) of them of events"
    if rawBlocks > 0 { text += ", \(Figure.count(rawBlocks)) of undecoded pages" }
    lines.append(Self.line("blocks", text))
    if let totals, totals.recorderNanoseconds > 0 {
      let time = TimeSpan(nanoseconds: Int64(clamping: totals.recorderNanoseconds))
      lines.append(Self.line("cost", "\(time.text) of the recorder's CPU time"))
    }
    for place in damage.prefix(Self.rows) {
      lines.append(Self.line("damage", description(of: place)))
    }
    if damage.count > Self.rows {
      lines.append(
        Self.line("", "and \(Figure.count(UInt64(damage.count - Self.rows))) more places"))
    }
    lines.append(Self.line("complete", completeness))
    return lines
  }

  private var completeness: String {
    if isComplete { return "yes" }
    if totals != nil { return "no: damaged; what is not is here" }
    return "no: it has no end (the recorder was killed, or still runs); all whole blocks are here"
  }

  /// A damaged place: where, what, and between which times something is missing.
  func description(of place: Damage) -> String {
    var text = "at byte \(place.offset): \(Words.why(place.reason))"
    if place.bytes > 0 { text += ", \(ByteCount(bytes: place.bytes).text)" }
    if let stream = place.block?.streams.first { text += ", \(name(of: stream))" }
    let stream = place.block?.streams.first.flatMap { id in
      streams.indices.contains(Int(id.index)) ? streams[Int(id.index)] : nil
    }
    let reference = EventStream(source: .machine, clock: preamble?.referenceClock ?? .monotonic)
    if let first = place.first, let last = place.last {
      let stream = stream ?? reference
      text += ", \(seconds(first, of: stream)) … \(seconds(last, of: stream)) s"
    }
    return text
  }

  /// `CPU 3`, `server 4211`.
  func name(of id: StreamID) -> String {
    let index = Int(id.index)
    guard streams.indices.contains(index) else { return "stream \(index)" }
    guard case .process(let process) = streams[index].source, let container = container(of: process)
    else { return streams[index].title }
    return streams[index].title(inside: container)
  }

  private func seconds(_ ticks: UInt64, of stream: EventStream) -> String {
    guard let clock else { return "?" }
    return Figure.seconds(clock.timestamp(clock.key(ticks, of: stream.clock)))
  }
}

extension EventStream {
  /// `CPU 3`, `server 4211`, `server 4211 (7 inside its container)`, safe to show.
  var title: String { title(inside: "its container") }

  func title(inside container: String) -> String {
    switch source {
    case .cpu(let cpu, let buffer): return "CPU \(cpu)\(buffer > 0 ? " buffer \(buffer)" : "")"
    case .machine: return "machine"
    case .process(let process):
      let name = process.executable.split(separator: "/").last.map(String.init) ?? "process"
      let title = "\(TerminalText.escaped(String(name.prefix(40)))) \(process.pid)"
      guard process.namespacePid > 0, process.namespacePid != process.pid else { return title }
      return "\(title) (\(process.namespacePid) inside \(TerminalText.escaped(container)))"
    }
  }
}

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  func padded(left width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
