/// Rows of a table by their key, found without allocation: open addressing, at most half full.
struct RowMap {
  private var keys: [UInt64]
  /// Row + 1, 0 where there is none.
  private var rows: [UInt32]
  private(set) var count = 0

  init() {
    keys = [UInt64](repeating: 0, count: 64)
    rows = [UInt32](repeating: 0, count: 64)
  }

  /// The row of a key; where it has none yet, the next one, which is `count - 1` then.
  @inline(__always)
  mutating func row(_ key: UInt64) -> (row: Int, isNew: Bool) {
    let place = place(of: key)
    if rows[place] != 0 { return (Int(rows[place]) &- 1, false) }
    return (add(key, at: place), true)
  }

  /// The row of a key that has one.
  func known(_ key: UInt64) -> Int? {
    let place = place(of: key)
    return rows[place] != 0 ? Int(rows[place]) - 1 : nil
  }

  @inline(__always)
  private func place(of key: UInt64) -> Int {
    let mask = keys.count &- 1
    let mixed = key &* 0x9E37_79B9_7F4A_7C15
    var place = Int(truncatingIfNeeded: mixed >> 32) & mask
    while rows[place] != 0, keys[place] != key { place = (place &+ 1) & mask }
    return place
  }

  @inline(never)
  private mutating func add(_ key: UInt64, at place: Int) -> Int {
    count += 1
    keys[place] = key
    rows[place] = UInt32(count)
    let row = count - 1
    if count * 2 > keys.count { grow() }
    return row
  }

  private mutating func grow() {
    let (oldKeys, oldRows) = (keys, rows)
    keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
    rows = [UInt32](repeating: 0, count: oldKeys.count * 2)
    for place in oldKeys.indices where oldRows[place] != 0 {
      let target = self.place(of: oldKeys[place])
      keys[target] = oldKeys[place]
      rows[target] = oldRows[place]
    }
  }
}
