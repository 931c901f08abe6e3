internal import Events

extension Batch {
  /// Refuses a batch that is no batch, or that no block could hold.
  func check() throws(TraceFileError) {
    guard count <= BlockLimits.events else {
      throw .tooLarge(.eventsOfBlock, value: UInt64(count))
    }
    guard groups.count <= BlockLimits.groups else {
      throw .tooLarge(.groupsOfBlock, value: UInt64(groups.count))
    }
    guard losses.count <= BlockLimits.losses else {
      throw .tooLarge(.lossesOfBlock, value: UInt64(losses.count))
    }
    guard groupOf.count == count else { throw .invalidBatch("groupOf") }
    for length in [threads.count, cpus.count, streams.count] where length != 0 && length != count {
      throw .invalidBatch("threads, cpus, streams")
    }
    guard stream.index < BlockLimits.streams,
      streams.allSatisfy({ $0.index < BlockLimits.streams })
    else { throw .tooLarge(.streams, value: UInt64(BlockLimits.streams)) }
    let rows = try countedRows()
    for (group, counted) in zip(groups, rows) {
      guard group.rows == counted else { throw .invalidBatch("rows") }
      guard Int(group.type.index) < BlockLimits.types else {
        throw .tooLarge(.types, value: UInt64(group.type.index))
      }
      guard group.columns.count < Int(UInt16.max) else { throw .invalidBatch("columns") }
      for column in group.columns where !column.isWhole(rows: counted) {
        throw .invalidBatch("column")
      }
      if let remainder = group.remainder, !remainder.isWhole(rows: counted) {
        throw .invalidBatch("remainder")
      }
    }
    guard decodedBytes <= BlockLimits.rawBytes else {
      throw .tooLarge(.bytesOfBlock, value: UInt64(decodedBytes))
    }
  }

  /// What the columns take in memory, as limits count it.
  private var decodedBytes: Int {
    groups.reduce(count * 16) { sum, group in
      let columns = group.columns.reduce(0) { $0 + $1.decodedBytes }
      return sum + columns + (group.remainder?.decodedBytes ?? 0)
    }
  }

  private func countedRows() throws(TraceFileError) -> [Int] {
    var rows = [Int](repeating: 0, count: groups.count)
    let groups = groups.count
    let isWhole = unsafe rows.withUnsafeMutableBufferPointer { rows in
      unsafe groupOf.withUnsafeBufferPointer { groupOf in
        for event in 0..<groupOf.count {
          let group = unsafe Int(groupOf[event])
          guard group < groups else { return false }
          unsafe rows[group] &+= 1
        }
        return true
      }
    }
    guard isWhole else { throw .invalidBatch("groupOf") }
    return rows
  }

  /// Least and greatest time, or those of the losses where there are no events.
  var extent: (first: UInt64, last: UInt64) {
    guard count > 0 else {
      return (losses.map(\.first).min() ?? 0, losses.map(\.last).max() ?? 0)
    }
    return unsafe times.withUnsafeBufferPointer { times in
      var (least, greatest) = (UInt64.max, UInt64.min)
      for event in 0..<times.count {
        least = unsafe min(least, times[event])
        greatest = unsafe max(greatest, times[event])
      }
      return (least, greatest)
    }
  }
}

extension Column {
  /// What the column takes in memory, as limits count it.
  var decodedBytes: Int { BlockLimits.columnBytes + bytes.count + 4 * ends.count }

  /// Whether it has exactly so many rows, and no bytes besides.
  func isWhole(rows: Int) -> Bool {
    if width > 0 { return ends.isEmpty && bytes.count == rows * width }
    guard width == 0, ends.count == rows, Int(ends.last ?? 0) == bytes.count else { return false }
    var before: UInt32 = 0
    for end in ends {
      if end < before { return false }
      before = end
    }
    return true
  }
}
