import Events

/// For each set of CPUs that threads may run on, how long at least one of them has been idle: what a
/// wait for a CPU is held against.
struct IdleTime {
  /// What a thread waits before it counts as a violation.
  static let leastWait: UInt64 = 50_000

  private struct Allowed {
    var idle = 0
    var since: UInt64 = 0
    var total: UInt64 = 0
  }

  /// By affinity number; those of one CPU alone are never held against.
  private var sets: [Allowed] = []
  private var isKnown: [Bool] = []
  private var setsOfCPU: [[Int32]] = []
  private var isIdle: [Bool] = []
  private var began: [UInt64] = []

  /// Takes an affinity into account from now on.
  mutating func learn(_ affinity: Int32, _ table: AffinityTable) {
    let number = Int(affinity)
    guard number >= isKnown.count || !isKnown[number] else { return }
    while isKnown.count <= number {
      isKnown.append(false)
      sets.append(Allowed())
    }
    isKnown[number] = true
    let ranges = table.ranges(affinity)
    guard ranges.reduce(0, { $0 + $1.count }) > 1 else { return }
    for range in ranges {
      for cpu in range.clamped(to: 0...Int(Batch.unknownCPU) - 1) {
        reach(cpu)
        setsOfCPU[cpu].append(affinity)
        if isIdle[cpu] {
          sets[number].idle += 1
          sets[number].since = max(sets[number].since, began[cpu])
        }
      }
    }
  }

  private mutating func reach(_ cpu: Int) {
    while setsOfCPU.count <= cpu {
      setsOfCPU.append([])
      isIdle.append(false)
      began.append(0)
    }
  }

  mutating func begin(_ cpu: Int, at key: UInt64) {
    reach(cpu)
    guard !isIdle[cpu] else { return }
    isIdle[cpu] = true
    began[cpu] = key
    for set in setsOfCPU[cpu] {
      if sets[Int(set)].idle == 0 { sets[Int(set)].since = key }
      sets[Int(set)].idle += 1
    }
  }

  mutating func end(_ cpu: Int, at key: UInt64, _ window: StatisticsWindow) {
    reach(cpu)
    guard isIdle[cpu] else { return }
    isIdle[cpu] = false
    for set in setsOfCPU[cpu] {
      sets[Int(set)].idle -= 1
      if sets[Int(set)].idle == 0 {
        sets[Int(set)].total &+= window.overlap(sets[Int(set)].since, key)
      }
    }
  }

  /// Time within the window up to `key` in which one of the set's CPUs was idle; nil where the set
  /// is not known.
  @inline(__always)
  func total(_ affinity: Int32, at key: UInt64, _ window: StatisticsWindow) -> UInt64? {
    guard affinity >= 0, Int(affinity) < sets.count else { return nil }
    let set = sets[Int(affinity)]
    return set.idle > 0 ? set.total &+ window.overlap(set.since, key) : set.total
  }
}
