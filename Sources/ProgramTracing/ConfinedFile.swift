internal import CLinux
internal import Glibc

/// An open file that a program may write to, truncate or unlink at any moment.
///
/// Its bytes are only ever copied out with `pread`; a copy is what is looked at.
struct ConfinedFile: ~Copyable, Sendable {
  struct Identity: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
  }

  let descriptor: Int32
  let path: String
  let identity: Identity
  let owner: UInt32

  deinit {
    close(descriptor)
  }

  /// Opens `name` in `directory` if it is a regular file with one link that belongs to `owner`.
  init(
    _ name: String, in directory: borrowing TrustedDirectory, writable: Bool
  ) throws(ProgramTracingError) {
    let path = directory.path + "/" + name
    guard FileName.isAllowed(name) else { throw .badName(name) }
    let flags = writable ? O_RDWR : O_RDONLY
    let descriptor = unsafe swtrace_linux_open_beneath(directory.descriptor, name, flags, 0)
    guard descriptor >= 0 else { throw .system(call: "openat2", path: path, errno: errno) }
    try self.init(descriptor, path: path, owner: directory.owner, links: 1)
  }

  /// Takes over `descriptor` if it is a regular file of `owner` (nil: anybody's).
  init(
    _ descriptor: Int32, path: String, owner: UInt32?, links: Int?
  ) throws(ProgramTracingError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let number = errno
      close(descriptor)
      throw .system(call: "fstat", path: path, errno: number)
    }
    let fault: FileFault? =
      if status.st_mode & S_IFMT != S_IFREG {
        .notRegular
      } else if let links, status.st_nlink != links {
        .linked(Int(status.st_nlink))
      } else if let owner, status.st_uid != owner {
        .owner(status.st_uid)
      } else {
        nil
      }
    if let fault {
      close(descriptor)
      throw .untrustedFile(path: path, reason: fault)
    }
    self.descriptor = descriptor
    self.path = path
    self.identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    self.owner = status.st_uid
  }

  /// Size and number of links as they are now.
  func status() throws(ProgramTracingError) -> (size: UInt64, links: Int, blocks: UInt64) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .system(call: "fstat", path: path, errno: errno)
    }
    return (
      UInt64(clamping: status.st_size), Int(status.st_nlink), UInt64(clamping: status.st_blocks)
    )
  }

  /// Copies bytes from `offset` on into `buffer`; fewer than its size where the file ends.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(ProgramTracingError) -> Int {
    var done = 0
    while done < buffer.count {
      let place = Int(clamping: offset &+ UInt64(done))
      let got = unsafe pread(
        descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done, place)
      if got < 0 {
        if errno == EINTR { continue }
        throw .system(call: "pread", path: path, errno: errno)
      }
      if got == 0 { break }
      done += got
    }
    return done
  }

  /// A copy of exactly `count` bytes from `offset` on.
  func bytes(at offset: UInt64, count: Int) throws(ProgramTracingError) -> [UInt8] {
    var fault: ProgramTracingError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(ProgramTracingError) {
        initialized = try unsafe read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      } catch {
        fault = error
      }
    }
    if let fault { throw fault }
    guard bytes.count == count else {
      throw .malformed(path: path, field: "size", offset: offset &+ UInt64(bytes.count))
    }
    return bytes
  }
}

/// Names of files in a shared place: one component of few characters.
enum FileName {
  /// A program's or a session's file on its way (swtrace_layout.h).
  static func isUnfinished(_ name: String) -> Bool {
    let rest = String(name.dropFirst())
    return name.first == "." && isAllowed(rest)
      && [RegistryName.prefix, SessionFile.prefix, RecorderFile.prefix].contains {
        rest.hasPrefix($0)
      }
  }

  static func isAllowed(_ name: String) -> Bool {
    let bytes = name.utf8
    guard (1...80).contains(bytes.count), bytes.first != UInt8(ascii: ".") else { return false }
    return bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }
}
