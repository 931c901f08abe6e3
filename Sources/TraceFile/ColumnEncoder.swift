internal import Events

/// Codes columns of groups, and other runs of numbers, into a part.
@safe struct ColumnEncoder: ~Copyable {
  private var numberEncoder = NumberEncoder()
  private var wide = Scratch<UInt64>()
  private var rowDictionary = RowDictionary()
  private var indices = Scratch<UInt8>()

  /// Codes a column: u32 width, then its rows.
  mutating func encode(_ column: Column, into part: inout PartBytes) {
    part.append(UInt32(column.width))
    unsafe column.bytes.withUnsafeBytes { bytes in
      switch column.width {
      case 0:
        unsafe column.ends.withUnsafeBufferPointer { ends in
          unsafe encodeVarying(bytes, ends, into: &part)
        }
      case 1, 2, 4, 8:
        unsafe encode(
          numbers: bytes, count: bytes.count / column.width, width: column.width, into: &part)
      default: unsafe encodeWide(bytes, width: column.width, into: &part)
      }
    }
  }

  /// Codes `count` numbers of `width` bytes that stand `stride` bytes apart.
  mutating func encode(
    numbers: UnsafeRawBufferPointer, count: Int, width: Int, stride: Int? = nil,
    into part: inout PartBytes
  ) {
    let apart = stride ?? width
    precondition(count == 0 || apart * (count - 1) + width <= numbers.count)
    guard count > 0, let start = numbers.baseAddress else {
      return part.append(NumberCoding.plain.rawValue)
    }
    if unsafe isConstant(start, count: count, width: width, stride: apart) {
      part.append(NumberCoding.constant.rawValue)
      return unsafe part.append(UnsafeRawBufferPointer(start: start, count: width))
    }
    if width == 1, apart == 1 {
      part.append(NumberCoding.plain.rawValue)
      part.cut(before: count)
      return unsafe part.append(UnsafeRawBufferPointer(rebasing: numbers[..<count]))
    }
    let target = unsafe wide.space(count)
    switch width {
    case 1: unsafe widen(UInt8.self, start, count, stride: apart, into: target)
    case 2: unsafe widen(UInt16.self, start, count, stride: apart, into: target)
    case 4: unsafe widen(UInt32.self, start, count, stride: apart, into: target)
    default: unsafe widen(UInt64.self, start, count, stride: apart, into: target)
    }
    unsafe numberEncoder.encode(target, count: count, width: width, into: &part)
  }

  /// Codes numbers of 8 bytes, most of them small, which are overwritten.
  mutating func encode(
    small numbers: UnsafeMutablePointer<UInt64>, count: Int, into part: inout PartBytes
  ) {
    guard count > 0 else { return part.append(NumberCoding.plain.rawValue) }
    let bytes = UnsafeRawPointer(numbers)
    if unsafe isConstant(bytes, count: count, width: 8, stride: 8) {
      part.append(NumberCoding.constant.rawValue)
      return unsafe part.append(numbers[0])
    }
    unsafe numberEncoder.encodePlanes(
      numbers, count: count, width: 8, transform: .none, minimum: 0, into: &part)
  }

  private mutating func encodeVarying(
    _ bytes: UnsafeRawBufferPointer, _ ends: UnsafeBufferPointer<UInt32>,
    into part: inout PartBytes
  ) {
    let rows = ends.count
    if rows >= 4, let start = bytes.baseAddress, let firstEnd = ends.baseAddress {
      let index = unsafe indices.space(rows)
      let limit = rows >= 1024 ? 256 : max(1, rows / 4)
      if unsafe rowDictionary.index(
        start, rows: rows, width: 0, ends: firstEnd, limit: limit, into: index)
      {
        part.append(RowCoding.dictionary.rawValue)
        let entries = rowDictionary.entries
        part.append(UInt16(entries.count))
        encodeLengths(entries.map { UInt64($0.count) }, into: &part)
        return unsafe encodeEntries(bytes, index, rows: rows, into: &part)
      }
    }
    part.append(RowCoding.plain.rawValue)
    let lengths = unsafe wide.space(rows)
    var before: UInt32 = 0
    for row in 0..<rows {
      let end = unsafe ends[row]
      unsafe lengths[row] = UInt64(end &- before)
      before = end
    }
    unsafe numberEncoder.encode(lengths, count: rows, width: 4, into: &part)
    part.append(UInt32(bytes.count))
    part.cut(before: bytes.count)
    unsafe part.append(bytes)
  }

  private mutating func encodeWide(
    _ bytes: UnsafeRawBufferPointer, width: Int, into part: inout PartBytes
  ) {
    let rows = bytes.count / width
    guard rows >= 2, let start = bytes.baseAddress else {
      part.append(RowCoding.plain.rawValue)
      return unsafe part.append(bytes)
    }
    let index = unsafe indices.space(rows)
    var none: UInt32 = 0
    let limit = rows >= 1024 ? 256 : max(1, rows / 4)
    if unsafe rowDictionary.index(
      start, rows: rows, width: width, ends: &none, limit: limit, into: index)
    {
      part.append(RowCoding.dictionary.rawValue)
      part.append(UInt16(rowDictionary.count))
      return unsafe encodeEntries(bytes, index, rows: rows, into: &part)
    }
    guard width % 4 == 0 else {
      part.append(RowCoding.plain.rawValue)
      part.cut(before: bytes.count)
      return unsafe part.append(bytes)
    }
    part.append(RowCoding.words.rawValue)
    var offset = 0
    while offset < width {
      let step = ColumnEncoder.wordBytes(at: offset, of: width)
      let word = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
      unsafe encode(numbers: word, count: rows, width: step, stride: width, into: &part)
      offset += step
    }
  }

  /// Width of the word at `offset` of a row that is cut into words.
  static func wordBytes(at offset: Int, of width: Int) -> Int {
    let left = width - offset
    return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1
  }

  private mutating func encodeLengths(_ lengths: [UInt64], into part: inout PartBytes) {
    let place = unsafe wide.space(lengths.count)
    for (position, length) in lengths.enumerated() { unsafe place[position] = length }
    unsafe numberEncoder.encode(place, count: lengths.count, width: 4, into: &part)
  }

  private func encodeEntries(
    _ bytes: UnsafeRawBufferPointer, _ index: UnsafeMutablePointer<UInt8>, rows: Int,
    into part: inout PartBytes
  ) {
    for entry in rowDictionary.entries {
      unsafe part.append(UnsafeRawBufferPointer(rebasing: bytes[entry]))
    }
    part.cut(before: rows)
    unsafe part.append(UnsafeRawBufferPointer(start: index, count: rows))
  }
}

private func isConstant(
  _ start: UnsafeRawPointer, count: Int, width: Int, stride: Int
) -> Bool {
  switch width {
  case 1: unsafe isConstant(UInt8.self, start, count, stride)
  case 2: unsafe isConstant(UInt16.self, start, count, stride)
  case 4: unsafe isConstant(UInt32.self, start, count, stride)
  default: unsafe isConstant(UInt64.self, start, count, stride)
  }
}

private func isConstant<Number: FixedWidthInteger & BitwiseCopyable>(
  _ type: Number.Type, _ start: UnsafeRawPointer, _ count: Int, _ stride: Int
) -> Bool {
  let first = unsafe start.loadUnaligned(as: Number.self)
  var row = 0
  while row < count {
    let end = min(row &+ 64, count)
    var differences: Number = 0
    while row < end {
      differences |=
        unsafe start.loadUnaligned(fromByteOffset: row &* stride, as: Number.self) ^ first
      row &+= 1
    }
    if differences != 0 { return false }
  }
  return true
}

private func widen<Number: FixedWidthInteger & BitwiseCopyable>(
  _ type: Number.Type, _ start: UnsafeRawPointer, _ count: Int, stride: Int,
  into target: UnsafeMutablePointer<UInt64>
) {
  if stride == MemoryLayout<Number>.size {
    for row in 0..<count {
      let number = unsafe start.loadUnaligned(
        fromByteOffset: row &* MemoryLayout<Number>.size, as: Number.self)
      unsafe target[row] = UInt64(truncatingIfNeeded: Number(littleEndian: number))
    }
  } else {
    for row in 0..<count {
      let number = unsafe start.loadUnaligned(fromByteOffset: row &* stride, as: Number.self)
      unsafe target[row] = UInt64(truncatingIfNeeded: Number(littleEndian: number))
    }
  }
}
