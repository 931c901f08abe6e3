/// How long something took, over many instances: exact count, sum, least and greatest, and the
/// values between in buckets of at most 1/64 of their value.
///
/// ```
/// value    0 … 63    64 … 127   128 … 255        bucket = octave · 64 + the 6 bits after the first
/// octave      0          1          2
/// width       1          1          2            at most 1/64 of the value
/// ```
/// The first few values are kept as they are. Buckets are there only for octaves that occur.
package struct LatencyHistogram: Sendable {
  /// Values that are kept as they are.
  static let mostExact = 24
  static let bucketsPerOctave = 64
  static let octaves = 59

  package private(set) var count: UInt64 = 0
  package private(set) var sum: UInt64 = 0
  package private(set) var min: UInt64 = .max
  package private(set) var max: UInt64 = 0
  /// When the greatest was, as the caller counts time; of equals the first that was recorded.
  package private(set) var maxTime: UInt64 = 0
  /// While `count` is at most `mostExact` the values themselves, then buckets, an octave after the
  /// other in the order in which octaves occurred.
  private var cells: [UInt64] = []
  /// Whether values are in buckets.
  private var isSpread = false
  /// Where an octave's buckets begin in `cells`, in octaves from 1 on; 0: it has none.
  private var places = InlineArray<59, UInt8>(repeating: 0)

  package init() {}

  package var isEmpty: Bool { count == 0 }

  /// Adds a value, which came about at `time`.
  @inline(__always)
  package mutating func record(_ value: UInt64, at time: UInt64) {
    count &+= 1
    let (total, overflow) = sum.addingReportingOverflow(value)
    sum = overflow ? .max : total
    if value < min { min = value }
    if value > max || count == 1 {
      max = value
      maxTime = time
    }
    if count <= UInt64(Self.mostExact) {
      cells.append(value)
    } else {
      put(value, 1)
    }
  }

  @inline(__always)
  private mutating func put(_ value: UInt64, _ times: UInt64) {
    let (octave, bucket) = Self.bucket(of: value)
    if !isSpread { spread() }
    if places[octave] == 0 { addOctave(octave) }
    cells[(Int(places[octave]) &- 1) &* Self.bucketsPerOctave &+ bucket] &+= times
  }

  @inline(never)
  private mutating func addOctave(_ octave: Int) {
    cells.append(contentsOf: repeatElement(0, count: Self.bucketsPerOctave))
    places[octave] = UInt8(cells.count / Self.bucketsPerOctave)
  }

  /// Puts values that were kept as they are into buckets.
  @inline(never)
  private mutating func spread() {
    let values = cells
    cells = []
    isSpread = true
    for value in values { put(value, 1) }
  }

  @inline(__always)
  private static func bucket(of value: UInt64) -> (octave: Int, bucket: Int) {
    if value < UInt64(bucketsPerOctave) { return (0, Int(value)) }
    let exponent = 63 &- value.leadingZeroBitCount
    return (exponent &- 5, Int((value >> UInt64(exponent &- 6)) & 63))
  }

  /// The values of a bucket.
  private static func bounds(_ octave: Int, _ bucket: Int) -> ClosedRange<UInt64> {
    if octave == 0 { return UInt64(bucket)...UInt64(bucket) }
    let shift = UInt64(octave - 1)
    let low = UInt64(64 + bucket) << shift
    return low...(low + ((1 << shift) - 1))
  }

  /// Buckets of all octaves.
  static let buckets = octaves * bucketsPerOctave

  /// The number of a value's bucket, counted over all octaves.
  static func number(ofBucketWith value: UInt64) -> UInt16 {
    let (octave, bucket) = bucket(of: value)
    return UInt16(octave * bucketsPerOctave + bucket)
  }

  static func middle(ofBucket number: UInt16) -> Double {
    let (octave, bucket) = Int(number).quotientAndRemainder(dividingBy: bucketsPerOctave)
    let bounds = bounds(octave, bucket)
    return (Double(bounds.lowerBound) + Double(bounds.upperBound)) / 2
  }

  /// Adds all of another.
  package mutating func merge(_ other: LatencyHistogram) {
    guard other.count > 0 else { return }
    if count == 0 {
      self = other
      return
    }
    if other.max > max {
      max = other.max
      maxTime = other.maxTime
    }
    min = Swift.min(min, other.min)
    sum = sum.addingReportingOverflow(other.sum).overflow ? .max : sum + other.sum
    let together = count + other.count
    if together > UInt64(Self.mostExact), !isSpread { spread() }
    count = together
    if !other.isSpread {
      for value in other.cells {
        if !isSpread { cells.append(value) } else { put(value, 1) }
      }
    } else {
      other.forEachBucket { range, times in put(range.lowerBound, times) }
    }
  }

  /// Calls `body` with the least and greatest value of each bucket that has any and their number,
  /// in ascending order.
  package func forEachBucket(_ body: (ClosedRange<UInt64>, UInt64) -> Void) {
    guard isSpread else {
      for value in cells.sorted() { body(value...value, 1) }
      return
    }
    for octave in places.indices where places[octave] > 0 {
      let start = (Int(places[octave]) - 1) * Self.bucketsPerOctave
      for bucket in 0..<Self.bucketsPerOctave where cells[start + bucket] > 0 {
        body(Self.bounds(octave, bucket), cells[start + bucket])
      }
    }
  }

  /// The average, rounded down; nil where there is nothing.
  package var average: UInt64? { count > 0 ? sum / count : nil }
}

extension LatencyHistogram {
  /// What was recorded: the values while they are few, else buckets by number.
  struct Parts {
    var count: UInt64 = 0
    var sum: UInt64 = 0
    var min: UInt64 = .max
    var max: UInt64 = 0
    var maxTime: UInt64 = 0
    var values: [UInt64] = []
    var buckets: [(number: Int, times: UInt64)] = []
  }

  /// All that makes it.
  var parts: Parts {
    var parts = Parts(count: count, sum: sum, min: min, max: max, maxTime: maxTime)
    guard isSpread else {
      parts.values = cells
      return parts
    }
    for octave in places.indices where places[octave] > 0 {
      let start = (Int(places[octave]) - 1) * Self.bucketsPerOctave
      for bucket in 0..<Self.bucketsPerOctave where cells[start + bucket] > 0 {
        parts.buckets.append((octave * Self.bucketsPerOctave + bucket, cells[start + bucket]))
      }
    }
    return parts
  }

  /// Puts parts together; buckets in ascending order, `values` where there are none.
  init(_ parts: Parts) {
    count = parts.count
    sum = parts.sum
    min = parts.min
    max = parts.max
    maxTime = parts.maxTime
    cells = parts.values
    guard !parts.buckets.isEmpty else { return }
    cells = []
    isSpread = true
    for (number, times) in parts.buckets {
      let (octave, bucket) = number.quotientAndRemainder(dividingBy: Self.bucketsPerOctave)
      if places[octave] == 0 { addOctave(octave) }
      cells[(Int(places[octave]) - 1) * Self.bucketsPerOctave + bucket] = times
    }
  }
}
