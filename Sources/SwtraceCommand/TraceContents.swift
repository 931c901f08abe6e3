internal import Analysis
internal import Events
internal import TraceFile

/// What a trace holds, added up: out of the headers of a file's blocks, or out of what a pipe
/// brings.
struct TraceContents {
  /// Events, or losses, of one stream or type.
  struct Tally {
    var events: UInt64 = 0
    /// Ticks of the stream's clock.
    var first: UInt64?
    var last: UInt64?
    var lost: UInt64 = 0
    /// Whether more was lost than could be counted.
    var lostMore = false

    mutating func widen(_ first: UInt64, _ last: UInt64) {
      self.first = min(self.first ?? first, first)
      self.last = max(self.last ?? last, last)
    }
  }

  var preamble: Preamble?
  var types: [EventType] = []
  var streams: [EventStream] = []
  var readings: [ClockReading] = []
  var byType: [Tally] = []
  var byStream: [Tally] = []
  /// Streams whose events stand together with others' in a block; their counts are not told apart
  /// by the blocks' headers.
  var gathered: Set<StreamID> = []
  var losses: [Loss] = []
  var damage: [Damage] = []
  var totals: TraceTotals?
  var watermark: UInt64?
  var blocks: UInt64 = 0
  var eventBlocks: UInt64 = 0
  var rawBlocks: UInt64 = 0
  /// Events of the kernel and of programs; swtrace's own readings of the machine are none.
  var events: UInt64 {
    zip(types, byType).reduce(0) { $0 + ($1.0.origin == .machine ? 0 : $1.1.events) }
  }
  var bytes: UInt64 = 0
  var isComplete = false
  /// Events that were older than those which a flight recorder still had.
  var fellOut: UInt64?
  /// Of processes, by their numbers on the host and in their own namespace.
  var containers: [NumberPair: String] = [:]

  init() {}

  init(_ reader: TraceReader) {
    preamble = reader.preamble
    types = reader.types
    streams = reader.streams
    readings = reader.readings
    byType = Array(repeating: Tally(), count: types.count)
    byStream = Array(repeating: Tally(), count: streams.count)
    damage = reader.damage
    totals = reader.totals
    watermark = reader.watermark
    bytes = reader.bytes
    isComplete = reader.isComplete
    for block in reader.blocks { add(block) }
  }

  private mutating func add(_ block: BlockSummary) {
    blocks += 1
    for loss in block.losses { add(loss) }
    switch block.kind {
    case .events:
      eventBlocks += 1
      for count in block.counts {
        add(count.events, of: count.type, block.first, block.last)
      }
      if block.streams.count == 1, let stream = block.streams.first {
        add(block.events, of: stream, block.first, block.last)
      } else {
        gathered.formUnion(block.streams)
        for stream in block.streams { add(0, of: stream, block.first, block.last) }
      }
    case .rawPages: rawBlocks += 1
    default: break
    }
  }

  private static let lostType = EventType(
    system: "lost", name: "type", origin: .kernel, fields: [])
  private static let lostStream = EventStream(source: .machine, clock: .monotonic)

  /// Takes what a trace on its way brings next.
  mutating func add(_ item: TraceItem) {
    switch item {
    case .preamble(let preamble):
      self.preamble = preamble
      readings.append(preamble.reading)
    case .types(let types, let first):
      // Numbers hold whatever damage took before them.
      while self.types.count < Int(first.index) { self.types.append(Self.lostType) }
      self.types += types.dropFirst(self.types.count - Int(first.index))
      byType += Array(repeating: Tally(), count: self.types.count - byType.count)
    case .streams(let streams, let first):
      while self.streams.count < Int(first.index) { self.streams.append(Self.lostStream) }
      self.streams += streams.dropFirst(self.streams.count - Int(first.index))
      byStream += Array(repeating: Tally(), count: self.streams.count - byStream.count)
    case .reading(let reading): readings.append(reading)
    case .events(let batch): add(batch)
    case .rawPages: rawBlocks += 1
    case .watermark(let watermark): self.watermark = watermark
    case .losses(let losses): for loss in losses { add(loss) }
    case .end(let totals):
      self.totals = totals
      readings.append(totals.reading)
      blocks = totals.blocks
      isComplete = damage.isEmpty
    case .damage(let damage):
      self.damage.append(damage)
      isComplete = false
    case .pageFormats: break
    }
  }

  private mutating func add(_ batch: Batch) {
    eventBlocks += 1
    for loss in batch.losses { add(loss) }
    guard let first = batch.times.first, let last = batch.times.last else { return }
    for group in batch.groups { add(group.rows, of: group.type, first, last) }
    addFacts(batch)
    if batch.streams.isEmpty {
      add(batch.count, of: batch.stream, first, last)
    } else {
      for (position, stream) in batch.streams.enumerated() {
        add(1, of: stream, batch.times[position], batch.times[position])
      }
    }
  }

  private mutating func add(_ events: Int, of type: EventTypeID, _ first: UInt64, _ last: UInt64) {
    let index = Int(type.index)
    guard byType.indices.contains(index) else { return }
    byType[index].events += UInt64(max(events, 0))
    byType[index].widen(first, last)
  }

  private mutating func add(_ events: Int, of stream: StreamID, _ first: UInt64, _ last: UInt64) {
    let index = Int(stream.index)
    guard byStream.indices.contains(index) else { return }
    byStream[index].events += UInt64(max(events, 0))
    byStream[index].widen(first, last)
  }

  mutating func add(_ loss: Loss) {
    losses.append(loss)
    let index = Int(loss.stream.index)
    guard byStream.indices.contains(index) else { return }
    if let count = loss.count {
      byStream[index].lost = byStream[index].lost.addingReportingOverflow(count).partialValue
    } else {
      byStream[index].lostMore = true
    }
  }
}

extension TraceContents {
  var clock: TraceClock? {
    preamble.map {
      TraceClock(reference: $0.referenceClock, start: $0.reading, readings: readings)
    }
  }

  /// Events that are known to be lost.
  var lost: UInt64 { byStream.reduce(0) { $0 &+ $1.lost } }
  var lostMore: Bool { byStream.contains(where: \.lostMore) }

  /// While the recorder's sources were on; where that is not known, from the start to the last
  /// reading of the clocks or the last event.
  var duration: TimeSpan {
    guard let clock, let preamble else { return TimeSpan(nanoseconds: 0) }
    if let recorded = totals?.recorded {
      return clock.timestamp(recorded.upperBound) - clock.timestamp(recorded.lowerBound)
    }
    var last =
      readings.map { clock.timestamp($0.ticks(of: preamble.referenceClock)) }
      .max { $0 < $1 } ?? Timestamp(nanoseconds: 0)
    for (stream, tally) in zip(streams, byStream) {
      guard let ticks = tally.last else { continue }
      last = max(last, clock.timestamp(clock.key(ticks, of: stream.clock)))
    }
    return last - Timestamp(nanoseconds: 0)
  }

  /// When the sources were switched on, after the start from which times count.
  var recordedFrom: Timestamp? {
    clock.flatMap { clock in
      totals?.recorded.map { clock.timestamp($0.lowerBound) }
    }
  }

  /// `3.001 s from +0.084`: how long sources were on, and since when if not from the start.
  var span: String {
    let length = Figure.seconds(Timestamp(nanoseconds: duration.nanoseconds)) + " s"
    guard let recordedFrom, recordedFrom.nanoseconds >= 500_000 else { return length }
    return "\(length) from +\(Figure.seconds(recordedFrom))"
  }

  /// Losses of one place and reason, added up, in the order of streams.
  var lossesByPlace: [PlaceOfLoss] {
    struct Place: Hashable {
      var stream: StreamID
      var reason: Loss.Reason
    }
    var places: [Place: PlaceOfLoss] = [:]
    for loss in losses {
      let place = Place(stream: loss.stream, reason: loss.reason)
      places[place, default: PlaceOfLoss(loss)].add(loss)
    }
    return places.values.sorted {
      ($0.stream, $0.reason.rawValue) < ($1.stream, $1.reason.rawValue)
    }
  }
}

/// What was lost in one stream for one reason.
struct PlaceOfLoss {
  var stream: StreamID
  var reason: Loss.Reason
  var count: UInt64 = 0
  var gaps = 0
  var isLowerBound = false
  var first: UInt64
  var last: UInt64

  init(_ loss: Loss) {
    stream = loss.stream
    reason = loss.reason
    first = loss.first
    last = loss.last
  }

  mutating func add(_ loss: Loss) {
    gaps += 1
    if let more = loss.count {
      count = count.addingReportingOverflow(more).partialValue
    } else {
      isLowerBound = true
    }
    first = min(first, loss.first)
    last = max(last, loss.last)
  }
}
