import Events

/// What a CPU did within the window.
struct CPURow: BitwiseCopyable {
  var busy: UInt64 = 0
  var idle: UInt64 = 0
  var hard: UInt64 = 0
  /// Without hard interrupts inside.
  var soft: UInt64 = 0
  var switches: UInt64 = 0
  var migrationsIn: UInt64 = 0
  var migrationsOut: UInt64 = 0
  /// Threads in its queue, since when so many; the sum of number × time.
  var depth: Int64 = 0
  var depthSince: UInt64 = 0
  var depthTime: UInt64 = 0
  var depthMost: Int64 = 0
  /// Frequency × time, and the time.
  var frequency: UInt64 = 0
  var frequencySince: UInt64 = 0
  var frequencyTime = 0.0
  var frequencyKnown: UInt64 = 0
  /// Time of hard interrupts within the soft one that is being handled.
  var hardInSoft: UInt64 = 0
  var violation: UInt64 = 0
  var gaps: UInt64 = 0
  /// Time stolen by the hypervisor at the first and the last reading.
  var stealFirst: UInt64 = .max
  var stealLast: UInt64 = 0
  var isSeen = false

  var steal: UInt64? { stealFirst == .max ? nil : stealLast &- min(stealFirst, stealLast) }

  /// Forgets all but what is so at the moment.
  mutating func restart() {
    var row = CPURow()
    row.depth = depth
    row.depthSince = depthSince
    row.frequency = frequency
    row.frequencySince = frequencySince
    if stealFirst != .max {
      row.stealFirst = stealLast
      row.stealLast = stealLast
    }
    self = row
  }

  /// Notes that the queue has one more thread or one less.
  @inline(__always)
  mutating func queue(_ step: Int64, at key: UInt64, _ window: StatisticsWindow) {
    let overlap = window.overlap(depthSince, key)
    depthTime &+= overlap &* UInt64(truncatingIfNeeded: max(0, depth))
    if overlap > 0, depth > depthMost { depthMost = depth }
    depth &+= step
    depthSince = key
  }

  mutating func run(at frequency: UInt64, from key: UInt64, _ window: StatisticsWindow) {
    if self.frequency > 0 {
      let overlap = window.overlap(frequencySince, key)
      frequencyTime += Double(overlap) * Double(self.frequency)
      frequencyKnown &+= overlap
    }
    self.frequency = frequency
    frequencySince = key
  }
}
