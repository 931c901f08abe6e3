extension Batch {
  /// Several small batches as one, merged by time, each event with its stream.
  ///
  /// The batches' streams share one clock. Equal times keep the order of `parts`.
  package init(gathering parts: [Batch]) {
    self.init(stream: parts.first?.stream ?? StreamID(0))
    var order: [(part: Int, event: Int)] = []
    order.reserveCapacity(parts.reduce(0) { $0 + $1.count })
    for (part, batch) in parts.enumerated() {
      order.append(contentsOf: (0..<batch.count).map { (part, $0) })
      losses.append(contentsOf: batch.losses)
    }
    order.sort {
      let (left, right) = (parts[$0.part].times[$0.event], parts[$1.part].times[$1.event])
      return (left, $0.part, $0.event) < (right, $1.part, $1.event)
    }

    let hasCPUs = parts.contains { !$0.cpus.isEmpty }
    let rows = parts.map { $0.rowOfEachEvent() }
    var groupOfType: [EventTypeID: Int] = [:]
    for (part, event) in order {
      let batch = parts[part]
      let group = batch.groups[Int(batch.groupOf[event])]
      let target = groupOfType[group.type] ?? groups.count
      if target == groups.count {
        groupOfType[group.type] = target
        groups.append(EventGroup(emptyLike: group))
      }
      times.append(batch.times[event])
      threads.append(batch.threads[event])
      groupOf.append(UInt16(target))
      streams.append(batch.streams.isEmpty ? batch.stream : batch.streams[event])
      if hasCPUs {
        cpus.append(batch.cpus.isEmpty ? Batch.streamCPU : batch.cpus[event])
      }
      groups[target].append(row: rows[part][event], of: group)
    }
  }

  /// For each event the row of its group's columns that is its own.
  package func rowOfEachEvent() -> [Int] {
    var next = [Int](repeating: 0, count: groups.count)
    return groupOf.map { group in
      defer { next[Int(group)] += 1 }
      return next[Int(group)]
    }
  }
}

extension EventGroup {
  fileprivate init(emptyLike group: EventGroup) {
    self.init(
      type: group.type, rows: 0,
      columns: group.columns.map { column in
        column.width > 0 ? Column(width: column.width, bytes: []) : Column(bytes: [], ends: [])
      })
  }

  fileprivate mutating func append(row: Int, of group: EventGroup) {
    for index in columns.indices { columns[index].append(row: row, of: group.columns[index]) }
    if group.remainder != nil || remainder != nil {
      var kept = remainder ?? Column(bytes: [], ends: [UInt32](repeating: 0, count: rows))
      if let other = group.remainder {
        kept.append(row: row, of: other)
      } else {
        kept.append(contentsOf: EmptyCollection())
      }
      remainder = kept
    }
    rows += 1
  }
}

extension Column {
  fileprivate mutating func append(row: Int, of other: Column) {
    bytes.append(contentsOf: other.bytes[other.range(ofRow: row)])
    if width == 0 { ends.append(UInt32(bytes.count)) }
  }
}
