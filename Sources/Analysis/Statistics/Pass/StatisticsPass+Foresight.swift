internal import CLinux
import Events

extension StatisticsPass {
  /// Has memory fetched that is needed a few runs later: of many CPUs, little of it is in caches.
  @inline(__always)
  func foresee(
    _ runs: UnsafeBufferPointer<MergedRun>, _ place: Int,
    _ places: UnsafeBufferPointer<UnsafeMutablePointer<EventRecord>>
  ) {
    if place &+ 16 < runs.count {
      let run = unsafe runs[place &+ 16]
      let records = unsafe places[Int(run.slot)]
      run.forEachEdge { unsafe swtrace_linux_prefetch(records + $0) }
    }
    if place &+ 8 < runs.count {
      let run = unsafe runs[place &+ 8]
      let records = unsafe places[Int(run.slot)]
      run.forEachEdge { unsafe foresee(records + $0) }
    }
  }

  @inline(__always)
  private func foresee(_ record: UnsafeMutablePointer<EventRecord>) {
    switch unsafe record.pointee.state.role {
    case .schedSwitch:
      unsafe foresee(record.pointee.state.a)
      unsafe foresee(record.pointee.state.b)
    case .schedWaking, .schedWakeup: unsafe foresee(record.pointee.state.a)
    case .systemCallEnter:
      unsafe foreseeCall(record.pointee.state.thread)
      unsafe CallArguments(place: record.pointee.second).prefetch()
    case .systemCallExit: unsafe foreseeCall(record.pointee.state.thread)
    default: break
    }
  }

  @inline(__always)
  private func foreseeCall(_ thread: ThreadNumber) {
    let dense = tracking.threads.usual(thread)
    tracking.threads.table.prefetch(dense, lines: 2)
    calls.prefetch(dense, lines: 2)
  }

  @inline(__always)
  private func foresee(_ thread: ThreadNumber) {
    let dense = tracking.threads.usual(thread)
    guard dense > 0 else { return }
    tracking.threads.table.prefetch(dense, lines: 2)
    threads.prefetch(dense)
  }
}

extension MergedRun {
  /// Its first position and its last two: a switch often comes after the call that waits.
  @inline(__always)
  fileprivate func forEachEdge(_ body: (Int) -> Void) {
    body(Int(start))
    if end &- start > 1 { body(Int(end) &- 1) }
    if end &- start > 2 { body(Int(end) &- 2) }
  }
}
