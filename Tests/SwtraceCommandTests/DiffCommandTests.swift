import Events
import Glibc
import KernelTracing
import SyntheticTrace
import Testing
import TraceFile

@testable import Analysis
@testable import SwtraceCommand

/// `diff` on traces of requests that are always the same.
@Suite struct DiffCommandTests {
  private static func write(_ requests: SyntheticRequests, _ path: String) throws {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    try requests.write(to: descriptor)
  }

  /// `base.swt`, and `new.swt` that runs a fifth longer; `bare.swt` has no markers, `few.swt` few.
  private static func makeTraces(in folder: String) throws {
    try write(SyntheticRequests(seed: 1), "\(folder)/base.swt")
    try write(SyntheticRequests(seed: 2, run: 120_000), "\(folder)/new.swt")
    var bare = SyntheticRequests(seed: 3)
    bare.hasMarkers = false
    try write(bare, "\(folder)/bare.swt")
    try write(SyntheticRequests(seed: 4, requests: 12), "\(folder)/few.swt")
    try SmallTrace(rounds: 2, events: 200).write(in: folder)
  }

  private func golden(
    _ name: String, _ arguments: [String], status: Int32
  ) throws {
    let scratch = try Scratch()
    try Self.makeTraces(in: scratch.path)
    let run = ProgramRun.swtrace(["diff"] + arguments, in: scratch.path)
    #expect(run.status == status)
    let line = "$ swtrace diff \(arguments.joined(separator: " "))\n"
    Golden.expect(line + run.output + run.errors, "Tests/Golden/diff/\(name).txt")
  }

  @Test(arguments: ["text", "json", "csv", "ndjson", "md"])
  func `every format tells which span became worse, and why`(format: String) throws {
    try golden(
      format,
      [
        "base.swt", "new.swt", "spans,states", "--assert", "request: p50 < +5 %", "--format",
        format,
      ], status: 1)
  }

  @Test func `json is json`() throws {
    let scratch = try Scratch()
    try Self.makeTraces(in: scratch.path)
    let run = ProgramRun.swtrace(
      ["diff", "base.swt", "new.swt", "--format", "json"], in: scratch.path)
    #expect(run.status == 0)
    let document = try JSONDocument(parsing: run.output)
    #expect(document["version"]?.integer == 1)
    let row = try #require(document["tables"]?["spans"]?.elements.first)
    #expect(row["name"]?.text == "synthetic:request")
    #expect(row["verdict"]?.text == "worse")
    #expect(row["p50"]?["base_ns"]?.integer != nil)
    #expect(row["states"]?.elements.first?["state"]?.text == "run")
  }

  private static let ends: [(String, [String], Int32)] = [
    ("same-file", ["base.swt", "base.swt", "--assert", "p99 < +1 %"], 0),
    ("min-effect", ["base.swt", "new.swt", "spans", "--min-effect", "50 %"], 0),
    ("where", ["base.swt", "new.swt", "spans,states", "--where", "dur < 130us"], 0),
    ("narrow", ["base.swt", "new.swt", "spans", "--width", "60"], 0),
    ("narrowest", ["base.swt", "new.swt", "spans", "--width", "20"], 0),
    ("all", ["base.swt", "few.swt", "spans", "--all"], 0),
    ("all-md", ["base.swt", "few.swt", "spans", "--all", "--format", "md"], 0),
    ("other-machine", ["base.swt", "small.swt", "spans"], 0),
    ("no-net", ["base.swt", "new.swt", "net"], 0),
    (
      "several",
      [
        "base.swt", "new.swt", "spans", "--assert", "p50 < 1ms", "--assert", "max < 100us",
      ], 1
    ),
    ("no-markers", ["base.swt", "bare.swt", "spans,states"], 0),
    ("no-markers-default", ["bare.swt", "bare.swt"], 0),
    ("few", ["base.swt", "few.swt", "spans", "--assert", "p99 < +20 %"], 4),
    ("no-such-row", ["base.swt", "new.swt", "spans", "--assert", "db*: p99 < +20 %"], 4),
  ]

  @Test(arguments: ends)
  func `what is compared ends as the conditions say`(
    name: String, arguments: [String], status: Int32
  ) throws {
    try golden(name, arguments, status: status)
  }

  @Test(arguments: [
    ("table", ["base.swt", "new.swt", "spams"]), ("waits", ["base.swt", "new.swt", "waits"]),
    ("periods", ["base.swt", "new.swt", "periods"]),
    ("no-durations", ["base.swt", "new.swt", "events"]),
    ("condition", ["base.swt", "new.swt", "--assert", "request: p98 < +20 %"]),
    ("limit", ["base.swt", "new.swt", "--assert", "p99 < 20"]),
    ("effect", ["base.swt", "new.swt", "--min-effect", "1"]),
    ("where", ["base.swt", "new.swt", "--where", "dur <"]),
    ("field", ["base.swt", "new.swt", "--where", "durr < 1ms"]),
    ("format", ["base.swt", "new.swt", "--format", "xml"]),
    ("one-trace", ["base.swt"]), ("stream", ["base.swt", "-"]),
  ])
  func `what cannot be meant is refused with a way out`(
    name: String, arguments: [String]
  ) throws {
    try golden("error-\(name)", arguments, status: 2)
  }

  @Test func `what is no trace is refused in one line`() throws {
    let scratch = try Scratch()
    try Self.makeTraces(in: scratch.path)
    unsafe mkdir(scratch.path + "/folder.swt", 0o755)
    #expect(TextFile.write("", scratch.path + "/empty.swt"))
    #expect(TextFile.write("not a trace at all\n", scratch.path + "/text.swt"))
    #expect(
      TextFile.write([UInt8](repeating: 0, count: 100_000), scratch.path + "/zeros.swt"))
    for (file, why) in [
      ("empty.swt", "empty, not a trace"), ("text.swt", "not a trace of swtrace"),
      ("zeros.swt", "not a trace of swtrace"), ("folder.swt", "a directory, not a trace"),
      (
        "no.swt",
        "No such file or directory\nhint: 'swtrace record' makes a trace; name another FILE"
      ),
    ] {
      for pair in [[file, "base.swt"], ["base.swt", file]] {
        let run = ProgramRun.swtrace(["diff"] + pair, in: scratch.path)
        #expect(run.status == 1)
        #expect(run.output == "")
        #expect(run.errors == "swtrace: \(file): \(why)\n")
      }
    }
  }

  @Test func `damaged traces end with 0, 1 or 4, never otherwise`() throws {
    let scratch = try Scratch()
    try Self.makeTraces(in: scratch.path)
    let bytes = try #require(TextFile.bytes(scratch.path + "/few.swt"))
    var random = SeededGenerator(seed: 11)
    for _ in 0..<40 {
      var damaged = bytes
      for _ in 0..<(1 + random.below(6)) {
        damaged[random.below(damaged.count)] ^= UInt8(1 + random.below(255))
      }
      if random.once(in: 3) { damaged.removeLast(random.below(damaged.count - 64)) }
      #expect(TextFile.write(damaged, scratch.path + "/damaged.swt"))
      let run = ProgramRun.swtrace(
        ["diff", "few.swt", "damaged.swt", "--assert", "p50 < +20 %"], in: scratch.path)
      #expect([0, 1, 4].contains(run.status), "\(run.status) \(run.errors)")
      #expect(run.output != "" || run.errors.hasPrefix("swtrace: damaged.swt: "))
    }
  }

  @Test func `a trace that was cut is compared as far as it goes`() throws {
    let scratch = try Scratch()
    try Self.makeTraces(in: scratch.path)
    var bytes = try #require(TextFile.bytes(scratch.path + "/base.swt"))
    bytes.removeLast(bytes.count / 3)
    #expect(TextFile.write(bytes, scratch.path + "/cut.swt"))
    let run = ProgramRun.swtrace(
      ["diff", "base.swt", "cut.swt", "spans", "--format", "json"], in: scratch.path)
    #expect(run.status == 0)
    #expect(run.errors.hasPrefix("swtrace: cut.swt: "), "\(run.errors)")
    let row = try JSONDocument(parsing: run.output)["tables"]?["spans"]?.elements.first
    let count = try #require(row?["new_n"]?.integer)
    #expect((1000..<4000).contains(count))
    #expect(row?["verdict"]?.text == "same")
  }

  @Test func `the verdict stands at every width`() throws {
    let scratch = try Scratch()
    try Self.makeTraces(in: scratch.path)
    for width in stride(from: 20, through: 140, by: 8) {
      let run = ProgramRun.swtrace(
        ["diff", "base.swt", "new.swt", "spans,states", "--width", "\(width)"], in: scratch.path)
      let lines = run.output.split(separator: "\n").dropFirst(2)
      #expect(lines.count { $0.contains("WORSE p") } == 2)
      #expect(lines.count { $0.hasSuffix("VERDICT") } == 2)
      if width >= 28 { #expect(lines.allSatisfy { $0.count <= width }, "\(width)") }
    }
  }

  @Test(.enabled(if: LiveRecordingTests.hasKernel, "needs root and tracefs"))
  func `the halves of stretches of a real recording are the same, nearly always`() throws {
    let scratch = try Scratch()
    var verdicts = (alarms: 0, same: 0)
    // What else runs on this machine may change in the midst of a recording.
    for _ in 0..<3 {
      verdicts = try Self.verdictsOfHalves(in: scratch.path)
      if verdicts.alarms <= 2, verdicts.same >= 1 { break }
    }
    let (alarms, same) = verdicts
    #expect(alarms <= 2)
    #expect(same >= 1)
  }

  /// How many of five pairs of stretches differ, and how many are the same.
  private static func verdictsOfHalves(in folder: String) throws -> (alarms: Int, same: Int) {
    let run = ProgramRun.swtrace(
      [
        "record", "-q", "-b", "16M", "-e", "syscalls", "--only", "-o", "load.swt", "dd",
        "if=/dev/zero", "of=/dev/null", "bs=512", "count=150000",
      ], in: folder)
    try #require(run.status == 0, "\(run.errors)")
    let trace = try OpenTrace(path: folder + "/load.swt", decodePages: LatePages.decode)
    let names = try #require(SystemCallTable(machine: trace.reader.preamble.machine)?.names)
    let load = try Filter(parsing: "comm == \"dd\"")
    func part(_ number: Int64) throws -> SlicedTrace {
      // From a tenth of the trace to nine, in ten parts.
      let tenth = (trace.end - Timestamp(nanoseconds: 0)).nanoseconds / 10
      func border(_ number: Int64) -> Timestamp {
        Timestamp(nanoseconds: tenth + number * tenth * 8 / 10)
      }
      return try trace.sliced(
        ["syscalls"], window: EventWindow(from: border(number), to: border(number + 1)),
        where: load, systemCallNames: names)
    }
    var alarms = 0
    var same = 0
    for pair in 0..<5 as Range<Int64> {
      let comparison = TraceComparison(
        base: try part(2 * pair), new: try part(2 * pair + 1), tables: ["syscalls"])
      let verdicts = comparison.tables[0].rows.map(\.verdict)
      if verdicts.contains(.worse) || verdicts.contains(.better) { alarms += 1 }
      if verdicts.contains(.same) { same += 1 }
    }
    return (alarms, same)
  }

  @Test func `changes are told in whole percent`() {
    #expect(
      DiffReport.percent(1e300) == "+∞ %")
    #expect(DiffReport.percent(-0.001) == "+0 %")
    #expect(DiffReport.percent(1.88) == "+188 %")
  }
}
