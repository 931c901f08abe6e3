import Glibc
import SyntheticTrace
import Testing
import TraceFile

@testable import SwtraceCommand

/// The commands that read traces, on a small trace that is always the same.
@Suite struct TraceReadingTests {
  let smallTrace = SmallTrace(rounds: 2, events: 12)

  @Test(arguments: ["text", "json", "ndjson", "csv"])
  func `print in every format`(format: String) throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    let run = ProgramRun.swtrace(["print", "small.swt", "--format", format], in: scratch.path)
    #expect(run.status == 0)
    #expect(run.errors == "")
    Golden.expect(run.output, "Tests/Golden/trace/print-\(format).txt")
    if format == "json" {
      let document = try JSONDocument(parsing: run.output)
      #expect(document["version"]?.integer == 1)
      #expect(document["events"]?.elements.isEmpty == false)
    }
    if format == "ndjson" {
      var last = Int.min
      for line in run.output.split(separator: "\n") {
        let event = try JSONDocument(parsing: String(line))
        let time = try #require(event["time_ns"]?.integer)
        #expect(time >= last)
        last = time
        for key in ["cpu", "pid", "tid", "comm", "event", "fields"] { #expect(event[key] != nil) }
      }
    }
  }

  @Test func `a trace from standard input prints as the file does`() throws {
    let scratch = try Scratch()
    let path = try smallTrace.write(in: scratch.path)
    let bytes = try #require(TextFile.bytes(path))
    let file = ProgramRun.swtrace(["print", path])
    let pipe = ProgramRun.swtrace(["print", "-"], input: bytes)
    #expect(pipe.status == 0)
    #expect(pipe.output == file.output)
  }

  @Test(arguments: [
    ("where", ["--where", "prev_pid >= 0 && prev_prio == 120"]),
    ("where-event", ["--where", "raw_syscalls:sys_enter : id == 1"]),
    ("from-to", ["--from", "5us", "--to", "50%"]),
    ("end", ["--from", "-5us"]),
  ])
  func `print narrows`(name: String, arguments: [String]) throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    let run = ProgramRun.swtrace(["print", "small.swt"] + arguments, in: scratch.path)
    #expect(run.status == 0)
    #expect(run.output != "")
    let line = "$ swtrace print small.swt \(arguments.joined(separator: " "))\n"
    Golden.expect(line + run.output + run.errors, "Tests/Golden/trace/print-\(name).txt")
  }

  @Test(arguments: [
    ("unknown-field", ["--where", "prev_pod > 0"]),
    ("open-parenthesis", ["--where", "(prev_pid > 0"]),
    ("trace-term", ["--where", "dur > 1ms"]),
    ("unknown-event", ["--where", "sched_swich : prev_pid > 0"]),
  ])
  func `a condition that cannot be meant is told with a caret`(
    name: String, arguments: [String]
  ) throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    let run = ProgramRun.swtrace(["print", "small.swt"] + arguments, in: scratch.path)
    #expect(run.status == 2)
    #expect(run.output == "")
    let line = "$ swtrace print small.swt \(arguments.joined(separator: " "))\n"
    Golden.expect(line + run.errors, "Tests/Golden/trace/where-\(name).txt")
  }

  @Test func `info says what a trace holds`() throws {
    let scratch = try Scratch()
    var contents = TraceContents(try TraceReader(path: try smallTrace.write(in: scratch.path)))
    // Sizes are the encoder's business.
    contents.bytes = 0
    Golden.expect(contents.text(file: "small.swt"), "Tests/Golden/trace/info.txt")
    let json = String(decoding: contents.json(file: "small.swt"), as: UTF8.self)
    Golden.expect(json, "Tests/Golden/trace/info.json")
    let document = try JSONDocument(parsing: json)
    #expect(document["version"]?.integer == 1)
    #expect(document["complete"]?.isTrue == true)
    #expect(document["streams"]?.elements.count == 3)
    #expect(document["event_types"]?.integer == document["types"]?.elements.count)
  }

  @Test func `info of standard input adds up the same`() throws {
    let scratch = try Scratch()
    let path = try smallTrace.write(in: scratch.path)
    let bytes = try #require(TextFile.bytes(path))
    let file = ProgramRun.swtrace(["info", path, "--format", "json"])
    let pipe = ProgramRun.swtrace(["info", "-", "--format", "json"], input: bytes)
    #expect(pipe.status == 0)
    let (left, right) = try (
      JSONDocument(parsing: file.output), JSONDocument(parsing: pipe.output)
    )
    for key in ["events", "lost", "streams", "types", "complete", "duration_ns", "bytes"] {
      #expect(left[key] == right[key], "\(key)")
    }
  }

  @Test func `a trace without an end is read and told`() throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    let whole = ProgramRun.swtrace(["print", "small.swt"], in: scratch.path)
    try smallTrace.write(in: scratch.path, cut: true)
    let print = ProgramRun.swtrace(["print", "small.swt"], in: scratch.path)
    #expect(print.status == 0)
    #expect(print.output == whole.output)
    let info = ProgramRun.swtrace(["info", "small.swt"], in: scratch.path)
    #expect(info.status == 0)
    #expect(info.output.contains("\ncomplete   no: it has no end"))
    #expect(ProgramRun.swtrace(["info", "--check", "small.swt"], in: scratch.path).status == 1)
  }

  @Test func `a damaged block is left out, told and an exit of 1`() throws {
    let scratch = try Scratch()
    let path = try smallTrace.write(in: scratch.path)
    let reader = try TraceReader(path: path)
    let block = try #require(reader.blocks.last { $0.kind == .events })
    var bytes = try #require(TextFile.bytes(path))
    let place = Int(block.offset) + block.bytes - 24
    bytes[place] ^= 0x40
    #expect(TextFile.write(bytes, path))
    let whole = ProgramRun.swtrace(["print", "small.swt", "--format", "ndjson"], in: scratch.path)
    #expect(whole.status == 1)
    #expect(whole.errors.hasPrefix("swtrace: small.swt: "))
    let events = whole.output.split(separator: "\n").filter { $0.contains("\"event\"") }
    #expect(events.count > 20)
    let check = ProgramRun.swtrace(["info", "--check", "small.swt"], in: scratch.path)
    #expect(check.status == 1)
    #expect(check.output.contains("\ndamage     at byte "))
    #expect(check.output.contains("\ncomplete   no"))
  }

  @Test(arguments: ["text", "json"])
  func `the types of a trace as a list`(format: String) throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    let run = ProgramRun.swtrace(
      ["list", "--trace", "small.swt", "--format", format], in: scratch.path)
    #expect(run.status == 0)
    Golden.expect(run.output, "Tests/Golden/trace/list.\(format)")
    let narrowed = ProgramRun.swtrace(
      ["list", "--trace", "small.swt", "sched:*"], in: scratch.path)
    #expect(narrowed.output.split(separator: "\n").allSatisfy { $0.hasPrefix("sched:") })
  }

  @Test func `a reader that goes away is no error`() throws {
    let scratch = try Scratch()
    try smallTrace.write(in: scratch.path)
    let run = ProgramRun.run(
      "/bin/bash",
      ["-c", "\(ProgramRun.swtrace) print small.swt | head -n 1; echo ${PIPESTATUS[0]}"],
      in: scratch.path)
    #expect(run.output.hasSuffix("\n0\n"))
    #expect(run.errors == "")
  }
}
