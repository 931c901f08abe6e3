package import Events

/// Makes batches of the ring-buffer pages of one CPU, from wherever they come.
///
/// A record is copied once, into the rows of its type; `takeBatch` makes columns of the rows.
@safe
package struct PageDecoder: ~Copyable {
  /// Stream of the next batch; may be changed between batches.
  package var stream: StreamID
  /// Time of the last event, where a loss before the next page begins; 0 where none is known.
  package var lastTime: UInt64 = 0
  /// Events since the last batch was taken.
  package var count: Int { events.count }
  /// Bytes of pages since the last batch was taken.
  package internal(set) var pageBytes = 0

  let formats: PageFormats
  /// `slots[0]` is that of undecoded records, then one a format.
  let slots: UnsafeMutablePointer<DecoderSlot>
  let slotCount: Int
  /// Of each slot, what records held beyond their format; rows only where one did.
  let remainders: UnsafeMutablePointer<VaryingRows?>
  /// Slots with rows, in the order in which they got them.
  var usedSlots: [Int] = []
  /// Rows of varying fields, each slot's in a run.
  let varying: UnsafeMutablePointer<VaryingRows>
  let varyingValues: UnsafeMutablePointer<VaryingValue>
  let varyingCount: Int
  let slotOfID: UnsafeMutablePointer<UInt16>
  let idCount: Int
  /// Where records whose event is not known have their thread, -1 where that is not known either.
  let usualThreadOffset: Int32

  var events = DecodedEvents()
  var losses: [Loss] = []
  var isSorted = true

  package init(_ formats: PageFormats, stream: StreamID) {
    self.formats = formats
    self.stream = stream
    slotCount = formats.formats.count + 1
    unsafe slots = .allocate(capacity: slotCount)
    unsafe remainders = .allocate(capacity: slotCount)
    unsafe remainders.initialize(repeating: nil, count: slotCount)
    let empty = VaryingValue(storage: .rest, offset: 0, elementBytes: 1, isText: false)
    var values = [empty, empty]
    unsafe slots.initialize(to: DecoderSlot(.whole))
    for (position, format) in formats.formats.enumerated() {
      let plan = RecordPlan(format, firstVarying: values.count)
      unsafe (slots + position + 1).initialize(to: DecoderSlot(plan))
      for (field, placement) in zip(format.type.fields, format.placements)
      where placement.isVarying {
        values.append(
          VaryingValue(
            storage: placement.storage, offset: placement.offset,
            elementBytes: placement.elementBytes, isText: field.type == .string))
      }
    }
    varyingCount = values.count
    unsafe varying = .allocate(capacity: values.count)
    unsafe varyingValues = .allocate(capacity: values.count)
    for (position, value) in values.enumerated() {
      unsafe (varying + position).initialize(to: VaryingRows())
      unsafe (varyingValues + position).initialize(to: value)
    }
    idCount = formats.slots.count
    unsafe slotOfID = .allocate(capacity: idCount)
    for (id, slot) in formats.slots.enumerated() {
      unsafe (slotOfID + id).initialize(to: slot)
    }
    usualThreadOffset = Int32(formats.formats.lazy.compactMap(\.threadOffset).first ?? -1)
  }

  deinit {
    for position in 0..<slotCount {
      unsafe slots[position].records.deallocate()
      unsafe remainders[position]?.deallocate()
    }
    for position in 0..<varyingCount { unsafe varying[position].deallocate() }
    events.deallocate()
    unsafe slots.deinitialize(count: slotCount).deallocate()
    unsafe remainders.deinitialize(count: slotCount).deallocate()
    unsafe varying.deinitialize(count: varyingCount).deallocate()
    unsafe varyingValues.deinitialize(count: varyingCount).deallocate()
    unsafe slotOfID.deallocate()
  }

  /// Appends a page's events to the batch in the making.
  ///
  /// What cannot be read, and what the kernel says was missed, becomes a loss of the batch.
  package mutating func decode(_ page: RawSpan) -> PageOutcome {
    var outcome = PageOutcome()
    pageBytes += page.byteCount
    let header: PageHeader
    do throws(PageOutcome.Damage) {
      header = try PageHeader(page, formats.layout)
    } catch {
      outcome.damage = error
      lose(.damaged, nil, from: lastTime, to: lastTime)
      return outcome
    }
    outcome.missed = header.missed
    switch header.missed {
    case .none: break
    case .counted(let count): lose(.kernelOverrun, count, from: lastTime, to: header.time)
    case .uncounted: lose(.kernelOverrun, nil, from: lastTime, to: header.time)
    }
    let before = count
    outcome.damage = unsafe page.withUnsafeBytes { bytes in
      unsafe gather(bytes, header)
    }
    outcome.events = count - before
    if header.isCut { outcome.damage = .shortData }
    if outcome.damage != nil { lose(.damaged, nil, from: lastTime, to: lastTime) }
    return outcome
  }

  private mutating func lose(
    _ reason: Loss.Reason, _ count: UInt64?, from first: UInt64, to last: UInt64
  ) {
    losses.append(
      Loss(
        stream: stream, reason: reason, count: count,
        first: first > 0 ? min(first, last) : last, last: last))
  }

  mutating func clear() {
    for slot in usedSlots {
      unsafe slots[slot].records.used = 0
      unsafe slots[slot].rows = 0
      unsafe remainders[slot]?.clear()
      for column in unsafe slots[slot].plan.varyingRange { unsafe varying[column].clear() }
    }
    usedSlots.removeAll(keepingCapacity: true)
    events.clear()
    losses = []
    pageBytes = 0
    isSorted = true
  }
}
