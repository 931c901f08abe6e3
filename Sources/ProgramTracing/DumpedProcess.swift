internal import CSwtrace
internal import Events
internal import Glibc

/// An ELF core dump of a 64-bit little-endian process, for the files of markers that it had mapped.
///
/// A mapping begins with the registry's magic, at the start of a segment; its parts may lie in several
/// segments one behind another, and what the kernel left out reads as zeros.
struct DumpedProcess {
  private struct Segment {
    var address: UInt64
    var offset: UInt64
    var size: UInt64
  }

  private static let mostSegments = 1 << 20
  private static let loaded: UInt64 = 1  // PT_LOAD
  private static let core: UInt64 = 4  // ET_CORE

  private let segments: [Segment]

  static func isCoreDump(_ file: borrowing ConfinedFile) -> Bool {
    guard let head = try? file.bytes(at: 0, count: 64) else { return false }
    return head.starts(with: [0x7f, 0x45, 0x4c, 0x46]) && head.number(at: 16, bytes: 2) == core
  }

  init(_ file: borrowing ConfinedFile) throws(ProgramTracingError) {
    let path = file.path
    let size = try file.status().size
    let head = try file.bytes(at: 0, count: 64)
    // 64 bits, little-endian.
    guard head[4] == 2, head[5] == 1 else { throw .notAnObject(path: path) }
    let table = head.number(at: 32, bytes: 8)
    let entry = head.number(at: 54, bytes: 2)
    var count = head.number(at: 56, bytes: 2)
    if count == 0xffff {
      // More than fits: the first section header has the number.
      let sections = head.number(at: 40, bytes: 8)
      guard sections < size else {
        throw .malformed(path: path, field: "section headers", offset: 40)
      }
      count = try file.bytes(at: sections, count: 64).number(at: 44, bytes: 4)
    }
    guard entry == 56, count <= UInt64(Self.mostSegments), table <= size,
      count * entry <= size - table
    else { throw .malformed(path: path, field: "program headers", offset: table) }
    let headers = try file.bytes(at: table, count: Int(count * entry))
    var found: [Segment] = []
    for index in 0..<Int(count) {
      let at = index * Int(entry)
      guard headers.number(at: at, bytes: 4) == Self.loaded else { continue }
      let segment = Segment(
        address: headers.number(at: at + 16, bytes: 8),
        offset: headers.number(at: at + 8, bytes: 8), size: headers.number(at: at + 32, bytes: 8))
      guard segment.offset <= size else { continue }
      // A dump that was cut short has what it has.
      let held = min(segment.size, size - segment.offset)
      if held > 0 {
        found.append(Segment(address: segment.address, offset: segment.offset, size: held))
      }
    }
    segments = found.sorted { $0.address < $1.address }
  }

  /// Calls `body` with each file of markers that was mapped, put together again.
  func eachRegistry(
    of file: borrowing ConfinedFile,
    _ body: (borrowing ConfinedFile) throws(ProgramTracingError) -> Void
  ) throws(ProgramTracingError) {
    for (index, first) in segments.enumerated()
    where first.size >= UInt64(RegistryLayout.headerSize) {
      let head = try file.bytes(at: first.offset, count: RegistryLayout.headerSize)
      guard head.number(at: 0, bytes: 8) == SWTRACE_REGISTRY_MAGIC,
        let field = MemoryLayout<swtrace_registry>.offset(of: \.mapped_size)
      else { continue }
      let mapped = head.number(at: field, bytes: 8)
      let layout = try RegistryLayout(head, fileSize: mapped, path: file.path)
      let memory = try LeftoverFile.memory(named: file.path, size: layout.mappedSize)
      for segment in segments[index...] {
        guard segment.address - first.address < layout.mappedSize else { break }
        try copy(
          segment, of: file, to: memory, at: segment.address - first.address,
          limit: layout.mappedSize)
      }
      try body(memory)
    }
  }

  private func copy(
    _ segment: Segment, of file: borrowing ConfinedFile, to memory: borrowing ConfinedFile,
    at place: UInt64, limit: UInt64
  ) throws(ProgramTracingError) {
    let end = min(segment.size, limit - place)
    var done: UInt64 = 0
    while done < end {
      let bytes = try file.bytes(
        at: segment.offset + done, count: Int(min(end - done, 1 << 20)))
      // Zeros stay holes.
      if bytes.contains(where: { $0 != 0 }) {
        let wrote = unsafe pwrite(memory.descriptor, bytes, bytes.count, Int(place + done))
        guard wrote == bytes.count else {
          throw .system(call: "pwrite", path: file.path, errno: wrote < 0 ? errno : ENOSPC)
        }
      }
      done += UInt64(bytes.count)
    }
  }
}
