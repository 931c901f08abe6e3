import Events

extension StatisticsPass {
  /// The leaves of what a thread did from `start` to `end`; they add up to it.
  ///
  /// `open` is what it still does.
  func leaves(
    ofThread dense: Int, from start: UInt64, to end: UInt64,
    open: (PastActivity, PastActivities.Detail?)? = nil
  ) -> [(BlameLeaf, UInt64)] {
    var leaves: [(BlameLeaf, UInt64)] = []
    var chain = [Int32(truncatingIfNeeded: dense)]
    var rest = end - start
    func append(_ activity: PastActivity, _ detail: PastActivities.Detail?) {
      let (from, to) = (max(activity.start, start), min(activity.end, end))
      guard from < to else { return }
      rest -= to - from
      self.append(activity, detail, from: from, to: to, &chain, to: &leaves)
    }
    if let open { append(open.0, open.1) }
    blame.past.forEach(dense, from: start, to: end, append)
    if rest > 0 { leaves.append((.unknown, rest)) }
    return leaves
  }

  private func append(
    _ activity: PastActivity, _ detail: PastActivities.Detail?, from start: UInt64, to end: UInt64,
    _ chain: inout [Int32], to leaves: inout [(BlameLeaf, UInt64)]
  ) {
    let time = end - start
    switch activity.activity {
    case .woken, .new, .preempted, .yielded:
      if activity.isThrottled { return leaves.append((BlameLeaf(kind: .throttled), time)) }
      appendRunners(activity, detail, from: start, to: end, to: &leaves)
    case .uninterruptible:
      guard activity.disk == 0 else {
        return appendDisk(activity, detail, from: start, to: end, to: &leaves)
      }
      leaves.append((BlameLeaf(kind: .kernel, detail: Int64(activity.call) + 1), time))
    case .locked, .sleeping:
      guard activity.disk == 0 else {
        return appendDisk(activity, detail, from: start, to: end, to: &leaves)
      }
      appendSleep(activity, from: start, to: end, &chain, to: &leaves)
    case .stopped: leaves.append((BlameLeaf(kind: .stopped), time))
    case .running, .unknown, .dead: leaves.append((.unknown, time))
    }
  }

  /// Who had the CPU meanwhile.
  ///
  /// Of a wait of many slices that are forgotten one by one, a part has its share of each.
  private func appendRunners(
    _ activity: PastActivity, _ detail: PastActivities.Detail?, from start: UInt64, to end: UInt64,
    to leaves: inout [(BlameLeaf, UInt64)]
  ) {
    var rest = end - start
    func append(_ leaf: BlameLeaf, _ time: UInt64) {
      let time = min(time, rest)
      leaves.append((leaf, time))
      rest -= time
    }
    if case .runners(let runners) = detail {
      let length = activity.end - activity.start
      for (leaf, time) in runners {
        append(leaf, Self.share(time, rest: end - start, of: length))
      }
      if let most = runners.max(by: { $0.time < $1.time }), rest > 0, end - start < length {
        append(most.leaf, rest)
      }
    } else {
      blame.occupancy.forEachPiece(Int(activity.cpu), from: start, to: end, append)
    }
    if rest > 0 { leaves.append((.unknown, rest)) }
  }

  private static func share(_ time: UInt64, rest part: UInt64, of whole: UInt64) -> UInt64 {
    let product = time.multipliedFullWidth(by: part)
    return part < whole ? whole.dividingFullWidth(product).quotient : time
  }

  /// A wait that a disk's request ended, by what the request waited for.
  private func appendDisk(
    _ activity: PastActivity, _ detail: PastActivities.Detail?, from start: UInt64, to end: UInt64,
    to leaves: inout [(BlameLeaf, UInt64)]
  ) {
    var rest = end - start
    if case .request(let request) = detail {
      func append(_ phase: DiskPhase, from first: UInt64, to last: UInt64) {
        let (first, last) = (max(first, start), min(last, end))
        guard first < last else { return }
        leaves.append((.disk(activity.disk, phase, request.operation), last - first))
        rest -= last - first
      }
      append(.queue, from: request.insert, to: request.issue)
      append(.service, from: request.issue, to: request.complete)
    }
    if rest > 0 { leaves.append((.disk(activity.disk), rest)) }
  }

  /// A sleep is to blame on what its waker did meanwhile.
  private func appendSleep(
    _ activity: PastActivity, from start: UInt64, to end: UInt64, _ chain: inout [Int32],
    to leaves: inout [(BlameLeaf, UInt64)]
  ) {
    switch activity.waker {
    case StateChange.hardWaker:
      // The local timer's interrupt has no line.
      leaves.append(
        activity.line < 0
          ? (BlameLeaf(kind: .timer), end - start)
          : (.interrupt(Int64(activity.line)), end - start))
    case StateChange.softWaker:
      leaves.append((Self.leaf(ofVector: activity.line), end - start))
    case 1...:
      let waker = activity.waker
      guard !chain.contains(waker) else {
        leaves.append((BlameLeaf(kind: .cycle), end - start))
        return
      }
      guard chain.count < BlameRows.mostDepth, tracking.threads.isUsed(Int(waker)) else {
        leaves.append((.unknown, end - start))
        return
      }
      chain.append(waker)
      appendWaker(activity, from: start, to: end, &chain, to: &leaves)
      chain.removeLast()
    default: leaves.append((.unknown, end - start))
    }
  }

  private func appendWaker(
    _ activity: PastActivity, from start: UInt64, to end: UInt64, _ chain: inout [Int32],
    to leaves: inout [(BlameLeaf, UInt64)]
  ) {
    let waker = Int(activity.waker)
    let isLock = activity.activity == .locked
    let name = Int64(tracking.threads.table[waker].label.name)
    let work = BlameLeaf(kind: isLock ? .lock : .thread, detail: name)
    var covered: UInt64 = 0
    let state = tracking.threads.table[waker]
    if state.activity == .running, state.since < end {
      let from = max(state.since, start)
      leaves.append((work, end - from))
      covered += end - from
    }
    var past: [(PastActivity, PastActivities.Detail?)] = []
    blame.past.forEach(waker, from: start, to: end) { past.append(($0, $1)) }
    for (other, detail) in past {
      let (from, to) = (max(other.start, start), min(other.end, end))
      guard from < to else { continue }
      covered += to - from
      if other.activity == .running {
        leaves.append((work, to - from))
      } else {
        append(other, detail, from: from, to: to, &chain, to: &leaves)
      }
    }
    if covered < end - start { leaves.append((work, end - start - covered)) }
  }

  private static func leaf(ofVector vector: Int32) -> BlameLeaf {
    switch vector {
    case 1, 8: BlameLeaf(kind: .timer)
    case 2, 3: BlameLeaf(kind: .network)
    default: .unknown
    }
  }
}
