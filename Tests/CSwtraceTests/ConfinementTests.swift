import Glibc
import Testing

/// Programs whose world is narrow: seccomp, another user, another root, namespaces, no memory.
@Suite struct ConfinementTests {
  static let isRoot = geteuid() == 0
  static let canUnshare = isRoot && (try? Command.run(["unshare", "--mount", "true"])) != nil

  @Test func `under a filter that kills on every system call two threads lose nothing`() throws {
    let (end, trace) = try TracedProgram("seccomp").run(
      reading: .counts(of: "seccomp:hit"))
    #expect(end.status == 0)
    let process = try trace.process
    #expect(
      process.writers.sorted { $0.number < $1.number } == [
        .init(number: 1, count: 20000, last: 20000), .init(number: 2, count: 20000, last: 20000),
      ])
    #expect(process.lost == 0)
  }

  @Test func `under the filter what finds no room is counted without a system call`() throws {
    let (end, trace) = try TracedProgram("seccomp").run(
      buffer: "256K", reading: .counts(of: "seccomp:hit"))
    #expect(end.status == 0)
    let process = try trace.process
    #expect(process.lost > 0 && process.accounted == 40000)
  }

  @Test func `a program in strict mode passes its markers by`() throws {
    let (end, trace) = try TracedProgram("seccomp").run(["strict"], recording: nil)
    #expect(end.status == 0)
    #expect(trace.processes.allSatisfy { $0.accounted == 0 })
  }

  @Test(.enabled(if: isRoot, "giving up root needs root"))
  func `a program that becomes another user goes on, its child keeps out of the old files`() throws
  {
    let (end, trace) = try TracedProgram("setuid").run(reading: .counts(of: "setuid:hit"))
    #expect(end.status == 0)
    #expect(try trace.process.writers == [.init(number: 1, count: 1000, last: 1000)])
  }

  @Test(.enabled(if: isRoot, "chroot needs root"))
  func `a program that changes its root goes on, its child keeps out of the old files`() throws {
    let root = ScratchDirectory()
    let (end, trace) = try TracedProgram("chroot").run(
      [root.path], reading: .counts(of: "chroot:hit"))
    #expect(end.status == 0)
    #expect(try trace.process.writers == [.init(number: 1, count: 1000, last: 1000)])
  }

  @Test(
    .enabled(if: canUnshare, "namespaces need root and unshare"),
    arguments: [
      ["--pid", "--fork", "--mount"], ["--pid", "--fork", "--user", "--map-root-user"],
      ["--pid", "--fork", "--time", "--monotonic", "5000"],
    ])
  func `processes in namespaces of their own are kept apart`(namespaces: [String]) throws {
    let (end, trace) = try TracedProgram("fork").run(
      prefix: ["unshare"] + namespaces, reading: .counts(of: "fork:hit"))
    #expect(end.status == 0, "\(end.output)")
    #expect(trace.processes.map(\.pid).sorted() == [1, 2, 3])
    for number in 1...3 {
      let process = try #require(trace.process(ofWriter: number))
      #expect(process.writers == [.init(number: number, count: 1000, last: 1000)])
    }
  }

  @Test(
    .enabled(if: isRoot && Command.exists("setpriv"), "a set-user-id program needs root, setpriv"))
  func `a program with more rights than its caller does not heed the caller's environment`()
    throws
  {
    let scratch = ScratchDirectory()
    let place = "/tmp/swtrace-runtime-setuid-\(getpid())"
    unsafe mkdir(place, 0o755)
    defer { _ = try? Command.run(["rm", "-rf", place]) }
    let program = "\(place)/hot-loop"
    try Command.run(["cp", try TracedProgram("hot-loop").path, program])
    unsafe chmod(program, 0o4755)
    func files(_ prefix: [String]) throws -> Int {
      let end = try Command(
        prefix + [program, "100"],
        environment: ["SWTRACE_DIR=\(scratch.path)", "SWTRACE_RECORD=*", "SWTRACE_DEBUG=1"]
      ).wait()
      #expect(end.output == "hits 100\n")
      return scratch.processFiles.count
    }
    #expect(try files(["setpriv", "--reuid=65534", "--clear-groups"]) == 0)
    #expect(try files([]) == 1)
  }

  @Test(arguments: ["-f 40000", "-f 0", "-v 400000"])
  func `limits of a process cost it events at most`(limit: String) throws {
    let (end, trace) = try TracedProgram("hot-loop").run(
      ["100000"], buffer: "1M", prefix: ["sh", "-c", "ulimit \(limit); exec \"$@\"", "sh"],
      reading: .counts(of: "hot:loop"))
    #expect(end.status == 0 && end.output == "hits 100000\n")
    for process in trace.processes {
      #expect(process.count > 0 && process.accounted == 100_000 && process.damaged == 0)
    }
    // A file of the least size fits in the first limit.
    if limit == "-f 40000" { #expect(trace.processes.count == 1) }
  }

  @Test func `a process that may open nothing goes on without its markers`() throws {
    let (end, trace) = try TracedProgram("hot-loop", options: ["-static"]).run(
      ["1000"], prefix: ["sh", "-c", "ulimit -n 3; exec \"$@\"", "sh"])
    #expect(end.status == 0 && end.output == "hits 1000\n")
    #expect(trace.processes.isEmpty)
  }

  /// Runs a script where SWTRACE_DIR is a file system of so many bytes; what it printed.
  private func run(inMemoryOf size: String, _ script: String, _ environment: [String]) throws
    -> String
  {
    let scratch = ScratchDirectory()
    return try Command.run(
      [
        "unshare", "--mount", "sh", "-ec",
        "mount -t tmpfs -o mode=0700,size=\(size) swtrace-test \(scratch.path)\n\(script)",
      ], environment: ["SWTRACE_DIR=\(scratch.path)"] + environment)
  }

  @Test(
    .enabled(if: canUnshare, "mounting needs root and unshare"),
    arguments: ["4k", "64k", "300k", "700k", "1m", "2m"])
  func `in a small file system a program starts, records what fits and counts the rest`(
    size: String
  ) throws {
    let program = try TracedProgram("hot-loop").path
    let reader = try TracedProgram("reader", linking: .nothing).path
    let output = try run(
      inMemoryOf: size,
      "\(program) 100000; \(reader) --slot 0 --counts --sequence hot:loop $SWTRACE_DIR",
      ["SWTRACE_RECORD=*", "SWTRACE_BUFFER=16M"])
    #expect(output.hasPrefix("hits 100000\n"))
    let trace = LeftTrace(text: output)
    // Where not even the registry fits, the file is one without a name.
    #expect(trace.processes.count == (size == "4k" ? 0 : 1))
    for process in trace.processes {
      #expect(process.accounted == 100_000 && process.lost > 0 && process.damaged == 0)
      #expect(process.writers.allSatisfy { $0.missing == 0 && $0.repeated == 0 })
    }
    if size == "2m" { #expect((trace.processes.first?.count ?? 0) > 10_000) }
  }

  @Test(.enabled(if: canUnshare, "mounting needs root and unshare"))
  func `memory that runs out while a program finds its own costs events, not the program`() throws {
    let program = try TracedProgram("hot-loop").path
    let reader = try TracedProgram("reader", linking: .nothing).path
    let session = try TracedProgram("session", options: ["-std=gnu11"], linking: .nothing).path
    let output = try run(
      inMemoryOf: "2m",
      """
      \(program) 300000 5000 &
      until [ -e $SWTRACE_DIR/process-* ]; do sleep 0.01; done
      \(session) attach $SWTRACE_DIR/process-* 'hot:*' 1
      wait $!
      \(reader) --slot 0 --counts --sequence hot:loop $SWTRACE_DIR
      """, ["SESSION_POPULATE=1"])
    #expect(output.contains("hits 300000\n"))
    let process = try LeftTrace(text: output).process
    #expect(process.accounted == 300_000 && process.lost > 0)
    // More than the one extent that the recorder had backed.
    #expect(process.count > 20_000)
    #expect(process.writers.allSatisfy { $0.missing == 0 && $0.repeated == 0 })
  }
}
