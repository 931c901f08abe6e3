extension Batch {
  /// The events whose entry of `mask` is true, in their order; losses stay.
  package func keeping(_ mask: [Bool]) -> Batch {
    if mask.allSatisfy({ $0 }) { return self }
    var kept = Batch(stream: stream)
    kept.losses = losses
    var keptRows = [[Int]](repeating: [], count: groups.count)
    for (event, row) in rowOfEachEvent().enumerated() where mask[event] {
      keptRows[Int(groupOf[event])].append(row)
    }
    var newGroup = [UInt16](repeating: 0, count: groups.count)
    for (index, rows) in keptRows.enumerated() where !rows.isEmpty {
      newGroup[index] = UInt16(kept.groups.count)
      kept.groups.append(groups[index].keeping(rows))
    }
    for event in mask.indices where mask[event] {
      kept.times.append(times[event])
      kept.groupOf.append(newGroup[Int(groupOf[event])])
      kept.threads.append(threads[event])
      if !cpus.isEmpty { kept.cpus.append(cpus[event]) }
      if !streams.isEmpty { kept.streams.append(streams[event]) }
    }
    return kept
  }
}

extension EventGroup {
  fileprivate func keeping(_ wanted: [Int]) -> EventGroup {
    EventGroup(
      type: type, rows: wanted.count, columns: columns.map { $0.keeping(wanted) },
      remainder: remainder?.keeping(wanted))
  }
}

extension Column {
  fileprivate func keeping(_ wanted: [Int]) -> Column {
    var kept = self
    kept.bytes = []
    kept.ends = []
    kept.bytes.reserveCapacity(wanted.count * width)
    for row in wanted {
      kept.bytes.append(contentsOf: bytes[range(ofRow: row)])
      if width == 0 { kept.ends.append(UInt32(kept.bytes.count)) }
    }
    return kept
  }
}
