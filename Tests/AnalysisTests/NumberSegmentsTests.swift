import SyntheticTrace
import Testing

@testable import Analysis

@Suite struct NumberSegmentsTests {
  /// Value by value: what holds at each nanosecond.
  private static func cell(
    _ changes: [(time: Int64, value: Double)], _ window: TimelineWindow
  ) -> (average: Double?, least: Double?, most: Double?, changes: Int) {
    var values: [Double] = []
    for time in window.start..<window.end {
      if let change = changes.last(where: { $0.time <= time }) { values.append(change.value) }
    }
    let average = values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    return (
      average, values.min(), values.max(), changes.count { window.contains($0.time) }
    )
  }

  private static func changes(
    _ random: inout SeededGenerator, _ count: Int
  ) -> [(time: Int64, value: Double)] {
    var time: Int64 = 5
    return (0..<count).map { _ in
      time += 1 + Int64(random.below(9))
      return (time, Double(random.below(7)))
    }
  }

  @Test(arguments: Array(UInt64(1)...10))
  func `columns have the average, least and most of what held`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let changes = Self.changes(&random, 60)
    var segments = NumberSegments(limit: 1000)
    for change in changes { segments.add(change.value, at: UInt64(change.time)) }
    for _ in 0..<40 {
      let start = Int64(random.below(300))
      let window = TimelineWindow(start, start + 40 + Int64(random.below(200)))
      for cell in segments.cells(window, columns: 1 + random.below(30), until: 1000) {
        let expected = Self.cell(changes, cell.window)
        #expect(cell.least == expected.least && cell.most == expected.most)
        #expect(cell.changes == UInt64(expected.changes))
        #expect(abs((cell.average ?? -1) - (expected.average ?? -1)) < 1e-9)
      }
    }
  }

  @Test func `merged segments keep least, greatest and sum`() {
    var random = SeededGenerator(seed: 7)
    let changes = Self.changes(&random, 1000)
    var segments = NumberSegments(limit: 64)
    for change in changes { segments.add(change.value, at: UInt64(change.time)) }
    #expect(segments.segments.count <= 64)
    let end = (changes.last?.time ?? 0) + 10
    let window = TimelineWindow(0, end)
    let cell = segments.cells(window, columns: 1, until: end)[0]
    let expected = Self.cell(changes, window)
    #expect(cell.least == expected.least && cell.most == expected.most)
    #expect(cell.changes == UInt64(expected.changes))
    #expect(abs((cell.average ?? -1) - (expected.average ?? -1)) < 1e-9)
  }
}
