internal import Events

/// What bytes that may start a block turn out to be.
enum HeaderReading {
  case whole(BlockHeader, headerBytes: Int)
  /// So many bytes from the block's start are needed to tell; the fixed fields are right if there.
  case needs(Int, BlockHeader?)
  case bad(Damage.Reason)
  /// The fixed fields are right, so that the block's length is known; the tables are not.
  case badTables(BlockHeader, Damage.Reason)

  /// The header as far as its fixed fields are right.
  var fixed: BlockHeader? {
    switch self {
    case .whole(let header, _), .badTables(let header, _): header
    case .needs(_, let header): header
    case .bad: nil
    }
  }
}

extension BlockHeader {
  /// Reads the header at the start of `bytes`, of which there may be less or more than the block.
  static func read(_ bytes: UnsafeRawBufferPointer) -> HeaderReading {
    guard bytes.count >= fixedBytes else { return .needs(fixedBytes, nil) }
    var cursor = unsafe ByteCursor(bytes)
    guard cursor.next(UInt32.self) == skippedFrame else { return .bad(.noBlock) }
    let declared = cursor.next(UInt32.self)
    guard cursor.next(UInt64.self) == magic else { return .bad(.noBlock) }
    let identifier = TraceIdentifier(
      high: cursor.next(UInt64.self), low: cursor.next(UInt64.self))
    guard unsafe cursor.next(UInt32.self) == fixedChecksum(bytes) else {
      return .bad(.headerChecksum)
    }
    let tableChecksum = cursor.next(UInt32.self)
    var header = BlockHeader(rawKind: cursor.next(UInt16.self))
    header.identifier = identifier
    header.version = cursor.next(UInt16.self)
    header.stream = cursor.next(UInt32.self)
    header.sequence = cursor.next(UInt64.self)
    header.length = cursor.next(UInt64.self)
    header.first = cursor.next(UInt64.self)
    header.last = cursor.next(UInt64.self)
    header.number = cursor.next(UInt64.self)
    header.events = cursor.next(UInt32.self)
    let parts = Int(cursor.next(UInt32.self))
    let counts = Int(cursor.next(UInt32.self))
    let losses = Int(cursor.next(UInt32.self))
    let streams = Int(cursor.next(UInt32.self))
    header.padding = cursor.next(UInt32.self)

    let headerBytes = Int(declared) + 8
    guard headerBytes >= fixedBytes, headerBytes % 8 == 0, headerBytes <= BlockLimits.headerBytes
    else { return .bad(.malformed(field: "header bytes")) }
    guard header.length % 8 == 0, header.length >= UInt64(headerBytes),
      header.length <= UInt64(BlockLimits.blockBytes)
    else { return .bad(.malformed(field: "block bytes")) }
    guard parts <= BlockLimits.parts, counts <= BlockLimits.groups,
      losses <= BlockLimits.losses, streams <= BlockLimits.streamsOfBlock,
      parts * BlockPart.bytes + counts * 8 + losses * lossBytes + streams * 4
        <= headerBytes - fixedBytes
    else { return .badTables(header, .malformed(field: "table lengths")) }

    guard bytes.count >= headerBytes else { return .needs(headerBytes, header) }
    let tables = unsafe UnsafeRawBufferPointer(rebasing: bytes[fixedBytes..<headerBytes])
    guard unsafe Checksum.of(tables) == tableChecksum else {
      return .badTables(header, .headerChecksum)
    }
    header.readTables(
      &cursor, parts: parts, counts: counts, losses: losses, streams: streams)
    if let field = header.contradiction(headerBytes: headerBytes) {
      return .badTables(header, .malformed(field: field))
    }
    return .whole(header, headerBytes: headerBytes)
  }

  private init(rawKind: UInt16) {
    self.init(kind: .preamble)
    kind = rawKind
  }

  private static func fixedChecksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = Checksum()
    let zero: UInt32 = 0
    unsafe checksum.add(UnsafeRawBufferPointer(rebasing: bytes[..<32]))
    unsafe Swift.withUnsafeBytes(of: zero) { unsafe checksum.add($0) }
    unsafe checksum.add(UnsafeRawBufferPointer(rebasing: bytes[36..<fixedBytes]))
    return checksum.value
  }

  private mutating func readTables(
    _ cursor: inout ByteCursor, parts: Int, counts: Int, losses: Int, streams: Int
  ) {
    for _ in 0..<parts {
      self.parts.append(
        BlockPart(
          content: cursor.next(UInt16.self), coding: cursor.next(UInt16.self),
          storedBytes: cursor.next(UInt32.self), rawBytes: cursor.next(UInt32.self),
          checksum: cursor.next(UInt32.self), group: cursor.next(UInt32.self)))
      _ = cursor.next(UInt32.self)
    }
    for _ in 0..<counts {
      self.counts.append(
        TypeCount(
          type: EventTypeID(cursor.next(UInt32.self)), events: Int(cursor.next(UInt32.self))))
    }
    for _ in 0..<losses {
      let stream = StreamID(cursor.next(UInt32.self))
      let reason = Loss.Reason(rawValue: cursor.next(UInt8.self)) ?? .damaged
      let isCounted = cursor.next(UInt8.self) & 1 == 1
      _ = cursor.next(UInt16.self)
      let count = cursor.next(UInt64.self)
      let thread = cursor.next(Int32.self)
      _ = cursor.next(UInt32.self)
      self.losses.append(
        Loss(
          stream: stream, reason: reason, count: isCounted ? count : nil, thread: thread,
          first: cursor.next(UInt64.self), last: cursor.next(UInt64.self)))
    }
    for _ in 0..<streams { self.streams.append(StreamID(cursor.next(UInt32.self))) }
  }

  /// The field in which fixed fields and tables disagree.
  private func contradiction(headerBytes: Int) -> StaticName? {
    var stored = UInt64(headerBytes) + UInt64(padding)
    var raw: UInt64 = 0
    for part in parts {
      stored += UInt64(part.storedBytes)
      raw += UInt64(part.rawBytes)
      if part.coding == BlockPart.Coding.stored.rawValue,
        UInt64(part.storedBytes) != UInt64(part.rawBytes) + 8
      {
        return "part bytes"
      }
    }
    guard padding == 0 || (8..<16).contains(padding) else { return "padding" }
    guard stored == length else { return "block bytes" }
    guard raw <= UInt64(BlockLimits.rawBytes) else { return "raw bytes" }
    guard Int(events) <= BlockLimits.events else { return "events" }
    if kind == BlockKind.events.rawValue {
      var sum = 0
      for count in counts {
        guard count.type.index < BlockLimits.types else { return "type" }
        sum += count.events
      }
      guard sum == Int(events) else { return "events" }
    }
    guard stream < BlockLimits.streams, streams.allSatisfy({ $0.index < BlockLimits.streams }),
      losses.allSatisfy({ $0.stream.index < BlockLimits.streams })
    else { return "stream" }
    return nil
  }
}

extension BlockSummary {
  init(_ header: BlockHeader, offset: UInt64) {
    self.init(
      kind: BlockKind(rawValue: header.kind), sequence: header.sequence, offset: offset,
      bytes: Int(header.length),
      streams: header.streams, first: header.first, last: header.last,
      events: Int(header.events), counts: header.counts, losses: header.losses,
      rawBytes: header.parts.reduce(0) { $0 + Int($1.rawBytes) })
  }
}
