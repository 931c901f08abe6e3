extension Column {
  /// Where each record has a field.
  package struct RecordField {
    package let offset: Int
    package let width: Int

    package init(offset: Int, width: Int) {
      self.offset = offset
      self.width = width
    }
  }

  /// Rows that are gathered into all columns before the next ones: they stay in the nearest cache.
  private static var tile: Int { 128 }

  /// A column for each field of `count` records that stand `stride` bytes apart.
  ///
  /// The caller vouches that all records lie within `records`.
  package static func gathering(
    _ fields: [RecordField], of records: UnsafeRawBufferPointer, count: Int, stride: Int
  ) -> [Column] {
    guard count > 0, let start = records.baseAddress else {
      return fields.map { Column(width: $0.width, bytes: []) }
    }
    precondition(stride * count <= records.count)
    precondition(
      fields.allSatisfy { $0.offset >= 0 && $0.width > 0 && $0.offset + $0.width <= stride })
    var columns: [Column] = []
    var targets: [UnsafeMutableRawPointer] = unsafe []
    unsafe fill(fields, count, &targets, &columns) { targets in
      var first = 0
      while first < count {
        let rows = min(tile, count - first)
        for (index, field) in fields.enumerated() {
          unsafe gather(
            field.width, start + first * stride + field.offset, stride,
            targets[index] + first * field.width, rows)
        }
        first += rows
      }
    }
    return columns.reversed()
  }

  /// Makes room for one column after another, and calls `body` when all have theirs; the last column
  /// comes first.
  private static func fill(
    _ fields: [RecordField], _ count: Int, _ targets: inout [UnsafeMutableRawPointer],
    _ columns: inout [Column], _ body: ([UnsafeMutableRawPointer]) -> Void
  ) {
    guard unsafe targets.count < fields.count else { return unsafe body(targets) }
    let width = unsafe fields[targets.count].width
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count * width) { buffer, initialized in
      if let start = buffer.baseAddress {
        unsafe targets.append(UnsafeMutableRawPointer(start))
        unsafe fill(fields, count, &targets, &columns, body)
      }
      initialized = count * width
    }
    columns.append(Column(width: width, bytes: bytes))
  }
}

private func gather(
  _ width: Int, _ from: UnsafeRawPointer, _ stride: Int, _ to: UnsafeMutableRawPointer,
  _ count: Int
) {
  switch width {
  case 1: unsafe gather(UInt8.self, from, stride, to, count)
  case 2: unsafe gather(UInt16.self, from, stride, to, count)
  case 4: unsafe gather(UInt32.self, from, stride, to, count)
  case 8: unsafe gather(UInt64.self, from, stride, to, count)
  case 16: unsafe gather(SIMD16<UInt8>.self, from, stride, to, count)
  case 48: unsafe gatherWide(3, from, stride, to, count)
  case _ where width % 16 == 0 && width <= 128:
    unsafe gatherWide(width / 16, from, stride, to, count)
  default:
    for row in 0..<count {
      unsafe (to + row &* width).copyMemory(from: from + row &* stride, byteCount: width)
    }
  }
}

private func gather<Number: BitwiseCopyable>(
  _ type: Number.Type, _ from: UnsafeRawPointer, _ stride: Int, _ to: UnsafeMutableRawPointer,
  _ count: Int
) {
  for row in 0..<count {
    let number = unsafe from.loadUnaligned(fromByteOffset: row &* stride, as: Number.self)
    let place = row &* MemoryLayout<Number>.size
    unsafe to.storeBytes(of: number, toByteOffset: place, as: Number.self)
  }
}

@inline(__always)
private func gatherWide(
  _ parts: Int, _ from: UnsafeRawPointer, _ stride: Int, _ to: UnsafeMutableRawPointer,
  _ count: Int
) {
  for row in 0..<count {
    for part in 0..<parts {
      let bytes = unsafe from.loadUnaligned(
        fromByteOffset: row &* stride &+ part &* 16, as: SIMD16<UInt8>.self)
      unsafe to.storeBytes(
        of: bytes, toByteOffset: (row &* parts &+ part) &* 16, as: SIMD16<UInt8>.self)
    }
  }
}
