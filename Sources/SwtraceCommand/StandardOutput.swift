internal import Glibc

/// Bytes on their way to standard output, written in large pieces.
///
/// A reader that has gone away (`swtrace print | head`) is no error: the program ends quietly.
struct StandardOutput: ~Copyable {
  private static let pieceBytes = 64 << 10

  let descriptor: Int32
  private var bytes: [UInt8] = []
  /// The error number of the write that failed.
  private(set) var failure: Int32?

  init(descriptor: Int32 = 1) {
    self.descriptor = descriptor
    bytes.reserveCapacity(Self.pieceBytes + 4096)
  }

  mutating func write(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    if bytes.count >= Self.pieceBytes { flush() }
  }

  mutating func write(_ text: [UInt8]) {
    bytes.append(contentsOf: text)
    if bytes.count >= Self.pieceBytes { flush() }
  }

  /// Takes bytes from elsewhere; false where they are not wanted any more.
  mutating func take(_ text: UnsafeRawBufferPointer) -> Bool {
    unsafe bytes.append(contentsOf: text)
    if bytes.count >= Self.pieceBytes { flush() }
    return failure == nil
  }

  /// Writes what is waiting; after a failure everything is dropped.
  mutating func flush() {
    defer { bytes.removeAll(keepingCapacity: true) }
    guard failure == nil else { return }
    var done = 0
    while done < bytes.count {
      let wrote = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(
          descriptor, UnsafeRawBufferPointer(rebasing: buffer[done...]).baseAddress,
          buffer.count - done)
      }
      if wrote >= 0 {
        done += wrote
      } else if errno == EAGAIN {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        unsafe poll(&ready, 1, -1)
      } else if errno == EPIPE {
        exit(ExitStatus.good.rawValue)
      } else if errno != EINTR {
        failure = errno
        return
      }
    }
  }

  /// Writes the rest and tells the exit status: a failure is told on standard error.
  consuming func finish() -> Int32 {
    flush()
    guard let failure else { return ExitStatus.good.rawValue }
    let problem = Words.outputProblem(failure)
    problem.show()
    return problem.status.rawValue
  }

  /// Writes the rest, or throws why that failed.
  consuming func close() throws(Problem) {
    flush()
    if let failure { throw Words.outputProblem(failure) }
  }
}
