import Glibc
import Testing

/// Threads that come and go in any way.
@Suite(.serialized) struct ThreadTests {
  @Test func `short-lived threads have each all its events`() throws {
    let process = try TracedProgram("threads").run(
      ["1000"], buffer: "8M", reading: .counts(of: "threads:hit")
    ).trace.process
    #expect(process.writers.count == 1000)
    #expect(process.writers.allSatisfy { $0 == .init(number: $0.number, count: 100, last: 100) })
    #expect(process.count == 100_000 && process.lost == 0)
  }

  /// 20,000 are more than there are places for threads (runtime.h).
  @Test(arguments: [10_000, 20_000])
  func `so many threads lose nothing in 4 KiB for each`(threads: Int) throws {
    let (end, trace) = try TracedProgram("threads").run(
      ["\(threads)"], buffer: "\(threads / 250)M", reading: .counts(of: nil))
    #expect(end.output == "hits \(threads * 100)\n")
    let process = try trace.process
    #expect(process.count == threads * 100)
    #expect(process.lost == 0 && process.open == 0 && process.damaged == 0)
  }

  @Test func `cancelled threads lose at most the hit that was cancelled`() throws {
    let (end, trace) = try TracedProgram("cancel").run(
      buffer: "32M", reading: .counts(of: "cancel:hit"))
    let words = end.output.split(whereSeparator: \.isWhitespace)
    let started = try #require(Int(words[1])), finished = try #require(Int(words[3]))
    let process = try trace.process
    // Beside them a hundred threads that leave by pthread_exit, with two events each.
    let hits = process.accounted - 200
    // An event on its way from chunk to chunk is open in both.
    #expect(finished <= hits && hits <= started + 2)
    #expect(process.open <= 100 && process.damaged == 0)
    #expect(process.writers.allSatisfy { $0.repeated == 0 })
  }

  @Test func `destructors of thread-specific data are traced`() throws {
    let process = try TracedProgram("cancel").run(recording: "exit,destructor").trace.process
    #expect(process.names == ["cancel:exit": 100, "cancel:destructor": 100])
    let last = process.events.filter { $0.name == "cancel:destructor" }.map(\.fields)
    #expect(Set(last) == Set((1...100).map { "writer=\($0)" }))
  }

  @Test func `destructors of thread_local objects are traced`() throws {
    for linking in [TracedProgram.Linking.archive, .sharedObject] {
      let process = try TracedProgram("thread-local.cc", linking: linking)
        .run().trace.process
      #expect(process.names == ["local:hit": 21, "local:destructor": 21])
      #expect(process.lost == 0)
    }
  }

  @Test func `main returns while other threads hit`() throws {
    for _ in 0..<20 {
      let (end, trace) = try TracedProgram("exit-busy").run(
        buffer: "1M", reading: .counts(of: "busy:hit"))
      #expect(end.status == 0 && end.output.isEmpty)
      let process = try trace.process
      #expect(process.count > 0 && process.damaged == 0)
      #expect(process.open <= 3)
      #expect(process.writers.allSatisfy { $0.missing == 0 && $0.repeated == 0 })
    }
  }
}
