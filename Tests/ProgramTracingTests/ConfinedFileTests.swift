import Glibc
import Testing

@testable import ProgramTracing

@Suite struct ConfinedFileTests {
  private func open(_ name: String, in path: String) -> ProgramTracingError? {
    do throws(ProgramTracingError) {
      let directory = try TrustedDirectory(path, owner: geteuid())
      _ = try ConfinedFile(name, in: directory, writable: true)
      return nil
    } catch {
      return error
    }
  }

  @Test func `only a regular file with one link is opened`() {
    let scratch = ScratchDirectory()
    let path = scratch.path
    close(unsafe creat(path + "/good", 0o600))
    #expect(open("good", in: path) == nil)
    unsafe link(path + "/good", path + "/twice")
    #expect(open("twice", in: path) == .untrustedFile(path: path + "/twice", reason: .linked(2)))
    unsafe unlink(path + "/twice")
    unsafe symlink("good", path + "/symbolic")
    #expect(
      open("symbolic", in: path) == .system(call: "openat2", path: path + "/symbolic", errno: ELOOP)
    )
    unsafe mkfifo(path + "/pipe", 0o600)
    #expect(open("pipe", in: path) == .untrustedFile(path: path + "/pipe", reason: .notRegular))
    unsafe mkdir(path + "/directory", 0o700)
    #expect(
      open("directory", in: path)
        == .system(call: "openat2", path: path + "/directory", errno: EISDIR))
  }

  @Test(arguments: [
    "", ".", "..", ".hidden", "a/b", "../a", "a b", "a\n", "ä", String(repeating: "a", count: 81),
  ])
  func `names are one component of few characters`(name: String) {
    #expect(!FileName.isAllowed(name))
    let scratch = ScratchDirectory()
    #expect(open(name, in: scratch.path) == .badName(name))
  }

  @Test(.enabled(if: geteuid() == 0, "giving files away needs root"))
  func `a file of another owner is refused`() {
    let scratch = ScratchDirectory()
    let file = scratch.path + "/theirs"
    close(unsafe creat(file, 0o600))
    unsafe chown(file, 12345, 12345)
    #expect(open("theirs", in: scratch.path) == .untrustedFile(path: file, reason: .owner(12345)))
  }

  @Test func `a directory that others may write to is refused`() {
    let scratch = ScratchDirectory()
    unsafe chmod(scratch.path, 0o777)
    #expect(
      open("any", in: scratch.path)
        == .untrustedFile(path: scratch.path, reason: .writableByOthers))
  }
}
