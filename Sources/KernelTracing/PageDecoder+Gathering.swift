internal import Events

/// The type_len of events that are not plain data.
///
/// ```
/// u32  type_len:5, time_delta:27
///      0       u32 length (counts itself), data
///      1…28    4 × type_len bytes of data
///      29      padding; with time_delta 0 the rest of the page is empty, else u32 length
///      30      time extend: u32 of the delta's upper bits
///      31      u32 of an absolute time's upper bits; the clock's topmost 5 bits are not in it
/// ```
private enum TypeLength {
  static let longData: UInt32 = 0
  static let padding: UInt32 = 29
  static let timeExtend: UInt32 = 30
}

extension PageDecoder {
  private static var topTimeBits: UInt64 { 0xf8 << 56 }

  /// Takes the events of a page into the rows of their types.
  mutating func gather(
    _ page: UnsafeRawBufferPointer, _ header: PageHeader
  ) -> PageOutcome.Damage? {
    guard let base = page.baseAddress else { return .shortHeader }
    let end = header.end
    var position = formats.layout.dataOffset
    // No event that is kept has less than 8 bytes.
    events.reserve((end - position) / 8 + 1)
    let times = unsafe events.times.base.assumingMemoryBound(to: UInt64.self)
    let threads = unsafe events.threads.base.assumingMemoryBound(to: Int32.self)
    let slotOfEvent = unsafe events.slots.base.assumingMemoryBound(to: UInt16.self)
    let (slots, slotOfID, idCount) = unsafe (self.slots, self.slotOfID, self.idCount)
    let usualThreadOffset = self.usualThreadOffset
    var count = events.count
    let countBefore = count
    var time = header.time
    var last = count == 0 ? 0 : lastTime
    var isSorted = self.isSorted
    var damage: PageOutcome.Damage?

    while position &+ 4 <= end {
      let word = unsafe UInt32(
        littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt32.self))
      let typeLength = word & 31
      let delta = UInt64(word >> 5)
      var data = position &+ 4
      var length = Int(typeLength) &* 4
      if typeLength &- 1 >= 28 {
        if typeLength == TypeLength.padding, delta == 0 { break }
        guard position &+ 8 <= end else {
          damage = .event(offset: position)
          break
        }
        let second = unsafe UInt32(
          littleEndian: base.loadUnaligned(fromByteOffset: position &+ 4, as: UInt32.self))
        switch typeLength {
        case TypeLength.longData:
          data = position &+ 8
          length = Int(second) &- 4
          if length < 0 { damage = .event(offset: position) }
        case TypeLength.padding:
          // A discarded event. Its time counts unless it is the 1 that only marks it.
          if delta != 1 { time &+= delta }
          let next = position &+ 4 &+ Int(second)
          if second < 4 || next > end { damage = .event(offset: position) }
          position = next
        case TypeLength.timeExtend:
          time &+= delta &+ UInt64(second) << 27
          position &+= 8
        default:
          var stamp = delta &+ UInt64(second) << 27
          if time & Self.topTimeBits != 0 {
            stamp |= time & Self.topTimeBits
            if stamp < time { stamp &+= 1 << 59 }
          }
          time = stamp
          position &+= 8
        }
        if damage != nil { break }
        if typeLength != TypeLength.longData { continue }
      }
      guard length <= end &- data else {
        damage = .event(offset: position)
        break
      }
      time &+= delta
      if time < last { isSorted = false }
      last = time

      let record = unsafe base + data
      let id =
        length >= 2
        ? Int(unsafe UInt16(littleEndian: record.loadUnaligned(as: UInt16.self))) : idCount
      var slot = id < idCount ? Int(unsafe slotOfID[id]) : 0
      var thread: Int32 = 0
      let threadOffset = slot > 0 ? unsafe slots[slot].plan.threadOffset : usualThreadOffset
      if threadOffset >= 0, Int(threadOffset) &+ 4 <= length {
        thread = unsafe Int32(
          littleEndian: record.loadUnaligned(fromByteOffset: Int(threadOffset), as: Int32.self))
      }
      if unsafe slot == 0
        || !append(record, length, to: slot, slots + slot, room: page.count &- data)
      {
        unsafe keepWhole(record, length, knownSlot: slot)
        slot = 0
      }
      unsafe times[count] = time
      unsafe threads[count] = thread
      unsafe slotOfEvent[count] = UInt16(truncatingIfNeeded: slot)
      count &+= 1
      position = data &+ (length &+ 3) & ~3
    }

    events.setCount(count)
    self.isSorted = isSorted
    if count > countBefore {
      lastTime = last
    }
    return damage
  }

  /// Appends a record to its type's rows; false where it does not fit its format.
  @inline(__always)
  private mutating func append(
    _ record: UnsafeRawPointer, _ length: Int, to slot: Int,
    _ place: UnsafeMutablePointer<DecoderSlot>, room: Int
  ) -> Bool {
    guard length >= Int(unsafe place.pointee.plan.fixedBytes) else { return false }
    if unsafe place.pointee.rows == 0 { usedSlots.append(slot) }
    if unsafe place.pointee.plan.varyingCount > 0 {
      guard unsafe appendVarying(record, length, slot) else {
        if unsafe place.pointee.rows == 0 { usedSlots.removeLast() }
        return false
      }
    } else if length > Int(unsafe place.pointee.plan.usualBytes) {
      unsafe appendRemainder(record, from: Int(place.pointee.plan.fixedBytes), to: length, slot)
    }
    let stride = Int(unsafe place.pointee.plan.stride)
    unsafe place.pointee.records.reserve(stride)
    let used = unsafe place.pointee.records.used
    let target = unsafe place.pointee.records.base + used
    if stride <= room {
      var offset = 0
      repeat {
        let part = unsafe record.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
        unsafe target.storeBytes(of: part, toByteOffset: offset, as: SIMD16<UInt8>.self)
        offset &+= 16
      } while offset < stride
    } else {
      unsafe target.copyMemory(
        from: record, byteCount: Int(unsafe place.pointee.plan.fixedBytes))
    }
    unsafe place.pointee.records.used = used &+ stride
    unsafe place.pointee.rows &+= 1
    return true
  }

  private mutating func appendVarying(
    _ record: UnsafeRawPointer, _ length: Int, _ slot: Int
  ) -> Bool {
    let plan = unsafe slots[slot].plan
    let columns = plan.varyingRange
    var explained = Int(plan.fixedBytes)
    var sum = 0
    for column in columns {
      guard let range = unsafe varyingValues[column].range(in: record, length: length) else {
        return false
      }
      explained = max(explained, range.end)
      sum &+= range.end &- range.start
      if case .rest = unsafe varyingValues[column].storage { explained = length }
    }
    // Values that lie upon each other would make more of a page than it holds.
    guard sum <= 2 &* length else { return false }
    for column in columns {
      guard let range = unsafe varyingValues[column].range(in: record, length: length) else {
        return false
      }
      let value = unsafe UnsafeRawBufferPointer(
        start: record + range.start, count: range.end &- range.start)
      if unsafe varyingValues[column].isText {
        let text = unsafe value.firstIndex(of: 0) ?? value.count
        unsafe varying[column].append(UnsafeRawBufferPointer(rebasing: value[..<text]))
      } else {
        unsafe varying[column].append(value)
      }
    }
    if length > (explained &+ Int(plan.fill) &+ 3) & ~3 {
      unsafe appendRemainder(record, from: explained, to: length, slot)
    }
    return true
  }

  private mutating func appendRemainder(
    _ record: UnsafeRawPointer, from start: Int, to end: Int, _ slot: Int
  ) {
    var rows = unsafe remainders[slot] ?? VaryingRows()
    rows.appendEmptyRows(upTo: unsafe slots[slot].rows)
    unsafe rows.append(UnsafeRawBufferPointer(start: record + start, count: end &- start))
    unsafe remainders[slot] = rows
  }

  /// Keeps a record that no format explains as an event of its own type.
  private mutating func keepWhole(_ record: UnsafeRawPointer, _ length: Int, knownSlot: Int) {
    let id =
      length >= 2
      ? unsafe UInt16(littleEndian: record.loadUnaligned(fromByteOffset: 0, as: UInt16.self)) : 0
    var name =
      knownSlot > 0 ? formats.formats[knownSlot - 1].type.qualifiedName : "id \(id)"
    name.withUTF8 { unsafe varying[0].append(UnsafeRawBufferPointer($0)) }
    unsafe varying[1].append(UnsafeRawBufferPointer(start: record, count: length))
    if unsafe slots.pointee.rows == 0 { usedSlots.append(0) }
    unsafe slots.pointee.rows &+= 1
  }
}
