import Glibc
import Testing

@testable import Recording

@Suite struct `The output file` {
  func mode(_ path: String) -> UInt32? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  @Test func `is private from its first byte and keeps an older one`() throws {
    let directory = ScratchDirectory()
    directory.write("old", to: "trace.swt")
    let path = "\(directory.path)/trace.swt"
    let file = try OutputFile(.file(path), owner: nil)
    #expect(file.path == path)
    #expect(mode(path) == 0o600)
    #expect(ProcFile.text(path + ".old") == "old")
    file.discard()
    #expect(mode(path) == nil)
  }

  @Test(.enabled(if: geteuid() == 0, "giving files away needs root"))
  func `goes to its owner`() throws {
    let directory = ScratchDirectory()
    let path = "\(directory.path)/trace.swt"
    let file = try OutputFile(.file(path), owner: (user: 65534, group: 65534))
    var status = stat()
    unsafe fstat(file.descriptor, &status)
    #expect(status.st_uid == 65534)
    #expect((file.freeShare ?? -1) > 0)
  }

  @Test func `cannot be a directory or lie in none`() {
    let directory = ScratchDirectory()
    for (path, number) in [(directory.path, EISDIR), ("\(directory.path)/no/x.swt", ENOENT)] {
      do throws(RecordingError) {
        _ = try OutputFile(.file(path), owner: nil)
        Issue.record("opened \(path)")
      } catch {
        guard case .cannotCreate(path, number) = error else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }

  @Test func `may be a device, which is left as it is`() throws {
    let file = try OutputFile(.file("/dev/null"), owner: nil)
    file.discard()
    #expect(file.freeShare == nil)
    #expect(mode("/dev/null") == 0o666)
  }
}
