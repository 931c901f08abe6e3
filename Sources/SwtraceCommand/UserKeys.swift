internal import Events
internal import Glibc
internal import Viewer

/// The keys that a user has chosen, in ~/.config/swtrace/keys.
enum UserKeys {
  private static let mostBytes = 64 << 10

  private static var path: String? {
    let folder =
      Terminal.variable("XDG_CONFIG_HOME") ?? Terminal.variable("HOME").map { "\($0)/.config" }
    return folder.flatMap { $0.hasPrefix("/") ? "\($0)/swtrace/keys" : nil }
  }

  static func read() throws(Problem) -> KeyBindings {
    guard let path, let text = try text(path) else { return KeyBindings() }
    do throws(KeyFileProblem) {
      return try KeyBindings(text)
    } catch {
      throw Words.problem(error, path: path)
    }
  }

  /// What the file says; nil where there is none.
  private static func text(_ path: String) throws(Problem) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw Problem(path, Words.system(errno))
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: mostBytes + 1)
    var filled = 0
    while filled < bytes.count {
      let count = unsafe bytes.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(
          descriptor, bytes.baseAddress.map { unsafe $0 + filled }, bytes.count - filled)
      }
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw Problem(path, Words.system(errno)) }
      if count == 0 { break }
      filled += count
    }
    guard filled <= mostBytes else {
      throw Problem(path, "more than 64 KiB: not a file of keys")
    }
    return String(decoding: bytes[..<filled], as: UTF8.self)
  }
}
