import Events

/// Numbers the values of the key that rows are made for.
struct GroupIndex {
  var key: StatisticsKey?
  private var map = RowMap()
  /// The value of each group: a CPU, a thread, a process, a name, a cgroup's number.
  private(set) var values: [Int64] = []
  private var cgroupOf: [ThreadNumber: UInt32] = [:]
  private(set) var cgroups: [[UInt8]] = [[]]
  private var cgroupNumbers: [[UInt8]: UInt32] = [:]

  mutating func note(cgroup path: [UInt8], of thread: ThreadNumber) {
    guard key == .cgroup || key == .container else { return }
    let name = key == .container ? ContainerName.of(cgroup: path) : path
    let number = cgroupNumbers[name] ?? UInt32(cgroups.count)
    if number == cgroups.count {
      cgroupNumbers[name] = number
      cgroups.append(name)
    }
    cgroupOf[thread] = number
  }

  mutating func noteFork(parent: ThreadNumber, child: ThreadNumber) {
    guard key == .cgroup || key == .container else { return }
    cgroupOf[child] = cgroupOf[parent]
  }

  /// The group of what a thread did on a CPU.
  @inline(__always)
  mutating func group(_ thread: ThreadNumber, _ label: ThreadLabel, cpu: UInt16) -> Int {
    key == nil ? 0 : find(thread, label, cpu)
  }

  @inline(never)
  private mutating func find(_ thread: ThreadNumber, _ label: ThreadLabel, _ cpu: UInt16) -> Int {
    switch key {
    case .cpu: index(Int64(cpu))
    case .thread: index(Int64(thread))
    case .process: index(Int64(label.process))
    case .comm: index(Int64(label.name))
    case .cgroup, .container: index(Int64(cgroupOf[thread] ?? 0))
    case .parent, .field, nil: index(0)
    }
  }

  mutating func index(_ value: Int64) -> Int {
    let (row, isNew) = map.row(UInt64(bitPattern: value))
    if isNew { values.append(value) }
    return row
  }
}
