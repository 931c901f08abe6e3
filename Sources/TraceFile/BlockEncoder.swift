package import Events

/// Makes blocks of batches: one for each thread that encodes, its zstd context and buffers reused.
package struct BlockEncoder: ~Copyable {
  /// A group of at least this many events has a part of its own.
  static let ownPartEvents = 2048

  private let compressor: Compressor
  private var columns = ColumnEncoder()
  private var times = TimeEncoder()
  private var part = PartBytes()
  private var payload = PartBytes()

  /// An encoder that compresses at this level of zstd.
  package init(level: Int32 = 1) throws(TraceFileError) {
    compressor = try Compressor(level: level)
  }

  /// Encodes a batch, or only its losses where it has no events.
  package mutating func encode(_ batch: Batch) throws(TraceFileError) -> EncodedBlock {
    try batch.check()
    var header = BlockHeader(kind: .events)
    header.stream = batch.stream.index
    (header.first, header.last) = batch.extent
    header.events = UInt32(batch.count)
    header.counts = batch.groups.map { TypeCount(type: $0.type, events: $0.rows) }
    header.losses = batch.losses
    header.streams = batch.streams.isEmpty ? [batch.stream] : distinct(batch.streams)

    payload.removeAll()
    if batch.count > 0 {
      encodeEvents(of: batch)
      header.parts.append(try close(.events))
    }
    var gathered = false
    for (index, group) in batch.groups.enumerated() where group.rows >= BlockEncoder.ownPartEvents {
      encode(group, index)
      header.parts.append(try close(.group, group: index))
    }
    for (index, group) in batch.groups.enumerated() where group.rows < BlockEncoder.ownPartEvents {
      encode(group, index)
      gathered = true
    }
    if gathered { header.parts.append(try close(.groups)) }
    return try EncodedBlock(header, payload)
  }

  private mutating func encodeEvents(of batch: Batch) {
    var present: UInt8 = 0
    if !batch.threads.isEmpty { present |= 1 }
    if !batch.cpus.isEmpty { present |= 2 }
    if !batch.streams.isEmpty { present |= 4 }
    part.append(present)
    encode(batch.groupOf)
    times.encode(
      batch.times, groupOf: batch.groupOf, rows: batch.groups.map(\.rows), with: &columns,
      into: &part)
    if !batch.threads.isEmpty { encode(batch.threads) }
    if !batch.cpus.isEmpty { encode(batch.cpus) }
    if !batch.streams.isEmpty { encode(batch.streams.map(\.index)) }
  }

  private mutating func encode<Number: FixedWidthInteger & BitwiseCopyable>(_ numbers: [Number]) {
    unsafe numbers.withUnsafeBytes {
      unsafe columns.encode(
        numbers: $0, count: numbers.count, width: MemoryLayout<Number>.size, into: &part)
    }
  }

  private mutating func encode(_ group: EventGroup, _ index: Int) {
    let start = part.count
    part.append(UInt32(0))
    part.append(UInt32(index))
    part.append(UInt16(group.columns.count))
    part.append(UInt16(group.remainder == nil ? 0 : 1))
    for column in group.columns { columns.encode(column, into: &part) }
    if let remainder = group.remainder { columns.encode(remainder, into: &part) }
    part.overwrite(UInt32(truncatingIfNeeded: part.count - start), at: start)
  }

  /// Compresses the part that was made, unless that makes it no smaller.
  private mutating func close(
    _ content: BlockPart.Content, group: Int = 0
  ) throws(TraceFileError) -> BlockPart {
    let raw = part.count
    guard raw <= BlockLimits.rawBytes else {
      throw .tooLarge(.bytesOfBlock, value: UInt64(raw))
    }
    let declared = try payload.append(part, with: compressor, content: content, group: group)
    part.removeAll()
    return declared
  }

  private func distinct(_ streams: [StreamID]) -> [StreamID] {
    var seen = Set<StreamID>()
    var before: StreamID?
    for stream in streams where stream != before {
      seen.insert(stream)
      before = stream
    }
    return seen.sorted()
  }
}
