internal import Glibc

/// A regular file, read at any place by any thread.
final class TraceBytes: Sendable {
  private let descriptor: Int32
  let count: UInt64

  init(path: String) throws(TraceFileError) {
    // Without O_NONBLOCK a FIFO would be waited for.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
    var status = stat()
    let isRegular = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    self.descriptor = descriptor
    count = UInt64(max(0, status.st_size))
    guard isRegular else { throw .notRegularFile(path: path) }
  }

  /// Fills `target` with what stands at `offset`; how many bytes there were.
  func read(
    at offset: UInt64, into target: UnsafeMutableRawBufferPointer
  ) throws(TraceFileError) -> Int {
    var done = 0
    while done < target.count {
      guard let place = Int(exactly: offset), let start = target.baseAddress else { break }
      let bytes = unsafe pread(descriptor, start + done, target.count - done, place + done)
      if bytes < 0 {
        if errno == EINTR { continue }
        throw .cannotRead(offset: offset + UInt64(done), errno: errno)
      }
      if bytes == 0 { break }
      done += bytes
    }
    return done
  }

  /// Fills `target` completely.
  func fill(
    _ target: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(TraceFileError) {
    guard unsafe try read(at: offset, into: target) == target.count else {
      throw .damaged(offset: offset, .cut)
    }
  }

  /// As many of `count` bytes as stand at `offset`.
  func bytes(at offset: UInt64, count: Int) throws(TraceFileError) -> [UInt8] {
    var failure: TraceFileError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(TraceFileError) {
        filled = unsafe try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  deinit {
    close(descriptor)
  }
}
