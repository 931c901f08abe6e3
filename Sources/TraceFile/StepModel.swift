/// Clocks that advance in steps.
///
/// A counter of 2.45 GHz that is fed by a clock of 100 MHz only takes the values ⌊24.5 k + c⌋. Then
/// differences of k say all, in 4.6 bits less.
///
/// ```
/// time of event i  =  origin + ⌊(k × slope + fraction) / 2³²⌋      within a segment
/// ```
/// A segment ends where the clock leaves its line: at a jump (a virtual CPU that moved), where time
/// goes back, or after 2³¹ ticks. The model loses nothing: it is used only where it is exact.
enum StepModel {
  static let one: UInt64 = 1 << 32
  /// Longest segment, in ticks.
  static let longest: UInt64 = 1 << 31

  struct Segment: Equatable {
    /// The event that starts it, at k = 0.
    var event: Int
    var fraction: UInt32
    /// What it covers; used to sharpen the slope.
    var ticks: UInt64
    var steps: UInt64
  }

  /// Writes the differences of k, 0 at the start of each segment; false where more than `limit`
  /// segments are needed.
  static func segment(
    _ times: UnsafePointer<UInt64>, count: Int, slope: UInt64, limit: Int,
    into steps: UnsafeMutablePointer<UInt64>, segments: inout [Segment]
  ) -> Bool {
    segments.removeAll(keepingCapacity: true)
    guard count > 0, slope >= 2 * one, slope < one << 24 else { return false }
    // Steps a tick in units of 2⁻⁶³, rounded down: what it makes of a distance is one too few at most.
    let perTick = slope.dividingFullWidth((one >> 1, 0)).quotient
    let step = Int64(slope)
    let whole = Int64(one)
    var start = 0
    var origin = unsafe times[0]
    var (low, high) = (Int64(0), whole)
    var (ticks, k) = (UInt64(0), UInt64(0))
    unsafe steps[0] = 0
    for event in 1..<max(count, 1) {
      let distance = unsafe times[event] &- origin
      if distance < longest, distance >= ticks {
        let product = distance.multipliedFullWidth(by: perTick)
        var next = product.high << 1 | product.low >> 63
        var rest = Int64(distance << 32) &- Int64(bitPattern: next &* slope)
        // All ones where the rest reaches a whole tick, which half of all do: no branch guesses that.
        let carry = (whole &- 1 &- rest) >> 63
        next &-= UInt64(bitPattern: carry)
        rest &-= step & carry
        let lower = max(low, rest)
        let upper = min(high, rest &+ whole)
        if rest > -whole, rest < whole, lower < upper, next >= k {
          (low, high) = (lower, upper)
          unsafe steps[event] = next &- k
          (ticks, k) = (distance, next)
          continue
        }
      }
      if segments.count + 1 >= limit { return false }
      segments.append(
        Segment(event: start, fraction: UInt32(truncatingIfNeeded: low), ticks: ticks, steps: k))
      start = event
      origin = unsafe times[event]
      (low, high, ticks, k) = (0, whole, 0, 0)
      unsafe steps[event] = 0
    }
    segments.append(
      Segment(event: start, fraction: UInt32(truncatingIfNeeded: low), ticks: ticks, steps: k))
    return true
  }

  /// The slope that the longest segment fits, nil where none is long enough to tell more than a
  /// part in 1,000.
  static func sharpened(_ segments: [Segment]) -> UInt64? {
    guard let longest = segments.max(by: { $0.steps < $1.steps }), longest.steps >= 1000 else {
      return nil
    }
    return (longest.ticks << 32) / longest.steps
  }
}
