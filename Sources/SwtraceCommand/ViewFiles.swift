internal import Glibc

/// Where a view keeps marks, pins, filter and place.
struct ViewFiles: Sendable {
  private static let mostBytes = 1 << 20

  let path: String

  /// Beside the trace where its directory is this user's alone to write, else in the user's cache; nil
  /// where there is neither.
  init?(trace: String, identifier: String) {
    let folder = trace.lastIndex(of: "/").map { String(trace[...$0]) } ?? "./"
    if Self.isOwn(folder) {
      path = trace + ".marks"
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
    path = "\(cache)/\(identifier).marks"
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

  /// What was kept; nil where there is nothing, or what is there is not to be trusted.
  func read() -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid(), status.st_size <= Self.mostBytes
    else { return nil }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= Self.mostBytes {
      let count = unsafe Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += piece[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Puts a text in the place of what was kept; gives why that failed.
  func write(_ text: String) -> String? {
    let fresh = "\(path).\(getpid())"
    let descriptor = unsafe open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return "\(fresh): \(Words.system(errno))" }
    var output = StandardOutput(descriptor: descriptor)
    output.write(text)
    output.flush()
    close(descriptor)
    if let failure = output.failure {
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
