import SyntheticTrace
import Testing

@testable import Analysis

@Suite struct RunSorterTests {
  /// Runs of these times, as they come out of the sorter; `start` tells which came first.
  private static func sorted(_ times: [UInt32], by sorter: inout RunSorter) -> [[UInt32]] {
    for (place, time) in times.enumerated() {
      sorter.append(TimedRun(time: time, slot: 0, start: UInt32(place), end: 0))
    }
    sorter.sort()
    defer { sorter.removeAll() }
    return (0..<sorter.runs.count).map { [sorter.runs[$0].time, sorter.runs[$0].start] }
  }

  @Test(arguments: [1, 2, 2047, 2048, 1 << 22, UInt32.max])
  func `runs come in the order of their times, equal ones as they were added`(most: UInt32) {
    var sorter = RunSorter()
    var random = SeededGenerator(seed: UInt64(most))
    for count in [0, 1, 2, 3, 1000, 20, 5000] {
      let times = (0..<count).map { _ in UInt32(random.next() % (UInt64(most) + 1)) }
      let told = times.enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
      #expect(Self.sorted(times, by: &sorter) == told.map { [$0.element, UInt32($0.offset)] })
    }
  }
}
