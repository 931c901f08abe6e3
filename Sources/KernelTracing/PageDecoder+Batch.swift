package import Events

extension PageDecoder {
  /// The events and losses since the last batch, sorted by time; nil where there were none.
  package mutating func takeBatch() -> Batch? {
    guard count > 0 || !losses.isEmpty else {
      pageBytes = 0
      return nil
    }
    var batch = Batch(stream: stream)
    batch.losses = losses
    var groupOfSlot = [UInt16](repeating: 0, count: slotCount)
    for slot in usedSlots {
      groupOfSlot[slot] = UInt16(batch.groups.count)
      batch.groups.append(group(of: slot))
    }
    batch.times = events.times.array(of: UInt64.self)
    batch.threads = events.threads.array(of: ThreadNumber.self)
    batch.groupOf = events.slots.array(of: UInt16.self)
    unsafe batch.groupOf.withUnsafeMutableBufferPointer { groups in
      unsafe groupOfSlot.withUnsafeBufferPointer { table in
        for event in groups.indices {
          unsafe groups[event] = table[Int(groups[event])]
        }
      }
    }
    if !isSorted {
      batch = Batch(gathering: [batch])
      batch.streams = []
    }
    clear()
    return batch
  }

  private func group(of slot: Int) -> EventGroup {
    let rows = unsafe slots[slot].rows
    let plan = unsafe slots[slot].plan
    var nextVarying = Int(plan.firstVarying)
    guard slot > 0 else {
      return EventGroup(
        type: formats.undecoded, rows: rows, columns: unsafe [varying[0].column, varying[1].column])
    }
    let records = unsafe UnsafeRawBufferPointer(
      start: slots[slot].records.base, count: slots[slot].records.used)
    let placements = formats.formats[slot - 1].placements
    let fields = placements.compactMap { placement -> Column.RecordField? in
      guard case .fixed(let width) = placement.storage else { return nil }
      return Column.RecordField(offset: placement.offset, width: width)
    }
    var fixed = unsafe Column.gathering(
      fields, of: records, count: rows, stride: Int(plan.stride)
    )[...]
    let columns = placements.map { placement in
      guard case .fixed = placement.storage, var column = fixed.popFirst() else {
        defer { nextVarying += 1 }
        return unsafe varying[nextVarying].column
      }
      if let bits = placement.bits { column.keep(bits) }
      return column
    }
    var remainder: Column?
    if unsafe remainders[slot]?.rows ?? 0 > 0 {
      unsafe remainders[slot]?.appendEmptyRows(upTo: rows)
      remainder = unsafe remainders[slot]?.column
    }
    return EventGroup(
      type: formats.types[slot - 1], rows: rows, columns: columns, remainder: remainder)
  }
}

extension VaryingRows {
  var column: Column {
    Column(bytes: bytes.array(of: UInt8.self), ends: ends.array(of: UInt32.self))
  }
}

extension Column {
  /// Leaves of each row's bits a bit field's value.
  mutating func keep(_ bits: FieldPlacement.Bits) {
    var kept = Column(width: width, bytes: [])
    kept.bytes.reserveCapacity(bytes.count)
    let unused = 64 - bits.count
    for row in 0..<rows {
      let value = (unsigned(row) >> bits.shift) << unused
      kept.append(
        bits.signed ? UInt64(bitPattern: Int64(bitPattern: value) >> unused) : value >> unused)
    }
    self = kept
  }
}
