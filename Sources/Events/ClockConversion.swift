/// Converts ticks of one clock to another clock's, by straight lines between readings of both.
///
/// Before the first and after the last reading the nearest line is continued. With a single
/// reading, or between readings that do not advance, one tick counts as one nanosecond.
package struct ClockConversion: Sendable {
  struct Segment: Sendable {
    var from: UInt64
    var origin: UInt64
    /// Target ticks per source tick: whole ones, and the rest in units of 2⁻⁶⁴, so that a line
    /// over days misses its end by less than a tick.
    var whole: UInt64
    var fraction: UInt64
  }

  private var segments: [Segment]

  /// Builds the conversion from readings in the order in which they were taken.
  package init(
    _ readings: [ClockReading], from source: KeyPath<ClockReading, UInt64>,
    to target: KeyPath<ClockReading, UInt64>
  ) {
    var knots: [(UInt64, UInt64)] = []
    for reading in readings {
      let knot = (reading[keyPath: source], reading[keyPath: target])
      if let last = knots.last, knot.0 <= last.0 || knot.1 < last.1 { continue }
      knots.append(knot)
    }
    segments = []
    for (left, right) in zip(knots, knots.dropFirst()) {
      let run = right.0 - left.0
      let rise = right.1 - left.1
      let (whole, rest) = rise.quotientAndRemainder(dividingBy: run)
      let (fraction, _) = run.dividingFullWidth((rest, 0))
      segments.append(
        Segment(from: left.0, origin: left.1, whole: whole, fraction: fraction))
    }
    if segments.isEmpty {
      let only = knots.first ?? (0, 0)
      segments = [Segment(from: only.0, origin: only.1, whole: 1, fraction: 0)]
    }
  }

  /// The other clock's value at `ticks`; may lie before zero.
  package func callAsFunction(_ ticks: UInt64) -> Int64 {
    var index = segments.count - 1
    while index > 0, segments[index].from > ticks { index -= 1 }
    return segments[index].value(ticks)
  }

  /// Converts a run of ticks, ascending or nearly so, in one pass.
  package func convert(_ ticks: [UInt64], relativeTo origin: Int64 = 0) -> [Int64] {
    unsafe [Int64](unsafeUninitializedCapacity: ticks.count) { buffer, count in
      count = ticks.count
      guard let target = buffer.baseAddress else { return }
      unsafe ticks.withUnsafeBufferPointer {
        unsafe convert($0, relativeTo: origin, into: target)
      }
    }
  }

  /// Converts a run of ticks in one pass; `target` has space for all.
  package func convert(
    _ ticks: UnsafeBufferPointer<UInt64>, relativeTo origin: Int64,
    into target: UnsafeMutablePointer<Int64>
  ) {
    var index = 0
    var segment = segments[0]
    var least: UInt64 = 0
    var next = segments.count > 1 ? segments[1].from : .max
    for position in 0..<ticks.count {
      let tick = unsafe ticks[position]
      if tick < least || tick >= next {
        while index + 1 < segments.count, segments[index + 1].from <= tick { index += 1 }
        while index > 0, segments[index].from > tick { index -= 1 }
        segment = segments[index]
        least = index > 0 ? segment.from : 0
        next = index + 1 < segments.count ? segments[index + 1].from : .max
      }
      unsafe target[position] = segment.value(tick) &- origin
    }
  }
}

extension ClockConversion.Segment {
  @inline(__always)
  func value(_ ticks: UInt64) -> Int64 {
    if ticks >= from {
      return Int64(bitPattern: origin &+ distance(ticks &- from))
    }
    return Int64(bitPattern: origin &- distance(from &- ticks))
  }

  @inline(__always)
  private func distance(_ ticks: UInt64) -> UInt64 {
    ticks &* whole &+ ticks.multipliedFullWidth(by: fraction).high
  }
}
