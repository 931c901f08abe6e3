/// The bytes of a part of a block before compression, and where in them the statistics change.
@safe struct PartBytes: ~Copyable {
  /// A run of bytes shorter than this is not worth Huffman tables of its own.
  static let shortestRun = 2048

  private(set) var start: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity: Int
  /// Places where compression starts a new zstd block, ascending.
  private(set) var cuts: [Int] = []

  init() {
    capacity = 1 << 16
    unsafe start = .allocate(capacity: capacity)
  }

  var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: start, count: count)
  }

  mutating func removeAll() {
    count = 0
    cuts.removeAll(keepingCapacity: true)
  }

  /// Makes room for `more` bytes at the end and returns where they go; their content is undefined.
  mutating func extend(by more: Int) -> UnsafeMutablePointer<UInt8> {
    if count + more > capacity {
      capacity = max(capacity * 2, count + more)
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
      unsafe larger.update(from: start, count: count)
      unsafe start.deallocate()
      unsafe start = larger
    }
    let place = unsafe start + count
    count += more
    return unsafe place
  }

  /// Gives back what an extension left unused.
  mutating func truncate(to count: Int) {
    precondition(count <= self.count)
    self.count = count
  }

  mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
    let place = unsafe UnsafeMutableRawPointer(extend(by: MemoryLayout<Number>.size))
    unsafe place.storeBytes(of: number.littleEndian, as: Number.self)
  }

  /// Appends the `width` low bytes of `number`.
  mutating func append(_ number: UInt64, width: Int) {
    for position in 0..<width { append(UInt8(truncatingIfNeeded: number >> UInt64(8 * position))) }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    let place = unsafe extend(by: bytes.count)
    if let source = bytes.baseAddress {
      unsafe UnsafeMutableRawPointer(place).copyMemory(from: source, byteCount: bytes.count)
    }
  }

  /// Writes a number over four bytes that are already there.
  mutating func overwrite(_ number: UInt32, at place: Int) {
    precondition(place >= 0 && place + 4 <= count)
    unsafe UnsafeMutableRawPointer(start + place).storeBytes(
      of: number.littleEndian, as: UInt32.self)
  }

  /// Says that `following` bytes of other statistics than what stands before come next.
  mutating func cut(before following: Int) {
    if following >= PartBytes.shortestRun, count > (cuts.last ?? 0) { cuts.append(count) }
  }

  deinit {
    unsafe start.deallocate()
  }
}
