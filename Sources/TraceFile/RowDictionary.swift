/// The distinct rows of a column of bytes, at most 256 of them, found by hashing.
@safe struct RowDictionary: ~Copyable {
  private static let slots = 1024

  /// 0 for a free slot, else an entry's number + 1.
  private let slots: UnsafeMutablePointer<UInt16>
  /// Where the entries' rows lie in the column.
  private let ranges: UnsafeMutablePointer<Range<Int>>
  private(set) var count = 0

  init() {
    unsafe slots = .allocate(capacity: RowDictionary.slots)
    unsafe ranges = .allocate(capacity: 256)
  }

  var entries: [Range<Int>] {
    (0..<count).map { unsafe ranges[$0] }
  }

  /// Writes each row's index in the order of first occurrence, unless there are too many rows.
  ///
  /// False where more than `limit` rows are distinct. Row r ends at `ends[r]`, or every `width`
  /// bytes where that is not 0.
  mutating func index(
    _ bytes: UnsafeRawPointer, rows: Int, width: Int, ends: UnsafePointer<UInt32>, limit: Int,
    into index: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    unsafe slots.initialize(repeating: 0, count: RowDictionary.slots)
    count = 0
    var start = 0
    var before = 0..<0
    var code: UInt8 = 0
    for row in 0..<rows {
      let end = unsafe width > 0 ? start &+ width : Int(ends[row])
      let range = start..<end
      if unsafe row == 0 || !RowDictionary.equal(bytes, range, before) {
        guard let found = unsafe find(bytes, range, limit: limit) else { return false }
        code = found
        before = range
      }
      unsafe index[row] = code
      start = end
    }
    return true
  }

  private mutating func find(
    _ bytes: UnsafeRawPointer, _ row: Range<Int>, limit: Int
  ) -> UInt8? {
    var slot = unsafe RowDictionary.hash(bytes, row) & (RowDictionary.slots - 1)
    while true {
      let entry = unsafe Int(slots[slot])
      if entry == 0 {
        if count >= limit { return nil }
        unsafe ranges[count] = row
        count &+= 1
        unsafe slots[slot] = UInt16(truncatingIfNeeded: count)
        return UInt8(truncatingIfNeeded: count &- 1)
      }
      if unsafe RowDictionary.equal(bytes, row, ranges[entry &- 1]) {
        return UInt8(truncatingIfNeeded: entry - 1)
      }
      slot = (slot &+ 1) & (RowDictionary.slots - 1)
    }
  }

  private static func equal(
    _ bytes: UnsafeRawPointer, _ left: Range<Int>, _ right: Range<Int>
  ) -> Bool {
    var (length, one, other) = (left.count, left.lowerBound, right.lowerBound)
    guard length == right.count else { return false }
    while length >= 8 {
      let first = unsafe bytes.loadUnaligned(fromByteOffset: one, as: UInt64.self)
      let second = unsafe bytes.loadUnaligned(fromByteOffset: other, as: UInt64.self)
      if first != second { return false }
      (length, one, other) = (length &- 8, one &+ 8, other &+ 8)
    }
    while length > 0 {
      let first = unsafe bytes.load(fromByteOffset: one, as: UInt8.self)
      let second = unsafe bytes.load(fromByteOffset: other, as: UInt8.self)
      if first != second { return false }
      (length, one, other) = (length &- 1, one &+ 1, other &+ 1)
    }
    return true
  }

  private static func hash(_ bytes: UnsafeRawPointer, _ row: Range<Int>) -> Int {
    var (length, place) = (row.count, row.lowerBound)
    var hash = UInt64(truncatingIfNeeded: length)
    // Each word has its own factor, so that the products don't wait for each other.
    var factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    while length >= 8 {
      let word = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      hash &+= (word ^ word &>> 31) &* factor
      factor = factor &+ 0xC2B2_AE3D_27D4_EB4E
      (length, place) = (length &- 8, place &+ 8)
    }
    hash ^= hash &>> 29
    while length > 0 {
      hash ^= unsafe UInt64(bytes.load(fromByteOffset: place, as: UInt8.self))
      hash = (hash &* 0x9E37_79B9_7F4A_7C15) ^ (hash &>> 29)
      (length, place) = (length &- 1, place &+ 1)
    }
    return Int(truncatingIfNeeded: (hash &* 0x9E37_79B9_7F4A_7C15) &>> 40)
  }

  deinit {
    unsafe slots.deallocate()
    unsafe ranges.deallocate()
  }
}
