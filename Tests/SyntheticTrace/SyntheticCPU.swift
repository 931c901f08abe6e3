internal import Events

/// A CPU of a synthetic machine: a thread runs, enters and leaves system calls, is interrupted, wakes
/// others and gives way to the next.
struct SyntheticCPU: Sendable {
  private let cpu: Int
  private let threads: [Int32]
  private var runs: [Int]
  private var current = 0
  private var time: UInt64
  private let interval: UInt64
  /// How many different system calls its threads make.
  private let systemCalls: Int
  private var call: Int64?
  private var interrupt: Int64?
  private var request: (sector: UInt64, sectors: UInt64)?
  private var sector: UInt64

  /// Frequent calls and what they return.
  static let calls: [(id: Int64, least: Int64, results: Int)] = [
    (0, 0, 4096), (1, 0, 4096), (202, -11, 2), (232, 0, 8), (44, 1, 1400), (45, -11, 1400),
  ]

  init(
    cpu: Int, threads: [Int32], time: UInt64, interval: UInt64, systemCalls: Int,
    random: inout SeededGenerator
  ) {
    self.cpu = cpu
    self.threads = threads
    self.time = time
    self.interval = interval
    self.systemCalls = systemCalls
    runs = threads.map { _ in random.below(100) }
    sector = UInt64(cpu) << 30
  }

  mutating func append(_ count: Int, to batch: inout Batch, _ random: inout SeededGenerator) {
    for _ in 0..<count {
      time += interval(&random)
      step(&batch, &random)
    }
  }

  private func interval(_ random: inout SeededGenerator) -> UInt64 {
    call == nil ? random.interval(interval / 2) : random.interval(interval * 3 / 2)
  }

  private mutating func step(_ batch: inout Batch, _ random: inout SeededGenerator) {
    if let irq = interrupt {
      interrupt = nil
      return add(SyntheticTypes.irqExit, to: &batch, [.integer(irq), .integer(1)], flags: 0x10000)
    }
    if let done = request, random.once(in: 6) {
      request = nil
      return add(SyntheticTypes.blockComplete, to: &batch, block(done), flags: 0x10000)
    }
    if random.once(in: 97) {
      let irq = Int64(24 + cpu % 4)
      interrupt = irq
      return add(
        SyntheticTypes.irqEntry, to: &batch,
        [.integer(irq), .text("eth\(irq - 24)-tx-rx")], flags: 0x10000)
    }
    if let id = call {
      switch random.below(12) {
      case 0: return wake(&batch, &random)
      case 1: return switchThread(&batch, &random, state: 1)
      case 2 where request == nil: return issue(&batch, &random)
      default:
        call = nil
        let known = Self.call(id)
        let result = known.least + Int64(random.below(known.results))
        return add(SyntheticTypes.sysExit, to: &batch, [.integer(id), .integer(result)])
      }
    }
    if random.once(in: 30) { return switchThread(&batch, &random, state: 0x100) }
    enter(&batch, &random)
  }

  private mutating func enter(_ batch: inout Batch, _ random: inout SeededGenerator) {
    let known = Self.call(nextCall(&random))
    call = known.id
    let stack = 0x7FFC_0000_0000 + UInt64(threads[current]) << 20
    var arguments: [UInt8] = []
    let values: [UInt64] = [
      UInt64(3 + random.below(40)), stack + UInt64(random.below(4)) * 64, UInt64(known.results), 0,
      0, stack,
    ]
    for value in values { arguments.append(littleEndian: value) }
    add(SyntheticTypes.sysEnter, to: &batch, [.integer(known.id), .bytes(arguments)])
  }

  /// Of more than the frequent calls, those with small numbers are more frequent.
  private func nextCall(_ random: inout SeededGenerator) -> Int64 {
    guard systemCalls > Self.calls.count else { return Self.calls[random.below(systemCalls)].id }
    return Int64(min(random.below(systemCalls), random.below(systemCalls)))
  }

  private static func call(_ id: Int64) -> (id: Int64, least: Int64, results: Int) {
    calls.first { $0.id == id } ?? (id, 0, 1)
  }

  private func wake(_ batch: inout Batch, _ random: inout SeededGenerator) {
    let other = threads[random.below(threads.count)]
    let type = random.once(in: 2) ? SyntheticTypes.schedWaking : SyntheticTypes.schedWakeup
    add(
      type, to: &batch,
      [.text(name(other)), .integer(Int64(other)), .integer(120), .integer(Int64(cpu))], flags: 1)
  }

  private mutating func switchThread(
    _ batch: inout Batch, _ random: inout SeededGenerator, state: Int64
  ) {
    let (before, next) = (current, random.below(threads.count))
    let (from, to) = (threads[before], threads[next])
    add(
      SyntheticTypes.schedSwitch, to: &batch,
      [
        .text(name(from)), .integer(Int64(from)), .integer(120), .integer(state),
        .text(name(to)), .integer(Int64(to)), .integer(120),
      ], flags: 1)
    runs[next] += 1
    current = next
  }

  private mutating func issue(_ batch: inout Batch, _ random: inout SeededGenerator) {
    let sectors = UInt64(8 << random.below(4))
    request = (sector, sectors)
    add(SyntheticTypes.blockIssue, to: &batch, block((sector, sectors)))
    sector += random.once(in: 5) ? sectors * 1000 : sectors
  }

  private func block(_ request: (sector: UInt64, sectors: UInt64)) -> [FieldValue] {
    [
      .integer(259 << 20), .integer(Int64(request.sector)), .integer(Int64(request.sectors)),
      .text("WS"),
    ]
  }

  private func name(_ thread: Int32) -> String {
    thread % 5 == 0 ? "kworker/\(cpu):\(thread % 3)" : "worker-\(thread)"
  }

  private func add(
    _ id: EventTypeID, to batch: inout Batch, _ values: [FieldValue], flags: Int64 = 0
  ) {
    batch.append(
      id, of: SyntheticTypes.type(id), time: time, thread: threads[current],
      values: [.integer(flags & 0xFF), .integer(flags >> 8)] + values)
  }
}
