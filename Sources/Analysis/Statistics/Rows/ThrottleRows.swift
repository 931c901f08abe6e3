import Events

/// How long the CPU quotas of control groups kept their threads from running, as the kernel counted,
/// and whose waits for a CPU are such.
struct ThrottleRows {
  /// A wait below is none for a quota: the kernel hands out run time in slices of 5 ms.
  static let leastWait: UInt64 = 1_000_000

  private struct Readings {
    var first: (time: UInt64, throttled: UInt64)
    var last: (time: UInt64, throttled: UInt64)
  }

  private var groups: [[UInt8]: Readings] = [:]
  private var quotas: [CPUQuota] = []
  private var quotaOf: [[UInt8]: Int] = [:]
  /// Groups that threads are in, each with the nearest quota above it.
  private var paths: [[UInt8]] = []
  private var numbers: [[UInt8]: Int] = [:]
  private var quotaOfPath: [Int?] = []
  private var pathOf: [ThreadNumber: Int] = [:]
  /// Threads that wait since their group had run its quota.
  private var spent: Set<ThreadNumber> = []

  mutating func note(_ path: [UInt8], throttled: UInt64, at time: UInt64) {
    if groups[path] == nil {
      groups[path] = Readings(first: (time, throttled), last: (time, throttled))
    } else {
      groups[path]?.last = (time, throttled)
    }
  }

  /// Forgets the kernel's counts; who has a quota stays.
  mutating func restart() { groups = [:] }

  /// A group may run so long in each period, all its threads together.
  mutating func limit(_ path: [UInt8], quota: UInt64, period: UInt64) {
    guard quotaOf[path] == nil else { return }
    quotaOf[path] = quotas.count
    quotas.append(CPUQuota(quota: quota, period: period))
    quotaOfPath = paths.map { nearestQuota($0) }
  }

  mutating func note(_ path: [UInt8], of thread: ThreadNumber) {
    let number = numbers[path] ?? paths.count
    if number == paths.count {
      numbers[path] = number
      paths.append(path)
      quotaOfPath.append(nearestQuota(path))
    }
    pathOf[thread] = number
  }

  mutating func noteFork(parent: ThreadNumber, child: ThreadNumber) {
    pathOf[child] = pathOf[parent]
  }

  mutating func retire(_ thread: ThreadNumber) {
    pathOf[thread] = nil
    spent.remove(thread)
  }

  private func nearestQuota(_ path: [UInt8]) -> Int? {
    let slash = UInt8(ascii: "/")
    var path = path[...]
    while true {
      if let quota = quotaOf[path.isEmpty ? [slash] : Array(path)] { return quota }
      guard let last = path.lastIndex(of: slash), path.count > 1 else { return nil }
      path = path[..<last]
    }
  }

  /// What a thread did up to now, and whether it waits for a CPU from now on.
  mutating func take(
    _ thread: ThreadNumber, from start: UInt64, to now: UInt64, ran: Bool, waits: Bool
  ) {
    guard let quota = pathOf[thread].flatMap({ quotaOfPath[$0] }) else { return }
    if ran { quotas[quota].add(start, now) }
    if isThrottled(thread, from: start, to: now) { quotas[quota].note(end: now) }
    if waits, quotas[quota].isSpent(at: now) {
      spent.insert(thread)
    } else {
      spent.remove(thread)
    }
  }

  /// Whether a wait that begins now may be one for a quota.
  func isSpent(_ thread: ThreadNumber) -> Bool { spent.contains(thread) }

  /// Whether a wait was one for a quota.
  func isThrottled(_ thread: ThreadNumber, from start: UInt64, to end: UInt64) -> Bool {
    guard end >= start &+ Self.leastWait, spent.contains(thread),
      let quota = pathOf[thread].flatMap({ quotaOfPath[$0] })
    else { return false }
    return quotas[quota].explains(start, end)
  }

  /// The group that was kept longest; nil where none has a limit, or where its readings do not
  /// stand at two instants within the window.
  func worst(_ window: StatisticsWindow) -> TraceOverview.Throttled? {
    let known = groups.compactMap { path, readings -> TraceOverview.Throttled? in
      let (first, last) = (readings.first, readings.last)
      guard window.from <= first.time, first.time < last.time, last.time <= window.to else {
        return nil
      }
      return TraceOverview.Throttled(
        cgroup: String(decoding: path, as: UTF8.self),
        time: last.throttled &- min(first.throttled, last.throttled))
    }
    return known.max { ($0.time, $1.cgroup) < ($1.time, $0.cgroup) }
  }
}

/// What a control group ran within a period.
///
/// ```
///        v           v           v          quota is filled up: once a period
/// run    ##  # ##     # ###  ##   ##
/// wait     ..    .....     ..   ..          the second one is for a quota: it goes on to a filling
/// ```
/// When the kernel fills up is learnt from the waits that end then; until one is seen, a period is
/// the last one before each instant.
private struct CPUQuota {
  let quota: UInt64
  let period: UInt64
  private var ran: [(start: UInt64, end: UInt64)] = []
  private var first = 0
  private var sum: UInt64 = 0
  /// When it was filled up, and when a wait last ended so.
  private var filling: UInt64?
  private var lastSeen: UInt64 = 0

  init(quota: UInt64, period: UInt64) {
    self.quota = quota
    self.period = period
  }

  mutating func add(_ start: UInt64, _ end: UInt64) {
    ran.append((start, end))
    sum &+= end &- start
  }

  /// The beginning of the period that an instant is in.
  private func beginning(_ now: UInt64) -> UInt64 {
    guard let filling, filling <= now else { return now &- min(now, period) }
    return now &- (now &- filling) % period
  }

  /// Whether it ran nine tenths of its quota: CPUs keep a rest of what they were given.
  mutating func isSpent(at now: UInt64) -> Bool {
    // A group that did not run out for long may be filled up at other times.
    if now &- min(now, lastSeen) > 4 * period { filling = nil }
    let beginning = beginning(now)
    while first < ran.count, ran[first].end <= beginning {
      sum &-= ran[first].end &- ran[first].start
      first += 1
    }
    if first > 1024, first * 2 > ran.count {
      ran.removeFirst(first)
      first = 0
    }
    let before = first < ran.count ? beginning &- min(beginning, ran[first].start) : 0
    return sum &- min(sum, before) >= quota / 10 &* 9
  }

  /// Whether a wait since the quota was spent was one for it.
  func explains(_ start: UInt64, _ end: UInt64) -> Bool {
    guard filling != nil else { return end &- start >= period / 10 }
    return end &+ ThrottleRows.leastWait >= beginning(start) &+ period
  }

  /// A wait for it ended: soon after it was filled up.
  mutating func note(end: UInt64) {
    lastSeen = end
    let late = filling.map { (end &- min($0, end)) % period } ?? .max
    if late > period / 2 { filling = end }
  }
}

extension StatisticsPass {
  /// What a thread's activity was, a wait for a quota told from others.
  @inline(__always)
  func kind(of change: StateChange) -> TimeKind {
    let kind = TimeKind(change.activity, disk: change.disk)
    guard hasQuotas, kind.isRunnable,
      rare.throttles.isThrottled(
        tracking.threads.number(Int(change.thread)), from: change.start, to: change.end)
    else { return kind }
    return .throttled
  }

  @inline(never)
  mutating func noteQuota(_ change: StateChange) {
    rare.throttles.take(
      tracking.threads.number(Int(change.thread)),
      from: change.start, to: change.end, ran: change.activity == .running,
      waits: change.next.isQueued)
  }
}
