/// A lane of numbers as segments of time, each with what the number was in it.
///
/// A segment begins with a change. When there are too many, each two become one: then the number
/// is known by its least, greatest and average there.
struct NumberSegments {
  struct Segment: BitwiseCopyable {
    var start: UInt64
    var changes: UInt64 = 1
    /// At its start and at its end.
    var first: Double
    var last: Double
    var least: Double
    var most: Double
    /// Value × nanoseconds, of all but the last segment.
    var area = 0.0

    init(_ value: Double, at start: UInt64) {
      self.start = start
      first = value
      last = value
      least = value
      most = value
    }
  }

  /// So many segments of threads that wait, and of a counter, are kept.
  static let mostRunnable = 1 << 17
  static let mostOfCounter = 1 << 14

  let limit: Int
  var segments: [Segment] = []
  /// The last change.
  var since: UInt64 = 0

  init(limit: Int) {
    self.limit = limit
  }

  /// Takes a new value; times never go back.
  mutating func add(_ value: Double, at time: UInt64) {
    let time = max(time, since)
    if let last = segments.indices.last {
      if time == since, segments[last].changes == 1 {
        // Only the last of several at once held.
        let changes = segments[last].changes
        let start = segments[last].start
        segments[last] = Segment(value, at: start)
        segments[last].changes = changes
        return
      }
      segments[last].area += segments[last].last * Double(time - since)
    }
    since = time
    if segments.count >= limit { merge() }
    segments.append(Segment(value, at: time))
  }

  private mutating func merge() {
    var merged: [Segment] = []
    merged.reserveCapacity(limit)
    for pair in stride(from: 0, to: segments.count, by: 2) {
      var segment = segments[pair]
      if pair + 1 < segments.count {
        let next = segments[pair + 1]
        segment.changes += next.changes
        segment.last = next.last
        segment.least = min(segment.least, next.least)
        segment.most = max(segment.most, next.most)
        segment.area += next.area
      }
      merged.append(segment)
    }
    segments = merged
  }

  /// What the lane has in each of `columns` equal parts of a window; nothing is known from `end` on.
  func cells(_ window: TimelineWindow, columns: Int, until end: Int64) -> [NumberCell] {
    var next = place(before: window.start)
    return (0..<columns).map { column in
      var cell = NumberCell(window: window.column(column, of: columns))
      var area = 0.0
      var observed: Int64 = 0
      cell.before = next < segments.count && starts(next) < cell.window.start ? value(next) : nil
      while next < segments.count, starts(next) < cell.window.end {
        let stop = next + 1 < segments.count ? starts(next + 1) : end
        let overlap = min(stop, cell.window.end) - max(starts(next), cell.window.start)
        let segment = segments[next]
        if starts(next) >= cell.window.start { cell.changes += segment.changes }
        if overlap > 0 {
          cell.least = min(cell.least ?? segment.least, segment.least)
          cell.most = max(cell.most ?? segment.most, segment.most)
          observed += overlap
          let isWhole = overlap == stop - starts(next)
          let average =
            segment.changes == 1 ? segment.last : segment.area / Double(max(1, stop - starts(next)))
          area += isWhole && segment.changes > 1 ? segment.area : average * Double(overlap)
          if segment.changes > 1, !isWhole { cell.isRough = true }
        }
        cell.after = segment.last
        if stop >= cell.window.end { break }
        next += 1
      }
      cell.average = observed > 0 ? area / Double(observed) : nil
      return cell
    }
  }

  private func starts(_ place: Int) -> Int64 { Int64(clamping: segments[place].start) }

  private func value(_ place: Int) -> Double { segments[place].last }

  /// The last segment that begins before a time, else the first.
  private func place(before time: Int64) -> Int {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if starts(middle) < time { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }
}
