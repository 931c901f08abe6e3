import Events
import SyntheticTrace
import Testing

@testable import Analysis

/// Events of a merge's stretches, one after the other.
struct MergedEvent: Equatable {
  var key: UInt64
  var stream: UInt32
  var batch: UInt64
  var position: Int
}

@Suite struct RunMergeTests {
  static func tables(streams: Int) -> TraceTables {
    TraceTables(
      types: [EventType(system: "a", name: "b", origin: .program, fields: [])],
      streams: (0..<streams).map {
        EventStream(source: .cpu($0, buffer: 0), clock: .processor)
      })
  }

  static let clock = TraceClock(
    reference: .processor,
    start: ClockReading(processor: 0, monotonic: 0, realtime: 0, boottime: 0))

  static func batch(_ stream: Int, _ times: [UInt64], streams: [Int] = []) -> Batch {
    var batch = Batch(stream: StreamID(UInt32(stream)))
    batch.times = times
    batch.groupOf = [UInt16](repeating: 0, count: times.count)
    batch.threads = [ThreadNumber](repeating: 1, count: times.count)
    batch.streams = streams.map { StreamID(UInt32($0)) }
    batch.groups = [EventGroup(type: EventTypeID(0), rows: times.count, columns: [])]
    return batch
  }

  /// Gives everything out before `limits`, one after the other, then the rest.
  static func merged(_ batches: [Batch], limits: [UInt64] = [], most: Int = 100) -> [MergedEvent] {
    var merge = RunMerge()
    let tables = tables(streams: 16)
    for (number, batch) in batches.enumerated() {
      guard let flat = FlatBatch(batch, tables: tables, clock: clock) else { return [] }
      merge.add(flat, order: UInt64(number), range: 0..<flat.count)
    }
    var result: [MergedEvent] = []
    var stretch = MergedStretch()
    for limit in limits.map(Optional.some) + [nil] {
      while true {
        merge.merge(before: limit, most: most, into: &stretch)
        if stretch.isEmpty { break }
        for run in stretch.runs {
          guard let batch = stretch.slots[Int(run.slot)] else { continue }
          for position in Int(run.start)..<Int(run.end) {
            let key = unsafe batch.keys[position]
            if let limit { #expect(key < limit) }
            result.append(
              MergedEvent(
                key: key, stream: batch.stream(at: position).index,
                batch: stretch.serials[Int(run.slot)] - 1, position: position))
          }
        }
      }
    }
    return result
  }

  static func naive(_ batches: [Batch]) -> [MergedEvent] {
    var all: [MergedEvent] = []
    for (number, batch) in batches.enumerated() {
      for position in 0..<batch.count {
        let stream = batch.streams.isEmpty ? batch.stream : batch.streams[position]
        all.append(
          MergedEvent(
            key: batch.times[position], stream: stream.index, batch: UInt64(number),
            position: position))
      }
    }
    return all.sorted {
      ($0.key, $0.stream, $0.batch, $0.position) < ($1.key, $1.stream, $1.batch, $1.position)
    }
  }

  @Test(arguments: 0..<60)
  func `equals a sort by time, stream, batch and position`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let range: UInt64 = [3, 50, 100_000][Int(seed % 3)]
    let base: UInt64 = seed % 4 == 3 ? 1 << 63 - 20 : 0
    let batches = (0..<Int.random(in: 1...12, using: &random)).map { _ in
      let count = Int.random(in: 1...300, using: &random)
      let times = (0..<count).map { _ in base + UInt64.random(in: 0...range, using: &random) }
      return Self.batch(Int.random(in: 0..<16, using: &random), times.sorted())
    }
    let limits = (0..<Int(seed % 4)).map { _ in base + .random(in: 0...range, using: &random) }
    #expect(Self.merged(batches, limits: limits.sorted()) == Self.naive(batches))
  }

  @Test(arguments: 0..<24)
  func `equals it of many batches too, which are sorted a while at a time`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let range: UInt64 = [40, 100_000, 1 << 40][Int(seed % 3)]
    let base: UInt64 = seed % 4 == 3 ? 1 << 63 - 20 : 0
    var batches = (0..<Int.random(in: 33...90, using: &random)).map { _ in
      let count = Int.random(in: 1...60, using: &random)
      let times = (0..<count).map { _ in base + UInt64.random(in: 0...range, using: &random) }
      return Self.batch(Int.random(in: 0..<16, using: &random), times.sorted())
    }
    if seed % 5 == 4 { batches.append(Self.batch(0, [base, base + 3], streams: [9, 2])) }
    let limits = (0..<Int(seed % 4)).map { _ in base + .random(in: 0...range, using: &random) }
    let most = [10, 200, 100_000][Int(seed / 3 % 3)]
    #expect(Self.merged(batches, limits: limits.sorted(), most: most) == Self.naive(batches))
  }

  @Test func `orders equal stamps by stream then batch then position`() {
    let batches = [
      Self.batch(3, [5, 5, 7]), Self.batch(1, [5, 7]), Self.batch(3, [5]), Self.batch(0, [7]),
    ]
    let order = Self.merged(batches).map { [$0.key, UInt64($0.stream), $0.batch] }
    #expect(
      order == [
        [5, 1, 1], [5, 3, 0], [5, 3, 0], [5, 3, 2], [7, 0, 3], [7, 1, 1], [7, 3, 0],
      ])
  }

  @Test func `holds stamps 0, 2^63 and 2^64 - 1`() {
    let batches = [
      Self.batch(1, [0, 1 << 63, .max]), Self.batch(0, [0, 1 << 63 - 1, .max]),
    ]
    #expect(Self.merged(batches).map(\.key) == [0, 0, 1 << 63 - 1, 1 << 63, .max, .max])
    #expect(Self.merged(batches).map(\.stream) == [0, 1, 0, 1, 0, 1])
  }

  @Test func `takes the streams of a gathered batch for ties`() {
    let batches = [Self.batch(0, [4, 4, 6], streams: [1, 5, 2]), Self.batch(3, [4, 6])]
    #expect(Self.merged(batches).map(\.stream) == [1, 3, 5, 2, 3])
  }

  @Test func `does not go back where a batch does`() {
    #expect(Self.merged([Self.batch(0, [5, 3, 9])]).map(\.key) == [5, 5, 9])
  }

  @Test func `tells losses before the first event that is not before them`() {
    var merge = RunMerge()
    let tables = Self.tables(streams: 2)
    if let flat = FlatBatch(Self.batch(0, [1, 5, 9]), tables: tables, clock: Self.clock) {
      merge.add(flat, order: 0, range: 0..<3)
    }
    let losses = [5, 6, 20].map {
      Loss(stream: StreamID(1), reason: .kernelOverrun, count: 1, first: $0, last: $0 + 1)
    }
    merge.add(losses.map { PlacedLoss($0, tables: tables, clock: Self.clock) })
    var story: [String] = []
    var stretch = MergedStretch()
    while true {
      merge.merge(before: nil, most: 100, into: &stretch)
      if stretch.isEmpty { break }
      story += stretch.losses.map { "lost \($0.first)" }
      story += stretch.runs.map { "\($0.start)..<\($0.end)" }
    }
    #expect(story == ["0..<1", "lost 5", "1..<2", "lost 6", "2..<3", "lost 20"])
    let isEmpty = merge.isEmpty
    #expect(isEmpty)
  }

  @Test func `refuses batches that contradict themselves`() {
    let tables = Self.tables(streams: 2)
    func isRefused(_ change: (inout Batch) -> Void) -> Bool {
      var batch = Self.batch(0, [1, 2])
      change(&batch)
      return FlatBatch(batch, tables: tables, clock: Self.clock) == nil
    }
    #expect(!isRefused { _ in })
    #expect(isRefused { $0.groupOf[1] = 1 })
    #expect(isRefused { $0.groupOf.removeLast() })
    #expect(isRefused { $0.groups[0].rows = 3 })
    #expect(isRefused { $0.groups[0].rows = .max })
    #expect(isRefused { $0.groups[0].type = EventTypeID(9) })
    #expect(isRefused { $0.threads = [1] })
    #expect(isRefused { $0.stream = StreamID(2) })
    #expect(isRefused { $0.streams = [StreamID(0), StreamID(7)] })
    #expect(isRefused { $0.groups[0].columns = [Column(width: 4, bytes: [])] })
    #expect(isRefused { $0.groups[0].remainder = Column(bytes: [1], ends: [1, 0]) })
  }
}
