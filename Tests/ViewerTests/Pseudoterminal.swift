import Glibc
import Synchronization
import Testing

/// A terminal of 120 × 40 whose far end the test holds.
final class Pseudoterminal: Sendable {
  let path: String
  private let far: Int32
  /// Kept open, so that the terminal outlives the programs on it.
  private let near: Int32
  private let written = Mutex<[UInt8]>([])
  private let isDone = Mutex(false)

  init(rows: UInt16 = 40, columns: UInt16 = 120) throws {
    far = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    // TIOCSPTLCK and TIOCGPTN, which Glibc's module does not show.
    var lock: Int32 = 0
    var number: Int32 = 0
    try #require(unsafe ioctl(far, 0x4004_5431, &lock) == 0)
    try #require(unsafe ioctl(far, 0x8004_5430, &number) == 0)
    path = "/dev/pts/\(number)"
    near = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(near >= 0)
    resize(rows: rows, columns: columns)
  }

  deinit {
    close(near)
    close(far)
  }

  func resize(rows: UInt16, columns: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = unsafe ioctl(far, UInt(TIOCSWINSZ), &size)
  }

  /// The settings of the terminal, byte for byte.
  var settings: [UInt8] {
    var settings = termios()
    unsafe tcgetattr(near, &settings)
    return unsafe withUnsafeBytes(of: settings) { unsafe Array($0) }
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe write(far, bytes, bytes.count)
  }

  /// Types when the program has written this.
  func type(_ text: String, after mark: String) async {
    let mark = Array(mark.utf8)
    for _ in 0..<60_000 where !written.withLock({ $0.suffix(mark.count) == mark[...] }) {
      try? await Task.sleep(for: .milliseconds(5))
    }
    type(text)
  }

  /// What is written to the terminal while something is done.
  func output(of action: () async -> Void) async -> [UInt8] {
    isDone.withLock { $0 = false }
    let reader = Task.detached { await self.readOn() }
    await action()
    isDone.withLock { $0 = true }
    await reader.value
    return written.withLock { bytes in
      defer { bytes = [] }
      return bytes
    }
  }

  private func readOn() async {
    while true {
      let isLast = isDone.withLock { $0 }
      var waiting = pollfd(fd: far, events: Int16(POLLIN), revents: 0)
      if unsafe poll(&waiting, 1, 0) > 0 {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = unsafe read(far, &bytes, bytes.count)
        if count > 0 { written.withLock { $0 += bytes[..<count] } }
      } else if isLast {
        return
      } else {
        try? await Task.sleep(for: .milliseconds(5))
      }
    }
  }
}
