extension MarkerField where Self: FixedWidthInteger & BitwiseCopyable {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType {
    isSigned
      ? .signed(width: MemoryLayout<Self>.size) : .unsigned(width: MemoryLayout<Self>.size)
  }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) { payload.store(self) }
}

extension Int: MarkerField {}
extension Int8: MarkerField {}
extension Int16: MarkerField {}
extension Int32: MarkerField {}
extension Int64: MarkerField {}
extension UInt: MarkerField {}
extension UInt8: MarkerField {}
extension UInt16: MarkerField {}
extension UInt32: MarkerField {}
extension UInt64: MarkerField {}

extension MarkerField where Self: BinaryFloatingPoint & BitwiseCopyable {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .float(width: MemoryLayout<Self>.size) }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) { payload.store(self) }
}

extension Float: MarkerField {}
extension Double: MarkerField {}

extension Bool: MarkerField {
  @inlinable @inline(__always)
  public static var markerFieldType: MarkerFieldType { .bool }

  @inlinable @inline(__always)
  public func write(to payload: inout MarkerPayload, keeping kept: UInt32) {
    payload.store(self ? 1 as UInt8 : 0)
  }
}

/// A number that a counter can show.
public protocol CounterValue: MarkerField {}

extension Int: CounterValue {}
extension Int8: CounterValue {}
extension Int16: CounterValue {}
extension Int32: CounterValue {}
extension Int64: CounterValue {}
extension UInt: CounterValue {}
extension UInt8: CounterValue {}
extension UInt16: CounterValue {}
extension UInt32: CounterValue {}
extension UInt64: CounterValue {}
extension Float: CounterValue {}
extension Double: CounterValue {}
