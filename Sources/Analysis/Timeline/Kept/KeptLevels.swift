import Events
import Synchronization
import TraceFile

/// The levels of a complete timeline as bytes, to be kept beside the trace.
///
/// ```
/// "swtlevel" · u32 version · u32 CRC-32C of what follows up to the first run
/// u64 × 2 identifier of the trace · u64 its bytes · u64 its events · u32 CRC-32C of its index
/// u32 runs, each sealed (`SealedBytes`): all but marks and lanes, marks, then lanes in parts, those
/// of CPUs first
/// ```
/// Only the finest level of a lane is kept: those above follow from it. A part of the lanes can be
/// read without the others: in each lane its row stands first.
enum KeptLevels {
  static let magic = Array("swtlevel".utf8)
  /// Goes up with the format, and whenever a pass tells anything else of the same events.
  static let version: UInt32 = 4
  /// Bytes that a run holds at most.
  static let mostRunBytes = 64 << 20
  static let mostRuns = 1024
  /// Lanes are sealed as soon as they are so many bytes.
  static let laneRunBytes = 1 << 20

  /// What the kept levels of a trace begin with, its number of runs aside.
  static func stamp(_ trace: OpenTrace) -> [UInt8] {
    var index: [UInt8] = []
    for block in trace.reader.blocks {
      for number in [block.offset, block.first, block.last, UInt64(block.events)] {
        index.append(littleEndian: number)
      }
    }
    var bytes: [UInt8] = []
    let identifier = trace.reader.preamble.identifier
    for number in [
      identifier.high, identifier.low, trace.reader.bytes, UInt64(trace.reader.blocks.count),
      UInt64(SealedBytes.checksum(index)),
    ] {
      bytes.append(littleEndian: number)
    }
    return bytes
  }

  static func encode(
    _ state: borrowing TimelineState, _ trace: OpenTrace
  ) throws(TraceFileError) -> [UInt8] {
    var runs: [UInt8] = []
    var count: UInt32 = 2
    var general = KeptBytes()
    state.put(to: &general)
    try SealedBytes.seal(general.bytes, onto: &runs)
    var marks = KeptBytes()
    state.putMarks(to: &marks)
    try SealedBytes.seal(marks.bytes, onto: &runs)
    var lanes = KeptBytes()
    for row in state.table.rowsToKeep {
      lanes.put(UInt64(row))
      state.lanes[row].put(to: &lanes)
      guard lanes.bytes.count >= laneRunBytes else { continue }
      try SealedBytes.seal(lanes.bytes, onto: &runs)
      lanes = KeptBytes()
      count += 1
    }
    try SealedBytes.seal(lanes.bytes, onto: &runs)
    count += 1
    var rest = stamp(trace)
    rest.append(littleEndian: count)
    var bytes = magic
    bytes.append(littleEndian: version)
    bytes.append(littleEndian: SealedBytes.checksum(rest))
    return bytes + rest + runs
  }

  /// A timeline's state out of kept bytes, its marks and lanes still to be taken in; nil where they
  /// are another trace's, of another version or not whole.
  static func decode(
    _ bytes: [UInt8], _ trace: OpenTrace, _ grain: TimelineGrain
  ) throws(TraceFileError) -> TimelineState? {
    let stamp = stamp(trace)
    let first = magic.count + 8 + stamp.count + 4
    guard bytes.count >= first else { return nil }
    func number(at place: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
    let rest = Array(bytes[(magic.count + 8)..<first])
    let runs = number(at: first - 4)
    guard bytes.starts(with: magic), number(at: magic.count) == Int(version),
      number(at: magic.count + 4) == Int(SealedBytes.checksum(rest)), rest.starts(with: stamp),
      (3...mostRuns).contains(runs), let places = SealedBytes.places(in: bytes, from: first),
      places.count == runs
    else { return nil }
    var place = first
    var state = TimelineState(trace, grain)
    guard let general = try SealedBytes.open(bytes, at: &place, most: mostRunBytes) else {
      return nil
    }
    var input = KeptReader(general)
    state.take(&input, trace)
    guard input.isDone else { return nil }
    state.lanes = state.table.lanes.map { LevelLane(unsaid: $0.unsaid, shift: state.shift) }
    state.kept = KeptRuns(bytes, places: places.dropFirst(), rows: state.lanes.count)
    state.readUntil = .max
    state.levels = .loading(0)
    return state
  }
}

extension Timeline {
  /// Kept levels take at most the trace's bytes divided by this.
  static let keptShare: UInt64 = 4
  /// Or so many bytes where that is more.
  static let leastKeptBytes = 8 << 20

  /// The levels as bytes that `takeLevels` understands; nil before they are complete, and where they
  /// were taken out of such bytes.
  ///
  /// Levels that take too much room beside the trace lose their finest cells, here too.
  package func keptLevels() throws(AnalysisError) -> [UInt8]? {
    guard state.withLock({ $0.kept == nil }) else { return nil }
    return try keptLevels(
      most: max(Self.leastKeptBytes, Int(clamping: summary.bytes / Self.keptShare)))
  }

  func keptLevels(most: Int) throws(AnalysisError) -> [UInt8]? {
    do {
      while true {
        guard let state = state.withLock({ $0.levels == .complete ? $0 : nil }) else { return nil }
        let bytes = try KeptLevels.encode(state, trace)
        let isCoarsest = state.lanes.allSatisfy { $0.levels.isEmpty }
        if bytes.count <= most || isCoarsest { return bytes }
        self.state.withLock { $0.dropFinest() }
      }
    } catch {
      throw .file(error)
    }
  }

  /// Takes levels that were kept; false where they are not this trace's as it is, or not whole.
  ///
  /// All but lanes is known then; `readLevels` takes those in. Nobody else may read levels meanwhile.
  package func takeLevels(_ bytes: [UInt8]) throws(AnalysisError) -> Bool {
    do {
      guard let kept = try KeptLevels.decode(bytes, trace, grain) else { return false }
      state.withLock { state in
        let names = state.names
        state = kept
        state.names = names
      }
      return true
    } catch {
      throw .file(error)
    }
  }
}
