package import Events

extension FlightContents {
  /// Time of the oldest event, in ticks of its stream's clock; nil where there is none.
  package func first(_ clock: ClockKind, streams: [EventStream]) -> UInt64? {
    var first: UInt64?
    eachBlock { header, _ in
      guard header.kind == BlockKind.events.rawValue, header.events > 0,
        Int(header.stream) < streams.count, streams[Int(header.stream)].clock == clock
      else { return }
      first = min(first ?? .max, header.first)
    }
    return first
  }

  /// Calls `body` with each whole block of the ring's own trace.
  private func eachBlock<Failure>(
    _ body: (BlockHeader, Range<Int>) throws(Failure) -> Void
  ) throws(Failure) {
    var offset = 0
    while offset < bytes.count {
      let reading = unsafe bytes.withUnsafeBytes {
        unsafe BlockHeader.read(UnsafeRawBufferPointer(rebasing: $0[offset...]))
      }
      guard case .whole(let header, _) = reading, header.identifier == identifier,
        Int(header.length) <= bytes.count - offset
      else { return }
      try body(header, offset..<offset + Int(header.length))
      offset += Int(header.length)
    }
  }

  /// Appends the ring's blocks to a trace that has its types and streams, under the same numbers.
  ///
  /// Events after `cut` (by clock) are left out. Returns how many there were, readings of the machine
  /// apart.
  @discardableResult
  package func append(
    to writer: inout TraceWriter, types: [EventType], streams: [EventStream],
    cut: (ClockKind) -> UInt64
  ) throws(TraceFileError) -> UInt64 {
    var events: UInt64 = 0
    var tables = TraceTables()
    tables.add(types, first: 0)
    tables.add(streams, first: 0)
    let machineTypes = Set(
      types.indices.lazy.filter { types[$0].origin == .machine }.map { EventTypeID(UInt32($0)) })
    var decoder = try BlockDecoder()
    var encoder = try BlockEncoder()
    try eachBlock { (header, range) throws(TraceFileError) in
      var block = EncodedBlock(
        summary: BlockSummary(header, offset: 0), bytes: Array(bytes[range]))
      if header.kind == BlockKind.events.rawValue, Int(header.stream) < streams.count {
        let last = cut(streams[Int(header.stream)].clock)
        if header.last > last {
          let batch = try self.batch(header, range, tables, &decoder)
          let kept = batch.keeping(batch.times.map { $0 <= last })
          guard kept.count > 0 else {
            try writer.append(losses: kept.losses)
            return
          }
          block = try encoder.encode(kept)
        }
      }
      events += block.summary.events(besides: machineTypes)
      try writer.append(block)
    }
    return events
  }

  private func batch(
    _ header: BlockHeader, _ range: Range<Int>, _ tables: TraceTables, _ decoder: inout BlockDecoder
  ) throws(TraceFileError) -> Batch {
    unsafe try decoder.batch(
      header, headerBytes: header.headerBytes, offset: UInt64(range.lowerBound), selection: .all,
      tables: tables
    ) { (place, target) throws(TraceFileError) in
      let start = range.lowerBound + place
      guard place >= 0, target.count <= range.upperBound - start else {
        throw .damaged(offset: UInt64(start), .cut)
      }
      unsafe bytes.withUnsafeBytes { all in
        unsafe target.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: all[start..<start + target.count]))
      }
    }
  }
}
