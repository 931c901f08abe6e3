import Events
import TraceFile

/// How finely a timeline is kept.
struct TimelineGrain: Sendable {
  /// Events that a cell of the finest level has on average at least.
  var eventsPerCell: UInt64 = 1024
  /// Events after which a pass leaves a mark, at least.
  var markDistance: UInt64 = 1 << 18
  /// Events of a page that lie farther apart than so many are looked at by themselves.
  var mostEventsAround: UInt64 = 1 << 18
  /// Bytes that the nodes of all lanes may take; beyond, the finest level is given up.
  var mostBytes = 48 << 20
  /// Bytes that marks may take; beyond, every second one is given up.
  var mostMarkBytes = 32 << 20
}

/// What is known of a timeline at an instant.
struct TimelineState {
  let grain: TimelineGrain
  var table = LaneTable()
  var lanes: [LevelLane] = []
  /// Cells of the finest level are 2^shift nanoseconds long.
  var shift: UInt64
  var size = 0
  var numbers: [NumberSegments] = []
  /// What was open, in each row, where `readUntil` is.
  var tails: [Int32: [LaneInterval]] = [:]
  var marks: [PassMark] = []
  var markSize = 0
  var lives: [ThreadLife] = []
  var gapTimes: [UInt64] = []
  var throttled: Set<ThrottledWait> = []
  /// Windows whose stretches were read, the one used last behind.
  var windows: [ExactWindow] = []
  var directory = TimelineDirectory()
  var placedLosses: [TimelineLoss] {
    didSet { lossCount = LossCount(placedLosses, hasMore: hasDamage) }
  }
  private(set) var lossCount: LossCount
  private let hasDamage: Bool
  /// Places in the order of all events.
  var anchors: [EventAnchor] = []
  var names: LiveNames?
  var instances = Instances()
  /// Everything before it was read.
  var readUntil: Int64 = 0
  /// When observation ended.
  let observedUntil: Int64
  var levels = LevelsState.partial(0)
  /// Where it comes out of bytes that were kept.
  var kept: KeptRuns?

  init(_ trace: OpenTrace, _ grain: TimelineGrain) {
    self.grain = grain
    observedUntil = Int64(
      clamping: trace.observation.upperBound - trace.clock.start.monotonic)
    hasDamage = trace.reader.damage.contains { $0.reason != .cut }
    let losses = (trace.damagedStretches + trace.reader.blocks.flatMap(\.losses)).map {
      PlacedLoss($0, tables: trace.tables, clock: trace.clock)
    }
    placedLosses = losses.map { TimelineLoss($0, trace) }
      .sorted { ($0.first, $0.last) < ($1.first, $1.last) }
    lossCount = LossCount(placedLosses, hasMore: hasDamage)
    let events = trace.reader.blocks.reduce(UInt64(1)) { $0 &+ UInt64($1.events) }
    let length = UInt64(max(1, trace.end.nanoseconds))
    var shift: UInt64 = 0
    // As many cells as there are runs of so many events.
    while length >> shift > events / grain.eventsPerCell, shift < 48 { shift += 1 }
    self.shift = shift
  }

  /// Takes the lanes that there are by now, and what those of numbers told.
  mutating func take(_ table: LaneTable, _ changes: [NumberChange]) {
    self.table = table
    while lanes.count < table.count {
      lanes.append(LevelLane(unsaid: table.lanes[lanes.count].unsaid, shift: shift))
    }
    for change in changes {
      while numbers.count <= change.row {
        numbers.append(
          NumberSegments(
            limit: numbers.isEmpty ? NumberSegments.mostRunnable : NumberSegments.mostOfCounter))
      }
      numbers[Int(change.row)].add(change.value, at: change.time)
    }
  }

  /// Takes stretches of lanes that are in the table.
  mutating func take(_ intervals: ArraySlice<LaneInterval>) {
    for interval in intervals {
      let row = Int(interval.row)
      let lane = table.lanes[row]
      lanes[row].add(
        LevelState(occupant: interval.occupant, state: interval.state), from: interval.start,
        to: interval.end, unsaid: lane.unsaid, size: &size)
      instances.add(interval, of: lane)
    }
    while size > grain.mostBytes { dropFinest() }
  }

  /// Forgets the finest level of all lanes.
  mutating func dropFinest() {
    for row in lanes.indices { size -= lanes[row].dropFinest() }
    shift += LevelLane.step
  }

  mutating func append(_ mark: PassMark) {
    marks.append(mark)
    markSize += mark.size
    guard markSize > grain.mostMarkBytes else { return }
    marks = marks.indices.filter { $0 % 2 == 0 }.map { marks[$0] }
    markSize = marks.reduce(0) { $0 + $1.size }
  }
}

/// What a pass told since the last time.
struct TakenPass {
  var table = LaneTable()
  var intervals: [LaneInterval] = []
  var numbers: [NumberChange] = []
}

extension LanePass {
  /// Gives what was told since the last time for what was taken then.
  mutating func exchange(_ taken: inout TakenPass) {
    taken.table = table
    swap(&taken.intervals, &intervals)
    swap(&taken.numbers, &numbers)
    intervals.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
  }

  /// What is open at the time at hand, by row.
  mutating func tails() -> [Int32: [LaneInterval]] {
    var open: [LaneInterval] = []
    forEachOpen { open.append($0) }
    var tails: [Int32: [LaneInterval]] = [:]
    for interval in open where interval.start < interval.end {
      tails[interval.row, default: []].append(interval)
    }
    return tails
  }
}
