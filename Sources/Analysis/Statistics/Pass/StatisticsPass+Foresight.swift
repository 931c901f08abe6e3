internal import CLinux
import Events

extension StatisticsPass {
  /// Has memory fetched that is needed a few runs later: of many CPUs, little of it is in caches.
  @inline(__always)
  func foresee(
    _ runs: UnsafeBufferPointer<MergedRun>, _ place: Int,
    _ views: UnsafeBufferPointer<SlotView?>
  ) {
    if place &+ 16 < runs.count {
      let run = unsafe runs[place &+ 16]
      if let view = unsafe views[Int(run.slot)] { unsafe foreseeEvents(view, Int(run.start)) }
    }
    if place &+ 12 < runs.count {
      let run = unsafe runs[place &+ 12]
      if let view = unsafe views[Int(run.slot)] { unsafe foreseeRow(view, run) }
    }
    if place &+ 6 < runs.count {
      let run = unsafe runs[place &+ 6]
      if let view = unsafe views[Int(run.slot)] { unsafe foreseeThreads(view, run) }
    }
  }

  @inline(__always)
  private func foreseeEvents(_ view: SlotView, _ position: Int) {
    unsafe swtrace_linux_prefetch(view.keys + position)
    unsafe swtrace_linux_prefetch(view.times + position)
    unsafe swtrace_linux_prefetch(view.rows + position)
    unsafe swtrace_linux_prefetch(view.threads + position)
    unsafe swtrace_linux_prefetch(view.groupOf + position)
  }

  /// What the first event holds, and the last two: a switch often comes after the call that waits.
  @inline(__always)
  private func foreseeRow(_ view: SlotView, _ run: MergedRun) {
    unsafe foreseeRow(view, Int(run.start))
    if run.end &- run.start > 1 { unsafe foreseeRow(view, Int(run.end) &- 1) }
    if run.end &- run.start > 2 { unsafe foreseeRow(view, Int(run.end) &- 2) }
  }

  @inline(__always)
  private func foreseeRow(_ view: SlotView, _ position: Int) {
    let group = unsafe Int(view.groupOf[position])
    unsafe view.readers[group].prefetch(Int(view.rows[position]))
  }

  @inline(__always)
  private func foreseeThreads(_ view: SlotView, _ run: MergedRun) {
    let dense = tracking.threads.usual(unsafe view.threads[Int(run.start)])
    tracking.threads.table.prefetch(dense, lines: 2)
    calls.prefetch(dense, lines: 2)
    let last = Int(run.end) &- 1
    let group = unsafe Int(view.groupOf[last])
    let other = unsafe view.readers[group].otherThread(Int(view.rows[last]))
    guard other > 0 else { return }
    let otherDense = tracking.threads.usual(other)
    tracking.threads.table.prefetch(otherDense, lines: 2)
    threads.prefetch(otherDense)
  }
}
