import Glibc
import Testing

@testable import SwtraceCommand

@Suite struct StandardOutputTests {
  @Test func `everything arrives in order through a pipe`() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/out"
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    var expected = ""
    do {
      var output = StandardOutput(descriptor: descriptor)
      for line in 0..<20_000 {
        let text = "line \(line)\n"
        expected += text
        output.write(text)
      }
      #expect(output.finish() == 0)
    }
    close(descriptor)
    #expect(TextFile.read(path) == expected)
  }

  @Test func `a full disk is a failure`() {
    let descriptor = unsafe open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var output = StandardOutput(descriptor: descriptor)
    output.write("x")
    output.flush()
    #expect(output.failure == ENOSPC)
  }

  @Test func `help to a closed pipe ends quietly, to a full disk it fails`() {
    let closed = ProgramRun.run(
      "/bin/bash", ["-c", "\(ProgramRun.swtrace) record --help | true; echo ${PIPESTATUS[0]}"])
    #expect(closed.output == "0\n")
    #expect(closed.errors == "")
    let full = ProgramRun.run("/bin/bash", ["-c", "\(ProgramRun.swtrace) --help > /dev/full"])
    #expect(full.status == 1)
    #expect(full.errors == "swtrace: standard output: No space left on device\n")
  }
}
