/// Memory that grows and is used again; its owner frees it.
@safe
struct GrowingMemory {
  private(set) var base: UnsafeMutableRawPointer
  private(set) var capacity: Int
  var used = 0

  init(capacity: Int = 64) {
    unsafe base = .allocate(byteCount: capacity, alignment: 16)
    self.capacity = capacity
  }

  /// Makes room for `extra` bytes behind those that are used.
  mutating func reserve(_ extra: Int) {
    if extra > capacity &- used { grow(extra) }
  }

  private mutating func grow(_ extra: Int) {
    let larger = max(2 * capacity, used + extra)
    let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    unsafe moved.copyMemory(from: base, byteCount: used)
    unsafe base.deallocate()
    unsafe base = moved
    capacity = larger
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    if let start = bytes.baseAddress {
      unsafe (base + used).copyMemory(from: start, byteCount: bytes.count)
    }
    used += bytes.count
  }

  /// The bytes that are used, as numbers.
  func array<Number: BitwiseCopyable>(of type: Number.Type) -> [Number] {
    let count = used / MemoryLayout<Number>.stride
    return unsafe [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let start = buffer.baseAddress {
        unsafe UnsafeMutableRawPointer(start).copyMemory(
          from: base, byteCount: count * MemoryLayout<Number>.stride)
      }
      initialized = count
    }
  }

  func deallocate() {
    unsafe base.deallocate()
  }
}

/// A column of varying length in the making.
struct VaryingRows {
  var bytes = GrowingMemory()
  /// Where each row ends in `bytes`, a `UInt32` each.
  var ends = GrowingMemory()

  var rows: Int { ends.used / 4 }

  mutating func append(_ row: UnsafeRawBufferPointer) {
    unsafe bytes.append(row)
    endRow()
  }

  mutating func endRow() {
    ends.reserve(4)
    unsafe ends.base.storeBytes(
      of: UInt32(truncatingIfNeeded: bytes.used), toByteOffset: ends.used, as: UInt32.self)
    ends.used += 4
  }

  mutating func appendEmptyRows(upTo count: Int) {
    while rows < count { endRow() }
  }

  mutating func clear() {
    bytes.used = 0
    ends.used = 0
  }

  func deallocate() {
    bytes.deallocate()
    ends.deallocate()
  }
}
