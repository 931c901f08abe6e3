internal import Events

/// What the blocks other than events say of a trace, gathered while they are read in order.
struct TraceContents {
  var preamble: Preamble?
  var tables = TraceTables()
  var readings: [ClockReading] = []
  var watermark: UInt64?
  var totals: TraceTotals?
  private var tableBytes = 0

  /// What a record said that was not known before.
  enum News {
    case nothing
    case preamble(Preamble)
    case types([EventType], first: EventTypeID)
    case streams([EventStream], first: StreamID)
    case reading(ClockReading)
    case pageFormats([UInt8])
    case rawPages(RawPages)
    case watermark(UInt64)
    case losses([Loss])
    case end(TraceTotals)
  }

  /// Makes stand-ins for types and streams that a header speaks of and no record has described.
  mutating func reserve(for header: BlockHeader) {
    let types = header.counts.reduce(0) { max($0, Int($1.type.index) + 1) }
    var streams = Int(header.stream) + 1
    for stream in header.streams { streams = max(streams, Int(stream.index) + 1) }
    for loss in header.losses { streams = max(streams, Int(loss.stream.index) + 1) }
    switch BlockKind(rawValue: header.kind) {
    case .events, .rawPages: tables.reserve(types: types, streams: streams)
    case .losses where !header.losses.isEmpty: tables.reserve(streams: streams)
    default: break
    }
  }

  /// Takes a block that is no block of events.
  mutating func take(
    _ header: BlockHeader, headerBytes: Int, offset: UInt64, with decoder: inout BlockDecoder,
    load: BlockDecoder.Load
  ) throws(TraceFileError) -> News {
    let kind = BlockKind(rawValue: header.kind)
    reserve(for: header)
    if kind == .events || kind == .index || kind == nil { return .nothing }
    guard kind != .preamble || header.version <= Preamble.currentVersion else {
      throw .unsupportedVersion(header.version)
    }
    try header.checkVersion(at: offset)
    switch kind {
    case .watermark:
      watermark = max(watermark ?? 0, header.number)
      return .watermark(header.number)
    case .losses: return .losses(header.losses)
    case .events, .index, nil: return .nothing
    case .rawPages, .pageFormats, .preamble, .types, .streams, .reading, .end: break
    }
    let record = unsafe try decoder.record(
      of: header, headerBytes: headerBytes, offset: offset, load: load)
    do throws(Malformation) {
      return try unsafe take(record, header)
    } catch {
      throw .damaged(offset: offset, .malformed(field: error.field))
    }
  }

  private mutating func take(
    _ record: UnsafeRawBufferPointer, _ header: BlockHeader
  ) throws(Malformation) -> News {
    var cursor = unsafe ByteCursor(record)
    switch BlockKind(rawValue: header.kind) {
    case .preamble:
      let read = try unsafe Preamble(record, of: header)
      preamble = preamble ?? read
      readings.append(read.reading)
      return .preamble(read)
    case .types:
      let first = try charge(record.count, header, limit: BlockLimits.types)
      var types: [EventType] = []
      for _ in 0..<header.events { types.append(try EventType(&cursor)) }
      tables.add(types, first: first)
      return .types(types, first: EventTypeID(UInt32(first)))
    case .streams:
      let first = try charge(record.count, header, limit: BlockLimits.streams)
      var streams: [EventStream] = []
      for _ in 0..<header.events { streams.append(try EventStream(&cursor)) }
      tables.add(streams, first: first)
      return .streams(streams, first: StreamID(UInt32(first)))
    case .reading:
      let reading = cursor.reading()
      if cursor.isShort { throw Malformation("reading") }
      readings.append(reading)
      return .reading(reading)
    case .end:
      var index: UInt64 = 0
      let totals = try unsafe TraceTotals(record, index: &index)
      self.totals = totals
      readings.append(totals.reading)
      return .end(totals)
    case .pageFormats: return unsafe .pageFormats(Array(record))
    case .rawPages:
      return unsafe .rawPages(
        RawPages(
          stream: StreamID(header.stream), first: header.first, last: header.last,
          losses: header.losses, bytes: Array(record)))
    default: return .nothing
    }
  }

  /// Counts a table's bytes; the number of its first entry.
  private mutating func charge(
    _ bytes: Int, _ header: BlockHeader, limit: Int
  ) throws(Malformation) -> Int {
    tableBytes += bytes
    guard tableBytes <= BlockLimits.tableBytes else { throw Malformation("table bytes") }
    guard let first = Int(exactly: header.number), first <= limit,
      first + Int(header.events) <= limit
    else { throw Malformation("number") }
    return first
  }
}

extension BlockDecoder {
  /// The record of a block of another kind than events, valid until the next call.
  mutating func record(
    of header: BlockHeader, headerBytes: Int, offset: UInt64, load: Load
  ) throws(TraceFileError) -> UnsafeRawBufferPointer {
    var place = headerBytes
    for part in header.parts {
      if part.content == BlockPart.Content.record.rawValue {
        return unsafe try open(part, at: place, of: offset, load: load)
      }
      place += Int(part.storedBytes)
    }
    return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
  }
}
