import Events

/// System calls that a thread makes without leaving its CPU are most of many traces, and concern
/// nobody else: they are counted while their batch is at hand, and only the rest is merged with what
/// other CPUs did.
///
/// What stays: a call that waits; futexes; and whatever took longer than all before, so that the
/// slowest is found in order of time, by the name that its thread had then. What calls tell state
/// tracking, that the thread is on the CPU and now in no call, the next event of the CPU tells that
/// is merged (`settle`).
extension StatisticsPass {
  /// Takes calls out of a batch that is about to be merged.
  mutating func takeCallsAhead(
    _ batch: FlatBatch, _ tables: TraceTables, _ known: EventRoles, _ clock: TraceClock
  ) {
    guard batch.hasOwnCalls, !hasFilter, !hasPeriods, groups.key == nil else { return }
    update(tables, known)
    fillTimes(of: batch, clock)
    afterCalls.removeAll()
    let readers = batch.groups.map { GroupReader($0, known[$0.type]) }
    var wasTaken = false
    // Whom the switch before brought, as long as nobody else is seen to call there.
    var current: ThreadNumber?
    unsafe readers.withUnsafeBufferPointer { readers in
      batch.keep { position in
        let reader = unsafe batch.groupOf[position]
        switch unsafe readers[Int(reader)].role {
        case .systemCallEnter:
          if unsafe batch.threads[position] != current {
            current = nil
          } else if position &+ 1 < batch.count, unsafe takeAhead(batch, position, readers) {
            wasTaken = true
            return 2
          }
        case .systemCallExit:
          if unsafe batch.threads[position] != current { current = nil }
        case .schedSwitch:
          current = unsafe readers[Int(reader)].next(Int(batch.rows[position]))
        default: break
        }
        let kept = afterCalls.count
        times[kept] = times[position]
        afterCalls.append(wasTaken)
        wasTaken = false
        return 0
      }
    }
    unsafe times.withElements { times in
      unsafe afterCalls.withElements { afterCalls in
        guard let times = times.baseAddress else { return }
        prepared[ObjectIdentifier(batch)] = unsafe EventRecords(
          batch, times: times, known, &meanings, afterCalls: afterCalls.baseAddress)
      }
    }
  }

  /// Counts a call and its exit right after it; false where they are to be merged.
  @inline(__always)
  private mutating func takeAhead(
    _ batch: FlatBatch, _ position: Int, _ readers: UnsafeBufferPointer<GroupReader>
  ) -> Bool {
    let group = unsafe Int(batch.groupOf[position])
    let exit = position &+ 1
    let exitGroup = unsafe Int(batch.groupOf[exit])
    let row = unsafe Int(batch.rows[position])
    let exitRow = unsafe Int(batch.rows[exit])
    let call = unsafe readers[group].firstNumber(row)
    guard unsafe readers[exitGroup].role == .systemCallExit,
      unsafe batch.threads[exit] == batch.threads[position],
      unsafe call == readers[exitGroup].firstNumber(exitRow),
      call >= 0, call < Int64(callKinds.count)
    else { return false }
    let (start, end) = (max(1, times[position]), times[exit])
    let kind = callKinds[Int(call)]
    guard !kind.contains(.isFutex), window.counts(endAt: end),
      let place = callRows.known(name: call << 1 | (kind.contains(.waits) ? 1 : 0))
    else { return false }
    let duration = end &- start
    let returned = unsafe readers[exitGroup].secondNumber(exitRow)
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
      unsafe countAhead(readers[group].type, times[position])
      unsafe countAhead(readers[exitGroup].type, end)
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
