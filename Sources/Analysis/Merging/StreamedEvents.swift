import Events
import TraceFile

/// A trace that arrives in pieces (a pipe, a file that grows): takes bytes, gives events in time
/// order as far as watermarks say that nothing earlier can come.
struct StreamedEvents: ~Copyable {
  private(set) var preamble: Preamble?
  private(set) var tables = TraceTables()
  private(set) var clock = TraceClock(
    reference: .monotonic,
    start: ClockReading(processor: 0, monotonic: 0, realtime: 0, boottime: 0))
  private(set) var known = EventRoles()
  private(set) var damage: [Damage] = []
  private var damaged = DamageOnTheWay()
  private(set) var totals: TraceTotals?
  /// Events that came when later ones had been given out; they are given out late.
  private(set) var late: UInt64 = 0

  private var reader: TraceStreamReader
  private var items: [TraceItem] = []
  private let decodePages: PageDecoding?
  private let keepsBatches: Bool
  private var formats: [UInt8]?
  private var merge = RunMerge()
  private var order: UInt64 = 0
  /// Everything before it can be given out; nil: nothing said yet.
  private var complete: UInt64?
  private var isFinished = false
  private var given: UInt64 = 0
  /// What may wait for a watermark: past that, it is given out without one.
  private let allowedBytes: Int
  private let window: EventWindow
  private let keepsNews: Bool
  private var news: [TraceItem] = []

  init(
    window: EventWindow = EventWindow(), decodePages: PageDecoding? = nil,
    keepsBatches: Bool = false, keepsNews: Bool = false, allowedBytes: Int = 512 << 20
  ) throws(AnalysisError) {
    do {
      reader = try TraceStreamReader()
    } catch {
      throw .file(error)
    }
    self.window = window
    self.decodePages = decodePages
    self.keepsBatches = keepsBatches
    self.keepsNews = keepsNews
    self.allowedBytes = allowedBytes
  }

  /// Takes the next bytes; what batches of theirs say of threads goes into `names`.
  mutating func feed(
    _ bytes: UnsafeRawBufferPointer, names: inout LiveNames
  ) throws(AnalysisError) {
    items.removeAll(keepingCapacity: true)
    do {
      try unsafe reader.feed(bytes, into: &items)
    } catch {
      throw .file(error)
    }
    take(names: &names)
  }

  /// Says that nothing more will come.
  mutating func finish(names: inout LiveNames) throws(AnalysisError) {
    items.removeAll(keepingCapacity: true)
    do {
      try reader.finish(into: &items)
    } catch {
      throw .file(error)
    }
    take(names: &names)
    isFinished = true
  }

  /// All that arrived since the last call.
  mutating func takeNews() -> [TraceItem] {
    defer { news.removeAll(keepingCapacity: true) }
    return news
  }

  /// Nothing comes before it; nil where nothing comes any more.
  var quietUntil: UInt64? {
    if isFinished || complete == .max { return merge.next }
    return min(merge.next ?? .max, complete ?? 0)
  }

  /// The next stretch of what is complete, and before `end`; false where more bytes are needed, or
  /// at the end.
  mutating func next(into stretch: inout MergedStretch, before end: UInt64? = nil) -> Bool {
    var limit = isFinished || merge.bytes > allowedBytes ? nil : complete ?? 0
    if let end { limit = min(limit ?? .max, end) }
    if let to = window.to {
      let end = clock.key(notBefore: to)
      limit = min(limit ?? .max, end)
    }
    merge.merge(before: limit, most: MergedEvents.stretchLength, into: &stretch)
    if let run = stretch.runs.last, let batch = stretch.slots[Int(run.slot)] {
      given = unsafe max(given, batch.keys[Int(run.end) - 1])
    }
    return !stretch.isEmpty
  }

  private mutating func take(names: inout LiveNames) {
    if keepsNews { news += items }
    for item in items {
      switch item {
      case .preamble(let preamble):
        self.preamble = preamble
        clock = TraceClock(reference: preamble.referenceClock, start: preamble.reading)
      case .types(let types, let first):
        tables.add(types, first: first)
        known.update(tables.types)
      case .streams(let streams, let first): tables.add(streams, first: first)
      case .reading(let reading): clock.append(reading)
      case .events(let batch): take(batch, names: &names)
      case .pageFormats(let bytes): formats = bytes
      case .rawPages(let pages): take(pages, names: &names)
      case .watermark(let key): complete = max(complete ?? 0, key == .max ? key : key + 1)
      case .losses(let losses): take(losses)
      case .end(let totals):
        self.totals = totals
        complete = .max
      case .damage(let found):
        damage.append(found)
        tell(damaged.take(found))
      }
    }
    items.removeAll(keepingCapacity: true)
  }

  private mutating func take(_ pages: RawPages, names: inout LiveNames) {
    take(pages.losses)
    if let decodePages, let formats, let batches = decodePages(pages, formats) {
      for batch in batches { take(batch, names: &names) }
    } else {
      take([
        Loss(
          stream: pages.stream, reason: .damaged, count: nil, first: pages.first, last: pages.last)
      ])
    }
  }

  /// Takes losses of which the trace itself does not tell.
  private mutating func tell(_ losses: [Loss]) {
    guard !losses.isEmpty else { return }
    take(losses)
    if keepsNews { news.append(.losses(losses)) }
  }

  private mutating func take(_ losses: [Loss]) {
    merge.add(losses.map { PlacedLoss($0, tables: tables, clock: clock) })
  }

  private mutating func take(_ batch: Batch, names: inout LiveNames) {
    tables.reserve(for: batch)
    known.update(tables.types)
    tell(damaged.take(batch, tables))
    take(batch.losses)
    guard batch.count > 0 else { return }
    guard let flat = FlatBatch(batch, tables: tables, clock: clock) else {
      let (first, last) = (batch.times.first ?? 0, batch.times.last ?? 0)
      take([
        Loss(
          stream: batch.stream, reason: .damaged, count: UInt64(batch.count), first: first,
          last: last)
      ])
      return
    }
    if keepsBatches { flat.source = batch }
    names.learn(from: flat, known)
    late += UInt64(flat.firstPosition(notBefore: given))
    let start = window.from.map { flat.firstPosition(notBefore: clock.key(notBefore: $0)) } ?? 0
    order += 1
    merge.add(flat, order: order, range: start..<flat.count)
  }
}
