/// An address, recorded without what stands there.
public protocol MarkerPointer: MarkerField {
  var markerAddress: UInt { get }
}

extension MarkerField where Self: MarkerPointer {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .pointer }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    payload.store(markerAddress)
  }
}

extension UnsafePointer: @unsafe MarkerField, @unsafe MarkerPointer {
  @inlinable @inline(__always)
  public var markerAddress: UInt { UInt(bitPattern: self) }
}

extension UnsafeMutablePointer: @unsafe MarkerField, @unsafe MarkerPointer {
  @inlinable @inline(__always)
  public var markerAddress: UInt { UInt(bitPattern: self) }
}

extension UnsafeRawPointer: @unsafe MarkerField, @unsafe MarkerPointer {
  @inlinable @inline(__always)
  public var markerAddress: UInt { UInt(bitPattern: self) }
}

extension UnsafeMutableRawPointer: @unsafe MarkerField, @unsafe MarkerPointer {
  @inlinable @inline(__always)
  public var markerAddress: UInt { UInt(bitPattern: self) }
}

extension OpaquePointer: @unsafe MarkerField, @unsafe MarkerPointer {
  @inlinable @inline(__always)
  public var markerAddress: UInt { UInt(bitPattern: self) }
}

extension ObjectIdentifier: MarkerField, MarkerPointer {
  @inlinable @inline(__always)
  public var markerAddress: UInt { UInt(bitPattern: self) }
}

extension Optional: MarkerField, MarkerPointer where Wrapped: MarkerPointer {
  @inlinable @inline(__always)
  public var markerAddress: UInt { self?.markerAddress ?? 0 }
}
