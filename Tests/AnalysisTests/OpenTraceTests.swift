import Events
import Glibc
import SyntheticTrace
import Testing
import TraceFile

@testable import Analysis

/// A file that is gone when the test is over.
final class ScratchFile {
  let path: String
  let descriptor: Int32

  init() {
    var name = Array("/tmp/swtrace-analysis-XXXXXX".utf8CString)
    descriptor = unsafe mkstemp(&name)
    path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    close(descriptor)
    unsafe unlink(path)
  }

  var bytes: [UInt8] {
    let size = lseek(descriptor, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: size)
    let read = unsafe bytes.withUnsafeMutableBytes {
      unsafe pread(descriptor, $0.baseAddress, size, 0)
    }
    return Array(bytes.prefix(read))
  }
}

@Suite struct OpenTraceTests {
  static func lines(_ text: [UInt8]) -> [String] {
    String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  static func printed(_ trace: OpenTrace, _ options: PrintOptions) throws -> [String] {
    var text: [UInt8] = []
    _ = try unsafe trace.print(options) { bytes in
      unsafe text.append(contentsOf: bytes)
      return true
    }
    return lines(text)
  }

  /// `"time_ns"` of a line.
  static func time(_ line: String) -> Int64 {
    Int64(line.dropFirst(11).prefix { $0 == "-" || $0.isNumber }) ?? .min
  }

  static func events(_ lines: [String]) -> [String] {
    lines.filter { !$0.contains("swtrace:lost") }
  }

  @Test(arguments: [false, true])
  func `prints all events of a file in time order, cut or whole`(isCut: Bool) throws {
    let file = ScratchFile()
    var synthetic = SyntheticTrace(seed: 3, cpus: 4, threads: 40)
    let batches = try synthetic.write(
      to: file.descriptor, rounds: 5, events: 700, isCut: isCut)
    let trace = try OpenTrace(path: file.path)
    let lines = try Self.printed(trace, PrintOptions(.ndjson))
    let events = Self.events(lines)
    #expect(events.count == batches.reduce(0) { $0 + $1.count })
    #expect(lines.count - events.count == batches.reduce(0) { $0 + $1.losses.count })
    let times = events.map(Self.time)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    let expected = batches.flatMap(\.times).sorted().map { trace.clock.nanoseconds($0) }
    #expect(times == expected)
  }

  @Test func `a window has the events from its first instant up to its end`() throws {
    let file = ScratchFile()
    var synthetic = SyntheticTrace(seed: 4, cpus: 3, threads: 30)
    try synthetic.write(to: file.descriptor, rounds: 6, events: 500)
    let trace = try OpenTrace(path: file.path)
    let all = Self.events(try Self.printed(trace, PrintOptions(.ndjson)))
    let times = all.map(Self.time)
    for (from, to) in [
      (100, 2000), (0, times.count - 1), (700, 701), (times.count / 2, times.count / 2),
    ] {
      let window = EventWindow(
        from: Timestamp(nanoseconds: times[from]), to: Timestamp(nanoseconds: times[to]))
      let lines = Self.events(
        try Self.printed(trace, PrintOptions(.ndjson, window: window)))
      #expect(lines == all.filter { (times[from]..<times[to]).contains(Self.time($0)) })
    }
    let early = EventWindow(from: nil, to: Timestamp(nanoseconds: times[0] - 1))
    #expect(try Self.printed(trace, PrintOptions(.ndjson, window: early)).isEmpty)
    let late = EventWindow(from: Timestamp(nanoseconds: .max), to: nil)
    #expect(try Self.printed(trace, PrintOptions(.ndjson, window: late)).isEmpty)
  }

  @Test(arguments: [1, 333, 100_000])
  func `prints the same from a stream in pieces`(piece: Int) throws {
    let file = ScratchFile()
    var synthetic = SyntheticTrace(seed: 5, cpus: 4, threads: 40)
    try synthetic.write(to: file.descriptor, rounds: piece == 1 ? 1 : 4, events: 300)
    let whole = try Self.printed(try OpenTrace(path: file.path), PrintOptions(.text))
    let bytes = file.bytes
    var position = 0
    var text: [UInt8] = []
    let outcome = try unsafe StreamedPrinting.print(
      PrintOptions(.text),
      from: { buffer in
        let count = min(piece, buffer.count, bytes.count - position)
        unsafe buffer.copyBytes(from: bytes[position..<position + count])
        position += count
        return count
      },
      to: { output in
        unsafe text.append(contentsOf: output)
        return true
      })
    #expect(outcome.late == 0)
    // Later readings of the clock move what they are known by less than a microsecond.
    func shape(_ lines: [String]) -> [Substring] { lines.map { $0.dropFirst(16) } }
    #expect(shape(Self.lines(text)) == shape(whole))
  }

  @Test func `stops where the output is closed`() throws {
    let file = ScratchFile()
    var synthetic = SyntheticTrace(seed: 6)
    try synthetic.write(to: file.descriptor, rounds: 20, events: 500)
    var calls = 0
    let outcome = try unsafe OpenTrace(path: file.path).print(PrintOptions(.text)) { _ in
      calls += 1
      return false
    }
    #expect(calls == 1)
    #expect(!outcome.isWhole)
  }

  @Test func `refuses more at once than is allowed`() throws {
    let file = ScratchFile()
    var synthetic = SyntheticTrace(seed: 7, cpus: 8, threads: 16)
    try synthetic.write(to: file.descriptor, rounds: 1, events: 1000)
    let trace = try OpenTrace(path: file.path)
    var events = try MergedEvents(trace, allowedBytes: 20_000)
    var stretch = MergedStretch()
    var refused = false
    do {
      while try events.next(into: &stretch) {}
    } catch .tooMuchAtOnce(let bytes, let allowed) {
      refused = bytes > allowed && allowed == 20_000
    } catch {}
    #expect(refused)
  }

  @Test func `says that a file is not a trace`() {
    #expect(throws: AnalysisError.self) { _ = try OpenTrace(path: "/dev/null/x") }
    let file = ScratchFile()
    #expect(throws: AnalysisError.file(.notATrace)) { _ = try OpenTrace(path: file.path) }
  }

  @Test func `refuses filters that no event can answer`() throws {
    let file = ScratchFile()
    var synthetic = SyntheticTrace(seed: 8)
    try synthetic.write(to: file.descriptor, rounds: 1, events: 100)
    let trace = try OpenTrace(path: file.path)
    for text in ["no_such_field == 1", "dur > 1ms", "no_such_event : prev_pid == 1"] {
      #expect(throws: AnalysisError.self) {
        _ = try Self.printed(trace, PrintOptions(.text, filter: try Filter(parsing: text)))
      }
    }
    let some = try Self.printed(
      trace, PrintOptions(.text, filter: try Filter(parsing: "event == sched_switch")))
    #expect(!some.isEmpty)
    #expect(some.allSatisfy { $0.contains("sched:sched_switch") || $0.contains("***") })
  }

  @Test func `brings clocks of several kinds into one order`() {
    func reading(_ second: UInt64) -> ClockReading {
      ClockReading(
        processor: second * 2_000_000_000, monotonic: second * 1_000_000_000 + 77,
        realtime: 1_700_000_000_000_000_000 + second * 1_000_000_000, boottime: 0)
    }
    let clock = TraceClock(
      reference: .processor, start: reading(10), readings: [reading(10), reading(20), reading(30)])
    #expect(clock.key(12_000_000_077, of: .monotonic) == 24_000_000_000)
    #expect(clock.key(24_000_000_000, of: .processor) == 24_000_000_000)
    #expect(clock.timestamp(24_000_000_000).nanoseconds == 2_000_000_000)
    #expect(clock.timestamp(18_000_000_000).nanoseconds == -1_000_000_000)
    #expect(clock.realtime(22_000_000_000) == 1_700_000_011_000_000_000)
    // Before the clock's zero is its zero; beyond 2^63 stays there.
    #expect(clock.key(0, of: .monotonic) == 0)
    #expect(clock.key(1 << 63, of: .processor) == 1 << 63)
    for nanoseconds: Int64 in [-5_000_000_000, -1, 0, 1, 2, 999, 2_000_000_000, 90_000_000_000] {
      let key = clock.key(notBefore: Timestamp(nanoseconds: nanoseconds))
      #expect(clock.nanoseconds(key) >= nanoseconds)
      #expect(clock.nanoseconds(key - 1) < nanoseconds)
    }
    #expect(clock.key(notBefore: Timestamp(nanoseconds: .max)) == .max)
    #expect(clock.key(notBefore: Timestamp(nanoseconds: .min)) == 0)
  }

  /// Sources are on from 10 to 90 us after the start; a CPU switches at 30 and at 40 us.
  @Test func `what is observed is what the recorder's sources were on for`() throws {
    let file = ScratchFile()
    let trace = SyntheticTrace(seed: 1, cpus: 1, threads: 1, processes: 0, clock: .monotonic)
    var writer = try TraceWriter(descriptor: file.descriptor, preamble: trace.preamble)
    try writer.append(types: trace.types[...])
    try writer.append(streams: trace.streams[...])
    var batch = Batch(stream: StreamID(0))
    let type = trace.types[Int(SyntheticTypes.schedSwitch.index)]
    for (time, threads) in [(30_000, (1000, 1001)), (40_000, (1001, 1000))]
      as [(UInt64, (Int64, Int64))]
    {
      batch.append(
        SyntheticTypes.schedSwitch, of: type, time: trace.start + time,
        thread: ThreadNumber(threads.0),
        values: [
          .integer(0), .integer(0), .text("a"), .integer(threads.0), .integer(120), .integer(1),
          .text("b"), .integer(threads.1), .integer(120),
        ])
    }
    var encoder = try BlockEncoder(level: 1)
    try writer.append(try encoder.encode(batch))
    try writer.finish(
      TraceTotals(
        reading: trace.reading(at: trace.start + 100_000), recorderNanoseconds: 1000,
        recorded: trace.start + 10_000...trace.start + 90_000))
    let statistics = try OpenTrace(path: file.path).statistics(
      StatisticsOptions(tables: ["overview", "threads", "events"]))
    #expect(statistics.overview?.length == TimeSpan(nanoseconds: 80_000))
    let threads = try #require(statistics.tables.first { $0.name == "threads" })
    let run = try #require(threads.column("run_ns"))
    #expect(
      Set(threads.rows.map { $0.cells[run].value }) == [.duration(50_000), .duration(10_000)])
    let events = try #require(statistics.tables.first { $0.name == "events" })
    let rate = try #require(events.column("rate_per_s"))
    #expect(events.rows.first?.cells[rate].value == .number(25_000))
  }
}
