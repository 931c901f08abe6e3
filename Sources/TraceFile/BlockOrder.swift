internal import Glibc
internal import Events

/// What is known on the way through a trace: whose blocks are looked for, and which comes next.
struct BlockOrder {
  private(set) var identifier: TraceIdentifier?
  private(set) var next: UInt64 = 0
  /// Last time of the events before.
  private var last: UInt64?

  /// Whether a header that stands where a block must start is the next of this trace.
  ///
  /// Blocks are numbered, so that a copy of an earlier block within a later one is no block.
  func accepts(_ header: BlockHeader) -> Bool {
    if let identifier, header.identifier != identifier { return false }
    return header.sequence >= next
  }

  /// Goes past a block; what is missing before it.
  mutating func pass(_ header: BlockHeader, at offset: UInt64) -> Damage? {
    defer {
      identifier = header.identifier
      next = header.sequence == .max ? .max : header.sequence + 1
      if header.kind == BlockKind.events.rawValue, header.events > 0 { last = header.last }
    }
    guard header.sequence > next else { return nil }
    let hasTimes = header.kind == BlockKind.events.rawValue && header.events > 0
    return Damage(
      offset: offset, bytes: 0, reason: .missingBlocks(count: header.sequence - next), block: nil,
      first: last, last: hasTimes ? header.first : nil)
  }

  func damage(
    _ reason: Damage.Reason, at offset: UInt64, bytes: UInt64, header: BlockHeader? = nil
  ) -> Damage {
    let isEvents = header?.kind == BlockKind.events.rawValue
    return Damage(
      offset: offset, bytes: bytes, reason: reason,
      block: header.map { BlockSummary($0, offset: offset) },
      first: isEvents ? header?.first : last, last: isEvents ? header?.last : nil)
  }
}

extension BlockHeader {
  /// Where in the first `end` bytes a header may start, from `start` on, by its magic.
  static func search(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var place = start
    // The magic's fourth byte is no text.
    while place + 16 <= end, let found = unsafe memchr(base + place + 11, 0xA6, end - place - 11) {
      place = unsafe UnsafeRawPointer(found) - base - 11
      guard place + 16 <= end else { return nil }
      let here = unsafe base.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)
      if UInt64(littleEndian: here) == magic { return place }
      place += 1
    }
    return nil
  }
}
