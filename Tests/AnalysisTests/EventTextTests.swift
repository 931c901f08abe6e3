import Events
import Testing

@testable import Analysis

@Suite struct EventTextTests {
  /// What a format makes of a trace's batches.
  static func printed(
    _ trace: HandMadeTrace, _ format: OutputFormat, filter: String? = nil,
    systemCalls: [String] = ["read", "write", "open"], losses: [Loss] = []
  ) throws -> [String] {
    var names = ThreadNames()
    var merge = RunMerge()
    let evaluation = try filter.map { FilterEvaluation(try Filter(parsing: $0)) }
    for (order, batch) in trace.all.enumerated() {
      let flat = try #require(FlatBatch(batch, tables: trace.tables, clock: trace.clock))
      flat.source = batch
      names.learn(from: flat, trace.roles)
      merge.add(flat, order: UInt64(order), range: 0..<flat.count)
    }
    merge.add(losses.map { PlacedLoss($0, tables: trace.tables, clock: trace.clock) })
    var text = EventText(
      format, names: LiveNames(names), systemCallNames: systemCalls, filter: evaluation)
    var stretch = MergedStretch()
    text.begin()
    while true {
      merge.merge(before: nil, most: 7, into: &stretch)
      if stretch.isEmpty { break }
      try text.append(stretch, trace.tables, trace.roles, trace.clock, learning: true)
    }
    text.end()
    let bytes = unsafe text.output.withBytes { unsafe Array($0) }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  static func sample() -> HandMadeTrace {
    let marker = EventType(
      system: "app", name: "sample", origin: .program,
      fields: [
        Field("load", .float(bytes: 8)), Field("ok", .bool), Field("at", .pointer(bytes: 8)),
        Field("text", .string), Field("raw", .bytes), Field("list", .sequence(.signed16)),
        Field("small", .signed(bytes: 1)), Field("big", .unsigned(bytes: 8)),
      ])
    let process = EventStream(
      source: .process(
        TracedProcess(
          pid: 77, namespacePid: 77, nonce: 1, start: 0, executable: "/usr/bin/sampler")),
      clock: .monotonic)
    var trace = HandMadeTrace(cpus: 2, types: [marker], streams: [process])
    trace.thread(10, pid: 9, "web server")
    trace.thread(11, "db")
    trace.enter(1_000_000_123, cpu: 0, 10, 1)
    trace.exit(1_000_000_500, cpu: 0, 10, 1, -2)
    trace.wake(1_000_000_600, cpu: 0, by: 10, 11)
    trace.change(1_000_000_600, cpu: 1, from: 0, 0, to: 11)
    trace.change(1_000_001_000, cpu: 0, from: 10, 1, to: 0)
    trace.exit(1_000_002_000, cpu: 1, 11, 2, 0x7f00_0000_1000)
    trace.add(KernelTypes.softEntry, 1_000_003_000, cpu: 1, thread: 11, .integer(4))
    var batch = Batch(stream: StreamID(3))
    batch.append(
      HandMadeTrace.id(ofExtra: 0), of: marker, time: 2_000_000_000, thread: 78,
      cpu: Batch.unknownCPU,
      values: [
        .number(0.5), .integer(1), .integer(0xbeef), .text("a\u{1b}[31m\"b\\\n"),
        .bytes([0, 255]), .bytes([1, 0, 255, 255]), .integer(-5), .integer(-1),
      ])
    trace.batches.append(batch)
    return trace
  }

  @Test func `prints lines of text`() throws {
    #expect(
      try Self.printed(Self.sample(), .text) == [
        "     1.000000123 [000] web server-10          raw_syscalls:sys_enter write(0x0, 0x0, 0x0, 0x0, 0x0, 0x0)",
        "     1.000000500 [000] web server-10          raw_syscalls:sys_exit write = -2 ENOENT",
        "     1.000000600 [000] web server-10          sched:sched_waking comm=t11 pid=11 prio=120 target_cpu=0",
        "     1.000000600 [001] swapper/1-0            sched:sched_switch prev_comm=t0 prev_pid=0 prev_prio=120 prev_state=R next_comm=t11 next_pid=11 next_prio=120",
        "     1.000001000 [000] t10-10                 sched:sched_switch prev_comm=t10 prev_pid=10 prev_prio=120 prev_state=S next_comm=t0 next_pid=0 next_prio=120",
        "     1.000002000 [001] t11-11                 raw_syscalls:sys_exit open = 0x7f0000001000",
        "     1.000003000 [001] t11-11                 irq:softirq_entry vec=BLOCK",
        "     2.000000000 [???] sampler-78             app:sample load=0.5 ok=1 at=0xbeef text=a\\x1b[31m\"b\\\\n raw=00ff list={1,-1} small=-5 big=18446744073709551615",
      ])
  }

  @Test func `prints objects a line`() throws {
    let lines = try Self.printed(Self.sample(), .ndjson)
    #expect(
      lines[1]
        == #"{"time_ns":1000000500,"cpu":0,"pid":9,"tid":10,"comm":"web server","event":"raw_syscalls:sys_exit","fields":{"id":1,"ret":-2},"symbols":{"id":"write","ret":"ENOENT"}}"#
    )
    #expect(
      lines[3]
        == #"{"time_ns":1000000600,"cpu":1,"pid":0,"tid":0,"comm":"swapper/1","event":"sched:sched_switch","fields":{"prev_comm":"t0","prev_pid":0,"prev_prio":120,"prev_state":0,"next_comm":"t11","next_pid":11,"next_prio":120},"symbols":{"prev_state":"R"}}"#
    )
    #expect(
      lines[7]
        == #"{"time_ns":2000000000,"cpu":null,"pid":77,"tid":78,"comm":"sampler","event":"app:sample","fields":{"load":0.5,"ok":true,"at":48879,"text":"a\u001b[31m\"b\\\n","raw":"00ff","list":[1,-1],"small":-5,"big":18446744073709551615}}"#
    )
  }

  @Test func `prints one object with a version`() throws {
    let lines = try Self.printed(Self.sample(), .json)
    #expect(lines.first == #"{"version":1,"events":["#)
    #expect(lines[1].hasPrefix(#"{"time_ns":1000000123,"#))
    #expect(lines[2].hasPrefix(",{\"time_ns\":") || lines[1].hasSuffix(","))
    #expect(lines.last == "]}")
    #expect(lines.count == 10)
  }

  @Test func `prints rows of cells`() throws {
    let lines = try Self.printed(Self.sample(), .csv)
    #expect(lines[0] == "time_ns,cpu,pid,tid,comm,event,fields")
    #expect(
      lines[2]
        == #"1000000500,0,9,10,"web server","raw_syscalls:sys_exit","write = -2 ENOENT""#)
    #expect(
      lines[6] == #"1000002000,1,11,11,"t11","raw_syscalls:sys_exit","open = 0x7f0000001000""#)
    #expect(
      lines[8]
        == #"2000000000,,77,78,"sampler","app:sample","load=0.5 ok=1 at=0xbeef text=a\x1b[31m""b\\n raw=00ff list={1,-1} small=-5 big=18446744073709551615""#
    )
  }

  @Test func `tells losses in their places`() throws {
    let losses = [
      Loss(
        stream: StreamID(1), reason: .kernelOverrun, count: 1204, first: 1_000_000_550,
        last: 1_000_500_550),
      Loss(
        stream: StreamID(3), reason: .programBufferFull, count: nil, thread: 78,
        first: 3_000_000_000, last: 3_000_000_000),
    ]
    let lines = try Self.printed(Self.sample(), .text, losses: losses)
    #expect(
      lines[2]
        == "     1.000000550 *** lost 1 204 events on CPU1 within 500 us: kernel buffer overwritten before it was read"
    )
    #expect(
      lines[9]
        == "     3.000000000 *** lost an unknown number of events of process 77 of thread 78 within 0 ns: program's buffer full"
    )
    let objects = try Self.printed(Self.sample(), .ndjson, losses: losses)
    #expect(
      objects[2]
        == #"{"time_ns":1000000550,"cpu":1,"pid":null,"tid":null,"comm":null,"event":"swtrace:lost","fields":{"count":1204,"reason":"kernel buffer overwritten before it was read","duration_ns":500000}}"#
    )
    let rows = try Self.printed(Self.sample(), .csv, losses: losses)
    #expect(
      rows[10]
        == #"3000000000,,77,78,"","swtrace:lost","count=? reason=program's buffer full duration_ns=0""#
    )
  }

  @Test(arguments: [
    ("comm == \"web server\"", 3), ("pid == 9", 4), ("tid == 11", 2), ("cpu == 1", 3),
    ("sched_switch : prev_state == S", 1), ("next_pid == 11", 1), ("comm == db", 0),
    ("comm == t11", 2), ("comm == sampler && load > 0.4", 1), ("time > 1.5s", 1),
  ])
  func `shows what a filter lets through`(filter: String, count: Int) throws {
    #expect(try Self.printed(Self.sample(), .text, filter: filter).count == count)
  }

  @Test func `follows names over time`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(20, "old")
    trace.enter(100, cpu: 0, 20, 0)
    trace.add(
      KernelTypes.rename, 200, cpu: 0, thread: 20, .integer(20), .text("old"), .text("new"),
      .integer(0))
    trace.enter(300, cpu: 0, 20, 0)
    trace.add(
      KernelTypes.fork, 400, cpu: 0, thread: 20, .text("new"), .integer(20), .text("child"),
      .integer(21))
    trace.enter(500, cpu: 0, 21, 0)
    trace.add(
      KernelTypes.exec, 600, cpu: 0, thread: 21, .text("/bin/tool"), .integer(21), .integer(21))
    // The number is used again.
    trace.add(
      KernelTypes.fork, 700, cpu: 0, thread: 20, .text("new"), .integer(20), .text("second"),
      .integer(21))
    trace.enter(800, cpu: 0, 21, 0)
    trace.thread(21, pid: 20, "second", at: 900)
    let lines = try Self.printed(trace, .csv).filter { $0.contains("sys_enter") }
    let owners = lines.map { $0.split(separator: ",").prefix(5).joined(separator: " ") }
    #expect(
      owners == [
        "100 0 20 20 \"old\"", "300 0 20 20 \"new\"", "500 0 21 21 \"child\"",
        "800 0 20 21 \"second\"",
      ])
  }

  @Test func `takes a switch's names where nothing else tells`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.change(100, cpu: 0, from: 0, 0, to: 5)
    trace.enter(200, cpu: 0, 5, 0)
    trace.enter(300, cpu: 0, 6, 0)
    let lines = try Self.printed(trace, .text)
    #expect(lines[1].contains("] t5-5 "))
    #expect(lines[2].contains("] ?-6 "))
  }

  @Test func `escapes what could steer a terminal`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(5, "a\u{202e}b\u{1b}")
    trace.enter(100, cpu: 0, 5, 0)
    var line = try Self.printed(trace, .text)[0]
    #expect(line.contains("a\\u{202e}b\\x1b-5"))
    line = try Self.printed(trace, .ndjson)[0]
    #expect(line.contains(#""comm":"a\u202eb\u001b""#))
    #expect(
      OutputBytes.escaped([0xff, 0x41, 0xc3, 0x28], .json) == Array("\u{fffd}A\u{fffd}(".utf8))
    #expect(OutputBytes.escaped([0xff, 0x41], .terminal) == Array("\\xffA".utf8))
    #expect(OutputBytes.escaped([0x22, 0x41], .csv) == Array("\"\"A".utf8))
  }

  @Test(arguments: [
    0, 1, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 12_345, 99_999_999, 100_000_000,
    1_000_000_007, UInt64(UInt32.max), 1 << 63, .max,
  ])
  func `writes numbers as they are`(number: UInt64) {
    var output = OutputBytes()
    output.reserve(200)
    output.put(decimal: number)
    output.put(UInt8(ascii: " "))
    output.put(hexadecimal: number)
    output.put(UInt8(ascii: " "))
    output.put(decimal: Int64(bitPattern: number))
    output.put(UInt8(ascii: " "))
    output.put(nineDigits: number % 1_000_000_000)
    let text = unsafe output.withBytes { unsafe String(decoding: $0, as: UTF8.self) }
    let nine = String(number % 1_000_000_000 + 1_000_000_000).dropFirst()
    #expect(
      text == "\(number) 0x\(String(number, radix: 16)) \(Int64(bitPattern: number)) \(nine)")
  }
}
