/// A span of a trace's time; both ends in nanoseconds since its start, the end not in it.
package struct TimelineWindow: Hashable, Sendable {
  package var start: Int64
  package var end: Int64

  /// A window from `start` to `end`, empty where that is not later.
  package init(_ start: Int64, _ end: Int64) {
    self.start = start
    self.end = max(start, end)
  }

  package var length: Int64 {
    let (length, overflow) = end.subtractingReportingOverflow(start)
    return overflow ? .max : length
  }

  package func contains(_ time: Int64) -> Bool { time >= start && time < end }

  /// One of `count` equal parts; together they are the window, without gap or overlap.
  package func column(_ number: Int, of count: Int) -> TimelineWindow {
    TimelineWindow(edge(number, of: count), edge(number + 1, of: count))
  }

  /// Where the column before which `number` others lie begins.
  func edge(_ number: Int, of count: Int) -> Int64 {
    let product = UInt64(length).multipliedFullWidth(by: UInt64(number))
    return start &+ Int64(UInt64(count).dividingFullWidth(product).quotient)
  }
}
