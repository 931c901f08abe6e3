import Events

/// State records of several batches that wait to be taken in time order; equal times go by the order
/// in which the batches came.
struct RecordQueue {
  /// Where one batch's records are at.
  @unsafe
  struct Head {
    var key: UInt64
    var order: UInt64
    var next: UnsafePointer<StateRecord>
    var end: UnsafePointer<StateRecord>

    @inline(__always)
    func isBefore(_ other: Head) -> Bool {
      unsafe key < other.key || (key == other.key && order < other.order)
    }
  }

  private struct Source {
    var records: [StateRecord]
    var position = 0
    var order: UInt64
  }

  private var sources: [Source] = []
  private var order: UInt64 = 0
  /// Records that wait.
  private(set) var count = 0

  mutating func add(_ records: [StateRecord]) {
    guard !records.isEmpty else { return }
    order += 1
    count += records.count
    sources.append(Source(records: records, order: order))
  }

  /// Lets `body` advance the heads of all batches that have records before `limit` (nil: all).
  mutating func withHeads(
    before limit: UInt64?, _ body: (UnsafeMutableBufferPointer<Head>) -> Void
  ) {
    var chosen: [Int] = []
    for index in sources.indices {
      let key = sources[index].records[sources[index].position].key
      if limit.map({ key < $0 }) ?? true { chosen.append(index) }
    }
    guard !chosen.isEmpty else { return }
    let left = unsafe withUnsafeTemporaryAllocation(of: Head.self, capacity: chosen.count) {
      heads in
      unsafe collect(chosen, 0, into: heads, body)
    }
    for (index, records) in zip(chosen, left) {
      let position = sources[index].records.count - records
      count -= position - sources[index].position
      sources[index].position = position
    }
    sources.removeAll { $0.position == $0.records.count }
  }

  /// Gathers the heads, each while its records are held; returns how many records each has left.
  private func collect(
    _ chosen: [Int], _ place: Int, into heads: UnsafeMutableBufferPointer<Head>,
    _ body: (UnsafeMutableBufferPointer<Head>) -> Void
  ) -> [Int] {
    guard place < chosen.count else {
      unsafe body(heads)
      var left = [Int](repeating: 0, count: chosen.count)
      // The body may change the heads' places: they are known by their order.
      for place in heads.indices {
        let head = unsafe heads[place]
        let order = unsafe head.order
        let index = chosen.firstIndex { sources[$0].order == order }
        if let index { left[index] = unsafe head.end - head.next }
      }
      return left
    }
    let source = sources[chosen[place]]
    return unsafe source.records.withUnsafeBufferPointer { records in
      guard let base = records.baseAddress else { return [] }
      let next = unsafe base + source.position
      unsafe heads.initializeElement(
        at: place,
        to: Head(
          key: next.pointee.key, order: source.order, next: next, end: base + records.count))
      return unsafe collect(chosen, place + 1, into: heads, body)
    }
  }
}

extension UnsafeMutableBufferPointer<RecordQueue.Head> {
  /// Makes the buffer a heap by key and order.
  func heapify() {
    for place in stride(from: count / 2 - 1, through: 0, by: -1) { unsafe sift(place, count) }
  }

  /// Restores the heap of the first `count` below `start`.
  @inline(__always)
  func sift(_ start: Int, _ count: Int) {
    var parent = start
    while true {
      var child = 2 &* parent &+ 1
      guard child < count else { return }
      if child &+ 1 < count, unsafe self[child &+ 1].isBefore(self[child]) { child &+= 1 }
      guard unsafe self[child].isBefore(self[parent]) else { return }
      unsafe swapAt(child, parent)
      parent = child
    }
  }
}
