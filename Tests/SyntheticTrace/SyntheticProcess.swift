internal import Events

/// A process of a synthetic machine, whose threads hit markers.
struct SyntheticProcess: Sendable {
  let number: Int
  let pid: Int32
  private var time: UInt64
  private let interval: UInt64
  private var open: [(id: UInt64, thread: Int32)] = []
  private var next: UInt64

  init(number: Int, pid: Int32, time: UInt64, interval: UInt64) {
    self.number = number
    self.pid = pid
    self.time = time
    self.interval = interval
    next = UInt64(number) << 32
  }

  mutating func append(_ count: Int, to batch: inout Batch, _ random: inout SeededGenerator) {
    for _ in 0..<count {
      time += random.interval(interval)
      step(&batch, &random)
    }
  }

  private mutating func step(_ batch: inout Batch, _ random: inout SeededGenerator) {
    let thread = pid + Int32(random.below(3))
    if random.once(in: 20) {
      let raw = (0..<random.below(24)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      return add(
        SyntheticTypes.sample, to: &batch, thread, random.below(2),
        [
          .number(Double(random.below(1000)) / 8), .number(Double(random.below(16)) / 4),
          .integer(Int64(random.below(2))),
          .integer(0x5500_0000_0000 + Int64(random.below(64)) * 16),
          .bytes(raw), .bytes(Array(raw.prefix(raw.count & ~1))),
        ])
    }
    if random.once(in: 10) {
      return add(
        SyntheticTypes.queueDepth, to: &batch, thread, random.below(2),
        [.integer(Int64(open.count))])
    }
    if open.count > 3 || (!open.isEmpty && random.once(in: 2)) {
      let (id, thread) = open.removeLast()
      let status: Int64 = random.once(in: 50) ? 500 : 200
      return add(
        SyntheticTypes.requestEnd, to: &batch, thread, random.below(2),
        [.integer(Int64(id)), .integer(status)])
    }
    open.append((next, thread))
    let path = random.once(in: 30) ? "/träger/\(next)" : "/items/\(random.below(12))"
    add(
      SyntheticTypes.requestBegin, to: &batch, thread, random.below(2),
      [.integer(Int64(next)), .text(path)])
    next += 1
  }

  private func add(
    _ id: EventTypeID, to batch: inout Batch, _ thread: Int32, _ cpu: Int, _ values: [FieldValue]
  ) {
    batch.append(
      id, of: SyntheticTypes.type(id), time: time, thread: thread, cpu: UInt16(cpu),
      values: values)
  }
}
