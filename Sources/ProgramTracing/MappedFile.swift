internal import CLinux
internal import Events

/// A file that a process has mapped, as one line of its `maps` tells.
struct MappedFile: Hashable, Sendable {
  var process: ProcessNumber
  var identity: ConfinedFile.Identity
  /// Name of the mapping's entry below `map_files`.
  var range: String
  var path: String

  /// Last component of the path, without the kernel's mark of a deleted file.
  var name: String {
    let path = path.hasSuffix(" (deleted)") ? path.dropLast(10) : path[...]
    return String(
      path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
  }
}

extension ProcFilesystem {
  /// Files that the process maps and whose lines contain `needle`, each once; nil with an errno
  /// where its maps cannot be read.
  func mappedFiles(
    of process: ProcessNumber, containing needle: [UInt8], buffer: inout [UInt8]
  ) -> Result<[MappedFile], ProcReadError> {
    let number = readInto(&buffer, process, "maps")
    guard number == 0 else { return .failure(ProcReadError(errno: number)) }
    var found: [MappedFile] = []
    for line in lines(of: buffer, containing: needle) {
      guard let file = MappedFile(process: process, line: line) else { continue }
      if !found.contains(where: { $0.identity == file.identity }) { found.append(file) }
    }
    return .success(found)
  }

  /// The lines of a text that contain `needle`.
  func lines(of text: [UInt8], containing needle: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    unsafe text.withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return }
      while start < text.count {
        let hit = unsafe swtrace_linux_find(
          first + start, text.count - start, needle, needle.count)
        guard hit >= 0 else { return }
        let place = start + hit
        let lower = text[..<place].lastIndex(of: 10).map { $0 + 1 } ?? 0
        let upper = text[place...].firstIndex(of: 10) ?? text.count
        lines.append(text[lower..<upper])
        start = upper
      }
    }
    return lines
  }
}

/// Why a file in /proc could not be read.
struct ProcReadError: Error {
  var errno: Int32
}

extension MappedFile {
  /// Reads a line such as `7f00-7f10 rw-s 00000000 00:1a 1234   /dev/shm/…`.
  init?(process: ProcessNumber, line: ArraySlice<UInt8>) {
    var words = line.split(separator: 0x20, maxSplits: 5, omittingEmptySubsequences: true)
    guard words.count == 6 else { return nil }
    let device = words[3].split(separator: UInt8(ascii: ":"))
    guard device.count == 2,
      let major = UInt64(String(decoding: device[0], as: UTF8.self), radix: 16),
      let minor = UInt64(String(decoding: device[1], as: UTF8.self), radix: 16),
      let inode = UInt64(String(decoding: words[4], as: UTF8.self))
    else { return nil }
    while words[5].first == 0x20 { words[5].removeFirst() }
    self.process = process
    identity = ConfinedFile.Identity(
      device: (major & 0xfff) << 8 | minor & 0xff | (minor & ~0xff) << 12
        | (major & ~0xfff) << 32, inode: inode)
    range = String(decoding: words[0], as: UTF8.self)
    path = String(decoding: words[5], as: UTF8.self)
  }
}
