/// The distinct numbers of a run, at most 256 of them, found by hashing.
@safe struct NumberDictionary: ~Copyable {
  private static let slots = 1024

  private let keys: UnsafeMutablePointer<UInt64>
  private let entries: UnsafeMutablePointer<UInt32>
  private let numbers: UnsafeMutablePointer<UInt64>
  /// Marks the slots of this run: `entries` holds it above the lowest 8 bits.
  private var run: UInt32 = 0
  private(set) var count = 0

  init() {
    unsafe keys = .allocate(capacity: NumberDictionary.slots)
    unsafe entries = .allocate(capacity: NumberDictionary.slots)
    unsafe numbers = .allocate(capacity: 256)
    unsafe entries.initialize(repeating: 0, count: NumberDictionary.slots)
  }

  subscript(entry: Int) -> UInt64 {
    precondition(entry >= 0 && entry < count)
    return unsafe numbers[entry]
  }

  /// Writes each number's index in the order of first occurrence; false where there are more than
  /// `limit` distinct numbers.
  mutating func index(
    _ run: UnsafePointer<UInt64>, count rows: Int, limit: Int,
    into index: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    startRun()
    let mark = self.run << 8
    var found = 0
    var before = unsafe ~run[0]
    var code: UInt8 = 0
    for row in 0..<rows {
      let number = unsafe run[row]
      if number != before {
        var slot = Int(truncatingIfNeeded: (number &* 0x9E37_79B9_7F4A_7C15) &>> 54)
        while true {
          let entry = unsafe entries[slot]
          if entry & ~0xFF != mark {
            if found >= limit { return false }
            unsafe keys[slot] = number
            unsafe entries[slot] = mark | UInt32(truncatingIfNeeded: found)
            unsafe numbers[found] = number
            code = UInt8(truncatingIfNeeded: found)
            found &+= 1
            break
          }
          if unsafe keys[slot] == number {
            code = UInt8(truncatingIfNeeded: entry)
            break
          }
          slot = (slot &+ 1) & (NumberDictionary.slots - 1)
        }
        before = number
      }
      unsafe index[row] = code
    }
    count = found
    return true
  }

  private mutating func startRun() {
    count = 0
    run += 1
    if run == 1 << 24 {
      unsafe entries.initialize(repeating: 0, count: NumberDictionary.slots)
      run = 1
    }
  }

  deinit {
    unsafe keys.deallocate()
    unsafe entries.deallocate()
    unsafe numbers.deallocate()
  }
}
