import Events

/// A run of consecutive events of one batch: `start..<end` in the batch of `slot`.
struct MergedRun: Equatable {
  var slot: Int32
  var start: UInt32
  var end: UInt32
}

/// A piece of a trace in time order: losses first, then runs of events out of a few batches.
struct MergedStretch {
  /// Losses that began before the stretch's first event and after the last of the one before.
  var losses: [PlacedLoss] = []
  var runs: [MergedRun] = []
  /// The batch of each slot.
  var slots: [FlatBatch?] = []
  /// Number of the batch in each slot: changes when another batch takes the slot.
  var serials: [UInt64] = []
  var events = 0

  var isEmpty: Bool { runs.isEmpty && losses.isEmpty }
}

/// Merges batches, each a sorted run, by time; equal times go by stream, then by batch, then by
/// position.
struct RunMerge {
  private struct Head {
    var key: UInt64
    var stream: UInt32
    var slot: Int32
    var order: UInt64

    @inline(__always)
    func isBefore(_ other: Head) -> Bool {
      if key != other.key { return key < other.key }
      if stream != other.stream { return stream < other.stream }
      return order < other.order
    }
  }

  private var heap: [Head] = []
  private var slots: [FlatBatch?] = []
  private var serials: [UInt64] = []
  private var positions: [Int] = []
  private var ends: [Int] = []
  private var free: [Int] = []
  private var serial: UInt64 = 0
  /// Losses not yet given out, latest first.
  private var losses: [PlacedLoss] = []
  /// Bytes of the batches that are not used up.
  private(set) var bytes = 0

  /// The time of the earliest event that was not given out.
  var earliest: UInt64? { heap.first?.key }
  var isEmpty: Bool { heap.isEmpty && losses.isEmpty }

  /// Adds a batch, or the part of it that `range` says.
  mutating func add(_ batch: FlatBatch, order: UInt64, range: Range<Int>) {
    guard !range.isEmpty else { return }
    let slot = free.popLast() ?? slots.count
    serial += 1
    if slot == slots.count {
      slots.append(batch)
      serials.append(serial)
      positions.append(range.lowerBound)
      ends.append(range.upperBound)
    } else {
      slots[slot] = batch
      serials[slot] = serial
      positions[slot] = range.lowerBound
      ends[slot] = range.upperBound
    }
    bytes += batch.bytes
    heap.append(
      Head(
        key: unsafe batch.keys[range.lowerBound],
        stream: batch.stream(at: range.lowerBound).index, slot: Int32(slot), order: order))
    siftUp(heap.count - 1)
  }

  mutating func add(_ more: [PlacedLoss]) {
    guard !more.isEmpty else { return }
    losses.append(contentsOf: more)
    losses.sort { ($0.first, $0.last) > ($1.first, $1.last) }
  }

  /// Gives out what lies before `limit` (nil: everything), at most about `most` events; `stretch`
  /// is empty where there is nothing.
  mutating func merge(before limit: UInt64?, most: Int, into stretch: inout MergedStretch) {
    stretch.losses.removeAll(keepingCapacity: true)
    stretch.runs.removeAll(keepingCapacity: true)
    stretch.events = 0
    stretch.slots = slots
    stretch.serials = serials
    takeLosses(before: limit, into: &stretch)
    var stop = limit
    if let next = losses.last?.first, next < stop ?? .max { stop = next }
    while stretch.events < most, let head = heap.first {
      if let stop, head.key >= stop { break }
      take(head, stop: stop, into: &stretch)
    }
  }

  /// Losses come out before the first event that is not before their start.
  private mutating func takeLosses(before limit: UInt64?, into stretch: inout MergedStretch) {
    let next = heap.first?.key
    while let loss = losses.last {
      if let limit, loss.first >= limit { break }
      if let next, loss.first > next { break }
      stretch.losses.append(loss)
      losses.removeLast()
    }
  }

  /// Takes the longest run that comes before every other batch's head.
  private mutating func take(_ head: Head, stop: UInt64?, into stretch: inout MergedStretch) {
    let slot = Int(head.slot)
    guard let batch = slots[slot] else { return }
    let start = positions[slot]
    let end = ends[slot]
    var position = start + 1
    var bound = stop ?? .max
    let rival = secondHead()
    if let rival { bound = min(bound, rival.key) }
    let keys = unsafe batch.keys
    while position < end, unsafe keys[position] < bound { position &+= 1 }
    // Equal to the bound: ours while the tie goes our way, and no limit is meant.
    while position < end, unsafe keys[position] == bound, stop == nil || bound < stop ?? .max {
      if let rival, rival.key == bound {
        let stream = batch.stream(at: position).index
        guard (stream, head.order) < (rival.stream, rival.order) else { break }
      }
      position &+= 1
    }
    stretch.runs.append(
      MergedRun(slot: head.slot, start: UInt32(start), end: UInt32(position)))
    stretch.events += position - start
    positions[slot] = position
    if position < end {
      heap[0].key = unsafe keys[position]
      if !batch.streams.isEmpty { heap[0].stream = batch.stream(at: position).index }
    } else {
      bytes -= batch.bytes
      slots[slot] = nil
      free.append(slot)
      heap[0] = heap[heap.count - 1]
      heap.removeLast()
    }
    siftDown()
  }

  private func secondHead() -> Head? {
    switch heap.count {
    case ..<2: nil
    case 2: heap[1]
    default: heap[1].isBefore(heap[2]) ? heap[1] : heap[2]
    }
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBefore(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
      guard heap[child].isBefore(heap[parent]) else { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}
