import Events

/// A run of consecutive events of one batch: `start..<end` in the batch of `slot`.
struct MergedRun: BitwiseCopyable, Equatable {
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
  /// Number of the batch in each slot: changes when another batch takes the slot; 0 where none is.
  var serials: [UInt64] = []
  var events = 0

  var isEmpty: Bool { runs.isEmpty && losses.isEmpty }

  /// Lets go of the batches: whoever holds them makes a merge copy its tables.
  mutating func release() {
    slots = []
    serials = []
  }
}

/// A batch's earliest event that was not given out.
struct MergeHead: BitwiseCopyable {
  var key: UInt64 = 0
  var order: UInt64 = 0
  var stream: UInt32 = 0
  var slot: Int32 = 0

  @inline(__always)
  func isBefore(_ other: MergeHead) -> Bool {
    if key != other.key { return key < other.key }
    if stream != other.stream { return stream < other.stream }
    return order < other.order
  }
}

/// What a batch, which its slot keeps alive, has left.
@unsafe
struct MergeRest: BitwiseCopyable {
  var order: UnsafeMutablePointer<UInt64>?
  var position = 0
  var end = 0
  var hasOneStream = true
}

/// Merges batches, each a sorted run, by time; equal times go by stream, then by batch, then by
/// position.
///
/// Batches may have calls that are given out together with a later event (`OwnCalls`); none of them
/// goes over a limit, or over an end of a loss.
@safe
struct RunMerge: ~Copyable {
  /// The earliest head first, each before the two below it.
  var heap = DenseTable(MergeHead())
  var rests = unsafe DenseTable(MergeRest())
  /// All batches that have something left, by stream and order.
  var sources: [MergeHead] = []
  private var slots: [FlatBatch?] = []
  private var serials: [UInt64] = []
  private var free: [Int] = []
  /// Slots whose batch is used up; the stretch at hand still reads it.
  private var usedUp: [Int] = []
  private var serial: UInt64 = 0
  var runs = DenseTable(MergedRun(slot: 0, start: 0, end: 0))
  /// Losses not yet given out, latest first.
  private var losses: [PlacedLoss] = []
  /// Times that no call is given out after, though it was before: latest first.
  private var borders: [UInt64] = []
  private let givesCallsTogether: Bool
  /// Batches of more than one stream.
  var mixed = 0
  var sorter = RunSorter()
  /// How long a time about a stretch's events take.
  var span: UInt64 = 1 << 16
  /// Bytes of the batches that are not used up.
  private(set) var bytes = 0

  /// `callsTogether`: whether batches may have calls that are given out with a later event.
  init(callsTogether: Bool = false) {
    givesCallsTogether = callsTogether
  }

  /// The time of the earliest event that was not given out.
  var earliest: UInt64? { heap.count > 0 ? heap[0].key : nil }
  /// The time of the earliest event or loss that was not given out.
  var next: UInt64? { losses.last.map { min($0.first, earliest ?? .max) } ?? earliest }
  var isEmpty: Bool { heap.count == 0 && losses.isEmpty }

  /// Adds a batch, or the part of it that `range` says.
  mutating func add(_ batch: FlatBatch, order: UInt64, range: Range<Int>) {
    guard !range.isEmpty else { return }
    batch.fillOrder()
    let slot = free.popLast() ?? slots.count
    let rest = unsafe MergeRest(
      order: batch.order, position: range.lowerBound, end: range.upperBound,
      hasOneStream: batch.streams.isEmpty)
    serial += 1
    if slot == slots.count {
      slots.append(batch)
      serials.append(serial)
      unsafe rests.append(rest)
    } else {
      slots[slot] = batch
      serials[slot] = serial
      unsafe rests[slot] = unsafe rest
    }
    bytes += batch.bytes
    let head = MergeHead(
      key: unsafe batch.order[range.lowerBound], order: order,
      stream: batch.stream(at: range.lowerBound).index, slot: Int32(slot))
    heap.append(head)
    siftUp(heap.count - 1)
    let place = sources.firstIndex { (head.stream, head.order) < ($0.stream, $0.order) }
    sources.insert(head, at: place ?? sources.count)
    if !batch.streams.isEmpty { mixed += 1 }
  }

  mutating func add(_ more: [PlacedLoss]) {
    guard !more.isEmpty else { return }
    losses.append(contentsOf: more)
    losses.sort { ($0.first, $0.last) > ($1.first, $1.last) }
    guard givesCallsTogether else { return }
    for loss in more { borders += [loss.first, loss.first &+ 1, loss.last &+ 1] }
    borders.sort(by: >)
  }

  /// Gives out what lies before `limit` (nil: everything), at most about `most` events; `stretch`
  /// is empty where there is nothing.
  ///
  /// Before `end` all is given out, what would come with a later event too.
  mutating func merge(
    before limit: UInt64?, end: UInt64? = nil, most: Int, into stretch: inout MergedStretch
  ) {
    stretch.losses.removeAll(keepingCapacity: true)
    stretch.runs.removeAll(keepingCapacity: true)
    stretch.release()
    for slot in usedUp {
      slots[slot] = nil
      serials[slot] = 0
      free.append(slot)
    }
    usedUp.removeAll(keepingCapacity: true)
    stretch.slots = slots
    stretch.serials = serials
    stretch.events = 0
    let limit = [limit, end].compactMap(\.self).min()
    while let border = borders.last, border <= limit ?? .max, border <= earliest ?? .max {
      stretch.events = takeRest(before: border)
      if stretch.events > 0 { break }
      borders.removeLast()
    }
    if stretch.events == 0 {
      takeLosses(before: limit, into: &stretch)
      let stop = [limit, losses.last?.first, borders.last].compactMap(\.self).min()
      stretch.events =
        takeSorted(before: stop, most: most) ?? takeRuns(before: stop, most: most)
      if stretch.losses.isEmpty, stretch.events == 0, givesCallsTogether, let end, end == limit {
        stretch.events = takeRest(before: end)
      }
    }
    unsafe runs.withElements { unsafe stretch.runs.append(contentsOf: $0) }
    runs.removeAll()
  }

  /// Takes what waits for an event that is not before `border`, though it is itself.
  private mutating func takeRest(before border: UInt64) -> Int {
    var events = 0
    for place in 0..<heap.count where heap[place].key >= border {
      let slot = Int(heap[place].slot)
      guard let batch = slots[slot] else { continue }
      let start = unsafe rests[slot].position
      var position = start
      while unsafe position < rests[slot].end, unsafe batch.keys[position] < border {
        position += 1
      }
      guard position > start else { continue }
      runs.append(
        MergedRun(slot: heap[place].slot, start: UInt32(start), end: UInt32(position)))
      unsafe rests[slot].position = position
      events += position - start
    }
    return events
  }

  /// Losses come out before the first event that is not before their start.
  private mutating func takeLosses(before limit: UInt64?, into stretch: inout MergedStretch) {
    let next = earliest
    while let loss = losses.last {
      if let limit, loss.first >= limit { break }
      if let next, loss.first > next { break }
      stretch.losses.append(loss)
      losses.removeLast()
    }
  }

  /// Takes runs of events before `stop`; how many events.
  private mutating func takeRuns(before stop: UInt64?, most: Int) -> Int {
    var events = 0
    while events < most, heap.count > 0 {
      let head = heap[0]
      if let stop, head.key >= stop { break }
      let slot = Int(head.slot)
      let rest = unsafe rests[slot]
      let rival = rival
      let bound = min(stop ?? .max, rival > 0 ? heap[rival].key : .max)
      var position = unsafe rest.position &+ 1
      guard let order = unsafe rest.order else { break }
      let end = unsafe rest.end
      while position < end, unsafe order[position] < bound { position &+= 1 }
      if position < end, unsafe order[position] == bound {
        position = takeEqual(head, rival, from: position, to: bound, stop)
      }
      runs.append(
        MergedRun(slot: head.slot, start: UInt32(unsafe rest.position), end: UInt32(position)))
      unsafe events &+= position &- rest.position
      unsafe rests[slot].position = position
      if position < end {
        unsafe heap[0].key = order[position]
        if unsafe !rest.hasOneStream { heap[0].stream = stream(slot, at: position) }
        if rival > 0 { siftDown(rival) }
      } else {
        drop(slot)
      }
    }
    return events
  }

  /// Goes on over events at the bound: the first batch's own while the tie goes its way, and no
  /// limit is meant.
  @inline(never)
  private func takeEqual(
    _ head: MergeHead, _ rival: Int, from start: Int, to bound: UInt64, _ stop: UInt64?
  ) -> Int {
    let slot = Int(head.slot)
    guard let batch = slots[slot] else { return start }
    var position = start
    while unsafe position < rests[slot].end, unsafe batch.order[position] == bound,
      stop == nil || bound < stop ?? .max
    {
      if rival > 0, heap[rival].key == bound {
        let stream = batch.stream(at: position).index
        guard (stream, head.order) < (heap[rival].stream, heap[rival].order) else { break }
      }
      position += 1
    }
    return position
  }

  private func stream(_ slot: Int, at position: Int) -> UInt32 {
    slots[slot]?.stream(at: position).index ?? 0
  }

  /// A batch is used up.
  @inline(never)
  private mutating func drop(_ slot: Int) {
    finish(slot)
    sources.removeAll { Int($0.slot) == slot }
    heap[0] = heap[heap.count - 1]
    heap.removeLast()
    let rival = rival
    if rival > 0 { siftDown(rival) }
  }

  mutating func finish(_ slot: Int) {
    bytes -= slots[slot]?.bytes ?? 0
    if slots[slot]?.streams.isEmpty == false { mixed -= 1 }
    usedUp.append(slot)
  }

  /// Place of the earlier one of the two below the first, 0 where there is none.
  @inline(__always)
  private var rival: Int {
    if heap.count < 3 { return heap.count == 2 ? 1 : 0 }
    return heap[1].isBefore(heap[2]) ? 1 : 2
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBefore(heap[parent]) else { return }
      exchange(child, parent)
      child = parent
    }
  }

  /// Lets the first one sink; `rival` is the earlier one of the two below it.
  @inline(__always)
  private mutating func siftDown(_ rival: Int) {
    var parent = 0
    var child = rival
    while heap[child].isBefore(heap[parent]) {
      exchange(child, parent)
      parent = child
      guard let next = earlier(below: parent) else { return }
      child = next
    }
  }

  /// Lets one sink whose parents may come before it.
  mutating func sink(_ start: Int) {
    var parent = start
    while let child = earlier(below: parent), heap[child].isBefore(heap[parent]) {
      exchange(child, parent)
      parent = child
    }
  }

  @inline(__always)
  private func earlier(below parent: Int) -> Int? {
    let child = 2 &* parent &+ 1
    guard child < heap.count else { return nil }
    let isRight = child &+ 1 < heap.count && heap[child &+ 1].isBefore(heap[child])
    return isRight ? child &+ 1 : child
  }

  @inline(__always)
  private mutating func exchange(_ left: Int, _ right: Int) {
    let head = heap[left]
    heap[left] = heap[right]
    heap[right] = head
  }
}
