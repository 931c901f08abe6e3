import SyntheticTrace
import Testing

@testable import Analysis

@Suite struct LatencyHistogramTests {
  private func histogram(_ values: some Sequence<UInt64>) -> LatencyHistogram {
    var histogram = LatencyHistogram()
    for (time, value) in values.enumerated() { histogram.record(value, at: UInt64(time)) }
    return histogram
  }

  /// Values over many octaves.
  private func values(_ count: Int, seed: UInt64) -> [UInt64] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in random.next() >> (random.next() % 64) }
  }

  private func nearestRank(_ sorted: [UInt64], _ quantile: Quantile) -> UInt64 {
    sorted[max(1, (sorted.count * quantile.thousandths + 999) / 1000) - 1]
  }

  @Test func `nothing has no values`() {
    let empty = LatencyHistogram()
    #expect(empty.isEmpty)
    #expect(empty.average == nil)
    #expect(empty.value(Quantile(thousandths: 500)) == nil)
  }

  @Test func `few values are exact`() {
    let few = histogram([1000, 3, 77_777])
    #expect(few.value(Quantile(thousandths: 500)) == 1000)
    #expect(few.value(Quantile(thousandths: 990)) == 77_777)
    #expect(few.value(Quantile(thousandths: 1)) == 3)
  }

  @Test(arguments: [1, 24, 25, 1000, 20_000])
  func `count, sum, least, greatest and when are exact, quantiles within 1.6 percent`(
    count: Int
  ) throws {
    let values = values(count, seed: UInt64(count)).map { $0 >> 20 }
    let histogram = histogram(values)
    let sorted = values.sorted()
    #expect(histogram.count == UInt64(count))
    #expect(histogram.sum == values.reduce(0, &+))
    #expect(histogram.min == sorted[0])
    #expect(histogram.max == sorted[count - 1])
    #expect(histogram.maxTime == UInt64(values.firstIndex(of: sorted[count - 1]) ?? -1))
    for quantile in Quantile.shown {
      let truth = Double(nearestRank(sorted, quantile))
      let found = Double(try #require(histogram.value(quantile)))
      #expect(abs(found - truth) <= truth / 64, "\(quantile.name)")
    }
  }

  @Test(arguments: [
    (10, 10), (10, 20), (24, 1), (5, 5000), (5000, 5), (3000, 4000), (0, 9), (9, 0),
  ])
  func `merged halves are the whole`(left: Int, right: Int) {
    let all = values(left + right, seed: 5).map { $0 >> 8 }
    var merged = histogram(all[..<left])
    var later = LatencyHistogram()
    for (time, value) in all.enumerated() where time >= left {
      later.record(value, at: UInt64(time))
    }
    merged.merge(later)
    let whole = histogram(all)
    #expect(merged.count == whole.count)
    #expect(merged.sum == whole.sum)
    #expect((merged.min, merged.max) == (whole.min, whole.max))
    #expect(merged.maxTime == whole.maxTime)
    for quantile in Quantile.shown { #expect(merged.value(quantile) == whole.value(quantile)) }
  }

  @Test func `quantiles are clipped to the least and the greatest`() {
    let same = histogram(repeatElement(1_000_001, count: 100))
    for quantile in Quantile.shown { #expect(same.value(quantile) == 1_000_001) }
  }

  @Test(arguments: [(19, 500, true), (20, 500, false), (999, 990, true), (1000, 990, false)])
  func `a quantile with fewer than ten above it is bracketed`(
    count: Int, thousandths: Int, bracketed: Bool
  ) {
    let histogram = histogram((0..<count).map(UInt64.init))
    #expect(histogram.isBracketed(Quantile(thousandths: thousandths)) == bracketed)
  }

  @Test func `the greatest number there is has a bucket`() {
    var top = histogram(repeatElement(UInt64.max, count: 30))
    top.record(0, at: 99)
    #expect(top.max == .max)
    #expect(top.min == 0)
    #expect(top.sum == .max)
    #expect(top.value(Quantile(thousandths: 900)) ?? 0 >= UInt64.max - UInt64.max / 64)
  }
}
