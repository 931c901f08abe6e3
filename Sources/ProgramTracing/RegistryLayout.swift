internal import CSwtrace
internal import Events

/// Where the parts of a program's file lie, every offset and count held against the file's size.
struct RegistryLayout: Hashable, Sendable {
  let nonceHigh: UInt64
  let nonceLow: UInt64
  /// As the process sees itself.
  let pid: ProcessNumber
  /// In which that is its number; 0 where it is not known.
  let pidNamespace: UInt32
  let clock: ClockKind
  let start: ClockReading
  let executable: String

  let mappedSize: UInt64
  let slotsOffset: UInt64
  let slotCount: Int
  let patternsOffset: UInt64
  let notesOffset: UInt64
  let noteCount: Int
  let extentsOffset: UInt64
  let freeOffset: UInt64
  let extentCount: Int
  /// Extents from here up are provisioned by the program.
  let ownFirst: Int
  let markersOffset: UInt64
  let markerCapacity: Int
  let tableOffset: UInt64
  let tableCapacity: Int
  let chunksOffset: UInt64
  /// Everything that is read on each visit lies below.
  let controlSize: Int

  /// Where the number of markers stands.
  static let markersField = MemoryLayout<swtrace_registry>.offset(of: \.markers) ?? 0
  /// Where the number of markers that found no room stands.
  static let refusedField = UInt64(
    MemoryLayout<swtrace_registry>.offset(of: \.markers_refused) ?? 0)
  static let headerSize = MemoryLayout<swtrace_registry>.size
  static let slotSize = UInt64(MemoryLayout<swtrace_slot>.size)
  static let noteSize = UInt64(MemoryLayout<swtrace_note>.size)
  static let extentSize = UInt64(SWTRACE_EXTENT_SIZE)
  private static let largestFile: UInt64 = 1 << 40
  private static let largestControl: UInt64 = 8 << 20

  init(_ bytes: [UInt8], fileSize: UInt64, path: String) throws(ProgramTracingError) {
    func malformed(_ field: String, _ offset: UInt64 = 0) -> ProgramTracingError {
      .malformed(path: path, field: field, offset: offset)
    }
    guard bytes.count >= Self.headerSize else { throw malformed("size", UInt64(bytes.count)) }
    let header = unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: swtrace_registry.self) }
    guard header.magic == SWTRACE_REGISTRY_MAGIC else { throw malformed("magic") }
    guard header.layout_version == SWTRACE_LAYOUT_VERSION else { throw malformed("version", 8) }
    guard header.layout_hash == swtrace_layout_hash() else { throw malformed("hash", 12) }
    guard Int(header.header_size) >= Self.headerSize else { throw malformed("header size", 16) }
    guard header.word_size == 4 || header.word_size == 8 else { throw malformed("word size", 20) }
    guard let clock = ClockKind(rawValue: UInt8(truncatingIfNeeded: header.clock)),
      header.clock <= 2
    else { throw malformed("clock", 52) }
    self.clock = clock
    nonceHigh = header.nonce.0
    nonceLow = header.nonce.1
    pid = header.pid
    pidNamespace = header.pid_namespace
    start = ClockReading(
      processor: header.start.processor, monotonic: header.start.monotonic,
      realtime: header.start.realtime, boottime: header.start.boottime)
    let path256 = bytes[(Self.headerSize - 256)..<Self.headerSize].prefix { $0 != 0 }
    executable = String(decoding: path256, as: UTF8.self)

    let limit = min(fileSize, Self.largestFile)
    guard header.mapped_size <= limit else { throw malformed("mapped size", 88) }
    mappedSize = header.mapped_size
    let size = mappedSize
    /// A part's end where it lies in the file as it must.
    func end(
      _ field: String, at offset: UInt64, _ count: UInt64, of element: UInt64, atMost: UInt64
    ) throws(ProgramTracingError) -> UInt64 {
      guard offset % 8 == 0, offset >= UInt64(Self.headerSize), count <= atMost, offset <= size,
        count * element <= size - offset
      else { throw malformed(field, offset) }
      return offset + count * element
    }
    slotsOffset = header.slots_offset
    slotCount = Int(header.slot_count)
    patternsOffset = header.patterns_offset
    notesOffset = header.notes_offset
    noteCount = Int(header.note_count)
    extentsOffset = header.extents_offset
    freeOffset = header.free_offset
    extentCount = Int(header.extent_count)
    ownFirst = Int(min(header.own_first, header.extent_count))
    markersOffset = header.markers_offset
    markerCapacity = Int(header.marker_capacity)
    tableOffset = header.table_offset
    tableCapacity = Int(header.table_capacity)
    chunksOffset = header.chunks_offset

    let slots = UInt64(header.slot_count)
    let extents = UInt64(header.extent_count)
    guard slots > 0 else { throw malformed("slot count") }
    let ends = [
      try end("slots", at: slotsOffset, slots, of: Self.slotSize, atMost: UInt64(SWTRACE_SLOTS)),
      try end(
        "patterns", at: patternsOffset, slots, of: UInt64(SWTRACE_PATTERNS_SIZE),
        atMost: UInt64(SWTRACE_SLOTS)),
      try end(
        "notes", at: notesOffset, UInt64(header.note_count), of: Self.noteSize, atMost: 1 << 16),
      try end("extents", at: extentsOffset, extents, of: 4, atMost: 1 << 13),
      try end("free", at: freeOffset, extents, of: 8, atMost: 1 << 13),
    ]
    _ = try end(
      "markers", at: markersOffset, UInt64(header.marker_capacity), of: 8, atMost: 1 << 17)
    _ = try end("table", at: tableOffset, UInt64(header.table_capacity), of: 1, atMost: 64 << 20)
    _ = try end("chunks", at: chunksOffset, extents, of: Self.extentSize, atMost: 1 << 13)
    guard chunksOffset % 4096 == 0 else { throw malformed("chunks", chunksOffset) }
    let control = ends.max() ?? 0
    guard control <= Self.largestControl else { throw malformed("control", control) }
    controlSize = Int(control)
  }

  /// The process's number as long as it has not been seen: negative where it is another namespace's.
  var presumedPid: ProcessNumber {
    let own = ProcFilesystem.ownPidNamespace
    guard pid > 0, pidNamespace != 0, own != 0, pidNamespace != own else { return pid }
    return -pid
  }

  func slot(_ index: Int) -> UInt64 { slotsOffset + UInt64(index) * Self.slotSize }
  func note(_ index: Int) -> UInt64 { notesOffset + UInt64(index) * Self.noteSize }
  func extentWord(_ index: Int) -> UInt64 { extentsOffset + UInt64(index) * 4 }
  /// The word of `free` that holds chunk `chunk` of an extent.
  func freeWord(_ extent: Int, chunk: Int) -> UInt64 {
    freeOffset + UInt64(extent) * 8 + UInt64(chunk / 32) * 4
  }
  func extent(_ index: Int) -> UInt64 { chunksOffset + UInt64(index) * Self.extentSize }
  /// The switch word of the marker with this id.
  func switchWord(_ id: Int) -> UInt64 { markersOffset + UInt64(id - 1) * 8 }
}
