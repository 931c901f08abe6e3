internal import Events

/// The zstd context and buffers with which blocks are decoded: one for each thread that reads.
@safe package struct BlockDecoder: ~Copyable {
  private let decompressor: Decompressor
  private var columns = ColumnDecoder()
  private var times = TimeDecoder()
  private var stored = Scratch<UInt8>()
  private var raw = Scratch<UInt8>()

  package init() throws(TraceFileError) {
    decompressor = try Decompressor()
  }

  /// Where the stored bytes of a part come from: `load` fills its target with what stands at an
  /// offset from the block's start.
  typealias Load = (_ offset: Int, _ target: UnsafeMutableRawBufferPointer) throws(TraceFileError)
    -> Void

  /// The part as it was before compression, valid until the next call.
  mutating func open(
    _ part: BlockPart, at place: Int, of block: UInt64, load: Load
  ) throws(TraceFileError) -> UnsafeRawBufferPointer {
    let size = Int(part.storedBytes)
    let frame = unsafe UnsafeMutableRawBufferPointer(start: stored.space(size), count: size)
    try unsafe load(place, frame)
    let bytes = UnsafeRawBufferPointer(frame)
    guard unsafe Checksum.of(bytes) == part.checksum else {
      throw .damaged(offset: block, .payloadChecksum)
    }
    switch BlockPart.Coding(rawValue: part.coding) {
    case .stored:
      var cursor = unsafe ByteCursor(bytes)
      guard cursor.next(UInt32.self) == BlockHeader.storedFrame,
        cursor.next(UInt32.self) == part.rawBytes,
        let content = unsafe cursor.run(Int(part.rawBytes)), cursor.left == 0
      else { throw .damaged(offset: block, .malformed(field: "stored part")) }
      return unsafe content
    case .zstd:
      let space = unsafe UnsafeMutableRawBufferPointer(
        start: raw.space(Int(part.rawBytes)), count: Int(part.rawBytes))
      guard unsafe decompressor.decompress(bytes, into: space) else {
        throw .damaged(offset: block, .compression)
      }
      return UnsafeRawBufferPointer(space)
    case nil: throw .damaged(offset: block, .malformed(field: "part coding"))
    }
  }

  /// The events of a block.
  mutating func batch(
    _ header: BlockHeader, headerBytes: Int, offset: UInt64, selection: BlockSelection,
    tables: TraceTables, load: Load
  ) throws(TraceFileError) -> Batch {
    try header.checkVersion(at: offset)
    var batch = Batch(stream: StreamID(header.stream))
    batch.losses = header.losses
    batch.groups = header.counts.map { EventGroup(type: $0.type, rows: $0.events, columns: []) }
    columns.budget = BlockLimits.rawBytes
    var decoded = [Bool](repeating: false, count: batch.groups.count)
    var hasEvents = header.events == 0
    var place = headerBytes
    let own = Set(
      header.parts.filter { $0.content == BlockPart.Content.group.rawValue }.map(\.group))
    for part in header.parts {
      defer { place += Int(part.storedBytes) }
      let content = BlockPart.Content(rawValue: part.content)
      switch content {
      case .record, nil: continue
      case .events:
        if hasEvents { throw .damaged(offset: offset, .malformed(field: "parts")) }
      case .group:
        guard Int(part.group) < batch.groups.count else {
          throw .damaged(offset: offset, .malformed(field: "group"))
        }
        if !selection.wants(batch.groups[Int(part.group)].type) { continue }
      case .groups:
        let isWanted = batch.groups.indices.contains {
          !own.contains(UInt32($0)) && selection.wants(batch.groups[$0].type)
        }
        if !isWanted { continue }
      }
      let bytes = unsafe try open(part, at: place, of: offset, load: load)
      var cursor = unsafe ByteCursor(bytes)
      do throws(Malformation) {
        if content == .events {
          try decodeEvents(&cursor, of: header, streams: tables.streams.count, into: &batch)
          hasEvents = true
        } else {
          try decodeGroups(
            &cursor, of: part, into: &batch, selection: selection, tables: tables,
            decoded: &decoded)
        }
      } catch {
        throw .damaged(offset: offset, .malformed(field: error.field))
      }
    }
    let isWhole = batch.groups.indices.allSatisfy {
      decoded[$0] || !selection.wants(batch.groups[$0].type)
    }
    guard hasEvents, isWhole else { throw .damaged(offset: offset, .malformed(field: "parts")) }
    return batch
  }

  private mutating func decodeEvents(
    _ cursor: inout ByteCursor, of header: BlockHeader, streams known: Int, into batch: inout Batch
  ) throws(Malformation) {
    let count = Int(header.events)
    try columns.charge(16 * count)
    let present = cursor.next(UInt8.self)
    let rows = header.counts.map(\.events)
    batch.groupOf = try columns.decode(UInt16.self, &cursor, count: count)
    guard BlockDecoder.agree(batch.groupOf, rows) else { throw Malformation("groupOf") }
    batch.times = try times.decode(
      &cursor, groupOf: batch.groupOf, rows: rows, with: &columns)
    if present & 1 != 0 {
      batch.threads = try columns.decode(
        UInt32.self, as: ThreadNumber.self, &cursor, count: count)
    }
    if present & 2 != 0 { batch.cpus = try columns.decode(UInt16.self, &cursor, count: count) }
    if present & 4 != 0 {
      let streams = try columns.decode(UInt32.self, &cursor, count: count)
      batch.streams = streams.map { StreamID($0) }
      var most: UInt32 = 0
      for stream in streams { most = max(most, stream) }
      guard most < known else { throw Malformation("streams") }
    }
    guard cursor.left == 0 else { throw Malformation("events part") }
  }

  /// Whether each group occurs as often as it has rows.
  private static func agree(_ groupOf: [UInt16], _ rows: [Int]) -> Bool {
    var left = rows
    let groups = rows.count
    return unsafe left.withUnsafeMutableBufferPointer { left in
      unsafe groupOf.withUnsafeBufferPointer { groupOf in
        for event in 0..<groupOf.count {
          let group = unsafe Int(groupOf[event])
          guard group < groups else { return false }
          unsafe left[group] &-= 1
        }
        return unsafe left.allSatisfy { $0 == 0 }
      }
    }
  }

  private mutating func decodeGroups(
    _ cursor: inout ByteCursor, of part: BlockPart, into batch: inout Batch,
    selection: BlockSelection, tables: TraceTables, decoded: inout [Bool]
  ) throws(Malformation) {
    let hasOne = part.content == BlockPart.Content.group.rawValue
    while cursor.left > 0 {
      let size = Int(cursor.next(UInt32.self))
      guard size >= 12, let bytes = unsafe cursor.run(size - 4) else {
        throw Malformation("group bytes")
      }
      var cursor = unsafe ByteCursor(bytes)
      let index = Int(cursor.next(UInt32.self))
      guard index < batch.groups.count, !decoded[index], !hasOne || index == Int(part.group)
      else { throw Malformation("group") }
      let type = batch.groups[index].type
      decoded[index] = true
      if !selection.wants(type) { continue }
      try decodeGroup(&cursor, into: &batch.groups[index], tables: tables)
      guard cursor.left == 0 else { throw Malformation("group bytes") }
    }
  }

  private mutating func decodeGroup(
    _ cursor: inout ByteCursor, into group: inout EventGroup, tables: TraceTables
  ) throws(Malformation) {
    let count = Int(cursor.next(UInt16.self))
    let hasRemainder = cursor.next(UInt16.self) & 1 == 1
    let index = Int(group.type.index)
    let widths = index < tables.widths.count ? tables.widths[index] : nil
    if let widths, widths.count != count { throw Malformation("columns") }
    var read: [Column] = []
    for position in 0..<count {
      let column = try columns.decode(&cursor, rows: group.rows)
      if let widths, widths[position] != column.width { throw Malformation("width") }
      read.append(column)
    }
    if hasRemainder { group.remainder = try columns.decode(&cursor, rows: group.rows) }
    // Columns of a type that damage took have no fields to be named by.
    if widths != nil { group.columns = read }
  }
}
