import Glibc
import Testing

/// Children of every kind: each has a file of its own, or none; nobody writes into another's.
@Suite struct ForkTests {
  private func isWhole(_ process: LeftTrace.Process, _ writers: [LeftTrace.Writer]) -> Bool {
    process.writers.sorted { $0.number < $1.number } == writers && process.lost == 0
      && process.open == 0 && process.damaged == 0
      && process.count == writers.reduce(0) { $0 + $1.count }
  }

  @Test func `child and grandchild write as themselves`() throws {
    let (end, trace) = try TracedProgram("fork").run(reading: .counts(of: "fork:hit"))
    #expect(end.status == 0)
    #expect(trace.processes.count == 3)
    #expect(Set(trace.processes.map(\.pid)).count == 3)
    for number in 1...3 {
      let process = try #require(trace.process(ofWriter: number))
      #expect(isWhole(process, [.init(number: number, count: 1000, last: 1000)]))
    }
  }

  @Test func `a storm of 200 children keeps every hit apart`() throws {
    let (end, trace) = try TracedProgram("forks").run(
      ["200", "50"], buffer: "256K", reading: .counts(of: nil))
    #expect(end.status == 0)
    #expect(trace.processes.count == 201)
    #expect(Set(trace.processes.map(\.pid)).count == 201)
    #expect(trace.processes.allSatisfy { $0.count == 50 && $0.accounted == 50 && $0.damaged == 0 })
  }

  @Test func `a thread forks while others hit`() throws {
    let (end, trace) = try TracedProgram("fork-thread").run(
      ["40"], reading: .counts(of: "fork:hit"))
    #expect(end.status == 0)
    let words = end.output.split(whereSeparator: \.isWhitespace)
    let first = try #require(Int(words[1])), second = try #require(Int(words[3]))
    #expect(trace.processes.count == 41)
    let parent = try #require(trace.process(ofWriter: 1))
    #expect(
      isWhole(
        parent,
        [
          .init(number: 1, count: first, last: first),
          .init(number: 2, count: second, last: second),
        ]))
    for number in 101...140 {
      let child = try #require(trace.process(ofWriter: number))
      #expect(isWhole(child, [.init(number: number, count: 100, last: 100)]))
    }
  }

  @Test func `a vfork child writes as its parent's thread`() throws {
    let process = try TracedProgram("vfork").run(reading: .counts(of: "vfork:hit")).trace.process
    #expect(isWhole(process, [.init(number: 1, count: 400, last: 400)]))
  }

  @Test func `a vfork child that executes a program starts a stream of its own`() throws {
    let (end, trace) = try TracedProgram("vfork-exec").run(
      ["30"], buffer: "256K", reading: .counts(of: "vfork:hit"))
    #expect(end.status == 0)
    #expect(trace.processes.count == 31)
    let parent = try #require(trace.process(ofWriter: 1))
    #expect(isWhole(parent, [.init(number: 1, count: 60, last: 60)]))
    for number in 101...130 {
      let child = try #require(trace.process(ofWriter: number))
      #expect(isWhole(child, [.init(number: number, count: 100, last: 100)]))
    }
  }

  @Test(arguments: [("spawn", "spawn:hit"), ("exec", "exec:hit"), ("daemon", "daemon:hit")])
  func `spawned, executed and detached programs are traced from their start`(
    program: String, marker: String
  ) throws {
    let (end, trace) = try TracedProgram(program).run(reading: .counts(of: marker))
    #expect(end.status == 0)
    let count = program == "daemon" ? 1000 : 100
    for number in program == "daemon" ? 1...1 : 1...2 {
      let process = try #require(trace.process(ofWriter: number))
      #expect(isWhole(process, [.init(number: number, count: count, last: count)]))
    }
    #expect(trace.processes.filter { !$0.writers.isEmpty }.count == (program == "daemon" ? 1 : 2))
    if program == "exec" { #expect(Set(trace.processes.map(\.pid)).count == 1) }
  }

  @Test func `a raw clone registers at its first hit`() throws {
    let (end, trace) = try TracedProgram("raw-clone").run(reading: .counts(of: "clone:hit"))
    #expect(end.status == 0)
    #expect(trace.processes.count == 2)
    let parent = try #require(trace.process(ofWriter: 1))
    let child = try #require(trace.process(ofWriter: 2))
    #expect(parent.pid != child.pid)
    #expect(isWhole(parent, [.init(number: 1, count: 200, last: 200)]))
    #expect(isWhole(child, [.init(number: 2, count: 100, last: 100)]))
  }

  @Test func `a raw clone whose markers are off is found when it is asked to register`() throws {
    try TestRecorder.prepare()
    let scratch = ScratchDirectory()
    let program = try TracedProgram("raw-clone").start(["off"], in: scratch)
    let file = try scratch.processFiles(count: 1)[0]
    // It sleeps when it waits for its child, which does nothing for ten seconds.
    let deadline = now() + 60
    while now() < deadline {
      let status = String(decoding: bytes(of: "/proc/\(program.pid)/stat"), as: UTF8.self)
      if status.contains(") S ") { break }
      usleep(1000)
    }
    try TestRecorder.publish("clone:*", in: scratch)
    try TestRecorder.askToRegister(file)
    #expect(try program.wait().status == 0)
    let trace = try LeftTrace(in: scratch.path, .counts(of: "clone:hit"))
    let child = try #require(trace.process(ofWriter: 2))
    // The hit that asked is not yet the session's.
    #expect(child.writers == [.init(number: 2, count: 99, last: 100, missing: 1)])
    #expect(trace.process(ofWriter: 1) == nil)
  }
}
