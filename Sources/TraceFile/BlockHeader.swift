internal import Events

/// A part of a block's payload, as the header declares it.
struct BlockPart: Hashable {
  /// What a part holds.
  ///
  /// Raw values are those of the trace file.
  enum Content: UInt16 {
    /// All that a block of another kind than events says.
    case record = 0
    /// Times, types, threads, cpus and streams of events.
    case events = 1
    /// The columns of one group.
    case group = 2
    /// The columns of all groups that have no part of their own.
    case groups = 3
  }

  /// How a part stands in the file.
  ///
  /// Raw values are those of the trace file.
  enum Coding: UInt16 {
    /// As it is, in a frame that zstd skips.
    case stored = 0
    /// In an ordinary zstd frame.
    case zstd = 1
  }

  static let bytes = 24

  var content: UInt16
  var coding: UInt16
  var storedBytes: UInt32
  var rawBytes: UInt32
  var checksum: UInt32
  var group: UInt32 = 0
}

/// What stands at the start of every block.
///
/// ```
/// fixed fields (112 bytes) | parts, 24 each | types, 8 each | losses, 40 each | streams, 4 each | 0…
/// └─ headerChecksum ──────┘└─ tableChecksum ───────────────────────────────────────────────────────┘
/// ```
/// All of it lies in one frame that zstd skips. Fields and widths: man/swtrace-file.5.
struct BlockHeader {
  static let skippedFrame: UInt32 = 0x184D_2A5E
  static let paddingFrame: UInt32 = 0x184D_2A5F
  static let storedFrame: UInt32 = 0x184D_2A5D
  /// "swt", a byte that is no text, "blk", newline.
  static let magic: UInt64 = 0x0A6B_6C62_A674_7773
  static let fixedBytes = 112

  var identifier = TraceIdentifier(high: 0, low: 0)
  var kind: UInt16
  /// The oldest version whose readers understand the block.
  var version = Preamble.currentVersion
  var stream: UInt32 = 0
  var sequence: UInt64 = 0
  var length: UInt64 = 0
  var first: UInt64 = 0
  var last: UInt64 = 0
  /// What it means depends on the kind.
  var number: UInt64 = 0
  var events: UInt32 = 0
  var padding: UInt32 = 0
  var parts: [BlockPart] = []
  var counts: [TypeCount] = []
  var losses: [Loss] = []
  var streams: [StreamID] = []

  init(kind: BlockKind) {
    self.kind = kind.rawValue
  }

  static let lossBytes = 40

  var headerBytes: Int {
    let tables =
      parts.count * BlockPart.bytes + counts.count * 8 + losses.count * BlockHeader.lossBytes
      + streams.count * 4
    return (BlockHeader.fixedBytes + tables + 7) & ~7
  }

  /// Header, with both checksums.
  func bytes() -> [UInt8] {
    var header: [UInt8] = []
    header.reserveCapacity(headerBytes)
    header.append(littleEndian: BlockHeader.skippedFrame)
    header.append(littleEndian: UInt32(headerBytes - 8))
    header.append(littleEndian: BlockHeader.magic)
    header.append(littleEndian: identifier.high)
    header.append(littleEndian: identifier.low)
    header.append(littleEndian: UInt64(0))
    header.append(littleEndian: kind)
    header.append(littleEndian: version)
    header.append(littleEndian: stream)
    header.append(littleEndian: sequence)
    header.append(littleEndian: length)
    header.append(littleEndian: first)
    header.append(littleEndian: last)
    header.append(littleEndian: number)
    header.append(littleEndian: events)
    header.append(littleEndian: UInt32(parts.count))
    header.append(littleEndian: UInt32(counts.count))
    header.append(littleEndian: UInt32(losses.count))
    header.append(littleEndian: UInt32(streams.count))
    header.append(littleEndian: padding)
    appendTables(to: &header)
    let table = unsafe header.withUnsafeBytes {
      unsafe Checksum.of(UnsafeRawBufferPointer(rebasing: $0[BlockHeader.fixedBytes...]))
    }
    header.overwrite(table, at: 36)
    BlockHeader.seal(&header)
    return header
  }

  private func appendTables(to header: inout [UInt8]) {
    for part in parts {
      header.append(littleEndian: part.content)
      header.append(littleEndian: part.coding)
      header.append(littleEndian: part.storedBytes)
      header.append(littleEndian: part.rawBytes)
      header.append(littleEndian: part.checksum)
      header.append(littleEndian: part.group)
      header.append(littleEndian: UInt32(0))
    }
    for count in counts {
      header.append(littleEndian: count.type.index)
      header.append(littleEndian: UInt32(truncatingIfNeeded: count.events))
    }
    for loss in losses {
      header.append(littleEndian: loss.stream.index)
      header.append(loss.reason.rawValue)
      header.append(loss.count == nil ? 0 : 1)
      header.append(littleEndian: UInt16(0))
      header.append(littleEndian: loss.count ?? 0)
      header.append(littleEndian: loss.thread)
      header.append(littleEndian: UInt32(0))
      header.append(littleEndian: loss.first)
      header.append(littleEndian: loss.last)
    }
    for stream in streams { header.append(littleEndian: stream.index) }
    while header.count < headerBytes { header.append(0) }
  }

  /// Computes the checksum of the fixed fields at the start of `block` anew.
  static func seal(_ block: inout [UInt8]) {
    block.overwrite(UInt32(0), at: 32)
    let checksum = unsafe block.withUnsafeBytes {
      unsafe Checksum.of(UnsafeRawBufferPointer(rebasing: $0[..<fixedBytes]))
    }
    block.overwrite(checksum, at: 32)
  }

  /// Gives the block at the start of `block` its place in a trace.
  static func address(
    _ block: inout [UInt8], to identifier: TraceIdentifier, sequence: UInt64
  ) {
    block.overwrite(identifier.high, at: 16)
    block.overwrite(identifier.low, at: 24)
    block.overwrite(sequence, at: 48)
    seal(&block)
  }
}

extension BlockHeader {
  /// Refuses a block that a reader of this version would misread.
  func checkVersion(at offset: UInt64) throws(TraceFileError) {
    if version > Preamble.currentVersion { throw .damaged(offset: offset, .laterVersion(version)) }
  }
}

extension [UInt8] {
  /// Writes the bytes of `number` over those at `offset`.
  mutating func overwrite<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    for position in 0..<MemoryLayout<Number>.size {
      self[offset + position] = UInt8(truncatingIfNeeded: number >> Number(8 * position))
    }
  }
}
