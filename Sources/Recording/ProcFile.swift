internal import CLinux
internal import Glibc

/// Small files of /proc and /sys, read whole; what cannot be read is empty.
enum ProcFile {
  static let largest = 4 << 20

  static func bytes(_ path: String) -> [UInt8] {
    let descriptor = unsafe swtrace_linux_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var capacity = 4096
    while content.count < largest {
      let wanted = capacity
      let got = content.count
      content.reserveCapacity(got + wanted)
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
        count = unsafe max(0, Glibc.read(descriptor, buffer.baseAddress, wanted))
      }
      content += chunk
      if chunk.isEmpty { break }
      capacity = min(capacity * 2, 1 << 16)
    }
    return content
  }

  /// The file's text without the line break at its end.
  static func text(_ path: String) -> String {
    var content = bytes(path)
    while content.last == 10 { content.removeLast() }
    return String(decoding: content, as: UTF8.self)
  }

  static func lines(_ path: String) -> [Substring] {
    text(path).split(separator: "\n")
  }

  static func number(_ path: String) -> Int64? {
    Int64(text(path))
  }

  /// Names in a directory, without those that begin with a dot.
  static func names(in directory: String) -> [String] {
    guard let stream = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  /// What a symbolic link says, nil where it cannot be read.
  static func link(_ path: String) -> [UInt8]? {
    var failed = false
    let target = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      let length = unsafe buffer.withMemoryRebound(to: CChar.self) {
        unsafe $0.baseAddress.map { unsafe readlink(path, $0, 4096) } ?? -1
      }
      failed = length < 0
      count = max(0, length)
    }
    return failed ? nil : target
  }
}
