/// A type whose values can be fields of a marker.
///
/// These are: integers of 8 to 64 bits, `Int` and `UInt`, `Float`, `Double`, `Bool`, pointers (also
/// optional ones) and `ObjectIdentifier`, the texts `String`, `Substring` and `StaticString`, and the
/// byte arrays `[UInt8]`, `ArraySlice<UInt8>`, `ContiguousArray<UInt8>`, `InlineArray<_, UInt8>`,
/// `UnsafeRawBufferPointer`, `RawSpan` and `Span<UInt8>`.
///
/// A type of your own joins by its raw value:
///
///     enum Stage: UInt8 { case parse, render, send }
///     extension Stage: MarkerField {}
///
/// The requirements are not made to be implemented otherwise: a record's memory is reserved from
/// what they say.
public protocol MarkerField: ~Escapable {
  /// How the field is listed and stored.
  static var markerFieldType: MarkerFieldType { get }

  /// Bytes of a text or a byte array; 0 for a field of fixed width.
  var markerFieldLength: Int { get }

  /// Stores the field, `kept` bytes of it if it is a text or a byte array.
  func write(to payload: inout MarkerPayload, keeping kept: UInt32)
}

extension MarkerField where Self: ~Escapable {
  @inlinable @inline(__always)
  public var markerFieldLength: Int { 0 }
}

extension MarkerField where Self: RawRepresentable, RawValue: MarkerField {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { RawValue.markerFieldType }

  @inlinable @inline(__always)
  public var markerFieldLength: Int { rawValue.markerFieldLength }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    rawValue.write(to: &payload, keeping: kept)
  }
}
