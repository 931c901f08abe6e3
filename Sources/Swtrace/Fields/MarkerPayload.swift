public import CSwtrace

/// The place in a reserved record where the next field goes.
@frozen @safe
public struct MarkerPayload: ~Copyable {
  @usableFromInline var place: UnsafeMutablePointer<UInt8>

  @inlinable @inline(__always)
  init(at place: UnsafeMutablePointer<UInt8>) { unsafe self.place = place }

  @inlinable @inline(__always)
  mutating func store<Value: BitwiseCopyable>(_ value: Value) {
    unsafe UnsafeMutableRawPointer(place).storeBytes(of: value, as: Value.self)
    unsafe place += MemoryLayout<Value>.size
  }

  /// Stores the length, with a mark if not all of it is kept, and what is kept.
  @inlinable @inline(__always)
  mutating func store(_ bytes: UnsafeRawBufferPointer, keeping kept: UInt32) {
    unsafe place = swtrace_put_text(place, bytes.baseAddress, bytes.count, kept)
  }
}

/// What is left in a record for texts and byte arrays.
@frozen
public struct MarkerRoom {
  @usableFromInline var left: UInt32

  /// The room beside fields of fixed width and the lengths of texts.
  @inlinable @inline(__always)
  init(besides fixed: UInt32) { left = UInt32(SWTRACE_RECORD_MAX) &- 8 &- fixed }

  /// How many of `length` bytes are kept.
  @inlinable @inline(__always)
  mutating func keep(_ length: Int) -> UInt32 {
    let kept = length < Int(left) ? UInt32(truncatingIfNeeded: length) : left
    left &-= kept
    return kept
  }

  /// Bytes of all fields together.
  @inlinable @inline(__always)
  var taken: UInt32 { UInt32(SWTRACE_RECORD_MAX) &- 8 &- left }
}
