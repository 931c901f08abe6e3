internal import CLinux
internal import Glibc

/// The descriptor that a trace is written to, and the care that a file asks for.
final class OutputFile {
  let descriptor: Int32
  let path: String?
  /// Device and file number, so that a file that was replaced meanwhile is left alone.
  private let isRegular: Bool

  /// Opens the output; an existing regular file is kept as `PATH.old`.
  init(_ output: RecordingOptions.Output, owner: (user: UInt32, group: UInt32)?)
    throws(RecordingError)
  {
    guard case .file(let path) = output else {
      descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
      self.path = nil
      isRegular = false
      if descriptor < 0 { throw .cannotCreate(path: "standard output", errno: errno) }
      return
    }
    self.path = path
    var status = stat()
    let exists = unsafe lstat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    if exists, kind == S_IFDIR { throw .cannotCreate(path: path, errno: EISDIR) }
    if exists, kind != S_IFREG, kind != S_IFLNK {
      descriptor = unsafe swtrace_linux_open(path, O_WRONLY | O_CLOEXEC, 0)
      isRegular = false
    } else {
      if exists, unsafe rename(path, path + ".old") != 0 {
        throw .cannotCreate(path: path, errno: errno)
      }
      descriptor = unsafe swtrace_linux_open(
        path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      isRegular = true
    }
    if descriptor < 0 { throw .cannotCreate(path: path, errno: errno) }
    if isRegular, let owner { _ = fchown(descriptor, owner.user, owner.group) }
  }

  /// Nothing is written but what somebody else holds open: a flight recorder's tables.
  init() {
    descriptor = -1
    path = nil
    isRegular = false
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Removes a file that has nothing in it.
  func discard() {
    if isRegular, let path { unsafe unlink(path) }
  }

  /// Share of the file system that is still free; nil where that means nothing.
  var freeShare: Double? {
    guard isRegular else { return nil }
    var status = statvfs()
    guard unsafe fstatvfs(descriptor, &status) == 0, status.f_blocks > 0 else { return nil }
    return Double(status.f_bavail) / Double(status.f_blocks)
  }
}
