internal import CSwtrace
package import Events

/// The markers that stand in an ELF file, read without running anything.
package struct MarkedObject: Sendable {
  /// The section in which markers lie.
  static let section = "swtrace_markers"

  package let path: String
  package let markers: [EventType]

  /// Reads the markers of the object at `path`.
  package init(path: String) throws(ProgramTracingError) {
    try self.init(ObjectFile(path))
  }

  init(_ object: consuming ObjectFile) throws(ProgramTracingError) {
    path = object.file.path
    var markers: [EventType] = []
    var seen: Set<EventType> = []
    for section in try object.sections(named: [Self.section]) {
      let bytes = try object.bytes(of: section)
      for type in try Self.markers(in: bytes, path: path, offset: section.offset)
      where seen.insert(type).inserted {
        markers.append(type)
      }
    }
    guard !markers.isEmpty else { throw .noMarkers(path: path) }
    self.markers = markers
  }

  /// Walks a section: records behind one another, each aligned to 8 bytes, zero words between.
  static func markers(
    in bytes: [UInt8], path: String, offset base: UInt64
  ) throws(ProgramTracingError) -> [EventType] {
    let head = unsafe MemoryLayout<swtrace_marker>.size
    let describedAt = head - MemoryLayout<swtrace_description>.size
    var markers: [EventType] = []
    var offset = 0
    while offset <= bytes.count - 8 {
      if bytes.number(at: offset, bytes: 8) == 0 {
        offset += 8
        continue
      }
      func malformed(_ field: String) -> ProgramTracingError {
        .malformed(path: path, field: field, offset: base &+ UInt64(offset))
      }
      guard bytes.number(at: offset, bytes: 4) == UInt64(SWTRACE_MARKER_MAGIC) else {
        throw malformed("marker magic")
      }
      let size = Int(bytes.number(at: offset + 4, bytes: 4))
      guard size >= head, size <= bytes.count - offset else { throw malformed("marker size") }
      guard let description = MarkerDescription(bytes, at: offset + describedAt),
        description.size <= size - describedAt
      else { throw malformed("marker description") }
      markers.append(description.type)
      offset = (offset + size + 7) & ~7
    }
    return markers
  }
}
