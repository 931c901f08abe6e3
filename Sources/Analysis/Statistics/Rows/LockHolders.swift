import Events

/// Who holds futexes that hand on the priority of who waits (PI): the kernel is asked for those that
/// somebody waits for, and told when they are let go.
///
/// ```
/// LOCK_PI … = 0 ├── held ──┤ UNLOCK_PI
/// ```
/// What was free makes no call: its holder is known when it lets go, but not since when it held it.
struct LockHolders {
  struct Holder {
    var thread: ThreadNumber
    var label: ThreadLabel
    /// 0: not known.
    var since: UInt64
    var until: UInt64 = .max
    var gaps: UInt32
  }

  /// What a call of futex does, without its flags.
  enum Operation: UInt64 {
    case lock = 6
    case unlock = 7
    case tryLock = 8
    case lock2 = 13

    init?(argument: UInt64) { self.init(rawValue: argument & 0x7F) }

    var locks: Bool { self != .unlock }
  }

  /// The last one of each lock.
  private var last: [LockRows.Place: Holder] = [:]

  mutating func acquire(_ lock: LockRows.Place, _ holder: Holder) { last[lock] = holder }

  /// Who let go, with its time if that is known.
  mutating func release(
    _ lock: LockRows.Place, _ thread: ThreadNumber, _ label: ThreadLabel, at now: UInt64
  ) -> Holder? {
    guard var holder = last[lock], holder.thread == thread, holder.until == .max else {
      last[lock] = Holder(thread: thread, label: label, since: 0, until: now, gaps: 0)
      return nil
    }
    holder.until = now
    last[lock] = holder
    return holder
  }

  /// Who held a lock while somebody waited for it.
  func holder(of lock: LockRows.Place, from start: UInt64, to end: UInt64) -> Holder? {
    last[lock].flatMap { $0.since <= end && $0.until >= start ? $0 : nil }
  }
}

extension StatisticsPass {
  /// A call of futex that may have taken a lock, or let one go, at an instant.
  @inline(never)
  mutating func takeFutex(
    _ operation: LockHolders.Operation, _ address: UInt64, _ dense: Int, at now: UInt64
  ) {
    let thread = tracking.threads.number(dense)
    let label = tracking.threads.table[dense].label
    let lock = LockRows.Place(process: label.process, address: address)
    guard !operation.locks else {
      return rare.locks.holders.acquire(
        lock,
        LockHolders.Holder(thread: thread, label: label, since: now, gaps: tracking.threads.gaps))
    }
    let cpu = tracking.threads.table[dense].cpu
    guard let held = rare.locks.holders.release(lock, thread, label, at: now),
      held.gaps == tracking.threads.gaps, window.counts(endAt: now),
      admits(dense, cpu: cpu, start: held.since, end: now, .run)
    else { return }
    let place = rare.locks.rows.row(
      group: groups.group(thread, label, cpu: cpu), name: Int64(rare.locks.number(lock)))
    rare.locks.rows.rows[place].before.record(now &- held.since, at: held.since)
  }
}
