package import Events

/// Appends blocks to a trace; owns nothing but the right to write to the descriptor it was given.
///
/// A failed append leaves a regular file at the end of its last whole block, and the writer usable.
/// On a pipe the first failure is the last thing that is written.
package struct TraceWriter: ~Copyable {
  /// Types and streams are put into blocks of about this size.
  private static let recordBytes = 1 << 20

  /// Bytes of whole blocks so far.
  package var bytesWritten: UInt64 {
    switch ring {
    case .some(let ring): output.position + ring.bytesHeld
    case nil: output.position
    }
  }
  private var machineTypes: Set<EventTypeID> = []
  package private(set) var eventsWritten: UInt64 = 0
  /// Numbers that the next type and stream will get.
  package private(set) var nextType = EventTypeID(0)
  package private(set) var nextStream = StreamID(0)

  private let identifier: TraceIdentifier
  private let compressor: Compressor
  private var output: TraceOutput
  private var index: TraceIndex
  private var sequence: UInt64 = 1
  private var lost: UInt64 = 0
  private var uncountedLosses: UInt64 = 0
  private var tableBytes = 0
  /// Where everything goes but what explains it: types, streams, formats.
  private var ring: FlightRing?

  /// Starts a trace where the descriptor stands.
  package init(descriptor: Int32, preamble: Preamble) throws(TraceFileError) {
    try self.init(descriptor: descriptor, preamble: preamble, calls: .system, ring: nil)
  }

  /// Starts a trace of which only what explains events is written to the descriptor; the events
  /// themselves go into a ring, which has to be of this trace.
  package init(
    descriptor: Int32, preamble: Preamble, ring: consuming FlightRing
  ) throws(TraceFileError) {
    try self.init(descriptor: descriptor, preamble: preamble, calls: .system, ring: ring)
  }

  init(
    descriptor: Int32, preamble: Preamble, calls: OutputCalls, ring: consuming FlightRing? = nil
  ) throws(TraceFileError) {
    let compressor = try Compressor(level: 3)
    var output = TraceOutput(descriptor: descriptor, calls: calls)
    var index = TraceIndex()
    var record = PartBytes()
    preamble.write(to: &record)
    var block = try EncodedBlock(BlockHeader(kind: .preamble), record, with: compressor)
    BlockHeader.address(&block.bytes, to: preamble.identifier, sequence: 0)
    try output.append(block.bytes)
    try index.add(block, at: 0, with: compressor)
    identifier = preamble.identifier
    self.compressor = compressor
    self.output = output
    self.index = index
    self.ring = ring
  }

  /// What is in the ring now, nil where there is none.
  package func flightContents() throws(TraceFileError) -> FlightContents? {
    switch ring {
    case .some(let ring): try ring.contents()
    case nil: nil
    }
  }

  /// Adds to a copy of the ring what has come since.
  package func extend(_ contents: inout FlightContents) throws(TraceFileError) {
    switch ring {
    case .some(let ring): try ring.extend(&contents)
    case nil: break
    }
  }

  /// Appends types; they are numbered in the order of their appending, from 0.
  package mutating func append(types: ArraySlice<EventType>) throws(TraceFileError) {
    let after = Int(nextType.index) + types.count
    guard after <= BlockLimits.types else { throw .tooLarge(.types, value: UInt64(after)) }
    var record = PartBytes()
    var header = BlockHeader(kind: .types)
    header.number = UInt64(nextType.index)
    let first = nextType.index
    for (place, type) in types.enumerated() {
      if ring != nil, type.origin == .machine {
        machineTypes.insert(EventTypeID(first + UInt32(place)))
      }
      type.write(to: &record)
      header.events += 1
      guard record.count >= TraceWriter.recordBytes else { continue }
      try append(table: header, record)
      nextType.index += header.events
      header.number = UInt64(nextType.index)
      header.events = 0
      record.removeAll()
    }
    guard header.events > 0 else { return }
    try append(table: header, record)
    nextType.index += header.events
  }

  /// Appends streams; they are numbered in the order of their appending, from 0.
  package mutating func append(streams: ArraySlice<EventStream>) throws(TraceFileError) {
    let after = Int(nextStream.index) + streams.count
    guard after <= BlockLimits.streams else { throw .tooLarge(.streams, value: UInt64(after)) }
    var record = PartBytes()
    var header = BlockHeader(kind: .streams)
    header.number = UInt64(nextStream.index)
    for stream in streams {
      stream.write(to: &record)
      header.events += 1
      guard record.count >= TraceWriter.recordBytes else { continue }
      try append(table: header, record)
      nextStream.index += header.events
      header.number = UInt64(nextStream.index)
      header.events = 0
      record.removeAll()
    }
    guard header.events > 0 else { return }
    try append(table: header, record)
    nextStream.index += header.events
  }

  /// Appends a reading of all clocks.
  package mutating func append(reading: ClockReading) throws(TraceFileError) {
    var record = PartBytes()
    record.append(reading: reading)
    try append(BlockHeader(kind: .reading), record)
  }

  /// Appends a block that an encoder made.
  package mutating func append(_ block: consuming EncodedBlock) throws(TraceFileError) {
    let summary = block.summary
    try write(&block)
    eventsWritten += UInt64(summary.events)
    count(summary.losses)
  }

  /// States that every event up to `watermark`, in ticks of the reference clock, is in the trace.
  package mutating func append(watermark: UInt64) throws(TraceFileError) {
    var header = BlockHeader(kind: .watermark)
    header.number = watermark
    try append(header, PartBytes())
  }

  /// Appends losses that belong to no block of events.
  package mutating func append(losses: [Loss]) throws(TraceFileError) {
    var rest = losses[...]
    while !rest.isEmpty {
      var header = BlockHeader(kind: .losses)
      header.losses = Array(rest.prefix(BlockLimits.losses))
      rest = rest.dropFirst(BlockLimits.losses)
      header.first = header.losses.map(\.first).min() ?? 0
      header.last = header.losses.map(\.last).max() ?? 0
      for loss in header.losses where loss.stream.index >= BlockLimits.streams {
        throw .tooLarge(.streams, value: UInt64(loss.stream.index))
      }
      try append(header, PartBytes())
      count(header.losses)
    }
  }

  /// Appends what raw pages after it need to be decoded: opaque here.
  package mutating func append(pageFormats: [UInt8]) throws(TraceFileError) {
    var record = PartBytes()
    unsafe pageFormats.withUnsafeBytes { unsafe record.append($0) }
    try append(BlockHeader(kind: .pageFormats), record)
  }

  /// Appends pages of a kernel buffer as they are, uncompressed.
  package mutating func append(_ pages: RawPages) throws(TraceFileError) {
    var header = BlockHeader(kind: .rawPages)
    header.stream = pages.stream.index
    header.streams = [pages.stream]
    header.first = pages.first
    header.last = pages.last
    header.losses = pages.losses
    guard pages.losses.count <= BlockLimits.losses else {
      throw .tooLarge(.lossesOfBlock, value: UInt64(pages.losses.count))
    }
    var record = PartBytes()
    unsafe pages.bytes.withUnsafeBytes { unsafe record.append($0) }
    try append(header, record, compressed: false)
    count(pages.losses)
  }

  /// Appends index and end, with the totals that the writer itself counted: events, lost, blocks.
  ///
  /// Where that fails neither is there, and it may be tried again.
  package mutating func finish(_ totals: TraceTotals) throws(TraceFileError) {
    var totals = totals
    totals.events = eventsWritten
    totals.lost = lost
    totals.uncountedLosses = uncountedLosses
    totals.blocks = sequence
    let start = (position: output.position, sequence: sequence)
    do throws(TraceFileError) {
      try appendEnd(totals, index: start.position)
    } catch {
      output.retreat(to: start.position)
      sequence = start.sequence
      throw error
    }
  }

  private mutating func appendEnd(
    _ totals: TraceTotals, index start: UInt64
  ) throws(TraceFileError) {
    for record in try index.records(with: compressor) {
      var block = record
      BlockHeader.address(&block.bytes, to: identifier, sequence: sequence)
      try output.append(block.bytes)
      sequence += 1
    }
    var record = PartBytes()
    totals.write(index: start, blockBytes: 0, to: &record)
    let length = BlockHeader.fixedBytes + BlockPart.bytes + 8 + record.count
    record.removeAll()
    totals.write(index: start, blockBytes: UInt64(length), to: &record)
    var block = try EncodedBlock(
      BlockHeader(kind: .end), record, with: compressor, compressed: false)
    precondition(block.bytes.count == length)
    BlockHeader.address(&block.bytes, to: identifier, sequence: sequence)
    try output.append(block.bytes)
    sequence += 1
  }

  /// Appends types or streams, of which a trace holds no more than readers accept.
  private mutating func append(
    table header: BlockHeader, _ record: borrowing PartBytes
  ) throws(TraceFileError) {
    guard tableBytes + record.count <= BlockLimits.tableBytes else {
      throw .tooLarge(.types, value: UInt64(tableBytes + record.count))
    }
    try append(header, record)
    tableBytes += record.count
  }

  private mutating func append(
    _ header: BlockHeader, _ record: borrowing PartBytes, compressed: Bool = true
  ) throws(TraceFileError) {
    var block = try EncodedBlock(header, record, with: compressor, compressed: compressed)
    try write(&block)
  }

  private mutating func write(_ block: inout EncodedBlock) throws(TraceFileError) {
    BlockHeader.address(&block.bytes, to: identifier, sequence: sequence)
    if ring != nil {
      switch block.summary.kind {
      case .events, .rawPages, .reading, .losses:
        try ring?.append(
          block.bytes, events: block.summary.events(besides: machineTypes),
          losses: block.summary.losses, first: block.summary.first)
        sequence += 1
        return
      case .watermark: return
      default: break
      }
    }
    let start = output.position
    try output.append(block.bytes)
    sequence += 1
    try index.add(block, at: start, with: compressor)
  }

  private mutating func count(_ losses: [Loss]) {
    for loss in losses {
      guard let count = loss.count else {
        uncountedLosses += 1
        continue
      }
      lost = lost.addingReportingOverflow(count).overflow ? .max : lost + count
    }
  }
}
