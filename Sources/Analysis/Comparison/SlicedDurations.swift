/// Instances of one kind in slices of a trace's time: what is resampled.
///
/// ```
/// slice      0        1        2  …
/// buckets    b b b    b        b b       bucket numbers of LatencyHistogram, ascending in a slice
/// times      n n n    n        n n       how many instances
/// ends       3        4        6         where a slice's buckets end
/// ```
package struct SlicedDurations: Sendable {
  private(set) var buckets: [UInt16] = []
  private(set) var times: [UInt32] = []
  private(set) var ends: [Int32] = []
  /// Instances and their exact sum, by slice.
  private(set) var counts: [UInt64] = []
  private(set) var sums: [UInt64] = []
  /// All slices together.
  package private(set) var histogram = LatencyHistogram()
  /// What the instances' time went into.
  private(set) var parts = TimeParts()
  /// Instances that are open at the end, and that span a gap: in no quantile.
  package private(set) var censored: UInt64 = 0
  package private(set) var unpaired: UInt64 = 0

  package init() {}

  /// As many slices as would hold the instances evenly (Kish's effective size): a burst in one slice
  /// is one observation, however many instances it has.
  var effectiveSlices: Double {
    let sum = counts.reduce(0.0) { $0 + Double($1) }
    let squares = counts.reduce(0.0) { $0 + Double($1) * Double($1) }
    return squares > 0 ? sum * sum / squares : 0
  }

  /// From the first slice with instances to the last.
  var extent: Range<Int> {
    guard let first = counts.firstIndex(where: { $0 > 0 }),
      let last = counts.lastIndex(where: { $0 > 0 })
    else { return 0..<0 }
    return first..<last + 1
  }

  /// Buckets of a slice.
  func range(of slice: Int) -> Range<Int> {
    (slice == 0 ? 0 : Int(ends[slice - 1]))..<Int(ends[slice])
  }

  /// Adds the instances of a slice that follows those that were added.
  mutating func append(_ durations: ComparedDurations, slice: Int) {
    while counts.count < slice { close() }
    durations.histogram.forEachBucket { range, times in
      let bucket = LatencyHistogram.number(ofBucketWith: range.lowerBound)
      if buckets.count > Int(ends.last ?? 0), buckets.last == bucket {
        self.times[self.times.count - 1] &+= UInt32(clamping: times)
      } else {
        buckets.append(bucket)
        self.times.append(UInt32(clamping: times))
      }
    }
    ends.append(Int32(clamping: buckets.count))
    counts.append(durations.histogram.count)
    sums.append(durations.histogram.sum)
    histogram.merge(durations.histogram)
    parts = parts + durations.parts
    censored = durations.censored
    unpaired &+= durations.unpaired
  }

  /// These instances and others of the same slices together.
  func merged(with other: SlicedDurations) -> SlicedDurations {
    var merged = SlicedDurations()
    for slice in 0..<max(counts.count, other.counts.count) {
      var both: [UInt16: UInt32] = [:]
      for one in [self, other] where slice < one.counts.count {
        for entry in one.range(of: slice) {
          both[one.buckets[entry], default: 0] &+= one.times[entry]
        }
      }
      for (bucket, times) in both.sorted(by: { $0.key < $1.key }) {
        merged.buckets.append(bucket)
        merged.times.append(times)
      }
      merged.close()
      for one in [self, other] where slice < one.counts.count {
        merged.counts[slice] &+= one.counts[slice]
        merged.sums[slice] &+= one.sums[slice]
      }
    }
    merged.histogram = histogram
    merged.histogram.merge(other.histogram)
    merged.parts = parts + other.parts
    merged.censored = censored &+ other.censored
    merged.unpaired = unpaired &+ other.unpaired
    return merged
  }

  private mutating func close() {
    ends.append(Int32(clamping: buckets.count))
    counts.append(0)
    sums.append(0)
  }
}

/// Instances of one kind within a slice.
struct ComparedDurations {
  var name: String
  var histogram: LatencyHistogram
  var parts = TimeParts()
  var censored: UInt64 = 0
  var unpaired: UInt64 = 0

  mutating func merge(_ other: ComparedDurations) {
    histogram.merge(other.histogram)
    parts = parts + other.parts
    censored &+= other.censored
    unpaired &+= other.unpaired
  }
}
