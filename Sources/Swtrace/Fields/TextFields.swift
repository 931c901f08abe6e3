extension String: MarkerField {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .string }

  @inlinable @inline(__always)
  public var markerFieldLength: Int { utf8.count }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    // Inlined where it is contiguous, which utf8Span is not: two calls less.
    let stored: Void? = unsafe utf8.withContiguousStorageIfAvailable {
      unsafe payload.store(UnsafeRawBufferPointer($0), keeping: kept)
    }
    if stored == nil { writeScattered(to: &payload, keeping: kept) }
  }

  @inlinable @inline(never)
  func writeScattered(to payload: inout MarkerPayload, keeping kept: UInt32) {
    unsafe utf8Span.span.withUnsafeBufferPointer {
      unsafe payload.store(UnsafeRawBufferPointer($0), keeping: kept)
    }
  }
}

extension Substring: MarkerField {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .string }

  @inlinable @inline(__always)
  public var markerFieldLength: Int { utf8.count }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    unsafe utf8Span.span.withUnsafeBufferPointer {
      unsafe payload.store(UnsafeRawBufferPointer($0), keeping: kept)
    }
  }
}

extension StaticString: MarkerField {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .string }

  @inlinable @inline(__always)
  public var markerFieldLength: Int {
    hasPointerRepresentation ? utf8CodeUnitCount : withUTF8Buffer { $0.count }
  }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    withUTF8Buffer { unsafe payload.store(UnsafeRawBufferPointer($0), keeping: kept) }
  }
}
