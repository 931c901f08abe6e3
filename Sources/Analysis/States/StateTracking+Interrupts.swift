import Events

extension StateTracking {
  mutating func takeInterrupt(_ record: StateRecord) {
    guard record.cpu < Batch.unknownCPU else { return }
    let cpu = Int(record.cpu)
    cpus.reach(cpu)
    let state = cpus.table[cpu]
    switch record.role {
    case .interruptEntry:
      cpus.table[cpu].hard = state.hard &+ 1
      guard state.hard == 0 else { return }
      cpus.table[cpu].hardSince = now
      cpus.table[cpu].hardLine = record.value
      if !state.isSoft { cpus.table[cpu].disk = 0 }
    case .interruptExit:
      guard state.hard > 0 else { return }
      cpus.table[cpu].hard = state.hard - 1
      cpus.table[cpu].diskKey = now
      guard state.hard == 1 else { return }
      noteInterrupt(.hardInterrupt, state.hardLine, cpu: record.cpu, from: state.hardSince)
      worst.offerInterrupt(
        isSoft: false, state.hardLine, cpu: record.cpu, from: state.hardSince, to: now)
    case .softInterruptEntry:
      cpus.table[cpu].isSoft = true
      cpus.table[cpu].softSince = now
      cpus.table[cpu].softVector = record.value
      if now &- state.diskKey > worst.chainTicks { cpus.table[cpu].disk = 0 }
    default:
      guard state.isSoft else { return }
      cpus.table[cpu].isSoft = false
      cpus.table[cpu].diskKey = now
      noteInterrupt(.softInterrupt, state.softVector, cpu: record.cpu, from: state.softSince)
      worst.offerInterrupt(
        isSoft: true, state.softVector, cpu: record.cpu, from: state.softSince, to: now)
    }
  }

  mutating func takeDiskCompletion(_ record: StateRecord) {
    sawDisk = true
    let device = record.value &+ 1
    guard record.isInterrupt else {
      let dense = threads.index(of: record.thread)
      observe(dense, on: record.cpu)
      threads.table[dense].disk = device
      return
    }
    guard record.cpu < Batch.unknownCPU else { return }
    cpus.reach(Int(record.cpu))
    cpus.table[Int(record.cpu)].disk = device
    cpus.table[Int(record.cpu)].diskKey = now
  }

  /// Device + 1 of the disk request whose completion led to a waking, 0 where none did.
  ///
  /// What an interrupt completed is that of the same interrupt, or of one that it raised at once.
  @inline(__always)
  func diskRequest(behind record: StateRecord) -> Int64 {
    guard record.isInterrupt else {
      return threads.known(record.thread).map { threads.table[$0].disk } ?? 0
    }
    let cpu = Int(record.cpu)
    guard cpu < cpus.count else { return 0 }
    let state = cpus.table[cpu]
    guard state.disk != 0 else { return 0 }
    if state.hard > 0 || state.isSoft { return state.disk }
    return now &- state.diskKey <= worst.chainTicks ? state.disk : 0
  }

  mutating func takeSpan(_ record: StateRecord) {
    let dense = threads.index(of: record.thread)
    guard dense != 0 else { return }
    let name = spans.name(ofType: record.value & 0xFFFF_FFFF)
    let owner = SpanOwner(record)
    let moment = SpanMoment(
      key: now, thread: record.thread, parts: threads.parts(dense, at: now),
      losses: streamLosses, gaps: threads.gaps)
    if record.role == .spanBegin {
      spans.begin(name, of: owner, on: &threads.table[dense], moment)
      return
    }
    let ended = spans.end(name, of: owner, on: &threads.table[dense], moment)
    endedSpan = ended
    guard let ended, ended.isCertain else { return }
    worst.offer(ended, threads.table[dense], number: record.thread, sawSwitches: sawSwitches)
  }
}
