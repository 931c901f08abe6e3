internal import Analysis

/// Draws numbers over time as heights.
struct CurvePainter {
  let row: Int
  let column: Int

  /// Shares or values, each as a share of the greatest; nil where there is none.
  func paint(_ values: [Double?], greatest: Double, _ style: Style, in frame: inout Frame) {
    for (place, value) in values.enumerated() {
      guard let value, greatest > 0 else { continue }
      let eighths = Int((min(1, max(0, value / greatest)) * 8).rounded(.up))
      frame.set(Eighths.heights[eighths], row, column + place, style)
    }
  }

  func paint(_ cells: [NumberCell], in frame: inout Frame) {
    let greatest = cells.compactMap(\.most).max() ?? 0
    let least = min(0, cells.compactMap(\.least).min() ?? 0)
    paint(
      cells.map { cell in cell.isUnread ? nil : cell.average.map { $0 - least } },
      greatest: greatest - least, Style(.graph), in: &frame)
    flag(cells.map { ($0.isUnread, $0.isLost) }, in: &frame)
  }

  func paint(_ cells: [ShareCell], greatest: Double, in frame: inout Frame) {
    paint(cells.map { $0.share > 0 ? $0.share : nil }, greatest: greatest, Style(.run), in: &frame)
    markUnknown(cells.map(\.isUnknown), in: &frame)
    flag(cells.map { ($0.isUnread, $0.isLost) }, in: &frame)
  }

  func paint(_ cells: [OverviewCell], in frame: inout Frame) {
    paint(cells.map(\.busy), greatest: 1, Style(.graph), in: &frame)
    markUnknown(cells.map { $0.busy == nil }, in: &frame)
    flag(cells.map { ($0.isUnread, $0.isLost) }, in: &frame)
  }

  /// What nothing is known of is not idle.
  private func markUnknown(_ places: [Bool], in frame: inout Frame) {
    for (place, isUnknown) in places.enumerated() where isUnknown {
      frame.set(LaneState.unknown.glyph, row, column + place, LaneState.unknown.style)
    }
  }

  func flag(_ flags: [(isUnread: Bool, isLost: Bool)], in frame: inout Frame) {
    for (place, flag) in flags.enumerated() {
      if flag.isUnread {
        frame.set("░", row, column + place, Style(.faint))
      } else if flag.isLost {
        frame.set("╳", row, column + place, Style(.warning))
      }
    }
  }
}
