internal import Glibc

/// The system calls with which a trace is written.
@safe struct OutputCalls {
  var write: (Int32, UnsafeRawPointer, Int) -> Int
  var truncate: (Int32, Int) -> Int32
  var seek: (Int32, Int) -> Int

  static var system: OutputCalls {
    unsafe OutputCalls(
      write: { unsafe Glibc.write($0, $1, $2) }, truncate: { ftruncate($0, $1) },
      seek: { lseek($0, $1, SEEK_SET) })
  }
}

/// Where a trace's bytes go: whole blocks or nothing on a regular file, and on anything else nothing
/// more after the first failure.
struct TraceOutput: ~Copyable {
  private let descriptor: Int32
  private let calls: OutputCalls
  private let isRegularFile: Bool
  /// Where in the file the trace starts.
  private let origin: Int
  /// Bytes of whole blocks.
  private(set) var position: UInt64 = 0
  /// What a failed append left behind: bytes that must go before anything is written.
  private var isTorn = false
  private var failure: Int32?

  init(descriptor: Int32, calls: OutputCalls) {
    self.descriptor = descriptor
    self.calls = calls
    var status = stat()
    isRegularFile = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    origin = isRegularFile ? max(0, lseek(descriptor, 0, SEEK_CUR)) : 0
  }

  mutating func append(_ block: [UInt8]) throws(TraceFileError) {
    if let failure { throw .cannotWrite(offset: position, errno: failure) }
    if isTorn { try mend() }
    let failed = unsafe block.withUnsafeBytes { unsafe write($0) }
    guard let failed else {
      position += UInt64(block.count)
      return
    }
    if isRegularFile {
      isTorn = true
      try? mend()
    } else {
      failure = failed
    }
    throw .cannotWrite(offset: position, errno: failed)
  }

  /// Takes back whole blocks at the end, so that the trace ends at `position` again.
  mutating func retreat(to position: UInt64) {
    guard isRegularFile, position < self.position else { return }
    self.position = position
    isTorn = true
    try? mend()
  }

  /// Takes back what a failed append left.
  private mutating func mend() throws(TraceFileError) {
    let end = origin + Int(position)
    guard calls.truncate(descriptor, end) == 0, calls.seek(descriptor, end) == end else {
      throw .cannotWrite(offset: position, errno: errno)
    }
    isTorn = false
  }

  /// Writes everything; the error where that fails.
  private func write(_ bytes: UnsafeRawBufferPointer) -> Int32? {
    guard var next = bytes.baseAddress else { return nil }
    var left = bytes.count
    while left > 0 {
      let written = unsafe calls.write(descriptor, next, left)
      if written > 0 {
        unsafe next += written
        left -= written
        continue
      }
      let error = written == 0 ? EIO : errno
      switch error {
      case EINTR: continue
      case EAGAIN:
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&ready, 1, -1)
      default: return error
      }
    }
    return nil
  }
}
