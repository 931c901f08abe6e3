import Events

/// Waits for futexes, by process and address.
struct LockRows {
  struct Place: Hashable {
    var process: ProcessNumber
    var address: UInt64
  }

  /// Who ended waits, and how many: the frequent ones are kept.
  struct Waker {
    var thread: ThreadNumber
    var label: ThreadLabel
    var times: UInt64
  }

  private static let mostWakers = 4

  var rows = DurationRows()
  private(set) var places: [Place] = []
  private(set) var wakers: [[Waker]] = []
  /// Who held them while others waited, as far as is known.
  private(set) var owners: [[Waker]] = []
  var holders = LockHolders()
  private var numbers: [Place: Int] = [:]
  private var waiters = RowMap()
  private(set) var waiterCounts: [UInt64] = []

  /// Forgets what was told; who holds what stays.
  mutating func restart() {
    let holders = holders
    self = LockRows()
    self.holders = holders
  }

  mutating func number(_ place: Place) -> Int {
    if let known = numbers[place] { return known }
    numbers[place] = places.count
    places.append(place)
    wakers.append([])
    owners.append([])
    waiterCounts.append(0)
    return places.count - 1
  }

  mutating func note(waiter: ThreadNumber, of lock: Int) {
    let key = UInt64(lock) << 32 | UInt64(UInt32(bitPattern: waiter))
    if waiters.row(key).isNew { waiterCounts[lock] += 1 }
  }

  mutating func note(waker: ThreadNumber, _ label: ThreadLabel, of lock: Int) {
    Self.note(waker, label, in: &wakers[lock])
  }

  mutating func note(owner: ThreadNumber, _ label: ThreadLabel, of lock: Int) {
    Self.note(owner, label, in: &owners[lock])
  }

  /// Keeps the most frequent ones: a new one takes the place of the rarest, with its count.
  private static func note(
    _ thread: ThreadNumber, _ label: ThreadLabel, in threads: inout [Waker]
  ) {
    if let known = threads.firstIndex(where: { $0.thread == thread }) {
      threads[known].times += 1
      return
    }
    guard threads.count >= mostWakers else {
      threads.append(Waker(thread: thread, label: label, times: 1))
      return
    }
    let rarest = threads.indices.min { threads[$0].times < threads[$1].times }
    if let rarest {
      threads[rarest] = Waker(thread: thread, label: label, times: threads[rarest].times + 1)
    }
  }
}

extension StatisticsPass {
  /// A thread's sleep in futex ended.
  @inline(never)
  mutating func takeLockWait(_ change: StateChange) {
    let dense = Int(change.thread)
    guard window.counts(endAt: change.end), dense < calls.count, calls[dense].start != 0,
      calls[dense].hasArguments, change.certain == change.end, !change.beganUnseen,
      admits(dense, cpu: change.cpu, start: change.start, end: change.end, .lock)
    else { return }
    let label = tracking.threads.table[dense].label
    let thread = tracking.threads.number(dense)
    let futex = LockRows.Place(process: label.process, address: calls[dense].arguments[0])
    let lock = rare.locks.number(futex)
    let group = groups.group(thread, label, cpu: change.cpu)
    let place = rare.locks.rows.row(group: group, name: Int64(lock))
    let duration = change.end &- change.start
    if duration > rare.locks.rows.rows[place].histogram.max {
      rare.locks.rows.rows[place].worst = WorstInstance(
        start: change.start, thread: thread, label: label, cpu: change.cpu)
    }
    rare.locks.rows.rows[place].histogram.record(duration, at: change.start)
    rare.locks.note(waiter: thread, of: lock)
    if let owner = rare.locks.holders.holder(of: futex, from: change.start, to: change.end),
      owner.thread != thread
    {
      rare.locks.note(owner: owner.thread, owner.label, of: lock)
    }
    if change.waker > 0 {
      let waker = Int(change.waker)
      rare.locks.note(
        waker: tracking.threads.number(waker), tracking.threads.table[waker].label, of: lock)
    }
  }
}
