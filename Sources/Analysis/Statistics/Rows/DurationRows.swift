import Events

/// What is known of the slowest instance of a row.
struct WorstInstance {
  var start: UInt64 = 0
  var thread: ThreadNumber = 0
  var label = ThreadLabel()
  var cpu = Batch.unknownCPU
  var arguments = InlineArray<6, UInt64>(repeating: 0)
  var hasArguments = false
}

/// Instances of one kind that take time: calls of a system call, spans of a name.
///
/// What every instance touches stands first.
struct DurationRow {
  var histogram = LatencyHistogram()
  /// The whole duration by where it went.
  var run: UInt64 = 0
  var runnable: UInt64 = 0
  var disk: UInt64 = 0
  var blocked: UInt64 = 0
  var sleep: UInt64 = 0
  /// Sleep in futex, on top of `sleep`.
  var lock: UInt64 = 0
  /// On no thread.
  var suspended: UInt64 = 0
  var selfTime: UInt64 = 0
  var bytes: UInt64 = 0
  var errors: UInt64 = 0
  /// Other times of the same instances: the queue of a request, what preceded a handler.
  var before = LatencyHistogram()
  /// What the table counts beside: sequential requests, waiters.
  var marked: UInt64 = 0
  var cpus = InlineArray<4, UInt64>(repeating: 0)
  /// Instances that are open at an edge, and the longest of them.
  var censored: UInt64 = 0
  var longestCensored: UInt64 = 0
  var unpaired: UInt64 = 0
  var orphans: UInt64 = 0
  /// Time within the window, where sums are clipped.
  var clipped: UInt64 = 0
  var group: Int = 0
  var name: Int64 = 0
  var worst = WorstInstance()

  mutating func see(cpu: UInt16) {
    cpus[Int(cpu) >> 6 & 3] |= 1 << UInt64(cpu & 63)
  }

  var cpuCount: Int { (0..<4).reduce(0) { $0 + cpus[$1].nonzeroBitCount } }
}

/// Rows of durations by group and name.
struct DurationRows {
  private static let directNames: Int64 = 1024

  private var map = RowMap()
  /// Rows of small names, where there are no groups; -1 none.
  private var direct = [Int32](repeating: -1, count: Int(directNames))
  var rows: [DurationRow] = []

  @inline(__always)
  mutating func withRow<Result>(_ row: Int, _ body: (inout DurationRow) -> Result) -> Result {
    body(&rows[row])
  }

  /// The row of a small name without a group, where it has one.
  @inline(__always)
  func known(name: Int64) -> Int? {
    guard name >= 0, name < Self.directNames, direct[Int(name)] >= 0 else { return nil }
    return Int(direct[Int(name)])
  }

  @inline(__always)
  mutating func row(group: Int, name: Int64) -> Int {
    guard group == 0, name >= 0, name < Self.directNames else { return find(group, name) }
    let known = direct[Int(name)]
    if known >= 0 { return Int(known) }
    let row = find(group, name)
    direct[Int(name)] = Int32(row)
    return row
  }

  @inline(never)
  private mutating func find(_ group: Int, _ name: Int64) -> Int {
    let key = UInt64(truncatingIfNeeded: group) << 44 ^ UInt64(bitPattern: name)
    let (row, isNew) = map.row(key)
    if isNew {
      var row = DurationRow()
      row.group = group
      row.name = name
      rows.append(row)
    }
    return row
  }
}
