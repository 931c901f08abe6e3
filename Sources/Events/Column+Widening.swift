extension Column {
  /// All rows of an integer column as 64-bit numbers, in one pass.
  package func widened(signed: Bool) -> [Int64] {
    unsafe bytes.withUnsafeBytes { source in
      switch (width, signed) {
      case (1, false): unsafe widen(source, as: UInt8.self)
      case (1, true): unsafe widen(source, as: Int8.self)
      case (2, false): unsafe widen(source, as: UInt16.self)
      case (2, true): unsafe widen(source, as: Int16.self)
      case (4, false): unsafe widen(source, as: UInt32.self)
      case (4, true): unsafe widen(source, as: Int32.self)
      case (8, _): unsafe widen(source, as: Int64.self)
      default: [Int64](repeating: 0, count: rows)
      }
    }
  }

  private func widen<Number: FixedWidthInteger & BitwiseCopyable>(
    _ source: UnsafeRawBufferPointer, as type: Number.Type
  ) -> [Int64] {
    let count = rows
    return unsafe [Int64](unsafeUninitializedCapacity: count) { buffer, initialized in
      for row in 0..<count {
        let number = unsafe source.loadUnaligned(
          fromByteOffset: row &* MemoryLayout<Number>.size, as: Number.self)
        unsafe buffer[row] = Int64(truncatingIfNeeded: Number(littleEndian: number))
      }
      initialized = count
    }
  }
}
