import CSwtrace
import Events
import Glibc
import Testing

@testable import ProgramTracing

@Suite(.serialized) struct ProgramSessionTests {
  let hits = MarkedProgram("hits")

  @Test func `200 processes that hit 1,000 markers and exit at once leave 200,000 events`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    var pids: [pid_t] = []
    for number in 0..<200 {
      pids.append(hits.start(["1", "1000"], in: scratch.path))
      if number % 8 == 7 { run.drain() }
    }
    for pid in pids { #expect(wait(for: pid) == 0) }
    run.drain { $0.events + $0.lost >= 200_000 }
    run.drain { $0.last.programs == 0 }
    #expect(run.lost == 0)
    #expect(run.events == 200_000)
    #expect(run.isSorted)
    #expect(run.dropped.isEmpty)
    let numbers = run.numbers(field: 1)
    #expect(numbers.count == 200)
    for (_, numbers) in numbers { expectRun(numbers, count: 1000) }
    #expect(Set(run.processes.map(\.process.pid)) == Set(pids))
    run.stop()
    try expectSwept(scratch)
  }

  @Test func `a program that ran before the session is switched on and off`() throws {
    let scratch = ScratchDirectory()
    let pid = hits.start(["2", "100000000", "10", "1000"], in: scratch.path)
    defer { end(pid) }
    wait { scratch.file(of: pid) != nil }
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    run.drain { $0.events > 20_000 && $0.threads.count > 1 }
    #expect(run.events > 20_000)
    run.stop()
    let total = run.events
    let threads = run.numbers(field: 1)
    #expect(threads.count == 2)
    for (_, numbers) in threads { expectRun(numbers, from: numbers[0]) }
    #expect(run.lost == 0)
    run.drain()
    #expect(run.events == total)

    let again = try SessionRun(in: scratch.path, patterns: ["app:*"])
    again.drain { $0.events > 5_000 }
    again.stop()
    #expect(again.events > 5_000)
    #expect(again.lost == 0)
  }

  @Test func `more sessions than there are slots follow one another in a living program`() throws {
    let scratch = ScratchDirectory()
    let pid = hits.start(["2", "100000000", "10", "1000"], in: scratch.path)
    let sleeper = MarkedProgram("once").start(["60"], in: scratch.path)
    defer {
      end(pid)
      end(sleeper)
    }
    for _ in 0..<20 {
      let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
      run.drain { $0.events > 50 }
      run.stop()
      let (events, dropped) = (run.events, run.dropped.count)
      #expect(events > 50)
      #expect(dropped == 0)
    }
  }

  @Test func `recorded and lost make up what was hit when the buffer is far too small`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"], budget: 512 << 10)
    let pid = hits.start(["2", "1000000"], in: scratch.path)
    #expect(wait(for: pid) == 0)
    run.drain { $0.events + $0.lost >= 2_000_000 }
    run.stop()
    #expect(run.lost > 0)
    #expect(run.events + run.lost == 2_000_000)
    var lost: [ThreadNumber: UInt64] = [:]
    for loss in run.losses {
      #expect(loss.reason == .programBufferFull)
      #expect(loss.first <= loss.last)
      lost[loss.thread, default: 0] += loss.count ?? 0
    }
    for (key, numbers) in run.numbers(field: 1) {
      let hit = numbers.count + Int(lost[key.thread] ?? 0)
      #expect(hit == 1_000_000)
    }
  }

  @Test func `markers that a program had no room for are told once`() throws {
    let scratch = ScratchDirectory()
    let pid = hits.start(["1", "100000000", "100", "1000"], in: scratch.path)
    defer { end(pid) }
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    run.drain { $0.events > 100 }
    #expect(run.refusals == [])
    let name = try #require(scratch.names.first { $0.hasPrefix("process-\(pid)-") })
    let file = unsafe open(scratch.path + "/" + name, O_RDWR | O_CLOEXEC)
    defer { close(file) }
    for (count, told) in [(UInt32(3), [3]), (8, [3, 5])] as [(UInt32, [UInt32])] {
      var count = count
      #expect(unsafe pwrite(file, &count, 4, off_t(RegistryLayout.refusedField)) == 4)
      run.drain { $0.refusals.count == told.count }
      #expect(run.refusals == told.map { RefusedMarkers(pid: pid, count: $0) })
    }
    run.drain(seconds: 0.2) { _ in false }
    #expect(run.refusals.count == 2)
    run.stop()
  }

  @Test func `a thread that falls silent has its events read within a second`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    let pid = MarkedProgram("once").start(["30"], in: scratch.path)
    defer { end(pid) }
    run.drain(seconds: 25) { $0.events == 3 }
    let seen = run.seen()
    #expect(seen.map(\.name) == ["app:once", "app:words", "app:sleep"])
    #expect(seen[0].fields == [-5, -1, Int64(bitPattern: (2.5).bitPattern), 1])
    #expect(seen[1].fields == [42])
    #expect(seen[1].texts == ["hello", "world"])
    #expect(run.types.map(\.kind) == [.event, .event, .begin])
    #expect(run.types[0].fields.map(\.name) == ["small", "big", "real", "yes"])
    #expect(run.threads.map(\.comm) == ["once"])
    #expect(run.processes.first?.commandLine.hasSuffix("once 30") == true)
  }

  @Test func `killed at random moments, a program loses no completed event`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    var generator = SystemRandomNumberGenerator()
    var open = 0
    for round in 0..<500 {
      let pid = hits.start(["\(1 + round % 8)", "100000000", "20", "500"], in: scratch.path)
      // One in five may die in the midst of its registration.
      if round % 5 != 0 { wait { scratch.file(of: pid) != nil } }
      let pause = UInt32.random(in: 0...30_000, using: &generator)
      usleep(pause)
      run.drain()
      kill(pid, SIGKILL)
      wait(for: pid)
    }
    run.drain { $0.last.programs == 0 }
    run.stop()
    var threads = 0
    for (_, numbers) in run.numbers(field: 1) {
      expectRun(numbers)
      threads += 1
    }
    for loss in run.losses {
      #expect(loss.reason == .openRecord)
      open += Int(loss.count ?? 1)
    }
    // How many had begun is the machine's business.
    #expect(threads > 200)
    #expect(open <= threads)
    #expect(run.dropped.isEmpty)
    try expectSwept(scratch)
  }

  @Test func `a forked child has a stream of its own`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    let pid = MarkedProgram("forks").start(["20", "300"], in: scratch.path)
    #expect(wait(for: pid) == 0)
    run.drain { $0.events >= 21 * 300 }
    run.drain { $0.last.programs == 0 }
    run.stop()
    #expect(run.lost == 0)
    #expect(run.numbers(field: 1).count == 21)
    for (_, numbers) in run.numbers(field: 1) {
      expectRun(numbers, count: 300)
    }
    for (_, numbers) in run.numbers(field: 0) {
      let pids = Set(numbers).count
      #expect(pids == 1)
    }
    try expectSwept(scratch)
  }

  @Test func `records that a signal handler leapt out of are counted, those around them kept`()
    throws
  {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    let output = scratch.path + "/.begun"
    let program = MarkedProgram("leaps")
    let pid = spawn(
      ["/bin/sh", "-c", "\(program.path) 200 > \(output)"],
      environment: ["SWTRACE_DIR=\(scratch.path)"])
    run.drain { !$0.processes.isEmpty && $0.last.programs == 0 }
    #expect(wait(for: pid) == 0)
    run.stop()
    let begun = try readNumber(output)
    var counts: [String: Int] = [:]
    for batch in run.batches {
      for group in batch.groups {
        counts[run.types[Int(group.type.index)].qualifiedName, default: 0] += group.rows
      }
    }
    // Where the recorder got no processor in time, what found no room is counted.
    let calm = counts["app:hit"] ?? 0
    let isFull = run.losses.contains { $0.reason == .programBufferFull }
    #expect(calm == 200 || isFull)
    let open = run.losses.filter { $0.reason == .openRecord }.reduce(0) { $0 + Int($1.count ?? 0) }
    // A leap before the reservation leaves nothing, one behind it an open record or a whole one.
    let kept = (counts["app:busy"] ?? 0) + calm + run.lost
    let reasons = Set(run.losses.map(\.reason))
    #expect(kept <= begun + 200 && kept >= begun, "kept \(kept) of \(begun), \(reasons)")
    #expect(open <= 200)
    #expect(run.losses.allSatisfy { $0.reason == .openRecord || $0.reason == .programBufferFull })
  }

  @Test func `patterns choose markers, classes of characters included`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*", "^app:sleep", "^app:[w]*"])
    let pid = MarkedProgram("once").start(["0"], in: scratch.path)
    wait(for: pid)
    run.drain { $0.last.programs == 0 && $0.events > 0 }
    run.stop()
    #expect(run.seen().map(\.name) == ["app:once"])
  }

  @Test func `two sessions at once each get what they asked for`() throws {
    let scratch = ScratchDirectory()
    let all = try SessionRun(in: scratch.path, patterns: ["app:*"], name: "all")
    let some = try SessionRun(in: scratch.path, patterns: ["app:words"], name: "some")
    #expect(throws: ProgramTracingError.sessionExists(name: "all")) {
      try SessionRun(in: scratch.path, patterns: ["app:*"], name: "all")
    }
    var pids: [pid_t] = []
    for _ in 0..<20 { pids.append(MarkedProgram("once").start(["0"], in: scratch.path)) }
    for pid in pids { wait(for: pid) }
    all.drain { $0.events >= 80 }
    some.drain { $0.events >= 20 }
    all.stop()
    some.stop()
    #expect(all.events == 80)
    #expect(some.events == 20)
    #expect(all.lost + some.lost == 0)
  }

  @Test func `a selective session takes programs that name it and have ended`() throws {
    let scratch = ScratchDirectory()
    let once = MarkedProgram("once")
    let run = try SessionRun(in: scratch.path, isSelective: true, admits: { _ in false })
    let named = try SessionRun(
      in: scratch.path, name: "named", isSelective: true, admits: { _ in false })
    let variable = "\(named.session.environment.name)=\(named.session.environment.value)"
    let pid = once.start(["0"], in: scratch.path, environment: [variable])
    wait(for: pid)
    named.drain { $0.events >= 4 }
    run.drain(seconds: 0.3) { _ in false }
    #expect(named.events == 4)
    #expect(run.events == 0)
  }

  @Test func `a dead recorder's session is switched off and swept away`() throws {
    let scratch = ScratchDirectory()
    let dead = SessionIdentifier.random()
    let pid: pid_t
    do {
      let file = try SessionFile(
        dead, named: "dead",
        wishes: SessionFile.Wishes(
          patterns: Array("app:*\n".utf8), only: false, quota: 1 << 20, budget: 1 << 20,
          startBytes: 256 << 10, readableByAll: false),
        in: TrustedDirectory(scratch.path, owner: geteuid()))
      pid = hits.start(["1", "100000000", "1", "1000"], in: scratch.path)
      let hasHit = wait { (try? scratch.hasHit(pid)) == true }
      #expect(hasHit)
      #expect(scratch.names.contains("session-" + file.identifier.text))
    }
    defer { end(pid) }
    let gone = hits.start(["1", "10"], in: scratch.path)
    wait(for: gone)
    let run = try SessionRun(in: scratch.path, patterns: ["nothing:*"])
    run.drain { _ in !scratch.names.contains("session-" + dead.text) }
    #expect(!scratch.names.contains("session-" + dead.text))
    let name = try #require(scratch.names.first { $0.hasPrefix("process-\(pid)-") })
    let program = try TracedProgram(
      ConfinedFile(
        name, in: TrustedDirectory(scratch.path, owner: geteuid()), writable: true), place: nil,
      proc: ProcFilesystem())
    try program.readControl()
    for index in 0..<program.layout.slotCount where program.slotState(index).session == dead {
      // Its one chunk is still the thread's; nothing is written there any more.
      #expect(program.slotState(index).state == UInt32(SWTRACE_SLOT_STOPPED))
    }
    run.stop()
  }

  @Test(
    .enabled(
      if: geteuid() == 0 && run(["/usr/bin/unshare", "--mount", "true"]) == 0,
      "mounting a small tmpfs needs root"))
  func `a full file system is told, and the rest is recorded`() throws {
    let scratch = ScratchDirectory()
    let small = scratch.path + "/small"
    #expect(unsafe Glibc.mkdir(small, 0o700) == 0)
    #expect(run(["/bin/mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "none", small]) == 0)
    defer { _ = run(["/bin/umount", "-l", small]) }
    let session = try SessionRun(in: small, patterns: ["app:*"])
    let pids = (0..<4).map { _ in hits.start(["2", "100000"], in: small) }
    for pid in pids {
      session.drain()
      #expect(wait(for: pid) == 0)
    }
    session.drain { $0.last.programs == 0 }
    session.stop()
    #expect(session.events > 0)
    let told = !session.shortages.isEmpty || session.lost > 0
    #expect(told)
    #expect(session.shortages.allSatisfy { $0.errno == ENOSPC })
  }

  @Test(
    .enabled(
      if: geteuid() == 0
        && run(["/usr/bin/unshare", "--pid", "--fork", "--mount-proc", "true"]) == 0,
      "namespaces need root and unshare"))
  func `a program in a pid namespace is known by this host's numbers`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    let pid = spawn(
      [
        "/usr/bin/unshare", "--pid", "--fork", "--mount-proc", hits.path, "2", "2000", "10",
        "10000",
      ], environment: ["SWTRACE_DIR=\(scratch.path)", "PATH=/usr/bin:/bin"])
    run.drain { $0.events >= 4000 }
    wait(for: pid)
    run.stop()
    #expect(run.events == 4000)
    let process = try #require(run.processes.first).process
    #expect(process.namespacePid == 1)
    #expect(process.pid != 1)
    #expect(run.threads.allSatisfy { $0.thread >= process.pid })
  }

  /// Nothing is left, at the latest when the next recorder has been there: another recorder on this
  /// machine may have had a file open when it was to go.
  private func expectSwept(_ scratch: ScratchDirectory) throws {
    if scratch.names != [] {
      let next = try SessionRun(in: scratch.path, patterns: ["nothing:*"])
      next.drain { _ in scratch.names.count == 1 }
      next.stop()
    }
    #expect(scratch.names == [])
  }

  private func readNumber(_ path: String) throws -> Int {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = unsafe read(file, &bytes, 32)
    return try #require(
      Int(String(decoding: bytes[..<max(count, 0)].prefix { $0 > 32 }, as: UTF8.self)))
  }
}
