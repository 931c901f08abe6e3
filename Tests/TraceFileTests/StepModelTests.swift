import Events
import SyntheticTrace
import Testing

@testable import TraceFile

@Suite struct StepModelTests {
  @Test(arguments: [24.5, 36, 21.125, 40, 10.0002, 7.3333, 99.7])
  func `finds the steps of a clock`(step: Double) throws {
    let times = clock(step: step, events: 20_000)
    let slope = try #require(
      unsafe times.withUnsafeBufferPointer { times in
        unsafe times.baseAddress.flatMap { unsafe StepSearch.slope($0, count: times.count) }
      })
    let found = Double(slope) / Double(StepModel.one)
    #expect(abs(found - step) < step / 100_000, "\(found) instead of \(step)")
  }

  @Test func `sees no steps in a clock that has none`() {
    var random = SeededGenerator(seed: 1)
    var time: UInt64 = 0
    let times = (0..<20_000).map { _ in
      time += UInt64(random.below(3000))
      return time
    }
    let slope = unsafe times.withUnsafeBufferPointer { times in
      unsafe times.baseAddress.flatMap { unsafe StepSearch.slope($0, count: times.count) }
    }
    #expect(slope == nil)
  }

  @Test(arguments: [24.5, 10.0002])
  func `spends less on clocks that advance in steps`(step: Double) throws {
    let plain = try bytes(of: clock(step: 1, events: 20_000, mean: 60 * step))
    let stepped = try bytes(of: clock(step: step, events: 20_000))
    #expect(stepped + 20_000 * 3 / 10 < plain)
  }

  @Test func `starts a segment where the clock jumps`() throws {
    var times = clock(step: 24.5, events: 3000)
    for event in 1000..<2000 { times[event] += 1_000_003 }
    for event in 2000..<3000 { times[event] += 40_000_000_011 }
    var segments: [StepModel.Segment] = []
    var steps = Scratch<UInt64>()
    let isExact = unsafe times.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return false }
      return unsafe StepModel.segment(
        start, count: buffer.count, slope: 49 << 31, limit: 10, into: steps.space(3000),
        segments: &segments)
    }
    #expect(isExact)
    #expect(segments.map(\.event) == [0, 1000, 2000])
    try expectSame(times)
  }

  private func clock(step: Double, events: Int, mean: Double? = nil) -> [UInt64] {
    var random = SeededGenerator(seed: 11)
    var count = 0
    let most = Int((mean ?? 60 * step) * 2 / step)
    return (0..<events).map { _ in
      count += 3 + random.below(most)
      return 1_000_000 + UInt64(Double(count) * step)
    }
  }

  private func batch(_ times: [UInt64]) -> Batch {
    var batch = Batch(stream: StreamID(0))
    batch.times = times
    batch.groupOf = [UInt16](repeating: 0, count: times.count)
    batch.groups = [EventGroup(type: EventTypeID(0), rows: times.count, columns: [])]
    return batch
  }

  private func bytes(of times: [UInt64]) throws -> Int {
    var encoder = try BlockEncoder()
    return try encoder.encode(batch(times)).bytes.count
  }

  private func expectSame(_ times: [UInt64]) throws {
    var encoder = try BlockEncoder()
    let block = try encoder.encode(batch(times))
    let type = EventType(system: "a", name: "b", origin: .program, fields: [])
    #expect(try decoded(block, types: [type]).times == times)
  }
}
