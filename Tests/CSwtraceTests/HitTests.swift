import Testing

/// What a hit costs the program around it: nothing that it could notice.
@Suite struct HitTests {
  @Test(arguments: [TracedProgram.Linking.archive, .sharedObject])
  func `every hit is there, in order`(linking: TracedProgram.Linking) throws {
    let program = try TracedProgram("hot-loop", linking: linking)
    let (end, trace) = try program.run(
      ["100000"], buffer: "16M", reading: .counts(of: "hot:loop"))
    #expect(end.output == "hits 100000\n")
    let process = try trace.process
    #expect(process.writers == [.init(number: 1, count: 100_000, last: 100_000)])
    #expect(process.accounted == 100_000 && process.open == 0)
  }

  @Test(arguments: [
    ["-static"], ["-static-pie"], ["-no-pie"], ["-Wl,--gc-sections"], ["-flto"],
    ["-fsanitize=address,undefined"], ["-fsanitize=thread"], ["-DSWTRACE_ORDERED_CLOCK"],
  ])
  func `programs built in other ways are traced too`(options: [String]) throws {
    let program = try TracedProgram("threads", options: options)
    let process = try program.run(["20"], reading: .counts(of: "threads:hit")).trace.process
    #expect(process.writers.count == 20)
    #expect(process.writers.allSatisfy { $0 == .init(number: $0.number, count: 100, last: 100) })
    #expect(process.lost == 0)
  }

  private static let canTrace =
    Command.exists("strace") && (try? Command.run(["strace", "-o", "/dev/null", "true"])) != nil

  @Test(.enabled(if: canTrace, "strace is not installed, or may not trace"))
  func `a hit makes no system call`() throws {
    let program = try TracedProgram("hot-loop")
    func calls(_ hits: Int) throws -> [Substring] {
      let (end, trace) = try program.run(
        ["\(hits)"], buffer: "16M", prefix: ["strace", "-f", "-qq"], reading: .counts(of: nil))
      #expect(try trace.process.count == hits)
      return end.output.split(separator: "\n").compactMap { line in
        line.firstIndex(of: "(").map { line[..<$0] }
      }
    }
    let few = try calls(10), many = try calls(300_000)
    #expect(few.count > 10)
    #expect(few == many)
  }

  @Test func `the program has no thread and no descriptor more`() throws {
    let traced = try TracedProgram("quiet")
    let on = try traced.run(reading: .counts(of: "quiet:hit"))
    #expect(try on.trace.process.count == 1000)
    let without = try TracedProgram("quiet", options: ["-DSWTRACE_DISABLE"], linking: .nothing)
    let expected = try without.run().end.output
    #expect(expected == "threads 1 descriptors 3\n")
    #expect(on.end.output == expected)
    #expect(try traced.run(recording: nil).end.output == expected)
  }

  @Test func `a program that nobody recorded leaves nothing behind and says nothing`() throws {
    let scratch = ScratchDirectory()
    let end = try TracedProgram("exec").start(in: scratch).wait()
    #expect(end.status == 0 && end.output.isEmpty)
    // What a program leaves that executes another is removed when a later one starts.
    _ = try TracedProgram("exec").start(["again"], in: scratch).wait()
    #expect(scratch.processFiles.isEmpty)
  }

  @Test func `errno stays as it was, whatever path the hit takes`() throws {
    let (end, trace) = try TracedProgram("errno").run(
      buffer: "256K", reading: .counts(of: "errno:hit"))
    #expect(end.output == "changed 0 child 0\n")
    // 256 KiB is too little: the paths of lost events were taken.
    #expect(trace.processes.count == 2)
    #expect(trace.processes.allSatisfy { $0.lost > 0 && $0.count > 0 })
    #expect(trace.processes.map(\.accounted).sorted() == [20000, 40001])
  }

  @Test func `what finds no room is counted`() throws {
    let program = try TracedProgram("hot-loop")
    for buffer in ["0", "256K", "1M"] {
      let process = try program.run(
        ["100000"], buffer: buffer, reading: .counts(of: "hot:loop")
      ).trace.process
      #expect(process.count + process.lost == 100_000, "\(buffer)")
      #expect(process.lost > 0)
      #expect((process.count == 0) == (buffer == "0"))
      #expect(process.writers.allSatisfy { $0.missing == 0 && $0.repeated == 0 })
    }
  }

  /// Where the processor's counter cannot be used, every hit takes the slow path.
  @Test func `with the system's clock every hit is there too`() throws {
    let slow = ["SWTRACE_CLOCK=monotonic"]
    let one = try TracedProgram("hot-loop").run(
      ["100000"], buffer: "16M", environment: slow, reading: .counts(of: "hot:loop")
    ).trace.process
    #expect(one.writers == [.init(number: 1, count: 100_000, last: 100_000)])
    #expect(one.accounted == 100_000 && one.open == 0)
    let many = try TracedProgram("threads").run(
      ["500"], environment: slow, reading: .counts(of: "threads:hit")
    ).trace.process
    #expect(many.count == 50_000 && many.lost == 0 && many.open == 0)
    let short = try TracedProgram("hot-loop").run(
      ["100000"], buffer: "256K", environment: slow, reading: .counts(of: "hot:loop")
    ).trace.process
    #expect(short.lost > 0 && short.accounted == 100_000)
  }

  @Test func `a recorder that reads along gives the chunks back, and nothing is lost or doubled`()
    throws
  {
    try TestRecorder.prepare()
    let scratch = ScratchDirectory()
    let program = try TracedProgram("hot-loop").start(["2000000", "5000", "2000"], in: scratch)
    let file = try scratch.processFiles(count: 1)[0]
    let recorder = try TestRecorder.drain(file, "hot:*", sequence: "hot:loop")
    #expect(try program.wait().output == "hits 2000000\n")
    let drained = try recorder.wait()
    let process = try LeftTrace(text: drained.output).process
    // 16 extents hold 174,000 of them: each chunk came back many times.
    #expect(process.count > 400_000)
    #expect(process.accounted == 2_000_000)
    let writer = try #require(process.writer(1))
    #expect(writer.count == process.count && writer.repeated == 0)
    #expect(process.damaged == 0 && process.open == 0)
  }
}
