import Events

/// Numbers of lanes: each lane that was told of has a row.
struct LaneTable {
  static let mostDepth = 256

  private(set) var lanes: [TimelineLane] = []
  /// Rows by CPU, of it and of its interrupts; -1 none.
  private var cpuRows: [Int32] = []
  /// Rows by place of a thread; -1 none.
  private var stateRows: [Int32] = []
  private var callRows: [Int32] = []
  private var spanRows: [[Int32]] = []
  private(set) var counters: [CounterPlace] = []
  private var counterNumbers: [CounterPlace: Int32] = [:]

  struct CounterPlace: Hashable {
    var type: Int
    var field: Int
    var process: ProcessNumber
  }

  init() {}

  var count: Int { lanes.count }
  var threads: Int { stateRows.count }
  var cpus: Int { cpuRows.count / 3 }

  private mutating func add(_ lane: TimelineLane) -> Int32 {
    lanes.append(lane)
    return Int32(lanes.count - 1)
  }

  /// The row of a CPU (0), of its hard (1) or soft (2) interrupts.
  @inline(__always)
  mutating func row(cpu: Int, _ layer: Int) -> Int32 {
    let place = 3 &* cpu &+ layer
    if place < cpuRows.count, cpuRows[place] >= 0 { return cpuRows[place] }
    return addRow(cpu: cpu, layer)
  }

  @inline(never)
  private mutating func addRow(cpu: Int, _ layer: Int) -> Int32 {
    let wanted = 3 * (cpu + 1)
    if cpuRows.count < wanted {
      cpuRows.append(contentsOf: repeatElement(-1, count: wanted - cpuRows.count))
    }
    let lane: TimelineLane =
      switch layer {
      case 0: .cpu(cpu)
      case 1: .hardInterrupts(cpu: cpu)
      default: .softInterrupts(cpu: cpu)
      }
    let row = add(lane)
    cpuRows[3 * cpu + layer] = row
    return row
  }

  @inline(__always)
  mutating func row(stateOf thread: Int) -> Int32 {
    if thread < stateRows.count { return stateRows[thread] }
    while stateRows.count <= thread {
      stateRows.append(add(.state(thread: stateRows.count)))
      callRows.append(-1)
      spanRows.append([])
    }
    return stateRows[thread]
  }

  @inline(__always)
  mutating func row(callsOf thread: Int) -> Int32 {
    if callRows[thread] < 0 { callRows[thread] = add(.systemCalls(thread: thread)) }
    return callRows[thread]
  }

  mutating func row(spansOf thread: Int, depth: Int) -> Int32 {
    while spanRows[thread].count <= depth {
      spanRows[thread].append(add(.spans(thread: thread, depth: spanRows[thread].count)))
    }
    return spanRows[thread][depth]
  }

  mutating func number(of counter: CounterPlace) -> Int32 {
    if let known = counterNumbers[counter] { return known }
    counterNumbers[counter] = Int32(counters.count)
    counters.append(counter)
    return Int32(counters.count - 1)
  }

  func hasCalls(_ thread: Int) -> Bool { thread < callRows.count && callRows[thread] >= 0 }
  func spanDepth(_ thread: Int) -> Int { thread < spanRows.count ? spanRows[thread].count : 0 }

  /// The row of a lane that was told of.
  func row(of lane: TimelineLane) -> Int? {
    func found(_ rows: [Int32], _ place: Int) -> Int? {
      rows.indices.contains(place) && rows[place] >= 0 ? Int(rows[place]) : nil
    }
    switch lane {
    case .cpu(let cpu): return cpu < 0 ? nil : found(cpuRows, 3 * cpu)
    case .hardInterrupts(let cpu): return cpu < 0 ? nil : found(cpuRows, 3 * cpu + 1)
    case .softInterrupts(let cpu): return cpu < 0 ? nil : found(cpuRows, 3 * cpu + 2)
    case .state(let thread): return found(stateRows, thread)
    case .systemCalls(let thread): return found(callRows, thread)
    case .spans(let thread, let depth):
      return spanRows.indices.contains(thread) ? found(spanRows[thread], depth) : nil
    }
  }
}

extension TimelineLane {
  /// What the lane is in where nothing tells.
  var unsaid: LaneState {
    if case .cpu = self { .unknown } else { .none }
  }
}

/// A stretch of a lane as a pass tells it; times are nanoseconds since the start of the trace.
struct LaneInterval: BitwiseCopyable {
  var row: Int32 = 0
  var occupant: Int32 = -1
  var state = LaneState.unknown
  var start: UInt64 = 0
  var end: UInt64 = 0
}

/// A new value of a lane of numbers: row 0 is `runnable`, n + 1 the counter n.
struct NumberChange: BitwiseCopyable {
  var row: Int32 = 0
  var time: UInt64 = 0
  var value = 0.0
}
