internal import Analysis
internal import Events

/// Distributions drawn with bars: an octave a line or equal steps.
enum HistogramDrawing {
  enum Scale: String {
    case linear = "lin"
    case logarithmic = "log"
    /// Octaves where values spread over many, else equal steps.
    case fitting = ""

    static let names = [linear.rawValue, logarithmic.rawValue]
  }

  private struct Line {
    var from: UInt64
    var to: UInt64
    var count: UInt64 = 0
  }

  private static let steps: UInt64 = 12

  static func lines(_ histogram: LatencyHistogram, width: Int, _ scale: Scale) -> [String] {
    let isWide = histogram.max / max(1, histogram.min) >= 8
    let isLogarithmic = scale == .fitting ? isWide : scale == .logarithmic
    var lines = isLogarithmic ? octaves(histogram) : equalSteps(histogram)
    histogram.forEachBucket { range, count in
      let middle = min(
        max(range.lowerBound + (range.upperBound - range.lowerBound) / 2, histogram.min),
        histogram.max)
      if let place = lines.firstIndex(where: { middle >= $0.from && middle < $0.to }) {
        lines[place].count += count
      } else {
        lines[lines.count - 1].count += count
      }
    }
    let most = lines.map(\.count).max() ?? 1
    let room = max(8, min(50, width - 46))
    return lines.map { line in
      let from = TimeSpan(nanoseconds: Int64(clamping: line.from)).text
      let to = TimeSpan(nanoseconds: Int64(clamping: line.to)).text
      let share = Double(line.count) / Double(max(1, histogram.count))
      let label =
        "    \(from.padded(left: 8)) … \(to.padded(left: 8))  \(String(line.count).padded(left: 9)) \(CellText.percent(share).padded(left: 7))  "
      return label + bar(Double(line.count) / Double(max(1, most)), room)
    }
  }

  private static func octaves(_ histogram: LatencyHistogram) -> [Line] {
    var from: UInt64 = 1
    while from <= histogram.min / 2 { from *= 2 }
    if histogram.min == 0 { from = 0 }
    var lines: [Line] = []
    while from <= histogram.max {
      let to = from == 0 ? 1 : from.multipliedReportingOverflow(by: 2).overflow ? .max : from * 2
      lines.append(Line(from: from, to: to))
      if to == .max { break }
      from = to
    }
    return lines
  }

  private static func equalSteps(_ histogram: LatencyHistogram) -> [Line] {
    let span = histogram.max - histogram.min + 1
    let step = max(1, (span + steps - 1) / steps)
    var lines: [Line] = []
    var from = histogram.min
    while from <= histogram.max {
      let (to, overflow) = from.addingReportingOverflow(step)
      lines.append(Line(from: from, to: overflow ? .max : to))
      if overflow { break }
      from = to
    }
    return lines
  }

  /// A bar of eighths of a cell.
  private static func bar(_ share: Double, _ room: Int) -> String {
    let eighths = Int((share * Double(room * 8)).rounded())
    let parts = Array(" ▏▎▍▌▋▊▉")
    let full = String(repeating: "█", count: eighths / 8)
    return eighths % 8 > 0 ? full + String(parts[eighths % 8]) : full
  }
}
