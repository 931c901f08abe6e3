internal import Glibc

/// A CPU's ring buffer, read a page at a time without waiting.
package struct PagePipe: ~Copyable, Sendable {
  /// For `poll`.
  package let descriptor: Int32
  package let path: String
  package let pageBytes: Int

  /// The size of a page is what `header_page` says: a smaller read would split pages.
  init(opening path: String, pageBytes: Int) throws(KernelTracingError) {
    descriptor = try TracefsFiles.open(path, O_RDONLY | O_NONBLOCK)
    self.path = path
    self.pageBytes = pageBytes
  }

  deinit {
    close(descriptor)
  }

  /// Reads the next page into `buffer`, which has room for `pageBytes`; 0 where none is ready.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(KernelTracingError) -> Int {
    precondition(buffer.count >= pageBytes)
    let count = TracefsFiles.retrying {
      unsafe Glibc.read(descriptor, buffer.baseAddress, pageBytes)
    }
    if count >= 0 { return count }
    guard count == -Int(EAGAIN) else {
      throw .failed(.read, path: path, errno: Int32(-count))
    }
    return 0
  }
}
