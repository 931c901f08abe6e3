internal import Analysis

/// The columns of the list of events; those of the lowest rank are left out where there is no room.
struct EventColumns: Hashable {
  static let duration = 7

  let hasNumber: Bool
  /// Whether there is a column of how long took what an event ends.
  let hasItems: Bool
  let task: Int
  let name: Int
  /// Columns of the span around an event; 0 none.
  let span: Int
  /// Whether there is no room for number, duration and span.
  let leavesOut: Bool

  init(width: Int, page: EventPage?) {
    let isWide = width >= 100
    hasNumber = isWide
    leavesOut = !isWide
    hasItems = isWide && page?.hasItems ?? false
    task = isWide ? 22 : 16
    let longest = page?.events.map(\.name.columns).max() ?? 0
    name = isWide ? 17 : min(17, max(8, longest + 1))
    let hasSpans = page?.events.contains { !$0.span.isEmpty } ?? false
    span = isWide && hasSpans ? width / 8 : 0
  }

  var heading: String {
    var text = " \(number("#event")) \(right("time s", 15)) \(right("Δ", 7)) cpu task"
    text += "\(blanks(task - 4))event"
    if name > 0 { text += blanks(name - 5) }
    if hasItems { text += " " + right("dur", Self.duration) }
    text += " fields"
    return text
  }

  func number(_ text: String) -> String { hasNumber ? right(text, 10) : "" }

  func right(_ text: String, _ width: Int) -> String { blanks(width - text.columns) + text }

  private func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
