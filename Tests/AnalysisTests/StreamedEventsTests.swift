import Events
import Glibc
import SyntheticTrace
import Testing
import TraceFile

@testable import Analysis

/// Traces from a pipe whose tables arrive in several blocks, of which one may be damaged.
@Suite struct StreamedEventsTests {
  /// A trace with two blocks of types and two of streams.
  private struct Scene {
    let bytes: [UInt8]
    let types: [EventType]
    let split: Int

    init() throws {
      var trace = SyntheticTrace(seed: 3, cpus: 2, threads: 8, processes: 1)
      types = trace.types
      split = trace.types.count / 2
      let descriptor = Self.file()
      defer { close(descriptor) }
      var writer = try TraceWriter(descriptor: descriptor, preamble: trace.preamble)
      try writer.append(types: trace.types[..<split])
      try writer.append(types: trace.types[split...])
      try writer.append(streams: trace.streams[..<1])
      try writer.append(streams: trace.streams[1...])
      var encoder = try BlockEncoder(level: 1)
      for batch in trace.batches(rounds: 3, events: 200) {
        try writer.append(try encoder.encode(batch))
      }
      try writer.finish(
        TraceTotals(reading: trace.reading(at: trace.start), recorderNanoseconds: 0))
      bytes = try Self.bytes(of: descriptor)
    }

    static func bytes(of descriptor: Int32) throws -> [UInt8] {
      let length = Int(lseek(descriptor, 0, SEEK_END))
      var read = [UInt8](repeating: 0, count: length)
      let got = unsafe pread(descriptor, &read, length, 0)
      try #require(got == length)
      return read
    }

    /// A file without a name.
    static func file() -> Int32 {
      var template = Array("/tmp/swtrace-streamed-XXXXXX".utf8CString)
      let descriptor = unsafe mkstemp(&template)
      unsafe unlink(template)
      return descriptor
    }

    /// The trace with a byte of the payload changed of the `place`th block of a kind.
    func damaged(_ kind: BlockKind, _ place: Int) throws -> [UInt8] {
      let descriptor = Self.file()
      defer { close(descriptor) }
      let written = unsafe write(descriptor, bytes, bytes.count)
      try #require(written == bytes.count)
      let reader = try TraceReader(path: "/proc/self/fd/\(descriptor)")
      let blocks = reader.blocks.filter { $0.kind == kind }
      try #require(blocks.count == 2)
      var changed = bytes
      changed[Int(blocks[place].offset) + blocks[place].bytes / 2] ^= 0x55
      return changed
    }
  }

  /// How many events of each name a pipe tells of, and how often it was damaged.
  private func counts(
    _ bytes: [UInt8], every: TimeSpan? = nil
  ) throws -> (events: [String: UInt64], damage: Int, parts: Int) {
    var position = 0
    var parts = 0
    var events: [String: UInt64] = [:]
    let rest = try unsafe StreamedStatistics.run(
      StatisticsOptions(tables: ["events"]), every: every,
      from: { unsafe Self.copy(bytes, at: &position, atMost: 1000, into: $0) },
      take: { _ in },
      show: { statistics in
        parts += 1
        guard let table = statistics.tables.first, let count = table.column("count") else {
          return false
        }
        for row in table.rows {
          guard case .text(let name) = row.cells[0].value,
            case .count(let number) = row.cells[count].value
          else { continue }
          events[name, default: 0] += number
        }
        return true
      })
    return (events, rest.damage.count, parts)
  }

  @Test func `types after a damaged block of types keep their names`() throws {
    let scene = try Scene()
    let whole = try counts(scene.bytes)
    let part = try counts(try scene.damaged(.types, 0))
    #expect(whole.damage == 0)
    #expect(part.damage > 0)
    let known = scene.types[scene.split...].map(\.qualifiedName).filter { whole.events[$0] != nil }
    #expect(!known.isEmpty)
    for name in known { #expect(part.events[name] == whole.events[name], "\(name)") }
    for type in scene.types[..<scene.split] {
      #expect(part.events[type.qualifiedName] == nil, "\(type.qualifiedName)")
    }
    let (all, left) = (
      whole.events.values.reduce(0, +), part.events.values.reduce(0, +)
    )
    #expect(all == left)
  }

  @Test(arguments: [0, 1])
  func `streams after a damaged block of streams keep their places`(place: Int) throws {
    let scene = try Scene()
    let whole = try counts(scene.bytes)
    let part = try counts(try scene.damaged(.streams, place))
    #expect(part.damage > 0)
    let isSame = whole.events == part.events
    #expect(isSame)
  }

  /// A trace of messages, each round `gap` behind the one before; it begins with the first event,
  /// for who ran before is told of late.
  private static func messages(rounds: Int, gap: UInt64 = 0) throws -> [UInt8] {
    let reading = ClockReading(processor: 0, monotonic: 1_000_000, realtime: 0, boottime: 0)
    let descriptor = Scene.file()
    defer { close(descriptor) }
    var load = MessagingLoad(cpus: 2, threads: 12)
    var writer = try TraceWriter(
      descriptor: descriptor,
      preamble: Preamble(
        identifier: TraceIdentifier(high: 1, low: 3), cpus: 2, reading: reading,
        referenceClock: .monotonic))
    try writer.append(types: KernelTypes.all[...])
    try writer.append(
      streams: (0..<2).map { EventStream(source: .cpu($0, buffer: 0), clock: .monotonic) }[...])
    var encoder = try BlockEncoder(level: 1)
    for _ in 0..<rounds {
      let batches = load.next(2000)
      for batch in batches { try writer.append(try encoder.encode(batch)) }
      try writer.append(watermark: batches.compactMap(\.times.last).max() ?? 0)
      load.rest(gap)
    }
    try writer.finish(TraceTotals(reading: reading))
    return try Scene.bytes(of: descriptor)
  }

  /// What adds up: of each table the columns that are sums or counts.
  private static let additive = [
    ("events", ["count"]), ("threads", ["run_ns", "sleep_ns", "voluntary", "involuntary"]),
    ("cpus", ["busy_ns", "idle_ns", "switches", "violation_ns"]),
    ("states", ["time_ns", "count", "sum_ns"]),
    ("syscalls", ["count", "sum_ns", "on_cpu_ns", "errors"]),
  ]

  /// The sums of all that adds up, over the rows of all parts, and how many parts there were.
  private func sums(
    _ bytes: [UInt8], every: TimeSpan?
  ) throws -> (sums: [String: UInt64], parts: Int) {
    var position = 0
    var parts = 0
    var sums: [String: UInt64] = [:]
    _ = try unsafe StreamedStatistics.run(
      StatisticsOptions(tables: Self.additive.map(\.0)), every: every,
      from: { unsafe Self.copy(bytes, at: &position, atMost: 5000, into: $0) },
      take: { _ in },
      show: { statistics in
        parts += 1
        for table in statistics.tables {
          for key in Self.additive.first(where: { $0.0 == table.name })?.1 ?? [] {
            guard let column = table.columns.firstIndex(where: { $0.key == key }) else { continue }
            for row in table.rows {
              switch row.cells[column].value {
              case .count(let number), .duration(let number):
                sums["\(table.name) \(key)", default: 0] += number
              default: break
              }
            }
          }
        }
        return true
      })
    return (sums, parts)
  }

  @Test(arguments: [50_000, 100_000, 777_777] as [Int64])
  func `parts of a stream add up to the whole`(every: Int64) throws {
    let bytes = try Self.messages(rounds: 4)
    let whole = try sums(bytes, every: nil)
    let split = try sums(bytes, every: TimeSpan(nanoseconds: every))
    #expect(whole.parts == 1)
    #expect(split.parts > 1)
    #expect(whole.sums["syscalls count"] ?? 0 > 0)
    for (key, sum) in whole.sums { #expect(split.sums[key] ?? 0 == sum, "\(key)") }
  }

  @Test func `a long gap is one part`() throws {
    let bytes = try Self.messages(rounds: 2, gap: 3_600_000_000_000)
    let whole = try sums(bytes, every: nil)
    let split = try sums(bytes, every: TimeSpan(nanoseconds: 50_000))
    #expect(split.parts < 1000)
    for (key, sum) in whole.sums { #expect(split.sums[key] ?? 0 == sum, "\(key)") }
  }
}

extension StreamedEventsTests {
  /// Hands out the next bytes of what arrives.
  private static func copy(
    _ bytes: [UInt8], at position: inout Int, atMost most: Int,
    into buffer: UnsafeMutableRawBufferPointer
  ) -> Int {
    let count = min(buffer.count, most, bytes.count - position)
    unsafe buffer.copyBytes(from: bytes[position..<(position + count)])
    position += count
    return count
  }
}
