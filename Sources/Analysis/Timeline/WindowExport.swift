import Events
import TraceFile

/// Copies what a trace has of a window into a new one.
struct WindowExport: ~Copyable {
  let trace: OpenTrace
  let window: TimelineWindow
  var writer: TraceWriter
  var encoder: BlockEncoder
  var decoder: BlockDecoder

  /// Writes the whole; how many events it has, nil where `progress` said no.
  static func write(
    _ trace: OpenTrace, _ window: TimelineWindow, to descriptor: Int32, creator: String,
    _ progress: (Double) -> Bool
  ) throws(AnalysisError) -> UInt64? {
    var preamble = trace.reader.preamble
    preamble.identifier = .random()
    preamble.creator = creator
    let failure: AnalysisError
    do throws(TraceFileError) {
      var export = WindowExport(
        trace: trace, window: window,
        writer: try TraceWriter(descriptor: descriptor, preamble: preamble),
        encoder: try BlockEncoder(level: 3), decoder: try BlockDecoder())
      try export.writer.append(types: trace.reader.types[...])
      try export.writer.append(streams: trace.reader.streams[...])
      do throws(AnalysisError) {
        return try export.run(progress)
      } catch {
        failure = error
      }
    } catch {
      failure = .file(error)
    }
    throw failure
  }

  private mutating func run(_ progress: (Double) -> Bool) throws(AnalysisError) -> UInt64? {
    let blocks = trace.reader.blocks
    var losses: [Loss] = []
    for (place, block) in blocks.enumerated() {
      if block.kind == .losses { losses += trace.losses(block.losses, in: window) }
      guard block.kind == .events || block.kind == .rawPages, isWanted(block) else { continue }
      let batches: [Batch]
      do {
        batches = try trace.batches(place, .all, with: &decoder)
      } catch .file(.damaged) {
        // What cannot be read is told as lost, in its place.
        losses.append(
          Loss(
            stream: block.streams.first ?? StreamID(0), reason: .damaged,
            count: UInt64(block.events), first: block.first, last: block.last))
        continue
      }
      for batch in batches { try append(batch) }
      guard progress(Double(place) / Double(blocks.count)) else { return nil }
    }
    do throws(TraceFileError) {
      try writer.append(losses: losses)
      for reading in trace.reader.readings.dropFirst() { try writer.append(reading: reading) }
      try writer.append(watermark: .max)
      let last = trace.reader.readings.last ?? trace.reader.preamble.reading
      try writer.finish(TraceTotals(reading: last, recorded: recorded))
    } catch {
      throw .file(error)
    }
    return writer.eventsWritten
  }

  /// When the sources were on, as far as that lies in the window.
  private var recorded: ClosedRange<UInt64>? {
    guard let recorded = trace.reader.totals?.recorded else { return nil }
    let start = trace.clock.key(notBefore: Timestamp(nanoseconds: window.start))
    let end = trace.clock.key(notBefore: Timestamp(nanoseconds: window.end))
    let (first, last) = (max(start, recorded.lowerBound), min(end, recorded.upperBound))
    return first <= last ? first...last : nil
  }

  /// Blocks of the machine's state are wanted from the start on: they name the threads.
  private func isWanted(_ block: BlockSummary) -> Bool {
    let first = trace.clock.nanoseconds(trace.key(block.first, of: block))
    let last = trace.clock.nanoseconds(trace.key(block.last, of: block))
    return first < window.end && (last >= window.start || trace.hasMachine(block.streams))
  }

  private mutating func append(_ batch: Batch) throws(AnalysisError) {
    var mask = [Bool](repeating: false, count: batch.count)
    for position in mask.indices {
      let stream = batch.streams.isEmpty ? batch.stream : batch.streams[position]
      let kind = trace.tables.stream(stream)?.clock ?? trace.clock.reference
      let time = trace.clock.nanoseconds(trace.clock.key(batch.times[position], of: kind))
      mask[position] = time < window.end && (time >= window.start || trace.hasMachine([stream]))
    }
    var kept = batch.keeping(mask)
    kept.losses = trace.losses(batch.losses, in: window)
    guard kept.count > 0 || !kept.losses.isEmpty else { return }
    do throws(TraceFileError) {
      try writer.append(encoder.encode(kept))
    } catch {
      throw .file(error)
    }
  }
}

extension OpenTrace {
  fileprivate func hasMachine(_ streams: [StreamID]) -> Bool {
    streams.contains { stream in
      if case .machine = tables.stream(stream)?.source { true } else { false }
    }
  }

  fileprivate func losses(_ losses: [Loss], in window: TimelineWindow) -> [Loss] {
    losses.filter { loss in
      let placed = PlacedLoss(loss, tables: tables, clock: clock)
      return clock.nanoseconds(placed.first) < window.end
        && clock.nanoseconds(placed.last) >= window.start
    }
  }
}
