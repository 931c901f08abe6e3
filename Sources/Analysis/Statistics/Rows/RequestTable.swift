import Events

/// Where on which disk a request begins.
struct DiskPlace: Equatable, BitwiseCopyable {
  var device: Int64
  var sector: UInt64
}

/// Something for each place on a disk where a request is under way, found without allocation: open
/// addressing, at most half full.
struct RequestTable<Value: BitwiseCopyable> {
  private struct Entry: BitwiseCopyable {
    var place: DiskPlace
    var isUsed: Bool
    var value: Value
  }

  private let empty: Entry
  private var entries: [Entry]
  private(set) var count = 0

  /// `value` fills what is empty.
  init(empty value: Value) {
    empty = Entry(place: DiskPlace(device: 0, sector: 0), isUsed: false, value: value)
    entries = [Entry](repeating: empty, count: 64)
  }

  var isEmpty: Bool { count == 0 }

  mutating func set(_ place: DiskPlace, _ value: Value) {
    if count &* 2 >= entries.count { grow() }
    let found = find(place)
    if !entries[found].isUsed { count &+= 1 }
    entries[found] = Entry(place: place, isUsed: true, value: value)
  }

  mutating func remove(_ place: DiskPlace) -> Value? {
    guard count > 0 else { return nil }
    var hole = find(place)
    guard entries[hole].isUsed else { return nil }
    let value = entries[hole].value
    count &-= 1
    // What comes after the hole moves up where it may stand nearer to its home.
    let mask = entries.count &- 1
    var next = (hole &+ 1) & mask
    while entries[next].isUsed {
      let home = home(entries[next].place)
      if (next &- home) & mask >= (next &- hole) & mask {
        entries[hole] = entries[next]
        hole = next
      }
      next = (next &+ 1) & mask
    }
    entries[hole] = empty
    return value
  }

  private func home(_ place: DiskPlace) -> Int {
    let mixed = (place.sector ^ UInt64(bitPattern: place.device) << 40) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 32) & (entries.count &- 1)
  }

  /// The entry of a place, or the empty one that it would take.
  private func find(_ place: DiskPlace) -> Int {
    var found = home(place)
    while entries[found].isUsed, entries[found].place != place {
      found = (found &+ 1) & (entries.count &- 1)
    }
    return found
  }

  private mutating func grow() {
    let old = entries
    entries = [Entry](repeating: empty, count: old.count * 2)
    for entry in old where entry.isUsed { entries[find(entry.place)] = entry }
  }
}
