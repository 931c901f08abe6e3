import Glibc
import Testing

/// SIGKILL at random instants, with one thread to eight.
@Suite struct KilledAnywhereTests {
  @Test(arguments: [
    ("_exit", 0), ("quick", 0), ("thread", 0), ("abort", 128 + SIGABRT), ("null", 128 + SIGSEGV),
    ("stack", 128 + SIGSEGV), ("terminated", 128 + SIGTERM),
  ])
  func `a process that ends in any way leaves all its events`(way: String, status: Int32) throws {
    let (end, trace) = try TracedProgram("ends").run([way], reading: .counts(of: "ends:hit"))
    #expect(end.status == status)
    let process = try trace.process
    #expect(process.writers.count == 3)
    #expect(process.writers.allSatisfy { $0 == .init(number: $0.number, count: 1000, last: 1000) })
    #expect(process.accounted == 3000 && process.open == 0 && process.damaged == 0)
  }

  /// 50 kills a round: 500 of them, or as many as SWTRACE_KILLS says.
  static let rounds: Int = {
    let wish = unsafe getenv("SWTRACE_KILLS").flatMap { unsafe Int(String(cString: $0)) }
    return max(10, ((wish ?? 0) + 49) / 50)
  }()

  @Test(arguments: 0..<rounds)
  func `of 500 kills none loses a committed event`(round: Int) throws {
    var random = SplitMix(seed: 20_260_727 + UInt64(round))
    var hits = 0, open = 0
    for kill in 0..<50 {
      let threads = 1 + kill % 8
      let side = SideFile(), scratch = ScratchDirectory()
      let program = try TracedProgram("storm").start(
        [side.path, "\(threads)"], in: scratch, recording: "storm:*", buffer: "2M")
      // One in five may die before its first hit, in the middle of its registration.
      if kill % 5 != 0 {
        let deadline = now() + 60
        while side[0] < threads, now() < deadline { usleep(100) }
      }
      usleep(UInt32(random.next() % (kill % 2 == 0 ? 500 : 8000)))
      Glibc.kill(program.pid, SIGKILL)
      let end = try program.wait()
      #expect(end.status == 128 + SIGKILL && end.output.isEmpty)
      let trace = try LeftTrace(in: scratch.path, .counts(of: "storm:hit"))
      #expect(trace.processes.count <= 1)
      let process = trace.processes.first ?? LeftTrace.Process(pid: 0)
      let committed = (1...threads).reduce(0) { $0 + side[$1 * 8] }
      #expect(process.damaged == 0)
      #expect(process.accounted >= committed, "\(process) \(committed)")
      #expect(process.accounted <= committed + 2 * threads)
      #expect(process.open <= 2 * threads)
      for writer in process.writers {
        #expect(writer.missing == 0 && writer.repeated == 0)
        #expect(writer.last <= side[writer.number * 8] + 1)
        if process.lost == 0 { #expect(writer.last >= side[writer.number * 8]) }
      }
      hits += process.count
      open += process.open
    }
    // How many there are in a few milliseconds is the machine's business.
    #expect(hits > 10_000)
  }
}

/// Numbers that look random and are the same in every run.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
