extension RawSpan {
  /// The number at `offset`, nil where it does not lie within the span.
  @inlinable
  package func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, at offset: Int
  ) -> Number? {
    guard offset >= 0, offset <= byteCount - MemoryLayout<Number>.size else { return nil }
    return unsafe Number(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Number.self))
  }
}

extension [UInt8] {
  /// Appends the bytes of `number`, lowest first.
  @inlinable
  package mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
    unsafe Swift.withUnsafeBytes(of: number.littleEndian) { unsafe append(contentsOf: $0) }
  }
}
