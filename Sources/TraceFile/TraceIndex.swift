/// The headers of a trace's blocks with their offsets, gathered while it is written.
///
/// An index block's record is a run of entries: u64 offset, then the header as it stands at that
/// offset.
struct TraceIndex: ~Copyable {
  /// Entries are put into blocks of about this size before compression.
  private static let blockBytes = 1 << 22

  private var pending = PartBytes()
  private var done: [EncodedBlock] = []

  /// Adds a block that was written; its headers may then be compressed with those before.
  mutating func add(
    _ block: EncodedBlock, at offset: UInt64, with compressor: borrowing Compressor
  ) throws(TraceFileError) {
    pending.append(offset)
    unsafe block.bytes.withUnsafeBytes { bytes in
      let headerBytes =
        unsafe 8
        + Int(
          UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
      unsafe pending.append(UnsafeRawBufferPointer(rebasing: bytes[..<headerBytes]))
    }
    if pending.count >= TraceIndex.blockBytes { try close(with: compressor) }
  }

  /// Blocks that hold all entries; their place in the trace is not in them yet.
  mutating func records(
    with compressor: borrowing Compressor
  ) throws(TraceFileError) -> [EncodedBlock] {
    if pending.count > 0 { try close(with: compressor) }
    return done
  }

  private mutating func close(with compressor: borrowing Compressor) throws(TraceFileError) {
    var payload = PartBytes()
    var header = BlockHeader(kind: .index)
    header.parts = [try payload.append(pending, with: compressor, content: .record)]
    done.append(try EncodedBlock(header, payload))
    pending.removeAll()
  }

  /// Reads entries back; nil where they are not what an index holds.
  static func entries(_ record: UnsafeRawBufferPointer) -> [PlacedHeader]? {
    var entries: [PlacedHeader] = []
    var place = 0
    while place < record.count {
      guard record.count - place >= 8 else { return nil }
      let offset = unsafe UInt64(
        littleEndian: record.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      let rest = unsafe UnsafeRawBufferPointer(rebasing: record[(place + 8)...])
      guard case .whole(let header, let headerBytes) = unsafe BlockHeader.read(rest) else {
        return nil
      }
      entries.append(PlacedHeader(header: header, headerBytes: headerBytes, offset: offset))
      place += 8 + headerBytes
    }
    return entries
  }
}

/// A block's header and where the block lies.
struct PlacedHeader {
  var header: BlockHeader
  var headerBytes: Int
  /// From the start of the trace.
  var offset: UInt64
}
