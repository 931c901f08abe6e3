internal import CLinux
internal import Events
internal import Glibc

/// What /proc tells of processes, read through a root path.
struct ProcFilesystem: Sendable {
  let root: String

  /// For processes that are no more: their numbers may be others' by now.
  static let nothing = ProcFilesystem(root: "")

  init(root: String = "/proc") {
    self.root = root
  }

  /// The pid namespace in which this process sees numbers, 0 where /proc does not tell.
  static let ownPidNamespace: UInt32 = {
    var status = stat()
    guard unsafe stat("/proc/self/ns/pid", &status) == 0 else { return 0 }
    return UInt32(truncatingIfNeeded: status.st_ino)
  }()

  /// Numbers of all processes that can be seen.
  func processes() -> [ProcessNumber] {
    numbers(in: root)
  }

  /// Numbers of a process's threads.
  func threads(_ process: ProcessNumber) -> [ThreadNumber] {
    numbers(in: "\(root)/\(process)/task")
  }

  private func numbers(in directory: String) -> [Int32] {
    guard let listing = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(listing) }
    var numbers: [Int32] = []
    while let entry = unsafe readdir(listing) {
      let first = unsafe entry.pointee.d_name.0
      guard first >= 0x31, first <= 0x39 else { continue }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { bytes in
        unsafe String(cString: UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self))
      }
      if let number = Int32(name) { numbers.append(number) }
    }
    return numbers
  }

  /// Whether there is a process of this number.
  func exists(_ process: ProcessNumber) -> Bool {
    unsafe access("\(root)/\(process)", F_OK) == 0
  }

  /// The whole of a small file below a process's directory, nil where it cannot be read.
  func read(_ process: ProcessNumber, _ name: String, limit: Int = 1 << 16) -> [UInt8]? {
    var buffer: [UInt8] = []
    guard readInto(&buffer, process, name, limit: limit) == 0 else { return nil }
    return buffer
  }

  /// Reads a file below a process's directory into `buffer`, which keeps its storage.
  ///
  /// Returns 0 or an errno.
  func readInto(
    _ buffer: inout [UInt8], _ process: ProcessNumber, _ name: String, limit: Int = 64 << 20
  ) -> Int32 {
    buffer.removeAll(keepingCapacity: true)
    let descriptor = unsafe swtrace_linux_open(
      "\(root)/\(process)/\(name)", O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    return unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 15, alignment: 8) { part in
      while buffer.count < limit {
        let got = unsafe Glibc.read(descriptor, part.baseAddress, part.count)
        if got < 0 {
          if errno == EINTR { continue }
          return errno
        }
        if got == 0 { break }
        unsafe buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: part[..<got]))
      }
      return 0
    }
  }

  func link(_ process: ProcessNumber, _ name: String) -> String? {
    unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      guard let first = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self) else {
        return nil
      }
      let count = unsafe readlink("\(root)/\(process)/\(name)", first, 4096)
      guard count > 0 else { return nil }
      return unsafe String(
        decoding: UnsafeRawBufferPointer(rebasing: buffer[..<count]), as: UTF8.self)
    }
  }

  func text(_ process: ProcessNumber, _ name: String) -> String? {
    read(process, name).map { bytes in
      String(decoding: bytes.last == 10 ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }
  }

  /// The process's or thread's numbers, from the outermost pid namespace inwards.
  func namespaceNumbers(_ process: ProcessNumber, status path: String = "status") -> [ProcessNumber]
  {
    field("NSpid:", of: path, process)?.split(separator: "\t").compactMap { ProcessNumber($0) }
      ?? []
  }

  func parent(_ process: ProcessNumber) -> ProcessNumber? {
    field("PPid:", of: "status", process).flatMap { ProcessNumber($0) }
  }

  func owner(_ process: ProcessNumber) -> UInt32? {
    field("Uid:", of: "status", process)?.split(separator: "\t").first.flatMap { UInt32($0) }
  }

  /// What CLOCK_MONOTONIC is ahead in the process's time namespace, in nanoseconds.
  func monotonicOffset(_ process: ProcessNumber) -> Int64 {
    guard let text = text(process, "timens_offsets") else { return 0 }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      guard words.count == 3, words[0] == "monotonic" || words[0] == "1" else { continue }
      let seconds = Int64(words[1]) ?? 0
      let nanoseconds = Int64(words[2]) ?? 0
      return seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue &+ nanoseconds
    }
    return 0
  }

  private func field(_ key: String, of path: String, _ process: ProcessNumber) -> String? {
    guard let text = text(process, path) else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix(key) {
      let value = line.dropFirst(key.count)
      return String(value.drop { $0 == "\t" || $0 == " " })
    }
    return nil
  }
}
