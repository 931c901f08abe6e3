import Events

extension StateTracking {
  enum OfferKind {
    case disk, blocked
  }

  /// Offers a wait for a CPU that just ended on `cpu`, with who ran there meanwhile.
  @inline(never)
  mutating func offerCPUWait(_ dense: Int, _ cpu: Int, _ waited: UInt64) {
    let state = threads.table[dense]
    let number = threads.number(dense)
    guard !worst.isOwn(number) else { return }
    var candidate = WaitCandidate(kind: .cpuWait, start: state.since, ticks: waited)
    candidate.thread = number
    candidate.label = state.label
    candidate.activity = state.activity
    let stay = now &- min(now, state.queueSince)
    let isElsewhere = state.wasMoved && stay < state.longestStay
    let waitedOn = isElsewhere ? Int(state.longestCPU) : cpu
    candidate.cpu = UInt16(truncatingIfNeeded: waitedOn)
    if waitedOn < cpus.count { findCulprit(of: &candidate, on: waitedOn) }
    findIdle(beside: &candidate, affinity: state.affinity)
    worst.keep(candidate)
  }

  private func findCulprit(of candidate: inout WaitCandidate, on cpu: Int) {
    var ran: [ThreadNumber: (ticks: UInt64, dense: Int32)] = [:]
    let end = candidate.start + candidate.ticks
    cpus.forEachSlice(cpu, from: candidate.start, to: end) { slice, overlap in
      guard slice.thread > 0, slice.number != candidate.thread else { return }
      ran[slice.number, default: (0, slice.thread)].ticks += overlap
    }
    let state = cpus.table[cpu]
    if state.current > 0, state.since < end, threads.isUsed(Int(state.current)) {
      let number = threads.number(Int(state.current))
      if number != candidate.thread {
        ran[number, default: (0, state.current)].ticks += end - max(state.since, candidate.start)
      }
    }
    candidate.runners = ran.count
    let most = ran.max { ($0.value.ticks, $1.key) < ($1.value.ticks, $0.key) }
    guard let most else { return }
    candidate.culprit = most.key
    candidate.culpritTicks = most.value.ticks
    let dense = Int(most.value.dense)
    if dense < threads.count, threads.number(dense) == most.key {
      candidate.culpritName = threads.table[dense].label.name
    }
  }

  /// The CPU that idled longest during the wait among those that the thread might have had.
  private func findIdle(beside candidate: inout WaitCandidate, affinity: Int32) {
    let end = candidate.start + candidate.ticks
    var longest = worst.idleTicks
    for cpu in 0..<cpus.count {
      guard cpu != Int(candidate.cpu), affinities.allows(affinity, cpu: cpu) else { continue }
      var idle: UInt64 = 0
      cpus.forEachSlice(cpu, from: candidate.start, to: end) { slice, overlap in
        if slice.thread == 0 { idle += overlap }
      }
      let state = cpus.table[cpu]
      if state.current == 0 { idle += end &- min(end, max(state.since, candidate.start)) }
      if idle >= longest {
        longest = idle + 1
        candidate.idleCPU = cpu
      }
    }
  }

  /// Offers an uninterruptible wait that a waking just ended.
  @inline(never)
  mutating func offer(_ kind: OfferKind, _ dense: Int, _ waited: UInt64, _ disk: Int64) {
    let state = threads.table[dense]
    let number = threads.number(dense)
    guard !state.isKernel, !worst.isOwn(number) else { return }
    if kind == .blocked, worst.isByDesign(state.systemCall) { return }
    var candidate = WaitCandidate(
      kind: kind == .disk ? .diskWait : .blocked, start: state.since, ticks: waited)
    candidate.thread = number
    candidate.label = state.label
    candidate.cpu = state.cpu
    candidate.systemCall = state.systemCall
    candidate.device = disk - 1
    worst.keep(candidate)
  }
}
