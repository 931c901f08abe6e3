internal import Analysis
internal import Events
internal import Recording

/// What `record` prints when it has ended.
struct SummaryText {
  let result: RecordingResult
  /// nil where nothing was found out.
  let summary: RecordingSummary?
  let options: RecordingOptions
  let next: [(command: String, meaning: String)]

  init(
    _ result: RecordingResult, summary: RecordingSummary?, options: RecordingOptions,
    next: [(command: String, meaning: String)]
  ) {
    self.result = result
    self.summary = summary
    self.options = options
    self.next = next
  }

  var text: String {
    var lines = [headline]
    lines += lossLines
    lines += snapshotLines
    if let summary {
      if let cpu = cpuLine(summary) { lines.append(cpu) }
      lines += findingLines(summary)
    }
    lines += notes
    if !next.isEmpty {
      let words = next.map { "\($0.command)  \($0.meaning)" }
      lines.append("next   " + words.joined(separator: "          "))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var headline: String {
    let name =
      switch options.output {
      case .file where options.flightRecorderBytes != nil: "flight recorder"
      case .file(let path):
        TerminalText.escaped(result.newestFile ?? path)
          + (result.files > 1 ? " (trace \(result.files))" : "")
      case .standardOutput: "-"
      }
    let duration = Figure.seconds(Timestamp(nanoseconds: result.duration.nanoseconds))
    var parts = [
      name, "\(duration) s", Figure.count(result.events, "event"),
      ByteCount(bytes: result.bytes).text,
    ]
    if let summary {
      parts.append(Figure.count(UInt64(max(summary.processes, 0)), "process"))
    }
    parts.append("lost \(lost)")
    return parts.joined(separator: "  ") + "    " + cost
  }

  /// `cpu        ▁▂▂▅▇█▆▃▂▁  busy 34 %   nginx 41 %  postgres 22 %`.
  private func cpuLine(_ summary: RecordingSummary) -> String? {
    guard let busy = summary.busy else { return nil }
    let busiest = summary.busiest.map { usage in
      "\(TerminalText.escaped(usage.name)) \(Self.percent(usage.share))"
    }
    return "cpu        \(summary.sparkline)  busy \(Self.percent(busy))   "
      + busiest.joined(separator: "  ")
  }

  /// `1 cpu wait   9.4 ms  postgres 917  at 2.113 s  behind kworker/0:1 while CPU3 idled`.
  private func findingLines(_ summary: RecordingSummary) -> [String] {
    guard !summary.findings.isEmpty else {
      return summary.sawSwitches ? ["nothing waited longer than 1 ms"] : []
    }
    let kinds = summary.findings.map(\.kind.words.count).max() ?? 0
    let whos = summary.findings.map(\.who.count).max() ?? 0
    return summary.findings.enumerated().map { index, finding in
      let what = finding.kind.words.padded(to: max(kinds, 9))
      let line =
        "\(index + 1) \(what) \(finding.length.text.padded(left: 7))  "
        + "\(finding.who.padded(to: whos))  at \(Figure.seconds(finding.start)) s"
      return finding.cause.isEmpty ? line : line + "  \(finding.cause)"
    }
  }

  private static func percent(_ share: Double) -> String {
    "\(Int((min(max(share, 0), 1) * 100).rounded())) %"
  }

  private var lost: String {
    let isLowerBound = result.lost.contains(where: \.isLowerBound)
    return (isLowerBound ? "at least " : "") + Figure.count(result.lostCount)
  }

  /// `recorder 0.9 % of a CPU, ~0.4 us a system call`.
  private var cost: String {
    let share = Self.percent(result.recorderTime, of: result.recorderElapsed)
    guard let call = result.systemCallCost else { return "recorder \(share) of a CPU" }
    let tenths = (max(call.nanoseconds, 0) + 50) / 100
    return "recorder \(share) of a CPU, ~\(tenths / 10).\(tenths % 10) us a system call"
  }

  static func percent(_ part: TimeSpan, of whole: TimeSpan) -> String {
    guard whole.nanoseconds > 0 else { return "-" }
    let tenths = (Double(part.nanoseconds) / Double(whole.nanoseconds) * 1000).rounded()
    if tenths >= 100 { return "\(Int((tenths / 10).rounded())) %" }
    return "\(Int(tenths) / 10).\(Int(tenths) % 10) %"
  }

  private var snapshotLines: [String] {
    result.snapshots.map { snapshot in
      let cause =
        switch snapshot.cause {
        case .signal: "on a signal"
        case .condition: "on an event"
        case .commandFailed: "when the command failed"
        }
      return "snapshot  \(TerminalText.escaped(snapshot.path))  \(cause)  "
        + "\(Figure.count(snapshot.events, "event"))  \(ByteCount(bytes: snapshot.bytes).text)"
    }
  }

  private var lossLines: [String] {
    let order = result.lost.sorted { $1.count < $0.count }
    var lines: [String] = []
    for lost in order.prefix(4) {
      var line = "lost   \(lost.isLowerBound ? "at least " : "")\(Figure.count(lost.count))"
      line += "  \(lost.stream.title)  \(Words.why(lost.reason))"
      if let remedy = Words.remedy(lost.reason) { line += "  (\(remedy))" }
      lines.append(line)
    }
    if order.count > 4 { lines.append("lost   in \(order.count - 4) more places: swtrace info") }
    return lines
  }

  private var notes: [String] { Words.notes(on: result).map { "note   \($0)" } }
}
