import Events
import Glibc
import SyntheticTrace
import Testing

@testable import TraceFile

@Suite struct TraceWriterTests {
  private static let reading = ClockReading(processor: 1, monotonic: 2, realtime: 3, boottime: 4)

  @Test func `keeps everything that was appended`() throws {
    let file = ScratchFile()
    var trace = SyntheticTrace(seed: 1, cpus: 2, threads: 6, processes: 1)
    let pages = RawPages(
      stream: StreamID(1), first: 5, last: 9,
      losses: [
        Loss(stream: StreamID(1), reason: .kernelOverrun, count: 3, first: 1, last: 2)
      ], bytes: (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    let losses = [
      Loss(stream: StreamID(2), reason: .unreachable, count: nil, first: 0, last: 100),
      Loss(stream: StreamID(0), reason: .diskFull, count: 40, thread: 7, first: 8, last: 9),
    ]
    var writer = try TraceWriter(descriptor: file.descriptor, preamble: trace.preamble)
    try writer.append(types: trace.types[..<5])
    try writer.append(types: trace.types[5...])
    try writer.append(streams: trace.streams[...])
    #expect(writer.nextType == EventTypeID(UInt32(trace.types.count)))
    #expect(writer.nextStream == StreamID(3))
    var encoder = try BlockEncoder()
    let batch = trace.batch(of: StreamID(0), events: 100)
    try writer.append(try encoder.encode(batch))
    try writer.append(reading: TraceWriterTests.reading)
    try writer.append(watermark: 77)
    try writer.append(watermark: 55)
    try writer.append(losses: losses)
    try writer.append(pageFormats: Array("formats".utf8))
    try writer.append(pages)
    #expect(writer.eventsWritten == 100)
    try writer.finish(
      TraceTotals(
        reading: TraceWriterTests.reading, recorderNanoseconds: 12, recorded: 1000...5000))
    #expect(writer.bytesWritten == UInt64(file.bytes.count))

    let reader = try TraceReader(path: file.path)
    #expect(reader.isComplete)
    #expect(reader.preamble == trace.preamble)
    #expect(reader.types == trace.types)
    #expect(reader.streams == trace.streams)
    #expect(
      reader.readings == [
        trace.preamble.reading, TraceWriterTests.reading, TraceWriterTests.reading,
      ])
    #expect(reader.watermark == 77)
    let totals = try #require(reader.totals)
    #expect(totals.events == 100)
    #expect(totals.lost == 43)
    #expect(totals.uncountedLosses == 1)
    #expect(totals.recorderNanoseconds == 12)
    #expect(totals.recorded == 1000...5000)
    #expect(totals.blocks == UInt64(reader.blocks.count - 1))
    var decoder = try BlockDecoder()
    let kinds = reader.blocks.map(\.kind)
    let at = { (kind: BlockKind) in kinds.firstIndex(of: kind) ?? -1 }
    #expect(try reader.batch(at(.events), with: &decoder) == batch)
    #expect(try reader.rawPages(at(.rawPages), with: &decoder) == pages)
    #expect(try reader.pageFormats(at(.pageFormats), with: &decoder) == Array("formats".utf8))
    #expect(reader.blocks[at(.losses)].losses == losses)
    #expect(throws: TraceFileError.noSuchBlock(0)) { try reader.batch(0, with: &decoder) }
    #expect(throws: TraceFileError.noSuchBlock(99)) { try reader.batch(99, with: &decoder) }
    #expect(try reader.check() == [])
  }

  @Test func `splits types and streams over blocks that stay small`() throws {
    let file = ScratchFile()
    let trace = SyntheticTrace(seed: 1, cpus: 1, threads: 1, processes: 0)
    let types = (0..<60).map { number in
      EventType(
        system: "large", name: "type\(number)", origin: .kernel, fields: [],
        printFormat: String(repeating: "x\(number)", count: 20_000))
    }
    var writer = try TraceWriter(descriptor: file.descriptor, preamble: trace.preamble)
    try writer.append(types: types[...])
    try writer.finish(TraceTotals(reading: TraceWriterTests.reading))
    let reader = try TraceReader(path: file.path)
    #expect(reader.types == types)
    #expect(reader.blocks.filter { $0.kind == .types }.count > 2)
  }

  @Test func `refuses more types than a reader would take`() throws {
    let file = ScratchFile()
    let trace = SyntheticTrace(seed: 1, cpus: 1, threads: 1, processes: 0)
    var writer = try TraceWriter(descriptor: file.descriptor, preamble: trace.preamble)
    let many = [EventType](repeating: trace.types[0], count: 1 << 18 + 1)
    var refused: TraceFileError?
    do throws(TraceFileError) {
      try writer.append(types: many[...])
    } catch {
      refused = error
    }
    #expect(refused == .tooLarge(.types, value: UInt64(many.count)))
  }

  @Test func `says that a full device is full`() throws {
    let full = unsafe open("/dev/full", O_WRONLY)
    defer { close(full) }
    let trace = SyntheticTrace(seed: 1, cpus: 1, threads: 1, processes: 0)
    #expect(throws: TraceFileError.cannotWrite(offset: 0, errno: ENOSPC)) {
      var writer = try TraceWriter(descriptor: full, preamble: trace.preamble)
      try writer.finish(TraceTotals(reading: TraceWriterTests.reading))
    }
  }

  @Test func `writes nothing more to a pipe that was closed`() async throws {
    await #expect(processExitsWith: .success) {
      _ = signal(SIGPIPE, SIG_IGN)
      var ends: [Int32] = [0, 0]
      _ = unsafe pipe(&ends)
      var trace = SyntheticTrace(seed: 1, cpus: 1, threads: 2, processes: 0)
      var writer = try TraceWriter(descriptor: ends[1], preamble: trace.preamble)
      close(ends[0])
      var encoder = try BlockEncoder()
      for _ in 0..<3 {
        let block = try encoder.encode(trace.batch(of: StreamID(0), events: 10))
        do throws(TraceFileError) {
          try writer.append(block)
          exit(2)
        } catch {
          guard case .cannotWrite(_, EPIPE) = error else { exit(3) }
        }
      }
    }
  }

  @Test func `keeps the whole blocks when the file may not grow further`() async throws {
    await #expect(processExitsWith: .success) {
      _ = signal(SIGXFSZ, SIG_IGN)
      let file = ScratchFile()
      var limit = rlimit(rlim_cur: 9000, rlim_max: rlim_t.max)
      guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else {
        exit(2)
      }
      var trace = SyntheticTrace(seed: 1, cpus: 1, threads: 8, processes: 0)
      var writer = try TraceWriter(descriptor: file.descriptor, preamble: trace.preamble)
      try writer.append(types: trace.types[...])
      try writer.append(streams: trace.streams[...])
      var encoder = try BlockEncoder()
      var kept = 0
      var failed = false
      while !failed {
        let block = try encoder.encode(trace.batch(of: StreamID(0), events: 300))
        do throws(TraceFileError) {
          try writer.append(block)
          kept += 300
        } catch {
          guard case .cannotWrite(_, EFBIG) = error else { exit(3) }
          failed = true
        }
      }
      let reader = try TraceReader(path: file.path)
      guard reader.bytes == writer.bytesWritten, reader.damage.isEmpty, !reader.isComplete,
        reader.blocks.reduce(0, { $0 + ($1.kind == .events ? $1.events : 0) }) == kept, kept > 0
      else { exit(4) }
      // With room again the same writer ends the trace as if nothing had been.
      limit.rlim_cur = rlim_t.max
      _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      try writer.finish(TraceTotals(reading: trace.reading(at: trace.start)))
      guard try TraceReader(path: file.path).isComplete else { exit(5) }
    }
  }
}
