import Glibc

/// A directory of a test's own, removed with all that is in it.
final class ScratchDirectory {
  let path: String

  init() {
    var template = Array("/tmp/swtrace-test-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
    }
    path = made ?? "/tmp"
    precondition(made != nil, "mkdtemp failed with errno \(errno)")
  }

  deinit {
    Self.remove(path)
  }

  /// Writes a file, its directories made as they are needed.
  func write(_ text: String, to name: String) {
    var directory = path
    for part in name.split(separator: "/").dropLast() {
      directory += "/\(part)"
      unsafe mkdir(directory, 0o755)
    }
    let descriptor = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    precondition(descriptor >= 0, "cannot write \(name)")
    var bytes = Array(text.utf8)
    let written = unsafe Glibc.write(descriptor, &bytes, bytes.count)
    precondition(written == bytes.count)
    close(descriptor)
  }

  private static func remove(_ path: String) {
    var names: [String] = []
    if let stream = unsafe opendir(path) {
      while let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { bytes in
          unsafe String(cString: UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self))
        }
        if name != ".", name != ".." { names.append(name) }
      }
      unsafe closedir(stream)
    }
    for name in names {
      let inner = "\(path)/\(name)"
      var status = stat()
      unsafe lstat(inner, &status)
      if status.st_mode & S_IFMT == S_IFDIR { remove(inner) } else { unsafe unlink(inner) }
    }
    unsafe rmdir(path)
  }
}
