package import Events

/// A trace in a regular file, as it was when it was opened; threads may read its blocks at once,
/// each with a decoder of its own.
///
/// Every batch agrees with `types` and `streams`: a group has the columns of its type's fields, in
/// their widths, or none. Types and streams that were lost to damage have a stand-in without fields.
package final class TraceReader: Sendable {
  /// With empty texts and readings of zero where damage took it.
  package let preamble: Preamble
  package let types: [EventType]
  package let streams: [EventStream]
  /// Preamble's, end's and all between.
  package let readings: [ClockReading]
  /// All blocks in file order; index and end are among them only where they had to be walked.
  package let blocks: [BlockSummary]
  /// What is known to be damaged from opening alone; `check` reads the rest.
  package let damage: [Damage]
  /// nil where the trace has no end yet.
  package let totals: TraceTotals?
  /// Greatest watermark.
  package let watermark: UInt64?
  /// Whether the trace has its end and nothing is known to be damaged.
  package let isComplete: Bool
  /// Bytes of the file when it was opened.
  package var bytes: UInt64 { file.count }

  private let file: TraceBytes
  private let headers: [PlacedHeader]
  private let tables: TraceTables

  package init(path: String) throws(TraceFileError) {
    let file = try TraceBytes(path: path)
    var decoder = try BlockDecoder()
    var found: [Damage] = []
    var placed: [PlacedHeader]
    if let indexed = try TraceReader.indexed(file, &decoder, &found) {
      placed = indexed
    } else {
      var walk = TraceWalk(file)
      try walk.run()
      placed = walk.blocks
      found += walk.damage
    }
    guard let first = placed.first else { throw .notATrace }
    var contents = TraceContents()
    for block in placed {
      do throws(TraceFileError) {
        try TraceReader.take(block, of: file, into: &contents, &decoder)
      } catch {
        found.append(try Damage(error, of: block))
      }
    }
    preamble =
      contents.preamble
      ?? Preamble(
        identifier: first.header.identifier,
        reading: ClockReading(processor: 0, monotonic: 0, realtime: 0, boottime: 0),
        referenceClock: .monotonic)
    if contents.preamble == nil, found.isEmpty {
      found.append(
        Damage(offset: 0, bytes: 0, reason: .malformed(field: "preamble")))
    }
    self.file = file
    headers = placed
    tables = contents.tables
    types = tables.types
    streams = tables.streams
    readings = contents.readings
    blocks = placed.map { BlockSummary($0.header, offset: $0.offset) }
    damage = found.sorted { $0.offset < $1.offset }
    totals = contents.totals
    watermark = contents.watermark
    isComplete = totals != nil && damage.isEmpty
  }

  /// The events of the block at this position of `blocks`.
  package func batch(
    _ block: Int, _ selection: BlockSelection = .all, with decoder: inout BlockDecoder
  ) throws(TraceFileError) -> Batch {
    let placed = try placed(block, .events)
    let offset = placed.offset
    let file = file
    return unsafe try decoder.batch(
      placed.header, headerBytes: placed.headerBytes, offset: offset, selection: selection,
      tables: tables
    ) { (place, target) throws(TraceFileError) in
      unsafe try file.fill(target, at: offset + UInt64(place))
    }
  }

  /// The pages of a block of kind `rawPages`.
  package func rawPages(
    _ block: Int, with decoder: inout BlockDecoder
  ) throws(TraceFileError) -> RawPages {
    let placed = try placed(block, .rawPages)
    var contents = TraceContents()
    guard
      case .rawPages(let pages) = try TraceReader.take(placed, of: file, into: &contents, &decoder)
    else { throw .noSuchBlock(block) }
    return pages
  }

  /// The bytes of a block of kind `pageFormats`.
  package func pageFormats(
    _ block: Int, with decoder: inout BlockDecoder
  ) throws(TraceFileError) -> [UInt8] {
    let placed = try placed(block, .pageFormats)
    var contents = TraceContents()
    guard
      case .pageFormats(let formats) = try TraceReader.take(
        placed, of: file, into: &contents, &decoder)
    else { throw .noSuchBlock(block) }
    return formats
  }

  /// Reads and verifies every byte; all damage in the order of its place.
  package func check() throws(TraceFileError) -> [Damage] {
    try TraceCheck.run(file, indexed: headers)
  }

  private func placed(_ block: Int, _ kind: BlockKind) throws(TraceFileError) -> PlacedHeader {
    guard headers.indices.contains(block), headers[block].header.kind == kind.rawValue else {
      throw .noSuchBlock(block)
    }
    return headers[block]
  }

  /// Takes in what a block says, as far as it is needed to open a trace.
  @discardableResult
  static func take(
    _ block: PlacedHeader, of file: TraceBytes, into contents: inout TraceContents,
    _ decoder: inout BlockDecoder
  ) throws(TraceFileError) -> TraceContents.News {
    unsafe try contents.take(
      block.header, headerBytes: block.headerBytes, offset: block.offset, with: &decoder
    ) { (place, target) throws(TraceFileError) in
      unsafe try file.fill(target, at: block.offset + UInt64(place))
    }
  }
}

extension Damage {
  init(
    offset: UInt64, bytes: UInt64, reason: Reason
  ) {
    self.init(
      offset: offset, bytes: bytes, reason: reason, block: nil, first: nil, last: nil)
  }

  /// The damage that an error of reading a block tells of; other errors are thrown on.
  init(_ error: TraceFileError, of block: PlacedHeader) throws(TraceFileError) {
    guard case .damaged(_, let reason) = error else { throw error }
    self = BlockOrder().damage(
      reason, at: block.offset, bytes: block.header.length, header: block.header)
  }
}
