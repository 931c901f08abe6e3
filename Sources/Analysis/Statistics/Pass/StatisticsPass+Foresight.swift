internal import CLinux
import Events

extension StatisticsPass {
  /// Has memory fetched that is needed a few runs later: of many CPUs, little of it is in caches.
  @inline(__always)
  func foresee(
    _ runs: UnsafeBufferPointer<MergedRun>, _ place: Int, _ views: UnsafeBufferPointer<RecordView?>
  ) {
    if place &+ 16 < runs.count {
      let run = unsafe runs[place &+ 16]
      if let view = unsafe views[Int(run.slot)] {
        unsafe swtrace_linux_prefetch(view.keys + Int(run.start))
        unsafe swtrace_linux_prefetch(view.records + Int(run.start))
        unsafe swtrace_linux_prefetch(view.records + Int(run.start) + 2)
        unsafe swtrace_linux_prefetch(view.records + Int(run.end) - 1)
      }
    }
    if place &+ 6 < runs.count {
      let run = unsafe runs[place &+ 6]
      if let view = unsafe views[Int(run.slot)] { unsafe foreseeThreads(view, run) }
    }
  }

  @inline(__always)
  private func foreseeThreads(_ view: RecordView, _ run: MergedRun) {
    let dense = tracking.threads.usual(unsafe view.records[Int(run.start)].thread)
    tracking.threads.table.prefetch(dense, lines: 2)
    calls.prefetch(dense, lines: 3)
    let last = unsafe view.records + Int(run.end) - 1
    // The call in which the thread leaves its CPU.
    if run.end &- run.start > 1, unsafe (last - 1).pointee.role == .systemCallEnter {
      unsafe view.arguments.prefetch(Int((last - 1).pointee.b))
    }
    let other: ThreadNumber =
      switch unsafe last.pointee.role {
      case .schedSwitch: unsafe last.pointee.b
      case .schedWaking, .schedWakeup: unsafe last.pointee.a
      default: 0
      }
    guard other > 0 else { return }
    let otherDense = tracking.threads.usual(other)
    tracking.threads.table.prefetch(otherDense, lines: 2)
    threads.prefetch(otherDense)
  }
}
