internal import CLinux
internal import Glibc

/// A directory in which only its owner can make files.
struct TrustedDirectory: ~Copyable, Sendable {
  let descriptor: Int32
  let path: String
  let owner: UInt32

  deinit {
    close(descriptor)
  }

  /// Opens a directory that belongs to `owner` (nil: whoever it belongs to) and that nobody else
  /// may write to.
  init(_ path: String, owner expected: UInt32?) throws(ProgramTracingError) {
    let descriptor = unsafe swtrace_linux_open(
      path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0)
    guard descriptor >= 0 else {
      if errno == ENOTDIR || errno == ELOOP {
        throw .untrustedFile(path: path, reason: .notADirectory)
      }
      throw .system(call: "open", path: path, errno: errno)
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let number = errno
      close(descriptor)
      throw .system(call: "fstat", path: path, errno: number)
    }
    let fault: FileFault? =
      if let expected, status.st_uid != expected {
        .owner(status.st_uid)
      } else if status.st_mode & 0o022 != 0 {
        .writableByOthers
      } else {
        nil
      }
    if let fault {
      close(descriptor)
      throw .untrustedFile(path: path, reason: fault)
    }
    self.descriptor = descriptor
    self.path = path
    self.owner = status.st_uid
  }

  /// Opens `path`, made with `mode` where it is missing, as the caller's own directory.
  init(creating path: String, mode: UInt32) throws(ProgramTracingError) {
    if unsafe mkdir(path, mode) != 0, errno != EEXIST {
      throw .system(call: "mkdir", path: path, errno: errno)
    }
    try self.init(path, owner: geteuid())
  }

  /// Names of the files in it that are allowed names.
  func names() throws(ProgramTracingError) -> [String] {
    try entries().filter(FileName.isAllowed)
  }

  /// Removes files whose makers were killed before they appeared under their names.
  ///
  /// A maker that lives has its file open for writing.
  func sweepUnfinished() {
    for name in (try? entries()) ?? [] where FileName.isUnfinished(name) {
      let file = unsafe swtrace_linux_open_beneath(descriptor, name, O_RDONLY, 0)
      guard file >= 0 else { continue }
      defer { close(file) }
      var status = stat()
      guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        status.st_uid == owner, swtrace_linux_is_shared(file) == 0
      else { continue }
      remove(
        name,
        identity: ConfinedFile.Identity(
          device: UInt64(status.st_dev), inode: UInt64(status.st_ino)))
    }
  }

  private func entries() throws(ProgramTracingError) -> [String] {
    let copy = unsafe swtrace_linux_open_beneath(descriptor, ".", O_RDONLY | O_DIRECTORY, 0)
    guard copy >= 0 else { throw .system(call: "openat2", path: path, errno: errno) }
    guard let listing = unsafe fdopendir(copy) else {
      close(copy)
      throw .system(call: "fdopendir", path: path, errno: errno)
    }
    defer { unsafe closedir(listing) }
    var names: [String] = []
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { bytes in
        unsafe String(cString: UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self))
      }
      names.append(name)
    }
    return names
  }

  /// Removes `name` if it still is the file of this identity.
  func remove(_ name: String, identity: ConfinedFile.Identity) {
    var status = stat()
    guard unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
      UInt64(status.st_dev) == identity.device, UInt64(status.st_ino) == identity.inode
    else { return }
    unsafe unlinkat(descriptor, name, 0)
  }
}
