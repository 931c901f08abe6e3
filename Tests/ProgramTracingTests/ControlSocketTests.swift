import CLinux
import Glibc
import Testing

@testable import ProgramTracing

@Suite struct ControlSocketTests {
  /// A published recording with its socket.
  private struct Recorder {
    let scratch = ScratchDirectory()
    let file: RecorderFile
    let socket: ControlSocket
    let places: ProgramDirectories

    init() throws {
      places = ProgramDirectories(
        sessions: scratch.path, registries: [scratch.path], searchesProcesses: false)
      file = try RecorderFile(
        RecorderStatus(name: "web", mode: [], owner: 0, output: ""), in: places)
      socket = try file.listen()
    }

    func connect() throws -> Int32 {
      let directory = unsafe swtrace_linux_open(scratch.path, O_RDONLY | O_DIRECTORY, 0)
      defer { close(directory) }
      let descriptor = unsafe swtrace_linux_control_connect(directory, "control-web")
      try #require(descriptor >= 0)
      return descriptor
    }
  }

  private func send(_ words: String, to descriptor: Int32, passing passed: Int32 = -1) -> Int32 {
    let bytes = Array(words.utf8)
    return unsafe swtrace_linux_control_send(descriptor, bytes, bytes.count, passed)
  }

  private func receive(_ descriptor: Int32) -> String? {
    var bytes = [UInt8](repeating: 0, count: 256)
    var passed: Int32 = -1
    let got = unsafe swtrace_linux_control_receive(descriptor, &bytes, bytes.count, &passed)
    return got < 0 ? nil : String(decoding: bytes[..<got], as: UTF8.self)
  }

  @Test func `a request is heard with its file and answered`() throws {
    let recorder = try Recorder()
    #expect(recorder.socket.next() == nil)
    let asker = try recorder.connect()
    defer { close(asker) }
    #expect(recorder.socket.next() == nil)
    let place = recorder.scratch.path + "/out"
    let file = unsafe swtrace_linux_open(place, O_WRONLY | O_CREAT, 0o600)
    #expect(send("snapshot", to: asker, passing: file) == 0)
    close(file)
    let request = try #require(recorder.socket.next())
    #expect(request.words == "snapshot")
    #expect(unsafe write(request.descriptor, "x", 1) == 1)
    var status = stat()
    #expect(unsafe stat(place, &status) == 0 && status.st_size == 1)
    request.answer("done 1")
    #expect(receive(asker) == "done 1")
  }

  @Test func `whoever asks waits, and hears where the recorder ends`() throws {
    let recorder = try Recorder()
    let found = try #require(FoundRecorder.all(in: recorder.places).first)
    #expect(throws: ProgramTracingError.self) { try found.ask("stop") { false } }
    let late = try #require(recorder.socket.next())
    #expect(late.words == "stop" && late.descriptor == -1)
    late.answer("nobody hears this")
  }

  @Test func `who says nothing, too much or is one too many shuts nobody out`() throws {
    let recorder = try Recorder()
    let silent = try (0..<40).map { _ in try recorder.connect() }
    defer { silent.forEach { close($0) } }
    let long = String(repeating: "x", count: 10_000)
    #expect(send(long, to: silent[0]) == 0)
    let asker = try recorder.connect()
    defer { close(asker) }
    #expect(send("stop", to: asker) == 0)
    var heard: ControlRequest?
    for _ in 0..<600 where heard == nil {
      heard = recorder.socket.next()
      #expect(recorder.socket.descriptors.count <= 17)
      if heard == nil { usleep(100_000) }
    }
    #expect(heard?.words == "stop")
    #expect(receive(silent[0]) == "")
  }

  @Test(
    .enabled(
      if: unsafe geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0
        && access("/usr/bin/python3", X_OK) == 0, "needs root, setpriv and python3"))
  func `another user is refused`() throws {
    let recorder = try Recorder()
    unsafe chmod(recorder.scratch.path, 0o755)
    unsafe chmod(recorder.scratch.path + "/control-web", 0o666)
    let script = """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
      s.connect('\(recorder.scratch.path)/control-web')
      try: s.send(b'stop')
      except BrokenPipeError: pass  # The answer came before.
      sys.exit(7 if s.recv(99) == b'error 1' else 8)
      """
    let pid = spawn([
      "/usr/bin/setpriv", "--reuid=65534", "--clear-groups", "/usr/bin/python3", "-c", script,
    ])
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, WNOHANG) == 0 {
      #expect(recorder.socket.next() == nil)
      usleep(10_000)
    }
    #expect(status >> 8 & 0xff == 7)
  }
}
