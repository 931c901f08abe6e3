import Glibc

/// A file in the directory for temporary files, gone with this value.
struct ScratchFile: ~Copyable {
  let path: String
  let descriptor: Int32

  init() {
    var template = Array("/tmp/swtrace-test-XXXXXX".utf8CString)
    descriptor = unsafe template.withUnsafeMutableBufferPointer { template in
      guard let start = template.baseAddress else { return -1 }
      return unsafe mkstemp(start)
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  init(_ bytes: [UInt8]) {
    self.init()
    write(bytes)
  }

  /// Replaces the file's content.
  func write(_ bytes: [UInt8]) {
    _ = ftruncate(descriptor, 0)
    unsafe bytes.withUnsafeBytes { bytes in
      _ = unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0)
    }
  }

  func truncate(to count: Int) {
    _ = ftruncate(descriptor, count)
  }

  var bytes: [UInt8] {
    let count = Int(lseek(descriptor, 0, SEEK_END))
    var bytes = [UInt8](repeating: 0, count: count)
    _ = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, count, 0) }
    return bytes
  }

  deinit {
    close(descriptor)
    _ = unsafe unlink(path)
  }
}
