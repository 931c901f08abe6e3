import Events

extension StateTracking {
  /// A CPU is left by the thread that had it.
  @inline(__always)
  mutating func endSlice(_ cpu: Int, number: ThreadNumber) {
    if cpus.table[cpu].current == 0 { noteIdle(.idle, cpu, from: cpus.table[cpu].since, to: now) }
    cpus.endSlice(cpu, number: number, at: now)
  }

  /// Notes that a CPU was idle, or begins to be.
  @inline(__always)
  mutating func noteIdle(
    _ kind: StateChange.Kind, _ cpu: Int, from start: UInt64, to end: UInt64? = nil
  ) {
    guard threads.changes.isWatched else { return }
    var change = StateChange(kind: kind, start: start, end: max(start, end ?? start))
    change.cpu = UInt16(truncatingIfNeeded: cpu)
    threads.changes.append(change)
  }

  mutating func noteGap(_ cpu: Int) {
    guard threads.changes.isWatched else { return }
    var change = StateChange(kind: .gap, start: now, end: now)
    change.cpu = UInt16(truncatingIfNeeded: cpu)
    threads.changes.append(change)
  }

  mutating func noteInterrupt(
    _ kind: StateChange.Kind, _ line: Int64, cpu: UInt16, from start: UInt64
  ) {
    guard threads.changes.isWatched else { return }
    var change = StateChange(kind: kind, start: start, end: now)
    change.cpu = cpu
    change.line = line
    change.thread = cpus.table[Int(cpu)].current
    threads.changes.append(change)
  }

  /// Notes that a thread is gone: whatever it did ends.
  mutating func noteRetirement(of dense: Int) {
    guard threads.changes.isWatched, dense != 0 else { return }
    if threads.table[dense].activity != .dead {
      threads.begin(.dead, dense, on: threads.table[dense].cpu, at: now)
    }
    var change = StateChange(kind: .retire, start: now, end: now)
    change.thread = Int32(truncatingIfNeeded: dense)
    change.number = threads.number(dense)
    change.label = threads.table[dense].label
    threads.changes.append(change)
  }
}
