import Events

/// How much a batch needs when laid out flat, found while every size in it is checked.
struct FlatLayout {
  /// What all events have.
  let eventBytes: Int
  /// The same and the columns that are wanted.
  var bytes: Int
  /// For each group, which of its type's columns are laid out.
  var wanted: [[Bool]]

  static func padded(_ bytes: Int) -> Int { (bytes + 7) & ~7 }

  init?(_ batch: Batch, tables: TraceTables, choice: ColumnChoice) {
    let count = batch.count
    guard batch.groupOf.count == count, count <= Int(UInt32.max),
      batch.threads.isEmpty || batch.threads.count == count,
      batch.cpus.isEmpty || batch.cpus.count == count,
      batch.streams.isEmpty || batch.streams.count == count,
      batch.groups.count <= Int(UInt16.max) + 1
    else { return nil }
    if batch.streams.isEmpty {
      guard tables.has(batch.stream) else { return nil }
    } else {
      guard batch.streams.allSatisfy(tables.has) else { return nil }
    }
    eventBytes =
      Self.padded(count * 8) + 2 * Self.padded(count * 4) + 2 * Self.padded(count * 2)
    bytes = eventBytes
    wanted = []
    wanted.reserveCapacity(batch.groups.count)
    for group in batch.groups {
      guard let choice = wantedColumns(of: group, tables: tables, choice: choice) else {
        return nil
      }
      wanted.append(choice)
    }
  }

  private mutating func wantedColumns(
    of group: EventGroup, tables: TraceTables, choice: ColumnChoice
  ) -> [Bool]? {
    let number = Int(group.type.index)
    guard number < tables.types.count, group.rows >= 0 else { return nil }
    let fields = tables.types[number].fields
    guard group.columns.isEmpty || group.columns.count == fields.count else { return nil }
    var wanted = [Bool](repeating: false, count: fields.count)
    switch choice {
    case .all: wanted = [Bool](repeating: true, count: fields.count)
    case .some(let chosen) where number < chosen.count:
      for position in chosen[number] where position < wanted.count { wanted[position] = true }
    case .some: break
    }
    for (position, column) in group.columns.enumerated() where wanted[position] {
      guard column.width == fields[position].type.width ?? 0, column.holds(rows: group.rows) else {
        return nil
      }
      bytes += column.bytes.count + column.ends.count * 4
    }
    if let rest = group.remainder {
      guard rest.width == 0, rest.holds(rows: group.rows) else { return nil }
      bytes += rest.bytes.count + rest.ends.count * 4
    }
    return wanted
  }

  /// Numbers each event's row within its group; false where groups and events do not agree.
  func fillRows(_ rows: UnsafeMutablePointer<UInt32>, of batch: Batch) -> Bool {
    let groups = batch.groups.count
    return unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: groups) { next in
      unsafe next.initialize(repeating: 0)
      let agrees = unsafe batch.groupOf.withUnsafeBufferPointer { groupOf in
        for position in groupOf.indices {
          let group = unsafe Int(groupOf[position])
          guard group < groups else { return false }
          let row = unsafe next[group]
          unsafe rows[position] = row
          unsafe next[group] = row &+ 1
        }
        return true
      }
      guard agrees else { return false }
      for (position, group) in batch.groups.enumerated() {
        guard unsafe Int(next[position]) == group.rows else { return false }
      }
      return true
    }
  }
}

extension Column {
  /// Whether bytes and ends agree with this number of rows.
  fileprivate func holds(rows: Int) -> Bool {
    if width > 0 { return ends.isEmpty && bytes.count == rows.multipliedClamped(by: width) }
    guard ends.count == rows, Int(ends.last ?? 0) == bytes.count else { return false }
    var previous: UInt32 = 0
    for end in ends {
      guard end >= previous else { return false }
      previous = end
    }
    return true
  }
}

extension Int {
  fileprivate func multipliedClamped(by factor: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? .max : product
  }
}
