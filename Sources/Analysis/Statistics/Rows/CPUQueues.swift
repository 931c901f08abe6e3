import Events

/// A thread's wait in the queue of one CPU.
struct QueueStay: BitwiseCopyable {
  /// 0: it is in none.
  var start: UInt64 = 0
  var cpu = Batch.unknownCPU
  /// Charged by itself when it is over, not with the queue.
  var isAlone = false
  /// The group that it waits in, where queues are summed up by group.
  var group: Int32 = -1
}

/// Who waits in the queues of CPUs.
struct CPUQueues: ~Copyable {
  private struct Waiters {
    var group: Int32
    var count: UInt64 = 0
    var since: UInt64 = 0
    var waited: UInt64 = 0

    mutating func advance(to now: UInt64, _ window: StatisticsWindow) {
      waited &+= count &* window.overlap(since, now)
      since = now
    }
  }

  private(set) var stays = DenseTable(QueueStay())
  private var waiters: [[Waiters]] = []

  private mutating func change(
    _ stay: QueueStay, at now: UInt64, _ window: StatisticsWindow, _ body: (inout Waiters) -> Void
  ) {
    let cpu = Int(stay.cpu)
    while waiters.count <= cpu { waiters.append([]) }
    let known = waiters[cpu].firstIndex { $0.group == stay.group }
    let place = known ?? waiters[cpu].count
    if known == nil { waiters[cpu].append(Waiters(group: stay.group)) }
    waiters[cpu][place].advance(to: now, window)
    body(&waiters[cpu][place])
  }

  var count: Int { stays.count }

  /// Where a thread waits; nil where it is in no queue.
  func stay(_ dense: Int) -> QueueStay? {
    dense < stays.count && stays[dense].start > 0 ? stays[dense] : nil
  }

  mutating func begin(
    _ stay: QueueStay, _ dense: Int, at now: UInt64, _ window: StatisticsWindow
  ) {
    stays.reach(dense)
    stays[dense] = stay
    if stay.group >= 0 { change(stay, at: now, window) { $0.count &+= 1 } }
  }

  /// Ends a thread's stay: what it was.
  mutating func end(_ dense: Int, at now: UInt64, _ window: StatisticsWindow) -> QueueStay? {
    guard let stay = stay(dense) else { return nil }
    stays[dense] = QueueStay()
    if stay.group >= 0 { change(stay, at: now, window) { $0.count &-= min(1, $0.count) } }
    return stay
  }

  /// What each group waited in a CPU's queue since it was taken last.
  mutating func take(
    _ cpu: Int, at now: UInt64, _ window: StatisticsWindow
  ) -> [(group: Int, time: UInt64)] {
    guard cpu < waiters.count else { return [] }
    var taken: [(group: Int, time: UInt64)] = []
    for place in waiters[cpu].indices {
      waiters[cpu][place].advance(to: now, window)
      taken.append((Int(waiters[cpu][place].group), waiters[cpu][place].waited))
      waiters[cpu][place].waited = 0
    }
    waiters[cpu].removeAll { $0.count == 0 }
    return taken
  }
}
