import CLinux
import Events
import Glibc
import Testing

@testable import ProgramTracing

@Suite struct RecorderFileTests {
  private func places(_ scratch: ScratchDirectory) -> ProgramDirectories {
    ProgramDirectories(
      sessions: scratch.path, registries: [scratch.path], searchesProcesses: false)
  }

  private func status(_ name: String) -> RecorderStatus {
    RecorderStatus(name: name, mode: [.kernel, .markers], owner: 1000, output: "/tmp/a b.swt")
  }

  @Test func `a recording is listed with its counts while its recorder lives`() throws {
    let scratch = ScratchDirectory()
    let file = try RecorderFile(status("web"), in: places(scratch))
    file.update(events: 7, lost: 2, bytes: 1 << 40)
    let found = try #require(FoundRecorder.all(in: places(scratch)).first)
    #expect(found.isAlive && found.status.name == "web" && found.status.owner == 1000)
    #expect(found.status.mode == [.kernel, .markers] && found.status.output == "/tmp/a b.swt")
    #expect(found.status.events == 7 && found.status.lost == 2 && found.status.bytes == 1 << 40)
    #expect(found.status.process == getpid() && found.silence < 60_000_000_000)
  }

  @Test func `a name is one living recorder's, and a dead one's can be had`() throws {
    let scratch = ScratchDirectory()
    let path = scratch.path + "/recorder-web"
    do {
      let file = try RecorderFile(status("web"), in: places(scratch))
      #expect(throws: ProgramTracingError.sessionExists(name: "web")) {
        try RecorderFile(status("web"), in: places(scratch))
      }
      #expect(file.status.name == "web")
    }
    #expect(scratch.names == [])
    // As a killed recorder leaves it: there, and locked by nobody.
    let descriptor = unsafe swtrace_linux_open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    let bytes = status("web").encoded
    #expect(unsafe write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
    #expect(FoundRecorder.all(in: places(scratch)).map(\.isAlive) == [false])
    let next = try RecorderFile(status("web"), in: places(scratch))
    #expect(FoundRecorder.all(in: places(scratch)).map(\.isAlive) == [true])
    #expect(next.status.name == "web" && scratch.names == ["recorder-web"])
  }

  @Test(arguments: [0, 100, 2047, 2049])
  func `bytes that are no recorder's are passed over`(size: Int) throws {
    let scratch = ScratchDirectory()
    let descriptor = unsafe swtrace_linux_open(
      scratch.path + "/recorder-x", O_WRONLY | O_CREAT | O_EXCL, 0o600)
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 31) }
    #expect(unsafe write(descriptor, bytes, bytes.count) == size)
    close(descriptor)
    #expect(FoundRecorder.all(in: places(scratch)).isEmpty)
  }

  @Test func `a file that says another name than its own is passed over`() throws {
    let scratch = ScratchDirectory()
    let file = try RecorderFile(status("web"), in: places(scratch))
    #expect(
      unsafe rename(scratch.path + "/recorder-web", scratch.path + "/recorder-other") == 0)
    #expect(FoundRecorder.all(in: places(scratch)).isEmpty)
    #expect(file.status.name == "web")
    unsafe unlink(scratch.path + "/recorder-other")
  }
}
