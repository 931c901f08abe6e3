import Glibc
import Testing

/// Programs that measure themselves, and what `stats` says of their recordings: within 5 %.
///
/// Measures time: other tests beside it would be in what it measures.
@Suite(
  .serialized,
  .enabled(
    if: unsafe getenv("SWTRACE_TRUTH") != nil,
    "needs a machine that does nothing else: SWTRACE_TRUTH=1"))
struct ProgramTruthTests {
  /// A recorded run: what the program told, and what `stats` answers.
  private struct Run {
    let folder: String
    let truth: [String: Double]
    /// What the program said in a word instead of its truth.
    let word: String?

    init(_ command: [String], in folder: String) throws {
      self.folder = folder
      let run = ProgramRun.swtrace(
        ["record", "-q", "-b", "16M", "-o", "truth.swt"] + command, in: folder)
      try #require(run.status == 0, "\(run.errors)")
      var truth: [String: Double] = [:]
      for line in run.output.split(separator: "\n") {
        let words = line.split(separator: " ")
        if words.count == 2 { truth[String(words[0])] = Double(words[1]) }
      }
      self.truth = truth
      word = truth.isEmpty ? run.output.split(separator: "\n").first.map(String.init) : nil
    }

    /// A recording that is there already.
    init(reading folder: String) {
      self.folder = folder
      truth = [:]
      word = nil
    }

    func rows(_ table: String, _ more: [String] = []) throws -> [JSONDocument] {
      let run = ProgramRun.swtrace(
        ["stats", "truth.swt", table, "--format", "json"] + more, in: folder)
      try #require(run.status == 0, "\(run.errors)")
      return try JSONDocument(parsing: run.output)["tables"]?[table]?.elements ?? []
    }

    func span(_ name: String) throws -> JSONDocument {
      try #require(try rows("spans").first { $0["span"]?.text == name })
    }

    /// Blame of a span's waits by kind and, where one is given, by who.
    func blame(_ span: String, _ kinds: [String], _ what: String? = nil) throws -> Double {
      try rows("waits", ["--where", "in span \"\(span)\""])
        .filter { row in
          kinds.contains(row["kind"]?.text ?? "")
            && (what == nil || row["what"]?.text?.contains(what ?? "") == true)
        }
        .reduce(0) { $0 + Double($1["time_ns"]?.integer ?? 0) }
    }

    /// A span's wall time lies between what was measured inside and around it.
    func expectWall(
      _ span: JSONDocument, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let said = span.number("sum_ns")
      let inside = try #require(truth["inside"], sourceLocation: sourceLocation)
      let around = try #require(truth["wall"], sourceLocation: sourceLocation)
      #expect(
        said >= inside * 0.95 && said <= around * 1.05,
        "stats says \(said), it was \(inside) to \(around)", sourceLocation: sourceLocation)
    }

    func expect(
      _ said: Double, is name: String, _ wanted: Double? = nil, within share: Double = 0.05,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let wanted = try #require(wanted ?? truth[name], sourceLocation: sourceLocation)
      #expect(
        abs(said - wanted) <= wanted * share, "\(name): stats says \(said), it was \(wanted)",
        sourceLocation: sourceLocation)
    }
  }

  private static let needs: Comment = "needs root and tracefs"

  private func run(_ name: String, in scratch: borrowing Scratch) throws -> Run {
    let failure = MarkedProgram.compile(name, into: scratch.path)
    try #require(failure == nil)
    return try Run(["./\(name)"], in: scratch.path)
  }

  @Test(.enabled(if: LiveRecordingTests.hasKernel, needs))
  func `a lock convoy waits for who has the lock`() throws {
    let scratch = try Scratch()
    let run = try run("convoy", in: scratch)
    let span = try run.span("convoy:wait")
    #expect(span["count"]?.integer == run.truth["count"].map { Int($0) })
    try run.expectWall(span)
    try run.expect(run.blame("convoy:wait", ["lock"], "convoy"), is: "lock")
    let all = try run.blame(
      "convoy:wait", ["run itself", "lock", "cpu", "interrupt", "thread", "unknown", "cycle"])
    try run.expect(all, is: "all of it", span.number("sum_ns"), within: 0)
    let lock = try #require(
      try run.rows("locks").first { $0["woken_by"]?.text?.hasPrefix("convoy ") == true })
    #expect(lock["waiters"]?.integer == 4)
  }

  @Test(.enabled(if: LiveRecordingTests.hasKernel, needs))
  func `a lock that the kernel hands on has owners that hold it`() throws {
    let scratch = try Scratch()
    let run = try run("handed-on", in: scratch)
    let lock = try #require(try run.rows("locks").first { $0["owner"]?.text != nil })
    #expect(lock["owner"]?.text?.hasPrefix("heir ") == true)
    #expect(lock["waiters"]?.integer == 3)
    try run.expect(lock.number("hold_count"), is: "count")
    try run.expect(lock.number("hold_sum_ns"), is: "held")
  }

  @Test(.enabled(if: LiveRecordingTests.hasKernel, needs))
  func `a thread pinned beside a hog waits for the CPU that the hog has`() throws {
    let scratch = try Scratch()
    let run = try run("pinned-hog", in: scratch)
    let span = try run.span("hog:victim")
    #expect(span["count"]?.integer == run.truth["count"].map { Int($0) })
    try run.expectWall(span)
    try run.expect(span.number("run_ns"), is: "run")
    let (wall, ran) = (span.number("sum_ns"), try #require(run.truth["run"]))
    try run.expect(span.number("runnable_ns"), is: "runnable", wall - ran)
    try run.expect(run.blame("hog:victim", ["cpu"], "hog"), is: "hog")
    // The kernel's books, of the whole life of the thread.
    let thread = try #require(try run.rows("threads").first { $0["comm"]?.text == "victim" })
    try run.expect(thread.number("run_delay_sum_ns"), is: "books_delay")
    // They leave out what interrupts and the hypervisor took while it had the CPU.
    let stolen = try run.rows("cpus").reduce(thread.number("interrupted_ns")) {
      $0 + $1.number("steal_ns")
    }
    let books = try #require(run.truth["books_run"])
    let said = thread.number("run_ns")
    #expect(
      said >= books * 0.99 && said <= books * 1.01 + stolen,
      "stats says \(said), the kernel \(books), of which \(stolen) may be missing")
  }

  @Test(.enabled(if: LiveRecordingTests.hasKernel, needs))
  func `reads past the page cache wait for the disk`() throws {
    let scratch = try Scratch()
    let run = try run("direct-reads", in: scratch)
    guard run.word != "unsupported" else {
      print("skipped: the file system of \(scratch.path) has no O_DIRECT")
      return
    }
    let span = try run.span("direct:read")
    #expect(span["count"]?.integer == run.truth["count"].map { Int($0) })
    try run.expectWall(span)
    let calls = try run.rows("syscalls", ["--where", "comm == \"direct\""])
    let read = try #require(calls.first { $0["syscall"]?.text == "pread64" })
    #expect(read["count"]?.integer == run.truth["count"].map { Int($0) })
    #expect(read["bytes"]?.integer == run.truth["bytes"].map { Int($0) })
    try run.expect(read.number("sum_ns"), is: "inside")
    let (wall, ran) = (span.number("sum_ns"), try #require(run.truth["run"]))
    let off = span.number("d_io_ns") + span.number("d_other_ns") + span.number("runnable_ns")
    try run.expect(off, is: "off the CPU", wall - ran)
    // A kworker may finish a read: its completion still was the disk's.
    #expect(span.number("d_other_ns") <= off / 20)
    try run.expect(run.blame("direct:read", ["disk"]), is: "D-io", span.number("d_io_ns"))
  }

  @Test(.enabled(if: LiveRecordingTests.hasKernel, needs))
  func `a sleeper waits for the timer`() throws {
    let scratch = try Scratch()
    let run = try run("sleeper", in: scratch)
    let span = try run.span("sleeper:sleep")
    #expect(span["count"]?.integer == run.truth["count"].map { Int($0) })
    try run.expectWall(span)
    let (wall, ran) = (span.number("sum_ns"), try #require(run.truth["run"]))
    try run.expect(
      span.number("sleep_ns") + span.number("runnable_ns"), is: "off the CPU", wall - ran)
    try run.expect(run.blame("sleeper:sleep", ["timer"]), is: "sleep", span.number("sleep_ns"))
  }

  @Test(.enabled(if: LiveRecordingTests.hasKernel, needs))
  func `who waits for an answer waits for who computes it`() throws {
    let scratch = try Scratch()
    let run = try run("ping-pong", in: scratch)
    let span = try run.span("ping:wait")
    #expect(span["count"]?.integer == run.truth["count"].map { Int($0) })
    try run.expectWall(span)
    try run.expect(run.blame("ping:wait", ["thread"], "pong"), is: "pong")
  }

  private static let hasStrace =
    LiveRecordingTests.hasKernel && ProgramRun.run("strace", ["-V"]).status == 0
  private static let hasPerf =
    LiveRecordingTests.hasKernel && ProgramRun.run("perf", ["--version"]).status == 0

  @Test(.enabled(if: hasStrace, "needs root, tracefs and strace"))
  func `system calls are as many as strace counts`() throws {
    let scratch = try Scratch()
    let load = ["sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do cat /etc/passwd >/dev/null; done"]
    let traced = ProgramRun.run(
      "strace", ["-c", "-f", "-U", "name,calls,errors", "-o", "strace.txt"] + load,
      in: scratch.path)
    try #require(traced.status == 0, "\(traced.errors)")
    let table = ProgramRun.run("cat", ["strace.txt"], in: scratch.path).output
    let run = ProgramRun.swtrace(
      ["record", "-q", "-e", "syscalls,sched", "--only", "-o", "truth.swt"] + load,
      in: scratch.path)
    try #require(run.status == 0, "\(run.errors)")
    // What the recorder's child does before it becomes the command is not the command's.
    let rows = try Run(reading: scratch.path).rows(
      "syscalls", ["--where", "comm == \"sh\" or comm == \"cat\""])
    var compared = 0
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 2, let calls = Int(words[1]) else { continue }
      let name = String(words[0])
      // Whose first one is the tracer's; and what comes back by another way than it went.
      guard !["total", "execve", "rt_sigreturn", "restart_syscall"].contains(name) else { continue }
      let counted = rows.filter { $0["syscall"]?.text == name }
        .reduce(0) { $0 + ($1["count"]?.integer ?? 0) }
      #expect(counted == calls, "\(name)")
      compared += 1
    }
    #expect(compared >= 8)
  }

  @Test(.enabled(if: hasPerf, "needs root, tracefs and perf"))
  func `switches are as many as perf counts`() throws {
    let scratch = try Scratch()
    let failure = MarkedProgram.compile("sleeper", into: scratch.path)
    try #require(failure == nil)
    let run = try Run(
      ["perf", "stat", "-x,", "-e", "context-switches", "-o", "perf.txt", "./sleeper"],
      in: scratch.path)
    let text = ProgramRun.run("cat", ["perf.txt"], in: scratch.path).output
    let line = try #require(text.split(separator: "\n").first { $0.contains("context-switches") })
    let switches = try #require(Double(line.prefix { $0 != "," }))
    let thread = try #require(try run.rows("threads").first { $0["comm"]?.text == "sleeper" })
    try run.expect(thread.number("slices"), is: "switches", switches)
  }

  @Test(.enabled(if: LiveRecordingTests.hasKernel, needs))
  func `tasks of Swift are on no thread while they sleep`() throws {
    let scratch = try Scratch()
    let traced = ProgramRun.swtrace.dropLast("swtrace".count) + "TracedSwift"
    let run = try Run([String(traced), "tasks"], in: scratch.path)
    let step = try run.span("tasks:step")
    let compute = try run.span("tasks:compute")
    #expect(step["count"]?.integer == run.truth["count"].map { Int($0) })
    #expect(step["orphans"]?.integer == 0)
    #expect(compute["count"]?.integer == run.truth["count"].map { 2 * Int($0) })
    try run.expectWall(step)
    try run.expect(compute.number("run_ns"), is: "run")
    try run.expect(step.number("run_ns"), is: "run")
    let (wall, ran) = (step.number("sum_ns"), try #require(run.truth["run"]))
    let waited =
      step.number("suspended_ns") + step.number("sleep_ns") + step.number("runnable_ns")
      + step.number("d_ns")
    try run.expect(waited, is: "suspended", wall - ran)
  }
}

extension JSONDocument {
  /// A number under a key, 0 where there is none.
  fileprivate func number(_ key: String) -> Double { Double(self[key]?.integer ?? 0) }
}
