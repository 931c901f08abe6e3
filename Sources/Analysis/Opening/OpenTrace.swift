package import Events
package import TraceFile

/// Turns raw pages of a kernel buffer, with the page formats that stand before them in the trace,
/// into batches of the trace's own types; nil where it cannot.
package typealias PageDecoding =
  @Sendable (_ pages: RawPages, _ formats: [UInt8]) -> [Batch]?

/// A trace in a file, opened: its blocks, clocks, known events, and what its threads were called.
package final class OpenTrace: Sendable {
  package let reader: TraceReader
  package let tables: TraceTables
  package let clock: TraceClock
  let known: EventRoles
  let decodePages: PageDecoding?
  /// Position of the page formats that hold for each block of raw pages.
  private let formatsOf: [Int: Int]

  package convenience init(
    path: String, decodePages: PageDecoding? = nil
  ) throws(AnalysisError) {
    let reader: TraceReader
    do {
      reader = try TraceReader(path: path)
    } catch {
      throw .file(error)
    }
    self.init(reader, decodePages: decodePages)
  }

  package init(_ reader: TraceReader, decodePages: PageDecoding? = nil) {
    self.reader = reader
    self.decodePages = decodePages
    tables = TraceTables(types: reader.types, streams: reader.streams)
    clock = TraceClock(
      reference: reader.preamble.referenceClock, start: reader.preamble.reading,
      readings: reader.readings)
    var known = EventRoles()
    known.update(reader.types)
    self.known = known
    var formatsOf: [Int: Int] = [:]
    var formats: Int?
    for (position, block) in reader.blocks.enumerated() {
      if block.kind == .pageFormats { formats = position }
      if block.kind == .rawPages, let formats { formatsOf[position] = formats }
    }
    self.formatsOf = formatsOf
  }

  /// The batches of a block, decoded.
  func batches(
    _ block: Int, _ selection: BlockSelection, with decoder: inout BlockDecoder
  ) throws(AnalysisError) -> [Batch] {
    do throws(TraceFileError) {
      switch reader.blocks[block].kind {
      case .events: return [try reader.batch(block, selection, with: &decoder)]
      case .rawPages:
        guard let decodePages, let formats = formatsOf[block],
          let batches = decodePages(
            try reader.rawPages(block, with: &decoder),
            try reader.pageFormats(formats, with: &decoder))
        else { return [try undecoded(block, with: &decoder)] }
        return batches
      default: return []
      }
    } catch {
      throw .file(error)
    }
  }

  /// Pages that cannot be decoded are a loss in their place.
  private func undecoded(
    _ block: Int, with decoder: inout BlockDecoder
  ) throws(TraceFileError) -> Batch {
    let pages = try reader.rawPages(block, with: &decoder)
    var batch = Batch(stream: pages.stream)
    batch.losses = [
      Loss(
        stream: pages.stream, reason: .damaged, count: nil, first: pages.first, last: pages.last)
    ]
    return batch
  }

  /// Names and processes of all threads, read from the blocks that tell of them and start before
  /// `end` (nil: all of them).
  ///
  /// Blocks that are damaged are passed by: who reads their events tells of it.
  func readNames(before end: UInt64? = nil) throws(AnalysisError) -> ThreadNames {
    var names = ThreadNames()
    var decoder: BlockDecoder
    do {
      decoder = try BlockDecoder()
    } catch {
      throw .file(error)
    }
    let teaching = Set(
      tables.types.indices.map { EventTypeID(UInt32($0)) }
        .filter { ThreadNames.teaches(known[$0].role) })
    let columns = known.types.map {
      ThreadNames.teaches($0.role) ? $0.fields.filter { $0 >= 0 } : []
    }
    for (position, block) in reader.blocks.enumerated() where block.kind == .events {
      guard block.counts.contains(where: { teaching.contains($0.type) }) else { continue }
      if let end, key(block.first, of: block) >= end,
        !block.counts.contains(where: { known[$0.type].role == .machineThread })
      {
        continue
      }
      let read: [Batch]
      do throws(AnalysisError) {
        read = try batches(position, .types(teaching), with: &decoder)
      } catch .file(.damaged) {
        continue
      }
      for batch in read {
        let flat = FlatBatch(batch, tables: tables, clock: clock, choice: .some(columns))
        if let flat { names.learn(from: flat, known) }
      }
    }
    return names
  }

  /// A time of a block's streams in ticks of the reference clock.
  func key(_ ticks: UInt64, of block: BlockSummary) -> UInt64 {
    let stream = block.streams.first.flatMap { tables.stream($0) }
    return clock.key(ticks, of: stream?.clock ?? clock.reference)
  }

  /// While the recorder's sources were on, in nanoseconds of CLOCK_MONOTONIC, and all blocks of
  /// theirs; where that is not known, from the start to the end.
  var observation: ClosedRange<UInt64> {
    let start = clock.start.monotonic
    let end = max(start, clock.monotonic(of: self.end))
    guard let recorded = reader.totals?.recorded else { return start...end }
    var (first, last) = (
      clock.monotonic(recorded.lowerBound), clock.monotonic(recorded.upperBound)
    )
    for block in reader.blocks where holdsEventsAlone(block) {
      first = min(first, clock.monotonic(key(block.first, of: block)))
      last = max(last, clock.monotonic(key(block.last, of: block)))
    }
    first = min(max(first, start), end)
    return first...min(max(last, first), end)
  }

  /// Whether a block has events and no readings of the machine's.
  func holdsEventsAlone(_ block: BlockSummary) -> Bool {
    block.kind == .rawPages
      || block.kind == .events && !block.counts.isEmpty
        && block.counts.allSatisfy { tables.types[Int($0.type.index)].origin != .machine }
  }

  /// The instant of the last event, or of the last reading where that is later.
  package var end: Timestamp {
    var last = clock.readings.map { clock.nanoseconds($0.ticks(of: clock.reference)) }.max() ?? 0
    for block in reader.blocks where block.kind == .events || block.kind == .rawPages {
      last = max(last, clock.nanoseconds(key(block.last, of: block)))
    }
    return Timestamp(nanoseconds: last)
  }
}
