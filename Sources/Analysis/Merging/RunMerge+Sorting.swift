import Events

/// Of many batches another one is next at almost every event: comparing their heads each time costs
/// more than to sort what all of them have within a short while.
extension RunMerge {
  /// From so many batches on it does.
  private static let many = 32

  /// Takes runs of events before `stop`, some `most` of them; nil where it is better to go from run
  /// to run.
  mutating func takeSorted(before stop: UInt64?, most: Int) -> Int? {
    guard heap.count >= Self.many, mixed == 0 else { return nil }
    let first = heap[0].key
    let end = min(stop ?? .max, first.addingReportingOverflow(span).partialValue)
    guard end > first, end &- first >= span / 32 else { return nil }
    var events = 0
    for source in sources {
      let slot = Int(source.slot)
      let rest = unsafe rests[slot]
      guard let order = unsafe rest.order else { continue }
      var position = unsafe rest.position
      while unsafe position < rest.end, unsafe order[position] < end {
        let key = unsafe order[position]
        let start = position
        position &+= 1
        while unsafe position < rest.end, unsafe order[position] == key { position &+= 1 }
        sorter.append(
          TimedRun(
            time: UInt32(truncatingIfNeeded: key &- first), slot: source.slot,
            start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: position)))
      }
      unsafe events &+= position &- rest.position
      unsafe rests[slot].position = position
    }
    giveOutSorted()
    renewHeads()
    if events > most {
      span = max(span / 2, 1)
    } else if events < most / 4, end &- first == span {
      span = min(span &* 2, 1 << 31)
    }
    return events
  }

  private mutating func giveOutSorted() {
    sorter.sort()
    for place in 0..<sorter.runs.count {
      let next = sorter.runs[place]
      let last = runs.count &- 1
      if last >= 0, runs[last].slot == next.slot, runs[last].end == next.start {
        runs[last].end = next.end
      } else {
        runs.append(MergedRun(slot: next.slot, start: next.start, end: next.end))
      }
    }
    sorter.removeAll()
  }

  /// Makes the heap of what batches have left.
  private mutating func renewHeads() {
    heap.removeAll()
    var kept = 0
    for place in sources.indices {
      var head = sources[place]
      let rest = unsafe rests[Int(head.slot)]
      guard let order = unsafe rest.order, unsafe rest.position < rest.end else {
        finish(Int(head.slot))
        continue
      }
      sources[kept] = head
      kept += 1
      head.key = unsafe order[rest.position]
      heap.append(head)
    }
    sources.removeLast(sources.count - kept)
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }
}
