extension PartBytes {
  /// Appends a part as a frame: compressed, or stored where that is no larger.
  mutating func append(
    _ part: borrowing PartBytes, with compressor: borrowing Compressor,
    content: BlockPart.Content, group: Int = 0
  ) throws(TraceFileError) -> BlockPart {
    let start = count
    try compressor.compress(part, onto: &self)
    if count - start < part.count + 8 {
      return declare(part, from: start, content, .zstd, group: group)
    }
    truncate(to: start)
    return store(part, content: content, group: group)
  }

  /// Appends a part as it is, in a frame that zstd skips.
  mutating func store(
    _ part: borrowing PartBytes, content: BlockPart.Content, group: Int = 0
  ) -> BlockPart {
    let start = count
    append(BlockHeader.storedFrame)
    append(UInt32(part.count))
    unsafe append(part.bytes)
    return declare(part, from: start, content, .stored, group: group)
  }

  private func declare(
    _ part: borrowing PartBytes, from start: Int, _ content: BlockPart.Content,
    _ coding: BlockPart.Coding, group: Int
  ) -> BlockPart {
    let stored = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
    return unsafe BlockPart(
      content: content.rawValue, coding: coding.rawValue, storedBytes: UInt32(stored.count),
      rawBytes: UInt32(part.count), checksum: Checksum.of(stored), group: UInt32(group))
  }
}
