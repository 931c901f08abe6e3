import Testing

/// System calls of one run, counted by `stats` and by `perf trace -s` at once.
@Suite struct SystemCallCountTests {
  private static let hasPerf =
    LiveRecordingTests.hasKernel && ProgramRun.run("perf", ["trace", "-s", "true"]).status == 0

  @Test(.enabled(if: hasPerf, "needs root, tracefs and perf trace"))
  func `system calls are not fewer than perf trace counts`() throws {
    let scratch = try Scratch()
    let load = "for i in 1 2 3 4 5 6 7 8 9 10; do cat /etc/passwd >/dev/null; done"
    let run = ProgramRun.swtrace(
      [
        "record", "-q", "-b", "16M", "-e", "syscalls,sched", "--only", "-o", "calls.swt",
        "perf", "trace", "-s", "-o", "perf.txt", "sh", "-c", load,
      ], in: scratch.path)
    try #require(run.status == 0, "\(run.errors)")
    let text = ProgramRun.run("cat", ["perf.txt"], in: scratch.path).output
    guard !text.contains("LOST"), !run.errors.contains("LOST") else {
      print("skipped: perf lost events")
      return
    }
    let counted = try Self.count(in: scratch.path)
    let wanted = Self.counts(of: text)
    #expect(wanted.count >= 20)
    // On a busy machine perf leaves out whole processes and says nothing: never may it have more.
    for (name, calls) in wanted { #expect(counted[name, default: 0] >= calls, "\(name)") }
    #expect(counted["execve"] == 11)
  }

  private static func count(in folder: String) throws -> [String: Int] {
    // What perf's own child does before it becomes the command has perf's name.
    let run = ProgramRun.swtrace(
      [
        "stats", "calls.swt", "syscalls", "--where", "comm == \"sh\" or comm == \"cat\"",
        "--format", "json",
      ], in: folder)
    try #require(run.status == 0, "\(run.errors)")
    let rows = try JSONDocument(parsing: run.output)["tables"]?["syscalls"]?.elements ?? []
    return rows.reduce(into: [:]) { counts, row in
      guard let name = row["syscall"]?.text, let count = row["count"]?.integer else { return }
      counts[name, default: 0] += count
    }
  }

  /// Of all threads: lines of a name, calls, errors and five figures.
  private static func counts(of text: String) -> [String: Int] {
    text.split(separator: "\n").reduce(into: [:]) { counts, line in
      let words = line.split(separator: " ")
      guard words.count == 8, words[7].hasSuffix("%"), let calls = Int(words[1]),
        Int(words[2]) != nil
      else { return }
      // perf counts its return in the child too.
      guard words[0] != "vfork" else { return }
      counts[String(words[0]), default: 0] += calls
    }
  }
}
