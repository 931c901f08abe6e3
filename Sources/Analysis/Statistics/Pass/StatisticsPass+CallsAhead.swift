import Events

/// System calls that a thread makes without leaving its CPU are most of many traces, and concern
/// nobody else: they are counted while their batch is at hand, and only the rest is merged with what
/// other CPUs did.
///
/// What stays: the first call after a switch and after a disk's completion, which tell state tracking
/// who is on the CPU; a call that waits; futexes; and whatever took longer than all before, so that
/// the slowest is found in order of time, by the name that its thread had then.
extension StatisticsPass {
  /// Takes calls out of a batch that is about to be merged.
  mutating func takeCallsAhead(
    _ batch: FlatBatch, _ tables: TraceTables, _ known: EventRoles, _ clock: TraceClock
  ) {
    guard batch.hasOwnCalls, !hasFilter, !hasPeriods, groups.key == nil else { return }
    update(tables, known)
    let slot = StatisticsSlot(batch, serial: 0, known, clock)
    guard let view = unsafe slot.view else { return }
    // Whether the thread on the CPU is known to be in no call.
    var isOutside = false
    unsafe batch.keep { position, order in
      let group = unsafe Int(view.groupOf[position])
      switch unsafe view.readers[group].role {
      case .systemCallEnter:
        if isOutside, position &+ 1 < batch.count, unsafe order[position] != view.keys[position],
          unsafe order[position &+ 1] != view.keys[position &+ 1],
          unsafe takeAhead(view, position, group)
        {
          return 2
        }
        isOutside = false
      case .systemCallExit: isOutside = unsafe order[position] != view.keys[position]
      case .schedSwitch, .blockComplete: isOutside = false
      default: break
      }
      return 0
    }
  }

  /// Counts a call and its exit right after it; false where they are to be merged.
  @inline(__always)
  private mutating func takeAhead(_ view: SlotView, _ position: Int, _ group: Int) -> Bool {
    let exit = position &+ 1
    let exitGroup = unsafe Int(view.groupOf[exit])
    let row = unsafe Int(view.rows[position])
    let exitRow = unsafe Int(view.rows[exit])
    let call = unsafe view.readers[group].firstNumber(row)
    guard unsafe view.readers[exitGroup].role == .systemCallExit,
      unsafe view.threads[exit] == view.threads[position],
      unsafe call == view.readers[exitGroup].firstNumber(exitRow),
      call >= 0, call < Int64(callKinds.count)
    else { return false }
    let (start, end) = unsafe (max(1, view.times[position]), view.times[exit])
    let kind = callKinds[Int(call)]
    guard !kind.contains(.isFutex), window.counts(endAt: end),
      let place = callRows.known(name: call << 1 | (kind.contains(.waits) ? 1 : 0))
    else { return false }
    let duration = end &- start
    let returned = unsafe view.readers[exitGroup].secondNumber(exitRow)
    let isTaken = callRows.withRow(place) { row in
      guard !row.histogram.isEmpty, duration <= row.histogram.max else { return false }
      row.histogram.record(duration, at: start)
      row.run &+= duration
      if returned > 0, kind.contains(.movesBytes) { row.bytes &+= UInt64(returned) }
      return true
    }
    guard isTaken else { return false }
    if returned < 0, returned >= -4095 { noteError(place, Int(-returned)) }
    if countsEvents {
      unsafe countAhead(view.readers[group].type, view.times[position])
      unsafe countAhead(view.readers[exitGroup].type, end)
    }
    events &+= 2
    return true
  }

  private mutating func countAhead(_ type: Int64, _ time: UInt64) {
    guard window.counts(endAt: time) else { return }
    counts[Int(type)].count &+= 1
    counts[Int(type)].see(time)
  }
}
