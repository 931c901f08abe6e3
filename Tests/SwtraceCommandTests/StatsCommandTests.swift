import Analysis
import ArgumentParser
import Glibc
import Testing
import TraceFile

@testable import SwtraceCommand

/// `stats` on a small trace that is always the same.
@Suite struct StatsCommandTests {
  let smallTrace = SmallTrace(rounds: 20, events: 120)

  @Test(arguments: ["threads", "syscalls", "states", "cpus", "events", "spans"])
  func `tables in text`(table: String) throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    let run = ProgramRun.swtrace(["stats", "small.swt", table], in: scratch.path)
    #expect(run.status == 0)
    #expect(run.errors == "")
    Golden.expect(run.output, "Tests/Golden/stats/\(table).txt")
    for line in run.output.split(separator: "\n") { #expect(line.count <= 100) }
  }

  @Test func `the overview has at most 12 lines of at most 100 columns`() throws {
    let scratch = try Scratch()
    let path = try smallTrace.write(in: scratch.path)
    let trace = try OpenTrace(path: path)
    var command = try StatsCommand.parse([path])
    command.words = [path]
    var request = try StatsRequest(command)
    request.file = "small.swt"
    let answers = try trace.statistics(
      request.options(window: EventWindow(), systemCallNames: ["read", "write"]))
    var contents = TraceContents(trace.reader)
    // Sizes are the encoder's business.
    contents.bytes = 0
    let report = try StatsReport(request: request, contents: contents, statistics: answers)
    let lines = report.overviewText.split(separator: "\n")
    #expect(lines.count <= 12)
    for line in lines { #expect(line.count <= 100) }
    Golden.expect(report.overviewText, "Tests/Golden/stats/overview.txt")
  }

  @Test func `json has the keys that others rely on`() throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    let run = ProgramRun.swtrace(
      ["stats", "small.swt", "overview,events,syscalls", "--format", "json"], in: scratch.path)
    #expect(run.status == 0)
    let document = try JSONDocument(parsing: run.output)
    #expect(document["version"]?.integer == 1)
    for key in [
      "file", "host", "kernel", "clock", "start_unix_ns", "duration_ns", "cpus", "events", "lost",
      "bytes", "processes", "threads",
    ] {
      #expect(document["trace"]?[key] != nil, "\(key)")
    }
    let events = try #require(document["tables"]?["events"]?.elements)
    for key in ["event", "count", "rate_per_s", "first_ns", "last_ns"] {
      #expect(events.first?[key] != nil, "\(key)")
    }
    let counted = events.reduce(0) { $0 + ($1["count"]?.integer ?? 0) }
    #expect(counted == document["trace"]?["events"]?.integer)
    #expect(document["tables"]?["syscalls"]?.elements.first?["syscall"]?.text != nil)
  }

  @Test(arguments: ["csv", "ndjson", "md"])
  func `other formats`(format: String) throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    let run = ProgramRun.swtrace(
      ["stats", "small.swt", "states", "--format", format], in: scratch.path)
    #expect(run.status == 0)
    Golden.expect(run.output, "Tests/Golden/stats/states-\(format).txt")
  }

  @Test(arguments: [
    ("by-sort-top", ["threads", "--by", "comm", "--sort", "slices", "--top", "2"]),
    ("where", ["syscalls", "--where", "id == read && dur > 1us"]),
    ("window", ["states", "--from", "100us", "--to", "50%"]),
    ("histogram", ["syscalls", "--histogram", "--top", "1"]),
    ("histogram-lin", ["syscalls", "--histogram=lin", "--top", "1"]),
    (
      "periods",
      ["periods", "--begin", "sys_enter : id == 0", "--end", "sys_exit : id == 0"]
    ),
  ])
  func `tables narrow, sort and draw`(name: String, arguments: [String]) throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    let run = ProgramRun.swtrace(["stats", "small.swt"] + arguments, in: scratch.path)
    #expect(run.status == 0)
    #expect(run.output != "")
    let line = "$ swtrace stats small.swt \(arguments.joined(separator: " "))\n"
    Golden.expect(line + run.output + run.errors, "Tests/Golden/stats/\(name).txt")
  }

  @Test(arguments: [
    ("table", ["thraeds"]), ("sort", ["threads", "--sort", "slises"]),
    ("by", ["threads", "--by", "cpu"]), ("field", ["spans", "--by", "pathh"]),
    ("condition", ["threads", "--where", "prev_pod > 0"]),
    ("trace-term", ["events", "--where", "dur > 1us"]),
    ("format", ["threads", "--format", "xml"]), ("top", ["threads", "--top", "0"]),
    ("window", ["threads", "--from", "2ms", "--to", "1ms"]),
    ("state", ["threads", "--where", "state == sleaping"]),
    ("unit", ["syscalls", "--where", "dur > 4KiB"]),
    ("span", ["states", "--where", "in span reqest"]),
    ("histogram", ["threads", "--histogram", "--format", "csv"]),
    ("no-histogram", ["states,cpus", "--histogram"]),
    ("behind-end", ["threads", "--from", "100s"]),
    ("scale", ["threads", "--histogram=cubic"]), ("no-scale", ["threads", "--histogram="]),
    ("every", ["threads", "--every", "1s"]), ("half-period", ["periods", "--begin", "sys_enter"]),
  ])
  func `what cannot be meant is refused with a way out`(
    name: String, arguments: [String]
  ) throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    let run = ProgramRun.swtrace(["stats", "small.swt"] + arguments, in: scratch.path)
    #expect(run.status == 2)
    #expect(run.output == "")
    let line = "$ swtrace stats small.swt \(arguments.joined(separator: " "))\n"
    Golden.expect(line + run.errors, "Tests/Golden/stats/error-\(name).txt")
  }

  @Test func `a trace from standard input answers as the file does`() throws {
    let scratch = try Scratch()
    let path = try smallTrace.write(in: scratch.path)
    let bytes = try #require(TextFile.bytes(path))
    for table in ["threads", "states", "syscalls", "events"] {
      let file = ProgramRun.swtrace(["stats", path, table, "--format", "csv"])
      let pipe = ProgramRun.swtrace(["stats", "-", table, "--format", "csv"], input: bytes)
      #expect(pipe.status == 0)
      #expect(pipe.output == file.output, "\(table)")
    }
  }

  @Test(arguments: ["json", "ndjson", "csv", "text"])
  func `parts of a trace on its way say which they are`(format: String) throws {
    let scratch = try Scratch()
    let path = try smallTrace.write(in: scratch.path)
    let bytes = try #require(TextFile.bytes(path))
    let run = ProgramRun.swtrace(
      ["stats", "-", "states", "--every", "10ms", "--format", format], input: bytes)
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n").map(String.init)
    switch format {
    case "json":
      // A document a line.
      for line in lines {
        let part = try #require(try JSONDocument(parsing: line)["part"])
        #expect(part["from_ns"]?.integer ?? 0 < part["to_ns"]?.integer ?? 0)
      }
    case "ndjson":
      for line in lines { #expect(try JSONDocument(parsing: line)["to_ns"]?.integer != nil) }
    case "csv":
      #expect(lines.filter { $0.hasPrefix("table,from_ns,to_ns,") }.count == 1)
    default: #expect(lines.first?.hasPrefix("+0.000000 … +") == true, "\(lines.first ?? "")")
    }
  }

  @Test func `a damaged block is told of in the overview`() throws {
    let scratch = try Scratch()
    let path = try smallTrace.write(in: scratch.path)
    var bytes = try #require(TextFile.bytes(path))
    let blocks = try TraceReader(path: path).blocks.filter { $0.kind == .events }
    bytes[Int(blocks[blocks.count / 2].offset) + 700] ^= 1
    #expect(TextFile.write(bytes, path))
    let run = ProgramRun.swtrace(["stats", "small.swt"], in: scratch.path)
    let line = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("lost") })
    #expect(line.contains("(damaged)"), "\(line)")
    #expect(run.output.contains("busy ≥ "))
    #expect(run.errors.contains("is left out"))
    #expect(run.status == 1)
  }

  @Test func `the overview's busy share is that of the CPUs' table`() throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    for more in [[], ["--from", "1ms", "--to", "3ms"], ["--where", "comm == worker-1001"]] {
      let run = ProgramRun.swtrace(
        ["stats", "small.swt", "overview,cpus", "--format", "json"] + more, in: scratch.path)
      let tables = try #require(try JSONDocument(parsing: run.output)["tables"])
      let overview = try #require(tables["overview"]?.elements.first)
      let busiest = try #require(overview["busiest_cpu"])
      let row = tables["cpus"]?.elements.first { $0["cpu"] == busiest }
      #expect(overview["busiest_share"] == row?["busy_share"], "\(more)")
    }
  }

  @Test func `no overview of a damaged trace says that nothing is lost`() throws {
    let scratch = try Scratch()
    let path = try smallTrace.write(in: scratch.path)
    let bytes = try #require(TextFile.bytes(path))
    let blocks = try TraceReader(path: path).blocks
    let types = try #require(blocks.first { $0.kind == .types })
    let events = try #require(blocks.last { $0.kind == .events })
    let places = [
      (Int(types.offset) + types.bytes / 2, "events, not counted; damaged: event types"),
      (Int(events.offset) + events.bytes / 2, "(damaged)"), (bytes.count - 120, "damaged: "),
    ]
    for (place, words) in places {
      var damaged = bytes
      damaged[place] ^= 1
      #expect(TextFile.write(damaged, path))
      let run = ProgramRun.swtrace(["stats", "small.swt"], in: scratch.path)
      let line = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("lost") })
      #expect(line.contains(words), "\(line)")
      #expect(run.status == 1)
    }
  }

  @Test func `info of a trace without types says that events are lost`() throws {
    let scratch = try Scratch()
    let path = try smallTrace.write(in: scratch.path)
    var bytes = try #require(TextFile.bytes(path))
    let types = try #require(try TraceReader(path: path).blocks.first { $0.kind == .types })
    bytes[Int(types.offset) + types.bytes / 2] ^= 1
    #expect(TextFile.write(bytes, path))
    let run = ProgramRun.swtrace(["info", "small.swt"], in: scratch.path)
    #expect(run.output.contains("lost events, not counted\n"))
    #expect(run.output.contains("\nlost       events, not counted: see damage\n"))
    #expect(run.status == 1)
  }

  @Test(arguments: [0, 1])
  func `a trace of no event, or of one, answers in every table`(events: Int) throws {
    let scratch = try Scratch()
    try SmallTrace.write(first: events, in: scratch.path)
    for table in StatisticsTable.names where table != "periods" {
      let run = ProgramRun.swtrace(
        ["stats", "few.swt", table, "--format", "json"], in: scratch.path)
      #expect(run.status == 0, "\(table): \(run.errors)")
      let document = try JSONDocument(parsing: run.output)
      #expect(document["trace"]?["events"]?.integer == events)
    }
    let overview = ProgramRun.swtrace(["stats", "few.swt"], in: scratch.path)
    #expect(overview.status == 0)
    #expect(overview.output.split(separator: "\n").count <= 12)
    #expect(overview.output.contains(events == 1 ? "  1 event" : "  0 events"))
  }

  @Test func `the overview of a window says which, and counts only its events`() throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    func sets(_ more: [String]) throws -> (text: String, events: Int) {
      let text = ProgramRun.swtrace(["stats", "small.swt"] + more, in: scratch.path)
      let json = ProgramRun.swtrace(
        ["stats", "small.swt", "overview", "--format", "json"] + more, in: scratch.path)
      #expect(text.status == 0 && json.status == 0, "\(text.errors)")
      let overview = try #require(
        try JSONDocument(parsing: json.output)["tables"]?["overview"]?.elements.first)
      return (text.output, overview["sets"]?["sched"]?.integer ?? 0)
    }
    let whole = try sets([])
    let first = try sets(["--to", "40%"])
    let rest = try sets(["--from", "40%"])
    #expect(!whole.text.contains(" … "))
    #expect(first.text.contains(" … ") && rest.text.contains(" … "))
    #expect(first.events > 0 && rest.events > 0)
    #expect(first.events + rest.events == whole.events)
  }

  @Test(arguments: [-3_600_000_000_000, 3_600_000_000_000])
  func `a step of the clock of the day changes no time`(step: Int64) throws {
    let scratch = try Scratch()
    func answers(step: Int64) throws -> String {
      try SmallTrace.write(first: 200, step: step, in: scratch.path)
      let run = ProgramRun.swtrace(
        ["stats", "few.swt", "threads,states,cpus", "--format", "csv"], in: scratch.path)
      #expect(run.status == 0, "\(run.errors)")
      return run.output
    }
    #expect(try answers(step: step) == answers(step: 0))
  }

  @Test func `what was lost is a line of the overview, and makes bounds of numbers`() throws {
    let scratch = try Scratch()
    try SmallTrace.writeLossy(in: scratch.path)
    let overview = ProgramRun.swtrace(["stats", "lossy.swt"], in: scratch.path)
    let line = try #require(
      overview.output.split(separator: "\n").first { $0.hasPrefix("lost  ") })
    let json = ProgramRun.swtrace(
      ["stats", "lossy.swt", "threads", "--format", "json"], in: scratch.path)
    let document = try JSONDocument(parsing: json.output)
    let lost = try #require(document["trace"]?["lost"]?.integer)
    #expect(lost > 0)
    #expect(line.filter { $0 != " " }.contains("\(lost)events"), "\(line)")
    #expect(line.hasSuffix("≥ and ≤ are bounds"))
    let threads = try #require(document["tables"]?["threads"]?.elements)
    for row in threads where row["comm"]?.text?.isEmpty == false {
      #expect(row["lower_bounds"]?.elements.contains { $0.text == "run_ns" } == true)
      #expect(row["upper_bounds"]?.elements.contains { $0.text == "sleep_ns" } == true)
    }
  }

  @Test func `a trace that is still being written answers with what is there`() throws {
    let scratch = try Scratch()
    let path = try smallTrace.write(in: scratch.path)
    let bytes = try #require(TextFile.bytes(path))
    var most = 0
    for part in 2...8 {
      #expect(TextFile.write(Array(bytes.prefix(bytes.count * part / 8)), path))
      let run = ProgramRun.swtrace(
        ["stats", "small.swt", "events,threads", "--format", "json"], in: scratch.path)
      #expect(run.status == 0, "\(part)/8: \(run.errors)")
      let rows = try JSONDocument(parsing: run.output)["tables"]?["events"]?.elements ?? []
      let events = rows.reduce(0) { $0 + ($1["count"]?.integer ?? 0) }
      #expect(events >= most)
      most = events
    }
    #expect(most > 0)
  }

  @Test func `a trace without an end answers`() throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path, cut: true)
    let run = ProgramRun.swtrace(["stats", "small.swt", "events"], in: scratch.path)
    #expect(run.status == 0)
    #expect(run.output.contains("sched:sched_switch"))
  }
}
