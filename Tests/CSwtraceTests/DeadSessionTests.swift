import Glibc
import Testing

/// Sessions whose recorders were killed, seen by a program that starts.
@Suite struct DeadSessionTests {
  private let hits = Result { try TracedProgram("hits") }

  /// The state of the first slot of a process's file, and the bits of its first marker's switch.
  private struct Control: Equatable {
    var state: UInt32
    var bits: UInt32

    init(state: UInt32, bits: UInt32) {
      self.state = state
      self.bits = bits
    }

    init(_ path: String) {
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      defer { close(descriptor) }
      func word(_ offset: Int) -> UInt32 {
        var word: UInt32 = 0
        unsafe pread(descriptor, &word, 4, offset)
        return word
      }
      let (slots, markers) = (96, 136)
      state = word(Int(word(slots)) + 16)
      bits = word(Int(word(markers)))
    }
  }

  /// Starts a program under a session; when its marker is on, the session is as if its recorder had
  /// been killed.
  private func programOfDeadSession(in scratch: ScratchDirectory) throws -> Command {
    let session = try TestRecorder.publish("app:*", in: scratch)
    let program = try hits.get().start(["1", "100000000", "10", "1000"], in: scratch)
    let file = try scratch.processFiles(count: 1)[0]
    let deadline = now() + 60
    while Control(file) != Control(state: 2, bits: 1), now() < deadline { usleep(1000) }
    #expect(Control(file) == Control(state: 2, bits: 1))
    let descriptor = unsafe open(session, O_WRONLY | O_CLOEXEC)
    var flags: UInt32 = 0
    unsafe pwrite(descriptor, &flags, 4, 32)
    close(descriptor)
    return program
  }

  @Test func `the next program that starts switches a dead session off, and no other`() throws {
    let scratch = ScratchDirectory()
    let program = try programOfDeadSession(in: scratch)
    defer { program.kill() }
    let file = scratch.processFiles[0]
    try TestRecorder.prepare()
    let slot = try TestRecorder.attach(to: file, "app:*")
    #expect(slot == 1 && Control(file) == Control(state: 2, bits: 3))
    #expect(try hits.get().start(["1", "0"], in: scratch).wait().status == 0)
    #expect(Control(file) == Control(state: 3, bits: 2))
    // What it recorded stays for whoever recovers it.
    #expect(
      try LeftTrace(in: scratch.path, .counts(of: "app:hit")).processes.contains { $0.count > 0 })
  }

  @Test func `whatever lies beside it, a program that starts among the dead goes on`() throws {
    let scratch = ScratchDirectory()
    let program = try programOfDeadSession(in: scratch)
    defer { program.kill() }
    let whole = scratch.processFiles[0]
    let script = """
      cd "$0"; n=100000000
      next() { n=$((n + 1)); file=process-$n-00000000000000000000000$n; }
      head -c 131072 "$1" > part
      for size in 0 8 511 512 2560 9000 40000; do next; head -c $size part > $file; done
      # Offsets, counts and sizes of the header, one after another: all bits set, or too large.
      for field in $(seq 80 4 196); do
        for value in '\\377\\377\\377\\377' '\\0\\0\\377\\0' '\\7\\0\\0\\0'; do
          next; cp part $file
          printf "$value" | dd of=$file bs=1 seek=$field conv=notrunc status=none
        done
      done
      next; mkfifo $file; next; mkdir $file; next; ln -s part $file; next; ln part $file
      """
    try Command.run(["sh", "-ec", script, scratch.path, whole])
    let end = try hits.get().start(["1", "100"], in: scratch, recording: "app:*").wait()
    #expect(end.status == 0)
    #expect(Control(whole) == Control(state: 3, bits: 0))
  }
}
