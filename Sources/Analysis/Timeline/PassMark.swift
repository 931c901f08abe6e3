import Events

/// All that a pass knows at an instant, from which it can go on later.
struct PassMark {
  struct Thread {
    var number: ThreadNumber
    var state: ThreadState
    var life: Int32
    var call: LaneCall
    var spans: [LaneSpan]
  }

  /// The first event that was not taken is not before this, the last one that was is; nanoseconds
  /// since the start of the trace.
  var time: Int64
  /// The same as a time of the reference clock.
  var key: UInt64
  var now: UInt64
  var threads: [Thread]
  var cpus: [CPUState]
  var gaps: UInt32
  var openLosses: Int
  var queued: Int
  var lives: Int

  /// Bytes of memory, about.
  var size: Int {
    threads.count * MemoryLayout<Thread>.stride + cpus.count * MemoryLayout<CPUState>.stride
  }
}

extension LanePass {
  /// Notes where the pass is: everything before `key` was taken, and gaps and names with it.
  func mark(at time: Int64, key: UInt64) -> PassMark {
    var mark = PassMark(
      time: time, key: key, now: tracking.now, threads: [], cpus: [], gaps: tracking.threads.gaps,
      openLosses: tracking.threads.changes.openLosses, queued: queued, lives: lives.count)
    for cpu in 0..<tracking.cpus.count { mark.cpus.append(tracking.cpus.table[cpu]) }
    for dense in 1..<max(1, tracking.threads.count) where tracking.threads.isUsed(dense) {
      mark.threads.append(
        PassMark.Thread(
          number: tracking.threads.number(dense), state: tracking.threads.table[dense],
          life: dense < lifeOf.count ? lifeOf[dense] : -1,
          call: dense < calls.count ? calls[dense] : LaneCall(),
          spans: dense < spans.count ? spans[dense] : []))
    }
    return mark
  }

  /// Goes on from a mark; `lives` and `gapTimes` are at least those that were known then.
  mutating func resume(_ mark: PassMark, lives: [ThreadLife], gapTimes: [UInt64]) {
    resumed = mark.key
    tracking.now = mark.now
    queued = mark.queued
    self.lives = Array(lives.prefix(mark.lives))
    tracking.threads.restore(
      gaps: mark.gaps, gapTimes: Array(gapTimes.prefix(Int(mark.gaps))),
      openLosses: mark.openLosses)
    if !mark.cpus.isEmpty { tracking.cpus.reach(mark.cpus.count - 1) }
    for (cpu, state) in mark.cpus.enumerated() { tracking.cpus.table[cpu] = state }
    for thread in mark.threads {
      let dense = tracking.threads.index(of: thread.number)
      tracking.threads.table[dense] = thread.state
      lifeOf.reach(dense)
      lifeOf[dense] = thread.life
      calls.reach(dense)
      calls[dense] = thread.call
      while spans.count <= dense { spans.append([]) }
      spans[dense] = thread.spans
    }
  }
}
