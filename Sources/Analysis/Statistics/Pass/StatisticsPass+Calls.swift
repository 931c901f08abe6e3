import Events

extension StatisticsPass {
  @inline(__always)
  mutating func enterCall(
    _ dense: Int, _ number: Int64, at time: UInt64, _ arguments: CallArguments
  ) {
    calls.reach(dense)
    calls[dense].start = max(1, time)
    calls[dense].number = Int32(truncatingIfNeeded: number)
    calls[dense].gaps = tracking.threads.gaps
    calls[dense].parts = tracking.threads.table[dense].parts
    if tracking.threads.table[dense].activity == .running {
      let since = tracking.threads.table[dense].since
      calls[dense].parts.run &+= time &- min(time, since)
      tracking.threads.table[dense].asked = time
    }
    take(arguments, of: dense)
    if isFutex(calls[dense].number), calls[dense].hasArguments,
      LockHolders.Operation(argument: calls[dense].arguments[1]) == .unlock
    {
      takeFutex(.unlock, calls[dense].arguments[0], dense, at: time)
    }
  }

  @inline(__always)
  mutating func exitCall(
    _ dense: Int, _ thread: ThreadNumber, _ call: Int64, _ returned: Int64, at now: UInt64
  ) {
    guard dense < calls.count, calls[dense].start != 0 else { return }
    let start = calls[dense].start
    calls[dense].start = 0
    if returned == 0, isFutex(calls[dense].number), calls[dense].hasArguments,
      let operation = LockHolders.Operation(argument: calls[dense].arguments[1]), operation.locks
    {
      takeFutex(operation, calls[dense].arguments[0], dense, at: now)
    }
    guard window.counts(endAt: now) else { return }
    let number = calls[dense].number
    guard Int64(number) == call else { return }
    let since = tracking.threads.table[dense].since
    let duration = now &- start
    let ranThrough = since <= start
    var parts = TimeParts()
    if ranThrough {
      parts.run = duration
    } else {
      parts = tracking.threads.parts(dense, at: now) - calls[dense].parts
    }
    if hasFilter, !admitsCall(call, dense, start, returned) { return }
    let worst = endCall(
      EndedCall(
        number: number, start: start, end: now, returned: returned, parts: parts,
        ranThrough: ranThrough,
        isCertain: ranThrough || calls[dense].gaps == tracking.threads.gaps,
        isWaiting: isWaiting(number, parts, calls[dense].arguments[1])),
      dense, thread)
    if let worst { noteWorst(worst, dense, thread, start) }
  }

  /// A call that ended where it began, without leaving its CPU.
  @inline(__always)
  mutating func endCall(
    _ number: Int32, from start: UInt64, to end: UInt64, returned: Int64, _ dense: Int,
    _ thread: ThreadNumber, _ arguments: CallArguments
  ) {
    let parts = TimeParts(run: end &- start)
    let isFutex = isFutex(number) && arguments.isKnown
    let operation = isFutex ? arguments[1] : 0
    if isFutex, returned == 0, let change = LockHolders.Operation(argument: operation) {
      takeFutex(change, arguments[0], dense, at: change.locks ? end : start)
    }
    let worst = endCall(
      EndedCall(
        number: number, start: start, end: end, returned: returned, parts: parts,
        isWaiting: isWaiting(number, parts, operation)),
      dense, thread)
    guard let worst else { return }
    calls.reach(dense)
    take(arguments, of: dense)
    noteWorst(worst, dense, thread, start)
  }

  /// Counts a call in its row; the row's place where no call of it took longer so far.
  @inline(__always)
  private mutating func endCall(
    _ call: EndedCall, _ dense: Int, _ thread: ThreadNumber
  ) -> Int? {
    var group = 0
    if groups.key != nil {
      group = groups.group(
        thread, tracking.threads.table[dense].label, cpu: tracking.threads.table[dense].cpu)
    }
    let place = callRows.row(
      group: group, name: Int64(call.number) << 1 | (call.isWaiting ? 1 : 0))
    let movesBytes =
      call.number >= 0 && Int(call.number) < callKinds.count
      && callKinds[Int(call.number)].contains(.movesBytes)
    let duration = call.end &- call.start
    var isWorst = false
    callRows.withRow(place) { row in
      guard call.isCertain else {
        row.unpaired &+= 1
        return
      }
      isWorst = duration > row.histogram.max
      row.histogram.record(duration, at: call.start)
      row.run &+= call.parts.run
      if !call.ranThrough {
        row.runnable &+= call.parts.runnable
        row.disk &+= call.parts.disk
        row.blocked &+= call.parts.blocked
        row.sleep &+= call.parts.sleep &+ call.parts.lock
      }
      if call.returned > 0, movesBytes { row.bytes &+= UInt64(call.returned) }
    }
    if call.returned < 0, call.returned >= -4095, call.isCertain {
      noteError(place, Int(-call.returned))
    }
    return isWorst ? place : nil
  }

  @inline(__always)
  private mutating func take(_ arguments: CallArguments, of dense: Int) {
    calls[dense].hasArguments = arguments.isKnown
    if arguments.isKnown { calls[dense].arguments = InlineArray { arguments[$0] } }
  }

  @inline(never)
  private mutating func noteWorst(
    _ place: Int, _ dense: Int, _ thread: ThreadNumber, _ start: UInt64
  ) {
    callRows.rows[place].worst = WorstInstance(
      start: start, thread: thread, label: tracking.threads.table[dense].label,
      cpu: tracking.threads.table[dense].cpu, arguments: calls[dense].arguments,
      hasArguments: calls[dense].hasArguments)
  }

  @inline(__always)
  private func isFutex(_ number: Int32) -> Bool {
    number >= 0 && Int(number) < callKinds.count && callKinds[Int(number)].contains(.isFutex)
  }

  /// Whether a call waited by design.
  @inline(__always)
  private func isWaiting(_ number: Int32, _ parts: TimeParts, _ operation: UInt64) -> Bool {
    guard number >= 0, Int(number) < callKinds.count else { return false }
    let kind = callKinds[Int(number)]
    if kind.rawValue & ~CallKind.movesBytes.rawValue == 0 { return false }
    if kind.contains(.waits) { return true }
    // FUTEX_WAIT and FUTEX_WAIT_BITSET, without their flags.
    if kind.contains(.isFutex) { return operation & 0x7F == 0 || operation & 0x7F == 9 }
    return kind.contains(.waitsAsleep) && parts.sleep > 0
  }

  @inline(never)
  mutating func noteError(_ place: Int, _ number: Int) {
    callRows.rows[place].errors &+= 1
    let end = (place + 1) * ErrorCounts.places
    if callErrors.count < end {
      callErrors.append(contentsOf: repeatElement(0, count: end - callErrors.count))
    }
    callErrors[place * ErrorCounts.places + ErrorCounts.place(number)] &+= 1
  }

  /// A call is open at the end of the window.
  mutating func censorCall(_ dense: Int, from start: UInt64, to end: UInt64) {
    let number = calls[dense].number
    let thread = tracking.threads.number(dense)
    let state = tracking.threads.table[dense]
    if hasFilter, !admitsCall(Int64(number), dense, start, nil) { return }
    let isWaiting = isWaiting(
      number, TimeParts(sleep: state.activity == .sleeping ? 1 : 0),
      calls[dense].arguments[1])
    let group = groups.group(thread, state.label, cpu: state.cpu)
    let place = callRows.row(group: group, name: Int64(number) << 1 | (isWaiting ? 1 : 0))
    callRows.rows[place].censored &+= 1
    let length = end &- min(start, end)
    callRows.rows[place].longestCensored = max(callRows.rows[place].longestCensored, length)
  }
}
