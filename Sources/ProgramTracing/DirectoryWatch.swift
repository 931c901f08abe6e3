internal import Glibc

/// Names that appear in watched directories, by inotify.
struct DirectoryWatch: ~Copyable, Sendable {
  /// What happened since the last look.
  struct News {
    var appeared: [(watch: Int32, name: String)] = []
    /// Some were not told: all directories have to be listed.
    var overflowed = false
  }

  let descriptor: Int32

  init() throws(ProgramTracingError) {
    descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { throw .system(call: "inotify_init1", path: "", errno: errno) }
  }

  deinit {
    close(descriptor)
  }

  /// Watches a directory for files and directories that appear in it whole.
  func add(_ path: String) throws(ProgramTracingError) -> Int32 {
    let events =
      UInt32(IN_MOVED_TO) | UInt32(IN_CREATE) | UInt32(IN_ONLYDIR) | UInt32(IN_DONT_FOLLOW)
    let watch = unsafe inotify_add_watch(descriptor, path, events)
    guard watch >= 0 else { throw .system(call: "inotify_add_watch", path: path, errno: errno) }
    return watch
  }

  /// Takes what has been told so far.
  func take() -> News {
    var news = News()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe read(descriptor, bytes.baseAddress, bytes.count)
      }
      guard got > 0 else { return news }
      var offset = 0
      while offset + 16 <= got {
        let mask = UInt32(buffer.number(at: offset + 4, bytes: 4))
        let length = Int(buffer.number(at: offset + 12, bytes: 4))
        guard length <= got - offset - 16 else { break }
        if mask & UInt32(IN_Q_OVERFLOW) != 0 { news.overflowed = true }
        let name = buffer[offset + 16..<offset + 16 + length].prefix { $0 != 0 }
        if !name.isEmpty {
          let watch = Int32(truncatingIfNeeded: buffer.number(at: offset, bytes: 4))
          news.appeared.append((watch, String(decoding: name, as: UTF8.self)))
        }
        offset += 16 + length
      }
    }
  }
}
