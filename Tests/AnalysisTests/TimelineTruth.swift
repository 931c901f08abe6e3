import Events
import SyntheticTrace
import TraceFile

@testable import Analysis

/// All stretches of a trace's lanes, kept as they are told: what a timeline's answers have to be.
struct TimelineTruth {
  let trace: OpenTrace
  private(set) var stretches: [[LaneStretch]] = []
  private(set) var numbers: [[NumberChange]] = [[]]
  let table: LaneTable
  let end: Int64

  init(_ trace: OpenTrace, systemCallNames: [String] = []) throws {
    self.trace = trace
    end = trace.end.nanoseconds
    var pass = LanePass(
      trace, systemCallNames: systemCallNames, names: LiveNames(try trace.readNames()),
      learnsNames: true)
    let choice = trace.laneColumns
    var events = try MergedEvents(
      trace, selection: .types(choice.types), choice: .some(choice.columns))
    var stretch = MergedStretch()
    while try events.next(into: &stretch) {
      pass.take(stretch, trace.tables, trace.known, trace.clock)
    }
    pass.finish(
      at: trace.clock.monotonic(of: trace.end), before: .max, trace.tables, trace.clock)
    var told = pass.intervals
    pass.forEachOpen { told.append($0) }
    table = pass.table
    stretches = [[LaneStretch]](repeating: [], count: table.count)
    for interval in told where interval.start < interval.end {
      stretches[Int(interval.row)].append(LaneStretch(interval))
    }
    for change in pass.numbers {
      while numbers.count <= change.row { numbers.append([]) }
      numbers[Int(change.row)].append(change)
    }
  }

  /// When a lane changes, and to what: the first entry is what it is in before everything.
  func steps(_ lane: TimelineLane) -> [(time: Int64, what: LaneOccupant)] {
    let unsaid = LaneOccupant(lane.unsaid)
    var steps: [(time: Int64, what: LaneOccupant)] = [(.min, unsaid)]
    func step(_ what: LaneOccupant, _ time: Int64) {
      if steps[steps.count - 1].time == time { steps.removeLast() }
      if steps.last?.what != what { steps.append((time, what)) }
    }
    guard let row = table.row(of: lane) else { return steps }
    var position: Int64 = 0
    for stretch in stretches[row] where stretch.end > position {
      let start = max(position, stretch.start)
      if start > position { step(unsaid, position) }
      step(stretch.what, start)
      position = stretch.end
    }
    step(unsaid, position)
    return steps
  }

  /// What a lane did in a window, by looking at each step of it.
  static func cell(
    _ steps: [(time: Int64, what: LaneOccupant)], _ window: TimelineWindow
  ) -> TimelineCell {
    var cell = TimelineCell(window: window)
    var pieces: [LaneStretch] = []
    // The last step before the window, and those within.
    var (low, high) = (0, steps.count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].time < window.start { low = middle + 1 } else { high = middle }
    }
    for place in max(0, low - 1)..<steps.count {
      let step = steps[place]
      if step.time >= window.end { break }
      let stop = place + 1 < steps.count ? steps[place + 1].time : Int64.max
      if step.time < window.start { cell.before = step.what }
      if window.contains(step.time) {
        if cell.changes == 0 { cell.firstChange = step.time }
        cell.lastChange = step.time
        cell.changes += 1
      }
      if step.time < window.end { cell.after = step.what }
      let (first, last) = (max(step.time, window.start), min(stop, window.end))
      guard first < last else { continue }
      cell.times[step.what.state] += UInt64(last - first)
      pieces.append(LaneStretch(step.what.state, step.what.occupant, first, last))
    }
    let longest = pieces.map(\.length).max() ?? 0
    cell.longest =
      pieces.first { $0.length == longest && longest > 0 }
      ?? LaneStretch(cell.before.state, cell.before.occupant, window.start, window.start)
    return cell
  }
}

extension TimelineCell {
  /// Whether two cells tell the same, flags aside.
  func tells(theSameAs other: TimelineCell) -> Bool {
    window == other.window && times == other.times && changes == other.changes
      && before == other.before && after == other.after && longest == other.longest
      && (changes == 0
        || (firstChange == other.firstChange && lastChange == other.lastChange))
  }
}

extension HandMadeTrace {
  /// Writes the trace to a file, each CPU's events in blocks of some events; `recorded` is when the
  /// sources were on.
  func write(
    to descriptor: Int32, blockLength: Int = 500, recorded: ClosedRange<UInt64>? = nil
  ) throws {
    let reading = ClockReading(processor: 0, monotonic: 0, realtime: 0, boottime: 0)
    var writer = try TraceWriter(
      descriptor: descriptor,
      preamble: Preamble(
        identifier: TraceIdentifier(high: 1, low: 2), cpus: batches.count, reading: reading,
        referenceClock: .monotonic))
    try writer.append(types: tables.types[...])
    try writer.append(streams: tables.streams[...])
    var encoder = try BlockEncoder()
    for batch in all {
      var start = 0
      while start < batch.count {
        let mask = (0..<batch.count).map { $0 >= start && $0 < start + blockLength }
        var part = batch.keeping(mask)
        if start > 0 { part.losses = [] }
        try writer.append(encoder.encode(part))
        start += blockLength
      }
    }
    try writer.append(watermark: .max)
    try writer.finish(TraceTotals(reading: reading, recorded: recorded))
  }
}
