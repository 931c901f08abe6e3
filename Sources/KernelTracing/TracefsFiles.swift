internal import Glibc

/// Reading and writing the small files of a tracefs, each by one call.
enum TracefsFiles {
  static let largestText = 64 << 20

  static func bytes(_ path: String) throws(KernelTracingError) -> [UInt8] {
    let descriptor = try open(path, O_RDONLY)
    defer { close(descriptor) }
    let part = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { unsafe part.deallocate() }
    var bytes: [UInt8] = []
    while true {
      let count = retrying { unsafe Glibc.read(descriptor, part.baseAddress, part.count) }
      guard count >= 0 else { throw .failed(.read, path: path, errno: Int32(-count)) }
      if count == 0 { return bytes }
      unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: part[..<count]))
      guard bytes.count <= largestText else { throw .tooLarge(path: path, bytes: bytes.count) }
    }
  }

  static func text(_ path: String) throws(KernelTracingError) -> String {
    String(decoding: try bytes(path), as: UTF8.self)
  }

  static func lines(_ path: String) throws(KernelTracingError) -> [Substring] {
    try text(path).split(separator: "\n")
  }

  /// Writes `text` with one call, which is how tracefs takes a setting.
  static func write(_ text: String, to path: String) throws(KernelTracingError) {
    let descriptor = try open(path, O_WRONLY | O_TRUNC)
    defer { close(descriptor) }
    var text = text
    let count = text.withUTF8 { bytes in
      retrying { unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
    }
    guard count >= 0 else { throw .failed(.write, path: path, errno: Int32(-count)) }
  }

  /// Names in a directory, sorted, without `.` and `..`.
  static func names(in path: String) throws(KernelTracingError) -> [String] {
    guard let directory = unsafe opendir(path) else {
      throw .failed(.list, path: path, errno: errno)
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    errno = 0
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw .failed(.list, path: path, errno: errno) }
    return names.sorted()
  }

  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func open(_ path: String, _ flags: Int32) throws(KernelTracingError) -> Int32 {
    let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw .failed(.open, path: path, errno: errno) }
    return descriptor
  }

  /// What the call returned, or the negative of its errno; tried again after signals.
  static func retrying(_ call: () -> Int) -> Int {
    while true {
      let result = call()
      if result >= 0 { return result }
      if errno != EINTR { return -Int(errno) }
    }
  }

  /// Whether `name` can stand in a path as one component and nothing else.
  static func isComponent(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.count <= 128, name.utf8.first != UInt8(ascii: ".") else {
      return false
    }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }
}

extension KernelTracingError {
  /// The file does not exist.
  var isMissingFile: Bool {
    if case .failed(_, _, ENOENT) = self { true } else { false }
  }
}
