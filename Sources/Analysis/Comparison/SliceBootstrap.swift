internal import Glibc

/// What is compared of a row.
package enum ComparedQuantity: Hashable, Sendable, CaseIterable {
  case p50, p90, p95, p99, p999, average
  /// Instances a second.
  case rate

  package var name: String {
    switch self {
    case .p50: "p50"
    case .p90: "p90"
    case .p95: "p95"
    case .p99: "p99"
    case .p999: "p99.9"
    case .average: "avg"
    case .rate: "rate"
    }
  }

  package var quantile: Quantile? {
    switch self {
    case .p50: Quantile(thousandths: 500)
    case .p90: Quantile(thousandths: 900)
    case .p95: Quantile(thousandths: 950)
    case .p99: Quantile(thousandths: 990)
    case .p999: Quantile(thousandths: 999)
    case .average, .rate: nil
    }
  }

  /// Those by which a row is judged.
  package static let judged: [ComparedQuantity] = [.p50, .p90, .p99]
}

/// How far the quantities of a row scatter within a trace.
///
/// Slices of time are drawn with replacement, whole, so that what belongs together in time stays
/// together (a block bootstrap): that is what averages out over a recording. The eighths of the trace
/// tell beside it what drifts more slowly.
///
/// The drawing is seeded by the row's name: the same traces give the same answer everywhere.
struct SliceBootstrap {
  static let resamples = 400
  /// Slices below which there is too little to draw from, and as how many its instances must count.
  static let leastSlices = 20
  static let leastEffective = 10.0
  static let parts = 8
  /// Eighths that must have instances.
  static let leastParts = 4

  /// Variances of the natural logarithm of each quantity over the drawings, and over the eighths;
  /// nothing where they cannot be told.
  private(set) var drawn: [ComparedQuantity: Variance] = [:]
  private(set) var eighths: [ComparedQuantity: Variance] = [:]

  init(_ row: SlicedDurations, seed: UInt64) {
    let extent = row.extent
    let slices = extent.count
    let effective = row.effectiveSlices
    guard slices >= Self.leastSlices, effective >= Self.leastEffective else { return }
    let quantities = ComparedQuantity.allCases.filter { quantity in
      quantity.quantile.map { !row.histogram.isBracketed($0) } ?? true
    }
    let sample = SliceSample(row, extent)
    var counts = [UInt64](repeating: 0, count: sample.middles.count)
    var weights = [UInt32](repeating: 0, count: slices)
    func add(_ instances: Double, to spreads: inout [Spread]) {
      guard let total = sample.draw(weights, into: &counts) else { return }
      for (place, quantity) in quantities.enumerated() {
        let value =
          switch quantity {
          case .average: total.sum / Double(total.count)
          case .rate: Double(total.count) / instances
          default: sample.value(quantity.quantile?.thousandths ?? 500, counts, of: total.count)
          }
        spreads[place].add(log(max(value, 0.5)))
      }
    }
    var eighths = [Spread](repeating: Spread(), count: quantities.count)
    for part in 0..<Self.parts {
      let range = slices * part / Self.parts..<slices * (part + 1) / Self.parts
      for slice in weights.indices { weights[slice] = range.contains(slice) ? 1 : 0 }
      add(Double(range.count) / Double(slices), to: &eighths)
    }
    guard eighths.allSatisfy({ $0.count >= Self.leastParts }) else { return }
    var drawings = [Spread](repeating: Spread(), count: quantities.count)
    var random = SliceDraw(state: seed)
    for _ in 0..<Self.resamples {
      for slice in weights.indices { weights[slice] = 0 }
      for _ in weights.indices { weights[random.below(slices)] &+= 1 }
      add(1, to: &drawings)
    }
    for (place, quantity) in quantities.enumerated() {
      drawn[quantity] = Variance(drawings[place].variance, freedom: effective - 1)
      self.eighths[quantity] = Variance(
        eighths[place].variance, freedom: Double(eighths[place].count - 1))
    }
  }
}

/// Mean and variance of numbers that come one by one (Welford's).
private struct Spread {
  private(set) var count = 0
  private var mean = 0.0
  private var squares = 0.0

  mutating func add(_ value: Double) {
    count += 1
    let off = value - mean
    mean += off / Double(count)
    squares += off * (value - mean)
  }

  var variance: Double { count > 1 ? squares / Double(count - 1) : 0 }
}

/// A row's slices laid out for drawing: which of the row's buckets, and how many.
private struct SliceSample {
  /// The middle of each bucket that occurs, ascending.
  let middles: [Double]
  private var places: [Int32]
  private let row: SlicedDurations
  private let extent: Range<Int>

  init(_ row: SlicedDurations, _ extent: Range<Int>) {
    self.row = row
    self.extent = extent
    var place = [Int32](repeating: -1, count: LatencyHistogram.buckets)
    for bucket in row.buckets { place[Int(bucket)] = 0 }
    var middles: [Double] = []
    for bucket in place.indices where place[bucket] == 0 {
      place[bucket] = Int32(middles.count)
      middles.append(LatencyHistogram.middle(ofBucket: UInt16(bucket)))
    }
    self.middles = middles
    places = row.buckets.map { place[Int($0)] }
  }

  /// Adds up slices as often as they were drawn; nil where nothing was.
  func draw(_ weights: [UInt32], into counts: inout [UInt64]) -> (count: UInt64, sum: Double)? {
    for place in counts.indices { counts[place] = 0 }
    var total: UInt64 = 0
    var sum = 0.0
    for (offset, slice) in extent.enumerated() where weights[offset] > 0 {
      let weight = UInt64(weights[offset])
      for entry in row.range(of: slice) {
        counts[Int(places[entry])] &+= weight &* UInt64(row.times[entry])
      }
      total &+= weight &* row.counts[slice]
      sum += Double(weight) * Double(row.sums[slice])
    }
    return total > 0 ? (total, sum) : nil
  }

  /// The nearest-rank quantile.
  func value(_ thousandths: Int, _ counts: [UInt64], of total: UInt64) -> Double {
    let rank = max(1, (Double(total) * Double(thousandths) / 1000).rounded(.up))
    var passed = 0.0
    for place in counts.indices {
      passed += Double(counts[place])
      if passed >= rank { return middles[place] }
    }
    return middles.last ?? 0
  }
}

/// Random numbers that a seed determines (SplitMix64).
private struct SliceDraw {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ mixed >> 31).multipliedFullWidth(by: UInt64(bound)).high)
  }
}
