import Glibc
import Testing

/// From the first constructor to the last destructor, and sessions that were there before.
@Suite struct StartTests {
  @Test(arguments: [TracedProgram.Linking.archive, .sharedObject])
  func `constructors, destructors and what runs at exit are traced`(
    linking: TracedProgram.Linking
  ) throws {
    let process = try TracedProgram("constructors", linking: linking).run().trace.process
    let names = ["early", "constructor", "main", "atexit", "destructor"].map { "life:\($0)" }
    #expect(process.events.map(\.name) == names)
  }

  @Test func `a program that starts under a session is traced from its first constructor`() throws {
    let scratch = ScratchDirectory()
    try TestRecorder.publish("life:*,^life:main", in: scratch)
    let end = try TracedProgram("constructors").start(in: scratch).wait()
    #expect(end.status == 0)
    let process = try LeftTrace(in: scratch.path).process
    let names = ["early", "constructor", "atexit", "destructor"].map { "life:\($0)" }
    #expect(process.events.map(\.name) == names)
  }

  @Test func `several sessions have each their own records`() throws {
    let scratch = ScratchDirectory()
    for patterns in ["hot:*", "loop", "other:*"] {
      try TestRecorder.publish(patterns, in: scratch, bytes: 4 << 20)
    }
    let end = try TracedProgram("hot-loop").start(
      ["20000"], in: scratch, recording: "hot:loop", buffer: "256K"
    ).wait()
    #expect(end.status == 0)
    let process = try LeftTrace(in: scratch.path, .counts(of: "hot:loop"), slots: [0, 1, 2, 3])
      .process
    // Two of the files and the environment; the small one overflows and the others do not care.
    let counts = process.writers.map(\.count).sorted()
    #expect(counts.count == 3 && counts.dropFirst() == [20000, 20000])
    #expect(counts.first.map { $0 + process.lost } == 20000)
    #expect(process.writers.allSatisfy { $0.repeated == 0 && $0.missing == 0 })
  }

  @Test func `markers go on and off in a running program`() throws {
    try TestRecorder.prepare()
    let scratch = ScratchDirectory()
    // Five seconds and more, at a pace that four extents bear.
    let program = try TracedProgram("hits").start(
      ["1", "1000000", "200", "1000"], in: scratch)
    let file = try scratch.processFiles(count: 1)[0]
    var slots: [Int] = []
    for _ in 0..<5 {
      let slot = try TestRecorder.attach(to: file, "app:hit")
      slots.append(slot)
      try TestRecorder.switchOff(file, slot: slot)
    }
    #expect(slots == Array(Set(slots)).sorted())
    #expect(try program.wait().status == 0)
    let process = try LeftTrace(in: scratch.path, .counts(of: "app:hit"), slots: slots).process
    #expect(process.count > 0 && process.count < 1_000_000)
    #expect(process.open == 0 && process.damaged == 0)
    // Each session saw a run without a hole.
    #expect(process.writers.allSatisfy { $0.repeated == 0 })
  }

  /// The kinds of a process's files, from its mappings: `memfd` or the directory.
  private func mappings(of program: Command) throws -> [String] {
    let deadline = now() + 60
    while now() < deadline {
      let text = String(decoding: bytes(of: "/proc/\(program.pid)/maps"), as: UTF8.self)
      let mapped = text.split(separator: "\n").compactMap { line -> String? in
        guard let path = line.split(separator: " ", maxSplits: 5).last else { return nil }
        return path.contains("memfd:swtrace-process") || path.contains("/process-")
          ? String(path.drop { $0 == " " }) : nil
      }
      if !mapped.isEmpty { return mapped }
      usleep(1000)
    }
    throw Command.Failure(description: "no file of markers in /proc/\(program.pid)/maps")
  }

  @Test(arguments: ["missing", "open to others", "a link", "good"])
  func `a directory that is not to be trusted is not used`(kind: String) throws {
    let scratch = ScratchDirectory()
    let path = "\(scratch.path)/own"
    if kind != "missing" { unsafe mkdir(path, 0o700) }
    if kind == "open to others" { unsafe chmod(path, 0o777) }
    let used = kind == "a link" ? "\(scratch.path)/link" : path
    if kind == "a link" { unsafe symlink("own", used) }
    let program = try TracedProgram("hot-loop")
    let command = try Command(
      [program.path, "100000", "4000"],
      environment: ["SWTRACE_DIR=\(used)", "SWTRACE_RECORD=*", "SWTRACE_BUFFER=1M"])
    let mapped = try mappings(of: command)
    let isMemory = mapped.allSatisfy { $0.hasPrefix("/memfd:swtrace-process") }
    #expect(isMemory == (kind != "good"), "\(mapped)")
    #expect(try command.wait().output == "hits 100000\n")
    let left = try LeftTrace(in: scratch.path).processes.count
    #expect(left == 0)
    if kind == "good" { #expect(try LeftTrace(in: path, .counts(of: nil)).process.lost > 0) }
  }
}
