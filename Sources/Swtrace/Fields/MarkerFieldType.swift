public import CSwtrace

/// What kind of value a marker's field holds, as it is listed and stored.
///
/// The raw value is that of `swtrace_layout.h`: the class in the upper four bits, the width in bytes
/// in the lower ones, 0 for texts and byte arrays.
@frozen
public struct MarkerFieldType: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt8

  @inlinable @inline(__always)
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  @inlinable @inline(__always)
  static func unsigned(width: Int) -> Self { Self(SWTRACE_TYPE_UNSIGNED, width) }

  @inlinable @inline(__always)
  static func signed(width: Int) -> Self { Self(SWTRACE_TYPE_SIGNED, width) }

  @inlinable @inline(__always)
  static func float(width: Int) -> Self { Self(SWTRACE_TYPE_FLOAT, width) }

  @inlinable @inline(__always)
  static var pointer: Self { Self(SWTRACE_TYPE_POINTER, MemoryLayout<UInt>.size) }

  @inlinable @inline(__always)
  static var bool: Self { Self(SWTRACE_TYPE_BOOL, 0) }

  @inlinable @inline(__always)
  static var string: Self { Self(SWTRACE_TYPE_STRING, 0) }

  @inlinable @inline(__always)
  static var bytes: Self { Self(SWTRACE_TYPE_BYTES, 0) }

  @inlinable @inline(__always)
  init(_ type: Int32, _ width: Int) {
    rawValue = UInt8(truncatingIfNeeded: type) | UInt8(truncatingIfNeeded: width)
  }

  /// Bytes that every value takes: its own, or those of a text's length.
  @inlinable @inline(__always)
  var fixedWidth: UInt32 {
    rawValue >= UInt8(truncatingIfNeeded: SWTRACE_TYPE_STRING) ? 2 : UInt32(rawValue & 15)
  }
}
