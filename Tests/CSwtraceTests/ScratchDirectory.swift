import Glibc
import Synchronization

/// A directory of a test's own in memory, removed with what is in it.
final class ScratchDirectory {
  let path: String
  private static let count = Atomic<Int>(0)

  init() {
    let number = Self.count.add(1, ordering: .relaxed).newValue
    path = "/dev/shm/swtrace-runtime-\(getpid())-\(number)"
    unsafe mkdir(path, 0o700)
  }

  deinit {
    _ = try? Command.run(["rm", "-rf", path])
  }

  /// The files of processes in it, with their whole paths.
  var processFiles: [String] {
    var files: [String] = []
    guard let listing = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(listing) }
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if name.hasPrefix("process-") { files.append("\(path)/\(name)") }
    }
    return files.sorted()
  }

  /// Waits until there are so many of them.
  func processFiles(count: Int, seconds: Double = 60) throws -> [String] {
    let deadline = now() + seconds
    while now() < deadline {
      let files = processFiles
      if files.count >= count { return files }
      usleep(500)
    }
    throw Command.Failure(description: "\(processFiles.count) files in \(path), not \(count)")
  }
}

/// The bytes of a file; none where it cannot be read.
func bytes(of path: String) -> [UInt8] {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return [] }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = unsafe read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return bytes }
    bytes += buffer.prefix(count)
  }
}
