import Glibc
import ProgramTracing
import Testing

@testable import Recording

@Suite struct `The command under trace` {
  func command(
    _ arguments: String..., credentials: RecordingOptions.Credentials? = nil
  ) throws -> TracedCommand {
    try TracedCommand(
      arguments, credentials: credentials, blockedSignals: 0,
      descriptors: DescriptorLimit(soft: 64, hard: 128))
  }

  @Test(arguments: [("exit 0", Int32(0)), ("exit 7", 7), ("kill -9 $$", 137)])
  func `passes on how it ended`(script: String, status: Int32) throws {
    let command = try command("sh", "-c", script)
    try command.go()
    #expect(command.wait() == status)
  }

  @Test func `does nothing until it is let go`() throws {
    let directory = ScratchDirectory()
    let command = try command("touch", "\(directory.path)/made")
    usleep(50_000)
    #expect(unsafe access("\(directory.path)/made", F_OK) != 0)
    try command.go()
    #expect(command.wait() == 0)
    #expect(unsafe access("\(directory.path)/made", F_OK) == 0)
  }

  @Test func `gets the limit of descriptors that was there before`() throws {
    let command = try command("sh", "-c", "[ $(ulimit -Sn) = 64 ]")
    try command.go()
    #expect(command.wait() == 0)
  }

  @Test(.enabled(if: geteuid() == 0, "becoming another user needs root"))
  func `runs as another user`() throws {
    let nobody = RecordingOptions.Credentials(user: 65534, group: 65534, groups: [65534])
    let command = try command("sh", "-c", "[ $(id -u) = 65534 ]", credentials: nobody)
    try command.go()
    #expect(command.wait() == 0)
  }

  @Test(arguments: [("/no/such/thing", ENOENT), ("/etc/passwd", EACCES)])
  func `that cannot be executed says why`(path: String, number: Int32) throws {
    let command = try command(path)
    do throws(RecordingError) {
      try command.go()
      Issue.record("executed \(path)")
    } catch {
      guard case .cannotExecute(path, number) = error else {
        Issue.record("\(error)")
        return
      }
    }
    _ = command.wait()
  }
}
