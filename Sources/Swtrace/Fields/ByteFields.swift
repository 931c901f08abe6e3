extension Array: MarkerField where Element == UInt8 {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .bytes }

  @inlinable @inline(__always)
  public var markerFieldLength: Int { count }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    unsafe withUnsafeBytes { unsafe payload.store($0, keeping: kept) }
  }
}

extension ArraySlice: MarkerField where Element == UInt8 {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .bytes }

  @inlinable @inline(__always)
  public var markerFieldLength: Int { count }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    unsafe withUnsafeBytes { unsafe payload.store($0, keeping: kept) }
  }
}

extension ContiguousArray: MarkerField where Element == UInt8 {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .bytes }

  @inlinable @inline(__always)
  public var markerFieldLength: Int { count }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    unsafe withUnsafeBytes { unsafe payload.store($0, keeping: kept) }
  }
}

extension InlineArray: MarkerField where Element == UInt8 {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .bytes }

  @inlinable @inline(__always)
  public var markerFieldLength: Int { count }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    span.write(to: &payload, keeping: kept)
  }
}

extension UnsafeRawBufferPointer: MarkerField {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .bytes }

  @inlinable @inline(__always)
  public var markerFieldLength: Int { count }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    unsafe payload.store(self, keeping: kept)
  }
}

extension RawSpan: MarkerField {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .bytes }

  @inlinable @inline(__always)
  public var markerFieldLength: Int { byteCount }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    unsafe withUnsafeBytes { unsafe payload.store($0, keeping: kept) }
  }
}

extension Span: MarkerField where Element == UInt8 {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .bytes }

  @inlinable @inline(__always)
  public var markerFieldLength: Int { count }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    unsafe withUnsafeBytes { unsafe payload.store($0, keeping: kept) }
  }
}
