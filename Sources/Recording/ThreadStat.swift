/// What /proc/PID/task/TID/stat says of a thread.
struct ThreadStat: Equatable {
  var name: [UInt8]
  var state: UInt8
  var parent: Int64
  var priority: Int64
  /// Clock ticks since boot.
  var startTicks: Int64
  var policy: Int64

  /// The name stands in parentheses and may hold any byte, parentheses and blanks included.
  init?(_ line: [UInt8]) {
    guard let open = line.firstIndex(of: UInt8(ascii: "(")),
      let close = line.lastIndex(of: UInt8(ascii: ")")), open < close
    else { return nil }
    name = Array(line[(open + 1)..<close])
    let fields = line[(close + 1)...].split(whereSeparator: { $0 <= 32 })
    // The line's field 3, the state, is the first behind the name.
    guard fields.count > 38, let letter = fields[0].first else { return nil }
    func number(_ field: Int) -> Int64 {
      Int64(String(decoding: fields[field - 3], as: UTF8.self)) ?? 0
    }
    state = letter
    parent = number(4)
    priority = number(18)
    startTicks = number(22)
    policy = number(41)
  }
}
