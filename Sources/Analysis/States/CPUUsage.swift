import Events

/// How busy the CPUs were over time, and who used them.
struct CPUUsage: ~Copyable {
  /// Cells of the timeline; when time runs past the last, two become one.
  private static let cells = 64
  private static let mostProcesses = 1 << 16

  private let start: UInt64
  /// A cell is 2^shift ticks long.
  private var shift: UInt64 = 10
  private var busy = DenseTable<UInt64>(0)
  private var idle = DenseTable<UInt64>(0)
  /// Run time of threads that are gone, by process; and of processes that are gone, by name.
  private var ranOfProcess: [ProcessNumber: UInt64] = [:]
  private var ranOfName: [UInt32: UInt64] = [:]
  private var leaders: [ProcessNumber: UInt32] = [:]
  private(set) var gone = 0

  init(start: UInt64) {
    self.start = start
    busy.reach(Self.cells - 1)
    idle.reach(Self.cells - 1)
  }

  /// A CPU was busy or idle for a time.
  @inline(__always)
  mutating func add(isBusy: Bool, from first: UInt64, to last: UInt64) {
    guard first < last, first >= start else { return }
    let cell = (first &- start) >> shift
    if cell == (last &- start) >> shift, cell < UInt64(Self.cells) {
      if isBusy {
        busy[Int(cell)] &+= last &- first
      } else {
        idle[Int(cell)] &+= last &- first
      }
    } else {
      spread(isBusy: isBusy, from: first &- start, to: last &- start)
    }
  }

  @inline(never)
  private mutating func spread(isBusy: Bool, from first: UInt64, to last: UInt64) {
    while (last - 1) >> shift >= UInt64(Self.cells) { widen() }
    var position = first
    while position < last {
      let cell = position >> shift
      let (next, overflow) = ((cell + 1) << shift, cell + 1 >= UInt64(Self.cells))
      let end = overflow ? last : min(last, next)
      if isBusy {
        busy[Int(cell)] &+= end - position
      } else {
        idle[Int(cell)] &+= end - position
      }
      position = end
    }
  }

  private mutating func widen() {
    for cell in 0..<Self.cells {
      let (left, right) = (2 * cell, 2 * cell + 1)
      busy[cell] = right < Self.cells ? busy[left] &+ busy[right] : 0
      idle[cell] = right < Self.cells ? idle[left] &+ idle[right] : 0
    }
    shift += 1
  }

  /// A thread is gone.
  mutating func retire(_ thread: ThreadState, number: ThreadNumber) {
    let process = thread.label.process
    let ran = thread.parts.run
    guard process != 0 else {
      if ran > 0 { ranOfName[thread.label.name, default: 0] &+= ran }
      return
    }
    if process == number {
      ranOfName[thread.label.name, default: 0] &+= ran &+ (ranOfProcess[process] ?? 0)
      ranOfProcess[process] = nil
      leaders[process] = nil
      gone += 1
    } else if ran > 0, ranOfProcess.count < Self.mostProcesses || ranOfProcess[process] != nil {
      ranOfProcess[process, default: 0] &+= ran
    }
  }

  /// A thread is there at the end.
  mutating func add(_ thread: ThreadState, number: ThreadNumber) {
    let process = thread.label.process
    if process == number { leaders[process] = thread.label.name }
    if process != 0 {
      ranOfProcess[process, default: 0] &+= thread.parts.run
    } else if thread.parts.run > 0 {
      ranOfName[thread.label.name, default: 0] &+= thread.parts.run
    }
  }

  /// Processes that were there.
  var processes: Int { gone + ranOfProcess.count }

  var busyTicks: UInt64 {
    var sum: UInt64 = 0
    for cell in 0..<Self.cells { sum &+= busy[cell] }
    return sum
  }

  var observedTicks: UInt64 {
    var sum = busyTicks
    for cell in 0..<Self.cells { sum &+= idle[cell] }
    return sum
  }

  /// Run time by name of process, most first.
  func ranByName() -> [(name: UInt32, ticks: UInt64)] {
    var all = ranOfName
    for (process, ran) in ranOfProcess { all[leaders[process] ?? 0, default: 0] &+= ran }
    return all.filter { $0.value > 0 }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { (name: $0.key, ticks: $0.value) }
  }

  /// The busy share of `count` equal parts of the time up to `end`; nil where nothing was observed.
  func busyShares(_ count: Int, until end: UInt64) -> [Double?] {
    let length = Double(end &- min(end, start))
    let cell = Double(UInt64(1) << shift)
    var shares: [Double?] = []
    for part in 0..<count {
      let from = length * Double(part) / Double(count) / cell
      let to = length * Double(part + 1) / Double(count) / cell
      var ran = 0.0
      var observed = 0.0
      for place in Int(from)...max(Int(from), Int(to)) where place < Self.cells {
        let overlap = min(to, Double(place + 1)) - max(from, Double(place))
        guard overlap > 0 else { continue }
        ran += overlap * Double(busy[place])
        observed += overlap * (Double(busy[place]) + Double(idle[place]))
      }
      shares.append(observed > 0 ? ran / observed : nil)
    }
    return shares
  }
}
