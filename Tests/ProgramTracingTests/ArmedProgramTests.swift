import CSwtrace
import Events
import Glibc
import Testing

@testable import ProgramTracing

/// Programs that SWTRACE_RECORD armed, and recorders that come later.
@Suite(.serialized) struct ArmedProgramTests {
  private let hits = MarkedProgram("hits")
  private let armed = ["SWTRACE_RECORD=app:*", "SWTRACE_BUFFER=4M"]

  @Test func `a living program's events from its first on come to the recorder once`() throws {
    let scratch = ScratchDirectory()
    let pid = hits.start(
      ["2", "100000000", "20", "1000"], in: scratch.path, environment: armed)
    defer { end(pid) }
    let hasHit = wait { (try? scratch.hasHit(pid)) == true }
    #expect(hasHit)
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    run.drain { $0.events > 30_000 }
    run.stop()
    #expect(run.lost == 0 && run.dropped.isEmpty && run.isSorted)
    let threads = run.numbers(field: 1)
    #expect(threads.count == 2)
    for (_, numbers) in threads { expectRun(numbers) }
    // The slot was the session's and went with it.
    let again = try SessionRun(in: scratch.path, patterns: ["app:*"], name: "again")
    again.drain { $0.events > 1000 }
    again.stop()
    for (_, numbers) in again.numbers(field: 1) { expectRun(numbers, from: numbers[0]) }
    #expect(again.numbers(field: 1).values.allSatisfy { $0[0] > 0 })
  }

  @Test func `a dead program's events are found and its file goes`() throws {
    let scratch = ScratchDirectory()
    let pids = (0..<20).map { _ in
      hits.start(["1", "1000"], in: scratch.path, environment: armed)
    }
    for pid in pids { #expect(wait(for: pid) == 0) }
    #expect(scratch.names.count == 20)
    let other = try SessionRun(in: scratch.path, patterns: ["none:*"], name: "other")
    other.drain(seconds: 0.2) { _ in false }
    other.stop()
    #expect(other.events == 0 && scratch.names.count == 20)
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    run.drain { $0.events >= 20_000 && $0.last.programs == 0 }
    run.stop()
    #expect(run.events == 20_000 && run.lost == 0)
    for (_, numbers) in run.numbers(field: 1) { expectRun(numbers, count: 1000) }
    #expect(scratch.names == [])
  }

  @Test func `of two recorders one gets what was before both`() throws {
    let scratch = ScratchDirectory()
    let pid = hits.start(
      ["1", "100000000", "20", "1000"], in: scratch.path, environment: armed)
    defer { end(pid) }
    let hasHit = wait { (try? scratch.hasHit(pid)) == true }
    #expect(hasHit)
    let runs = try (0..<2).map {
      try SessionRun(in: scratch.path, patterns: ["app:*"], name: "both-\($0)")
    }
    wait {
      for run in runs { run.drain(seconds: 0.02) { _ in false } }
      return runs.allSatisfy { $0.events > 1000 }
    }
    for run in runs { run.stop() }
    let firsts = runs.flatMap { run in run.numbers(field: 1).values.map { $0[0] } }
    #expect(firsts.count == 2 && firsts.filter { $0 == 0 }.count == 1, "\(firsts)")
    for run in runs {
      for (_, numbers) in run.numbers(field: 1) { expectRun(numbers, from: numbers[0]) }
    }
  }

  @Test func `what did not fit before a recorder came is counted`() throws {
    let scratch = ScratchDirectory()
    let pid = hits.start(
      ["1", "100000"], in: scratch.path,
      environment: ["SWTRACE_RECORD=app:*", "SWTRACE_BUFFER=256K"])
    #expect(wait(for: pid) == 0)
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    run.drain { $0.last.programs == 0 && $0.events > 0 }
    run.stop()
    #expect(run.lost > 0 && run.events + run.lost == 100_000)
  }

  @Test(
    .enabled(
      if: geteuid() == 0
        && run(["/usr/bin/unshare", "--pid", "--fork", "--mount-proc", "true"]) == 0,
      "namespaces and map_files need root, and unshare"))
  func `the init of a pid namespace without a place for files is found in its memory`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"], searches: true)
    // Nothing is mounted where files could lie, and nothing can be made there.
    let script = """
      mount -t tmpfs -o ro,size=4k none /dev && exec \(hits.path) 1 100000000 20 1000
      """
    let pid = spawn(
      [
        "/usr/bin/unshare", "--pid", "--fork", "--kill-child", "--mount", "--propagation",
        "private", "/bin/sh", "-c", script,
      ],
      environment: ["PATH=/usr/bin:/bin"] + armed)
    defer { end(pid) }
    // Other tests may have such programs as well.
    func numbers(_ run: SessionRun) -> [Int64] {
      guard let own = run.processes.first(where: { $0.parent == pid })?.process.pid else {
        return []
      }
      return run.seen().filter { $0.pid == own }.map { $0.fields[1] }
    }
    // It executes the program when the machine lets it: asked until it is there.
    run.drain(seconds: 60) { run in
      run.session.processesChanged()
      return numbers(run).count > 5000
    }
    run.stop()
    let found = try #require(run.processes.first { $0.parent == pid }).process
    #expect(found.executable.hasSuffix("/hits") && found.namespacePid == 1 && found.pid != 1)
    let numbers = numbers(run)
    #expect(numbers.count > 5000)
    expectRun(numbers)
  }
}
