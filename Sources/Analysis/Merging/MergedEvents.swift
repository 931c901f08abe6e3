package import Events
import TraceFile

/// The span of time that is wanted, and which types' columns.
package struct EventWindow: Sendable {
  /// The first instant that belongs to it; nil: from the first event on.
  package var from: Timestamp?
  /// The first instant that does not belong to it any more; nil: to the end.
  package var to: Timestamp?

  package init(from: Timestamp? = nil, to: Timestamp? = nil) {
    self.from = from
    self.to = to
  }
}

/// A file's events in time order, in stretches; blocks outside the window are not read.
///
/// Only blocks that overlap in time are in memory together.
struct MergedEvents: ~Copyable {
  private struct Plan {
    var block: Int
    var first: UInt64
  }

  /// About how many events a stretch has.
  static let stretchLength = 1 << 15

  let trace: OpenTrace
  let from: UInt64
  /// nil: no end.
  let to: UInt64?
  private let selection: BlockSelection
  private let choice: ColumnChoice
  private let keepsBatches: Bool
  private let callsTogether: EventRoles?
  private var plans: [Plan]
  private var next = 0
  private var merge: RunMerge
  private var decoder: BlockDecoder
  /// The losses of each stream.
  private var lossesOf: [StreamID: [PlacedLoss]] = [:]
  private let allowedBytes: Int
  /// Blocks that could not be read though their header could.
  private(set) var unreadable: [(block: Int, error: TraceFileError)] = []
  /// What damage took, of these blocks and of those that are not there any more.
  private(set) var damaged: [Loss]

  /// `callsTogether`: the roles of types where system calls may come with a later event
  /// (`OwnCalls`); nil: in time order.
  init(
    _ trace: OpenTrace, window: EventWindow = EventWindow(), selection: BlockSelection = .all,
    choice: ColumnChoice = .all, keepsBatches: Bool = false, callsTogether: EventRoles? = nil,
    allowedBytes: Int? = nil
  ) throws(AnalysisError) {
    do {
      decoder = try BlockDecoder()
    } catch {
      throw .file(error)
    }
    self.trace = trace
    self.selection = selection
    self.choice = choice
    self.keepsBatches = keepsBatches
    self.callsTogether = callsTogether
    merge = RunMerge(callsTogether: callsTogether != nil)
    self.allowedBytes = allowedBytes ?? Self.allowedBytes(forFileOf: trace.reader.bytes)
    let from = window.from.map { trace.clock.key(notBefore: $0) } ?? 0
    let to = window.to.map { trace.clock.key(notBefore: $0) }
    self.from = from
    self.to = to
    plans = []
    let damaged = trace.damagedStretches
    self.damaged = damaged
    var losses = damaged.map { PlacedLoss($0, tables: trace.tables, clock: trace.clock) }
    for (position, block) in trace.reader.blocks.enumerated() {
      losses.append(
        contentsOf: block.losses.map {
          PlacedLoss($0, tables: trace.tables, clock: trace.clock)
        })
      guard block.kind == .rawPages || (block.kind == .events && block.events > 0) else { continue }
      let first = trace.key(block.first, of: block)
      if let to, first >= to { continue }
      guard trace.key(block.last, of: block) >= from else { continue }
      plans.append(Plan(block: position, first: first))
    }
    plans.sort { ($0.first, $0.block) < ($1.first, $1.block) }
    lossesOf = Dictionary(grouping: losses, by: \.loss.stream)
    merge.add(losses.filter { $0.last >= from && (to == nil || $0.first < to ?? .max) })
  }

  /// What may be in memory at once: more than any recorded trace of the file's size needs.
  private static func allowedBytes(forFileOf bytes: UInt64) -> Int {
    let sixteenfold = Int(clamping: bytes) < 1 << 40 ? Int(clamping: bytes) * 16 : .max
    return min(max(384 << 20, sixteenfold), 4 << 30)
  }

  /// The next stretch, of events before `end` only; false where there are no more of them.
  ///
  /// `ahead` is shown each batch before it is merged, unless events of its stream were lost meanwhile,
  /// and may take events out.
  mutating func next(
    into stretch: inout MergedStretch, before end: UInt64? = nil,
    ahead: (FlatBatch) -> Void = { _ in }
  ) throws(AnalysisError) -> Bool {
    stretch.release()
    while true {
      try openBlocks(ahead)
      let last = [to, end].compactMap(\.self).min()
      let limit = next < plans.count ? plans[next].first : nil
      merge.merge(before: limit, end: last, most: Self.stretchLength, into: &stretch)
      if !stretch.isEmpty { return true }
      if next >= plans.count || plans[next].first >= end ?? .max { return false }
      // Nothing before the next block starts: it is the next to be opened.
      stretch.release()
      try open(plans[next], ahead)
      next += 1
    }
  }

  /// Opens the blocks that start no later than the earliest event at hand.
  private mutating func openBlocks(_ ahead: (FlatBatch) -> Void) throws(AnalysisError) {
    while next < plans.count {
      guard let earliest = merge.earliest, plans[next].first <= earliest else { return }
      try open(plans[next], ahead)
      next += 1
    }
  }

  private mutating func open(_ plan: Plan, _ ahead: (FlatBatch) -> Void) throws(AnalysisError) {
    let needed = merge.bytes + trace.reader.blocks[plan.block].rawBytes
    guard needed <= allowedBytes else {
      throw .tooMuchAtOnce(bytes: needed, allowed: allowedBytes)
    }
    let batches: [Batch]
    do {
      batches = try trace.batches(plan.block, selection, with: &decoder)
    } catch .file(let error) {
      // The rest of the trace is worth reading; the loss is told in its place.
      unreadable.append((plan.block, error))
      addDamage(plan.block)
      return
    }
    for (part, batch) in batches.enumerated() {
      if trace.reader.blocks[plan.block].kind == .rawPages {
        merge.add(
          batch.losses.map { PlacedLoss($0, tables: trace.tables, clock: trace.clock) })
      }
      guard batch.count > 0 else { continue }
      guard
        let flat = FlatBatch(
          batch, tables: trace.tables, clock: trace.clock, choice: choice,
          callsTogether: callsTogether)
      else {
        addDamage(plan.block)
        continue
      }
      if keepsBatches { flat.source = batch }
      if !isLossy(flat) { ahead(flat) }
      let order = UInt64(plan.block) << 20 | UInt64(part & 0xf_ffff)
      merge.add(flat, order: order, range: flat.firstPosition(notBefore: from)..<flat.count)
    }
  }

  /// Whether events of the batch's stream were lost between its first and its last one.
  private func isLossy(_ batch: FlatBatch) -> Bool {
    guard let losses = lossesOf[batch.stream], batch.count > 0 else { return false }
    let (first, last) = unsafe (batch.keys[0], batch.keys[batch.count - 1])
    return losses.contains { $0.first < last && $0.last > first }
  }

  private mutating func addDamage(_ block: Int) {
    let losses = trace.reader.blocks[block].losses()
    damaged += losses
    let placed = losses.map { PlacedLoss($0, tables: trace.tables, clock: trace.clock) }
    for loss in placed { lossesOf[loss.loss.stream, default: []].append(loss) }
    merge.add(placed)
  }
}

extension FlatBatch {
  /// Position of the first event at or after `key`.
  func firstPosition(notBefore key: UInt64) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if unsafe keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
