import CLinux
import CSwtrace
import Events
import Glibc
import Synchronization
import Testing

@testable import ProgramTracing

/// Programs' files that were damaged, swapped, or change while they are read.
@Suite(.serialized) struct HostileProducerTests {
  /// A file that a program left, with what it hit, under a session that the test goes on with.
  private func leftover(in run: SessionRun, _ scratch: ScratchDirectory) throws -> [UInt8] {
    let program = MarkedProgram("once")
    wait(for: program.start(["0"], in: scratch.path))
    let name = try #require(scratch.names.first { $0.hasPrefix("process-") })
    let directory = try TrustedDirectory(scratch.path, owner: geteuid())
    let file = try ConfinedFile(name, in: directory, writable: false)
    let layout = try RegistryLayout(
      file.bytes(at: 0, count: RegistryLayout.headerSize), fileSize: file.status().size, path: name)
    // Up to the last chunk that the program's constructor made: what follows is a hole.
    let size = Int(layout.extent(layout.ownFirst + 4))
    return try file.bytes(at: 0, count: size)
  }

  /// Writes the non-zero parts of a file of the same size.
  private func write(_ parts: [(Int, [UInt8])], size: Int, to path: String) {
    let file = unsafe open(path + ".part", O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0o600)
    ftruncate(file, size)
    for (offset, bytes) in parts {
      _ = unsafe bytes.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, offset) }
    }
    close(file)
    unsafe rename(path + ".part", path)
  }

  private func parts(of bytes: [UInt8]) -> [(Int, [UInt8])] {
    var parts: [(Int, [UInt8])] = []
    var offset = 0
    while offset < bytes.count {
      let end = min(offset + 4096, bytes.count)
      let isEmpty = unsafe bytes[offset..<end].withUnsafeBytes { part in
        unsafe part.allSatisfy { $0 == 0 }
      }
      if !isEmpty { parts.append((offset, Array(bytes[offset..<end]))) }
      offset = end
    }
    return parts
  }

  @Test func `a mutated file is read or dropped, never more`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    let bytes = try leftover(in: run, scratch)
    let whole = parts(of: bytes)
    var size = stat()
    let name = try #require(scratch.names.first { $0.hasPrefix("process-") })
    unsafe stat(scratch.path + "/" + name, &size)
    run.drain { $0.events == 4 }
    #expect(run.events == 4)

    var generator = SystemRandomNumberGenerator()
    let edges: [UInt64] = [0, 1, 7, 8, 127, 4096, 1 << 31, 1 << 32 - 1, 1 << 63, .max]
    for round in 0..<400 {
      var mutated = whole
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        // The first parts hold the registry; chunks are where records are.
        let part =
          Bool.random(using: &generator)
          ? 0 : Int.random(in: 0..<mutated.count, using: &generator)
        let place = Int.random(in: 0..<mutated[part].1.count / 4, using: &generator) * 4
        let value = edges.randomElement(using: &generator) ?? 0
        for index in 0..<min(8, mutated[part].1.count - place) {
          mutated[part].1[place + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
        }
      }
      let length =
        round % 10 == 9 ? Int.random(in: 0..<bytes.count, using: &generator) : Int(size.st_size)
      write(
        mutated.filter { $0.0 + $0.1.count <= length }, size: length,
        to: scratch.path + "/process-1-\(round)")
      run.drain()
    }
    run.drain(seconds: 10) { $0.last.programs == 0 }
    run.stop()
    #expect(run.dropped.count > 20)
  }

  @Test func `a count of losses that cannot be is not believed`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    var bytes = try leftover(in: run, scratch)
    run.drain { $0.events == 4 }
    let layout = try RegistryLayout(bytes, fileSize: .max, path: "")
    bytes[Int(layout.slot(0) + SlotOffset.lost) + 7] = 0x40
    write(parts(of: bytes), size: Int(layout.mappedSize), to: scratch.path + "/process-1-1")
    run.drain { !$0.dropped.isEmpty }
    run.stop()
    #expect(run.dropped.count == 1 && run.lost == 0)
  }

  @Test func `bytes that flip while they are read end no recorder and no other's events`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    var bytes = try leftover(in: run, scratch)
    run.drain { $0.events == 4 }
    // As if this process had left it, and lived: it is visited again and again.
    let field = try #require(MemoryLayout<swtrace_registry>.offset(of: \.pid))
    for index in 0..<4 {
      bytes[field + index] = UInt8(truncatingIfNeeded: getpid() >> (8 * Int32(index)))
    }
    let hits = MarkedProgram("hits")
    let pid = hits.start(["2", "20000", "100", "1000"], in: scratch.path)

    var flipped = 0
    for round in 0..<12 {
      let path = scratch.path + "/process-2-\(round)"
      write(parts(of: bytes), size: bytes.count + 300 << 20, to: path)
      let thread = Flipper(path, size: bytes.count, seed: UInt64(round) + 1)
      thread.start()
      run.drain(seconds: 0.15) { _ in false }
      run.drain { _ in thread.writes >= 25_000 }
      flipped += thread.end()
      unsafe unlink(path)
    }
    #expect(flipped >= 12 * 25_000)
    wait(for: pid)
    run.drain(seconds: 0.5) { _ in false }
    run.stop()
    let mine = run.processes.first { $0.process.pid == pid }
    let stream = try #require(
      run.streams.firstIndex {
        if case .process(let process) = $0.source { process == mine?.process } else { false }
      })
    var kept = 0
    for batch in run.batches {
      for event in 0..<batch.count {
        let own = batch.streams.isEmpty ? batch.stream : batch.streams[event]
        if own.index == UInt32(stream) { kept += 1 }
      }
    }
    #expect(kept == 40_000)
  }

  @Test func `a dropped program is not waited for, though a child has its descriptor`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    let victim = MarkedProgram("hits").start(["1", "100000000", "100", "1000"], in: scratch.path)
    run.drain { $0.events > 2000 }
    // What a child has between fork and exec.
    let copies = descriptors(of: victim).map { dup($0) }
    defer { for copy in copies { close(copy) } }
    #expect(!copies.isEmpty)
    let name = try #require(scratch.names.first { $0.hasPrefix("process-\(victim)-") })
    #expect(unsafe truncate(scratch.path + "/" + name, 4096) == 0)
    run.drain { $0.last.programs == 0 && !$0.dropped.isEmpty }
    kill(victim, SIGKILL)
    wait(for: victim)
    var poll = pollfd(fd: run.session.descriptor, events: Int16(POLLIN), revents: 0)
    run.drain { _ in unsafe Glibc.poll(&poll, 1, 0) == 0 }
    #expect(unsafe Glibc.poll(&poll, 1, 0) == 0)
    run.stop()
  }

  /// This process's descriptors of another one.
  private func descriptors(of process: pid_t) -> [Int32] {
    (0..<1024).filter { number in
      let file = unsafe open("/proc/self/fdinfo/\(number)", O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return false }
      defer { close(file) }
      var bytes = [UInt8](repeating: 0, count: 512)
      let count = unsafe read(file, &bytes, bytes.count)
      let lines = bytes.prefix(max(0, count)).split(separator: UInt8(ascii: "\n"))
      return lines.contains { $0.elementsEqual("Pid:\t\(process)".utf8) }
    }
  }

  @Test func `a program that truncates its own file is dropped, others lose nothing`() throws {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    let hits = MarkedProgram("hits")
    let victim = hits.start(["1", "100000000", "100", "1000"], in: scratch.path)
    let other = hits.start(["1", "20000", "100", "1000"], in: scratch.path)
    run.drain { $0.events > 2000 }
    let name = try #require(scratch.names.first { $0.hasPrefix("process-\(victim)-") })
    let path = scratch.path + "/" + name
    #expect(unsafe truncate(path, 4096) == 0)
    run.drain { !$0.dropped.isEmpty }
    #expect(run.dropped.contains { $0.pid == victim })
    kill(victim, SIGKILL)
    wait(for: victim)
    wait(for: other)
    run.drain { $0.last.programs == 0 }
    run.stop()
    #expect(run.losses.contains { $0.reason == .hostileProducer })
    let numbers = run.numbers(field: 1).values.first { $0.count == 20_000 }
    expectRun(try #require(numbers))
  }

  @Test func `links, pipes, directories and text in the place of a file are told and left`() throws
  {
    let scratch = ScratchDirectory()
    let run = try SessionRun(in: scratch.path, patterns: ["app:*"])
    run.drain()
    unsafe symlink("/etc/shadow", scratch.path + "/process-3-a")
    unsafe mkfifo(scratch.path + "/process-3-b", 0o600)
    unsafe mkdir(scratch.path + "/process-3-c", 0o700)
    unsafe symlink("/dev/zero", scratch.path + "/process-3-d")
    write([(0, Array("no registry".utf8))], size: 100_000, to: scratch.path + "/process-3-e")
    let once = MarkedProgram("once").start(["0"], in: scratch.path)
    wait(for: once)
    run.drain { $0.events == 4 }
    run.drain()
    #expect(run.events == 4)
    #expect(Set(run.dropped.map { $0.path.suffix(1) }) == ["a", "b", "c", "d", "e"])
    #expect(run.dropped.count == 5)
    run.stop()
    // What was unreadable and nobody's is gone; what is no file of a program is not touched.
    #expect(scratch.names == ["process-3-a", "process-3-b", "process-3-c", "process-3-d"])
  }
}

/// A thread that writes at random into a file that it has mapped, until it is ended.
private final class Flipper: Sendable {
  private let path: String
  private let size: Int
  private let seed: UInt64
  private let isOver = Atomic<Bool>(false)
  private let isDone = Atomic<Bool>(false)
  private let count = Atomic<Int>(0)

  init(_ path: String, size: Int, seed: UInt64) {
    self.path = path
    self.size = size
    self.seed = seed
  }

  func start() {
    var thread = pthread_t()
    let own = unsafe Unmanaged.passRetained(self)
    unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Flipper>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, own.toOpaque())
    pthread_detach(thread)
  }

  var writes: Int { count.load(ordering: .relaxed) }

  /// Ends it; how often it wrote.
  func end() -> Int {
    isOver.store(true, ordering: .relaxed)
    while !isDone.load(ordering: .acquiring) { usleep(100) }
    return count.load(ordering: .relaxed)
  }

  private func run() {
    defer { isDone.store(true, ordering: .releasing) }
    let file = unsafe open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    let mapped = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else { return }
    defer { unsafe munmap(mapped, size) }
    var state = seed
    var done = 0
    while !isOver.load(ordering: .relaxed) {
      for _ in 0..<256 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        // Registry, slots and extents; then the first chunks.
        let area = state & 1 == 0 ? 32 << 10 : 4096 * 8
        let base = state & 1 == 0 ? 512 : size - (1 << 20)
        let place = base + Int((state >> 8) % UInt64(area))
        unsafe mapped.storeBytes(
          of: UInt8(truncatingIfNeeded: state >> 40), toByteOffset: place, as: UInt8.self)
      }
      done += 256
      count.store(done, ordering: .relaxed)
    }
  }
}
