/// A share of all instances, in thousandths: 990 is the 99th percentile.
package struct Quantile: Hashable, Sendable, Comparable {
  package var thousandths: Int

  package init(thousandths: Int) { self.thousandths = thousandths }

  package static let shown = [500, 900, 950, 990, 999].map { Quantile(thousandths: $0) }

  /// `p50`, `p99.9`.
  package var name: String {
    let (whole, rest) = thousandths.quotientAndRemainder(dividingBy: 10)
    return rest == 0 ? "p\(whole)" : "p\(whole).\(rest)"
  }

  package static func < (left: Quantile, right: Quantile) -> Bool {
    left.thousandths < right.thousandths
  }
}

extension LatencyHistogram {
  /// The nearest-rank quantile, the middle of its bucket, clipped to the least and greatest; nil
  /// where there is nothing.
  package func value(_ quantile: Quantile) -> UInt64? {
    guard count > 0 else { return nil }
    // ceil(q · n), without overflow.
    let share = UInt64(clamping: quantile.thousandths)
    let (whole, rest) = count.quotientAndRemainder(dividingBy: 1000)
    let rank = Swift.max(1, whole * share + (rest * share + 999) / 1000)
    var passed: UInt64 = 0
    var found = max
    var isFound = false
    forEachBucket { range, times in
      passed += times
      guard !isFound, passed >= rank else { return }
      isFound = true
      found = range.lowerBound + (range.upperBound - range.lowerBound) / 2
    }
    return Swift.min(Swift.max(found, min), max)
  }

  /// Whether fewer than ten instances lie above a quantile: n · (1 − q) < 10.
  package func isBracketed(_ quantile: Quantile) -> Bool {
    let above = UInt64(clamping: 1000 - quantile.thousandths)
    let (product, overflow) = count.multipliedReportingOverflow(by: above)
    return !overflow && product < 10_000
  }
}
