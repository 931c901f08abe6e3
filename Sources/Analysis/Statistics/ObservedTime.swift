/// The time that shares of a CPU's time are of: in which it was observed, or all where that is less.
package struct ObservedTime {
  package let whole: UInt64
  /// Whether it may have run or idled unseen, so that shares are bounds: events were lost, or more
  /// than a hundredth was not observed.
  package let isPart: Bool

  package init(_ observed: UInt64, of length: UInt64, isLossy: Bool) {
    isPart = isLossy || observed < length - length / 100
    whole = isPart ? length : observed
  }
}
