internal import Glibc

/// Where a view keeps marks, pins, filter and place, and the levels of the trace.
struct ViewFiles: Sendable {
  private static let mostMarksBytes = 1 << 20
  private static let mostLevelsBytes = 128 << 20

  private let marks: String
  private let levels: String

  /// Beside the trace where its directory is this user's alone to write, else in the user's cache; nil
  /// where there is neither.
  init?(trace: String, identifier: String) {
    let folder = trace.lastIndex(of: "/").map { String(trace[...$0]) } ?? "./"
    if Self.isOwn(folder) {
      marks = trace + ".marks"
      levels = trace + ".levels"
      return
    }
    guard
      let home = Terminal.variable("XDG_CACHE_HOME")
        ?? Terminal.variable("HOME").map({ "\($0)/.cache" }),
      home.hasPrefix("/")
    else { return nil }
    let cache = "\(home)/swtrace"
    unsafe mkdir(home, 0o700)
    unsafe mkdir(cache, 0o700)
    guard Self.isOwn(cache) else { return nil }
    marks = "\(cache)/\(identifier).marks"
    levels = "\(cache)/\(identifier).levels"
  }

  /// Whether a directory is this user's, and nobody else may write in it.
  private static func isOwn(_ path: String) -> Bool {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return false }
    return status.st_uid == geteuid() && status.st_mode & (S_IWGRP | S_IWOTH) == 0
  }

  /// Marks that were kept; nil where there are none, or what is there is not to be trusted.
  func readMarks() -> String? {
    Self.read(marks, most: Self.mostMarksBytes).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Puts marks in the place of those that were kept; gives why that failed.
  func write(marks text: String) -> String? { Self.write(Array(text.utf8), to: marks) }

  /// Levels that were kept, whatever trace they are of.
  func readLevels() -> [UInt8]? { Self.read(levels, most: Self.mostLevelsBytes) }

  func write(levels bytes: [UInt8]) -> String? { Self.write(bytes, to: levels) }

  private static func read(_ path: String, most: Int) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid(), status.st_size <= most
    else { return nil }
    let size = Int(status.st_size)
    var isWhole = true
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { target, filled in
      while filled < size {
        let count = unsafe Glibc.read(
          descriptor, target.baseAddress.map { unsafe $0 + filled }, size - filled)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else {
          isWhole = count == 0
          return
        }
        filled += count
      }
    }
    return isWhole ? bytes : nil
  }

  /// Puts bytes in the place of what was kept; gives why that failed.
  private static func write(_ bytes: [UInt8], to path: String) -> String? {
    let fresh = "\(path).\(getpid())"
    let descriptor = unsafe open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return "\(fresh): \(Words.system(errno))" }
    var place = 0
    var failure: Int32 = 0
    while place < bytes.count, failure == 0 {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe Glibc.write(
          descriptor, bytes.baseAddress.map { unsafe $0 + place }, bytes.count - place)
      }
      if count > 0 { place += count } else if errno != EINTR { failure = errno }
    }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure != 0 {
      unsafe unlink(fresh)
      return "\(path): \(Words.system(failure))"
    }
    guard unsafe rename(fresh, path) == 0 else {
      let words = "\(path): \(Words.system(errno))"
      unsafe unlink(fresh)
      return words
    }
    return nil
  }
}
