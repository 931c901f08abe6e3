/// Why a trace could not be written or read; offsets count bytes from the start of the trace.
package enum TraceFileError: Error, Hashable, Sendable {
  /// A system call on the file failed.
  case cannotOpen(path: String, errno: Int32)
  case cannotRead(offset: UInt64, errno: Int32)
  /// The output took no more; everything up to `offset` is whole.
  case cannotWrite(offset: UInt64, errno: Int32)
  /// A directory, pipe or device where a regular file is needed.
  case notRegularFile(path: String)
  /// No block was found: not a trace at all.
  case notATrace
  /// A later version changed what this one relies on.
  case unsupportedVersion(UInt16)
  /// The block at `offset` does not hold what it declares.
  case damaged(offset: UInt64, Damage.Reason)
  /// There is no such block, or it holds no events.
  case noSuchBlock(Int)
  /// A batch exceeds what a block can hold.
  case tooLarge(Limit, value: UInt64)
  /// The columns of a batch contradict one another in this.
  case invalidBatch(StaticName)
  /// zstd failed for want of memory.
  case outOfMemory

  package enum Limit: Hashable, Sendable {
    case eventsOfBlock, bytesOfBlock, groupsOfBlock, lossesOfBlock, types, streams
  }
}

/// A place in a trace where bytes are not what they should be.
package struct Damage: Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// Bytes that belong to no block.
    case noBlock
    /// The trace stops within a block: killed recorder, full disk, cut connection, or still growing.
    case cut
    case headerChecksum
    case payloadChecksum
    /// Checksums are right, the content contradicts itself; `field` is the man page's name for it.
    case malformed(field: StaticName)
    /// Blocks are missing before this one.
    case missingBlocks(count: UInt64)
    /// zstd refused the payload.
    case compression
    /// A later version wrote the block in a way that this one would misread.
    case laterVersion(UInt16)
  }

  package var offset: UInt64
  package var bytes: UInt64
  package var reason: Reason
  /// What was there, where the header could be read.
  package var block: BlockSummary?
  /// Times between which something is missing: of the blocks around the place, where it is not
  /// known from a header.
  package var first: UInt64?
  package var last: UInt64?
}

/// The name of a structure's field, as the man page has it.
package struct StaticName: Hashable, Sendable, ExpressibleByStringLiteral {
  package var text: String

  package init(stringLiteral text: String) {
    self.text = text
  }
}
