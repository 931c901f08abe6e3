internal import CLinux
internal import Glibc

/// Sections of an ELF file of either width, little-endian, read by `pread` with every offset and
/// size held against the file's own.
struct ObjectFile: ~Copyable {
  struct Section: Hashable {
    var name: String
    var address: UInt64
    var offset: UInt64
    var size: UInt64
    /// Index into the section table.
    var index: Int
  }

  /// More than this is read of no table and no section.
  static let largestRead = 64 << 20

  /// Where the section table lies, as the file's header says and its size allows.
  struct Header: Hashable {
    var is64Bit: Bool
    var fileSize: UInt64
    var sectionOffset: UInt64 = 0
    var sectionCount: UInt64 = 0
    var nameSection: UInt64 = 0

    var entrySize: UInt64 { is64Bit ? 64 : 40 }
  }

  let file: ConfinedFile
  let header: Header

  /// Opens an object; a directory, pipe or device is refused without waiting on it.
  init(_ path: String) throws(ProgramTracingError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      throw .system(call: "stat", path: path, errno: errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .untrustedFile(path: path, reason: .notRegular)
    }
    let descriptor = unsafe swtrace_linux_open(
      path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .system(call: "open", path: path, errno: errno) }
    try self.init(ConfinedFile(descriptor, path: path, owner: nil, links: nil))
  }

  init(_ file: consuming ConfinedFile) throws(ProgramTracingError) {
    header = try Header(file)
    self.file = file
  }

  /// The sections that bear one of these names.
  func sections(named wanted: Set<String>) throws(ProgramTracingError) -> [Section] {
    guard header.sectionCount > 0 else { return [] }
    let table = try file.bytes(
      at: header.sectionOffset, count: Int(header.sectionCount * header.entrySize))
    guard header.nameSection < header.sectionCount else {
      throw .malformed(path: file.path, field: "e_shstrndx", offset: 0)
    }
    let names = section(Int(header.nameSection), in: table)
    try check(names, field: "section names")
    let strings = try file.bytes(at: names.offset, count: Int(names.size))
    var found: [Section] = []
    for index in 0..<Int(header.sectionCount) {
      var section = section(index, in: table)
      let place = table.number(at: index * Int(header.entrySize), bytes: 4)
      guard place < UInt64(strings.count) else { continue }
      let bytes = strings[Int(place)...].prefix(64).prefix { $0 != 0 }
      section.name = String(decoding: bytes, as: UTF8.self)
      let type = table.number(at: index * Int(header.entrySize) + 4, bytes: 4)
      let isWithoutBytes = type == 8
      guard wanted.contains(section.name), !isWithoutBytes else { continue }
      try check(section, field: section.name)
      found.append(section)
    }
    return found
  }

  /// All bytes of a section.
  func bytes(of section: Section) throws(ProgramTracingError) -> [UInt8] {
    try file.bytes(at: section.offset, count: Int(section.size))
  }

  private func section(_ index: Int, in table: [UInt8]) -> Section {
    let start = index * Int(header.entrySize)
    let is64Bit = header.is64Bit
    let width = is64Bit ? 8 : 4
    return Section(
      name: "", address: table.number(at: start + (is64Bit ? 16 : 12), bytes: width),
      offset: table.number(at: start + (is64Bit ? 24 : 16), bytes: width),
      size: table.number(at: start + (is64Bit ? 32 : 20), bytes: width), index: index)
  }

  private func check(_ section: Section, field: String) throws(ProgramTracingError) {
    guard section.offset <= header.fileSize,
      section.size <= header.fileSize - section.offset,
      section.size <= UInt64(Self.largestRead)
    else { throw .malformed(path: file.path, field: field, offset: section.offset) }
  }
}

extension ObjectFile.Header {
  init(_ file: borrowing ConfinedFile) throws(ProgramTracingError) {
    let path = file.path
    let size = try file.status().size
    guard size >= 52 else { throw .notAnObject(path: path) }
    let head = try file.bytes(at: 0, count: Int(min(size, 64)))
    guard head.starts(with: [0x7f, 0x45, 0x4c, 0x46]), head[4] == 1 || head[4] == 2, head[5] == 1
    else { throw .notAnObject(path: path) }
    self.init(is64Bit: head[4] == 2, fileSize: size)
    guard !is64Bit || head.count == 64 else { throw .notAnObject(path: path) }

    let offset = is64Bit ? head.number(at: 40, bytes: 8) : head.number(at: 32, bytes: 4)
    let tail = is64Bit ? 58 : 46
    guard offset != 0 else { return }
    guard head.number(at: tail, bytes: 2) == entrySize else {
      throw .malformed(path: path, field: "e_shentsize", offset: UInt64(tail))
    }
    guard offset <= size, size - offset >= entrySize else {
      throw .malformed(path: path, field: "e_shoff", offset: is64Bit ? 40 : 32)
    }
    sectionOffset = offset
    sectionCount = head.number(at: tail + 2, bytes: 2)
    nameSection = head.number(at: tail + 4, bytes: 2)
    // Counts that do not fit their 16 bits stand in the first section header.
    if sectionCount == 0 || nameSection == 0xffff {
      let first = try file.bytes(at: offset, count: Int(entrySize))
      if sectionCount == 0 {
        sectionCount = is64Bit ? first.number(at: 32, bytes: 8) : first.number(at: 20, bytes: 4)
      }
      if nameSection == 0xffff { nameSection = first.number(at: is64Bit ? 40 : 24, bytes: 4) }
    }
    guard sectionCount <= (size - offset) / entrySize,
      sectionCount * entrySize <= UInt64(ObjectFile.largestRead)
    else { throw .malformed(path: path, field: "e_shnum", offset: UInt64(tail + 2)) }
  }
}

extension [UInt8] {
  /// The little-endian number of `bytes` bytes at `offset`, which the caller has checked.
  func number(at offset: Int, bytes: Int) -> UInt64 {
    var value: UInt64 = 0
    for position in 0..<bytes { value |= UInt64(self[offset + position]) << (8 * position) }
    return value
  }
}
