import Events
import SyntheticTrace
import Testing

@testable import TraceFile

@Suite struct BlockEncoderTests {
  @Test func `gives back an empty batch`() throws {
    try expectSame(Batch(stream: StreamID(3)))
  }

  @Test func `gives back groups without rows`() throws {
    var batch = Batch(stream: StreamID(0))
    batch.groups = RandomBatch.types.indices.map {
      EventGroup(EventTypeID(UInt32($0)), for: RandomBatch.types[$0])
    }
    try expectSame(batch)
  }

  @Test func `gives back losses alone`() throws {
    var batch = Batch(stream: StreamID(1))
    batch.losses = Loss.Reason.allCases.map {
      Loss(
        stream: StreamID(2), reason: $0, count: $0 == .diskFull ? nil : .max, thread: -1, first: 5,
        last: .max)
    }
    try expectSame(batch)
  }

  @Test func `gives back a single event`() throws {
    var batch = Batch(stream: StreamID(0))
    batch.append(
      SyntheticTypes.requestBegin, of: SyntheticTypes.all[9], time: .max, thread: .min,
      cpu: Batch.unknownCPU, values: [.integer(-1), .text("")])
    try expectSame(batch, types: SyntheticTypes.all)
  }

  @Test(arguments: 0..<60)
  func `gives back batches of every shape`(seed: UInt64) throws {
    var random = RandomBatch(seed: seed)
    let batch = random.next(
      events: [3, 20, 100, 900, 3000][Int(seed) % 5], groups: [1, 2, 5, 25][Int(seed / 5) % 4])
    try expectSame(batch)
  }

  @Test func `gives back times that go backwards and around`() throws {
    var batch = Batch(stream: StreamID(0))
    for time in [5, 3, 3, .max, 0, 1 << 63, 7, .max, .max] as [UInt64] {
      batch.append(
        EventTypeID(0), of: RandomBatch.types[0], time: time, values: [.integer(1)])
    }
    try expectSame(batch)
  }

  @Test func `holds as many groups as a group number can tell apart`() throws {
    var batch = Batch(stream: StreamID(0))
    let count = 1 << 16
    batch.times = (0..<UInt64(count)).map { $0 * 3 }
    batch.groupOf = (0..<count).map { UInt16(truncatingIfNeeded: $0 &* 40503) }
    batch.groups = (0..<count).map {
      EventGroup(
        type: EventTypeID(UInt32($0)), rows: 1,
        columns: [Column(width: 1, bytes: [UInt8(truncatingIfNeeded: $0)])])
    }
    let type = EventType(
      system: "a", name: "b", origin: .program, fields: [Field("c", .unsigned(bytes: 1))])
    try expectSame(batch, types: [EventType](repeating: type, count: count))
    batch.groups.append(EventGroup(type: EventTypeID(9), rows: 0, columns: []))
    let refused = try refusal(of: batch)
    #expect(refused == .tooLarge(.groupsOfBlock, value: 1 << 16 + 1))
  }

  @Test func `is not told apart from a fresh encoder by what it encoded before`() throws {
    var encoder = try BlockEncoder()
    var random = RandomBatch(seed: 1)
    for round in 0..<12 {
      let batch = random.next(events: 200 * (round % 3 + 1), groups: 4)
      let block = try encoder.encode(batch)
      #expect(try decoded(block, types: RandomBatch.types) == batch)
    }
  }

  @Test func `says in the header what the payload holds`() throws {
    var trace = SyntheticTrace(seed: 3, cpus: 2, threads: 8, processes: 1)
    let batch = trace.gathered(events: 50)
    var encoder = try BlockEncoder()
    let summary = try encoder.encode(batch).summary
    #expect(summary.kind == .events)
    #expect(summary.events == batch.count)
    #expect(summary.first == batch.times.min())
    #expect(summary.last == batch.times.max())
    #expect(summary.streams == [StreamID(0), StreamID(1), StreamID(2)])
    #expect(summary.counts.map(\.type) == batch.groups.map(\.type))
    #expect(summary.counts.map(\.events) == batch.groups.map(\.rows))
  }

  @Test func `refuses batches that contradict themselves`() throws {
    var good = Batch(stream: StreamID(0))
    good.append(EventTypeID(0), of: RandomBatch.types[0], time: 1, values: [.integer(1)])
    var batch = good
    batch.groupOf = [1]
    #expect(try refusal(of: batch) == .invalidBatch("groupOf"))
    batch = good
    batch.groups[0].rows = 2
    #expect(try refusal(of: batch) == .invalidBatch("rows"))
    batch = good
    batch.groups[0].columns[0].bytes = [1, 2]
    #expect(try refusal(of: batch) == .invalidBatch("column"))
    batch = good
    batch.groups[0].remainder = Column(bytes: [1], ends: [2])
    #expect(try refusal(of: batch) == .invalidBatch("remainder"))
    batch = good
    batch.threads = [1, 2]
    #expect(try refusal(of: batch) == .invalidBatch("threads, cpus, streams"))
    batch = good
    batch.stream = StreamID(.max)
    guard case .tooLarge(.streams, _)? = try refusal(of: batch) else {
      Issue.record("a stream number without bound")
      return
    }
  }

  @Test func `refuses more than a block may hold`() throws {
    var batch = Batch(stream: StreamID(0))
    batch.times = [1]
    batch.groupOf = [0]
    let large = BlockLimits.rawBytes
    batch.groups = [
      EventGroup(
        type: EventTypeID(0), rows: 1,
        columns: [
          Column(bytes: [UInt8](repeating: 0, count: large), ends: [UInt32(large)])
        ])
    ]
    guard case .tooLarge(.bytesOfBlock, _)? = try refusal(of: batch) else {
      Issue.record("a block without bound")
      return
    }
  }

  private func expectSame(
    _ batch: Batch, types: [EventType] = RandomBatch.types
  ) throws {
    var encoder = try BlockEncoder()
    let block = try encoder.encode(batch)
    #expect(block.bytes.count % 8 == 0)
    #expect(try decoded(block, types: types) == batch)
  }

  private func refusal(of batch: Batch) throws -> TraceFileError? {
    var encoder = try BlockEncoder()
    do throws(TraceFileError) {
      _ = try encoder.encode(batch)
      return nil
    } catch {
      return error
    }
  }
}

/// What a block holds, read as a reader would.
func decoded(
  _ block: EncodedBlock, types: [EventType], selection: BlockSelection = .all
) throws -> Batch {
  let bytes = block.bytes
  let reading = unsafe bytes.withUnsafeBytes { unsafe BlockHeader.read($0) }
  guard case .whole(let header, let headerBytes) = reading else {
    throw TraceFileError.notATrace
  }
  var tables = TraceTables()
  tables.add(types, first: 0)
  tables.reserve(streams: 8)
  var decoder = try BlockDecoder()
  return try unsafe decoder.batch(
    header, headerBytes: headerBytes, offset: 0, selection: selection, tables: tables
  ) { (place, target) in
    unsafe bytes.withUnsafeBytes {
      unsafe target.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: $0[place..<(place + target.count)]))
    }
  }
}
