internal import Events

/// Reads columns back out of a part, within a budget of memory.
@safe struct ColumnDecoder: ~Copyable {
  private var words = Scratch<UInt64>()
  /// Bytes that may still be decoded, as limits count them.
  var budget = 0

  /// The column that is next, of so many rows.
  mutating func decode(_ cursor: inout ByteCursor, rows: Int) throws(Malformation) -> Column {
    let width = Int(cursor.next(UInt32.self))
    guard width <= BlockLimits.rawBytes else { throw Malformation("width") }
    if width == 0 { return try decodeVarying(&cursor, rows: rows) }
    let (size, overflow) = rows.multipliedReportingOverflow(by: width)
    guard !overflow else { throw Malformation("width") }
    try charge(size + BlockLimits.columnBytes)
    guard !cursor.isShort else { throw Malformation("column") }

    switch width {
    case 1, 2, 4, 8: return try decodeNumbers(&cursor, rows: rows, width: width)
    default: return try decodeWide(&cursor, rows: rows, width: width)
    }
  }

  /// Numbers as an array: the columns that all events have.
  mutating func decode<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ type: Number.Type, _ cursor: inout ByteCursor, count: Int
  ) throws(Malformation) -> [Number] {
    try decode(type, as: type, &cursor, count: count)
  }

  /// Numbers as an array of what has their bytes.
  mutating func decode<
    Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable, Element: BitwiseCopyable
  >(
    _ type: Number.Type, as element: Element.Type, _ cursor: inout ByteCursor, count: Int
  ) throws(Malformation) -> [Element] {
    precondition(MemoryLayout<Number>.size == MemoryLayout<Element>.stride)
    guard count > 0 else {
      try skipEmpty(&cursor)
      return []
    }
    var failure: Malformation?
    let numbers = unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let target = buffer.baseAddress else { return }
      do throws(Malformation) {
        try unsafe NumberDecoder.decode(
          type, &cursor, count: count, into: UnsafeMutableRawPointer(target))
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return numbers
  }

  private func skipEmpty(_ cursor: inout ByteCursor) throws(Malformation) {
    guard cursor.next(UInt8.self) == NumberCoding.plain.rawValue else {
      throw Malformation("number coding")
    }
  }

  mutating func charge(_ bytes: Int) throws(Malformation) {
    budget -= bytes
    guard budget >= 0 else { throw Malformation("decoded bytes") }
  }

  private mutating func decodeNumbers(
    _ cursor: inout ByteCursor, rows: Int, width: Int
  ) throws(Malformation) -> Column {
    guard rows > 0 else {
      try skipEmpty(&cursor)
      return Column(width: width, bytes: [])
    }
    var failure: Malformation?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: rows * width) { buffer, initialized in
      guard let start = buffer.baseAddress else { return }
      let target = UnsafeMutableRawPointer(start)
      do throws(Malformation) {
        try unsafe ColumnDecoder.decode(&cursor, rows: rows, width: width, into: target)
        initialized = rows * width
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return Column(width: width, bytes: bytes)
  }

  private static func decode(
    _ cursor: inout ByteCursor, rows: Int, width: Int, into target: UnsafeMutableRawPointer
  ) throws(Malformation) {
    switch width {
    case 1: try unsafe NumberDecoder.decode(UInt8.self, &cursor, count: rows, into: target)
    case 2: try unsafe NumberDecoder.decode(UInt16.self, &cursor, count: rows, into: target)
    case 4: try unsafe NumberDecoder.decode(UInt32.self, &cursor, count: rows, into: target)
    default: try unsafe NumberDecoder.decode(UInt64.self, &cursor, count: rows, into: target)
    }
  }

  private mutating func decodeWide(
    _ cursor: inout ByteCursor, rows: Int, width: Int
  ) throws(Malformation) -> Column {
    switch RowCoding(rawValue: cursor.next(UInt8.self)) {
    case .plain:
      guard let bytes = unsafe cursor.run(rows * width) else { throw Malformation("rows") }
      return unsafe Column(width: width, bytes: Array(bytes))
    case .dictionary:
      let entries = Int(cursor.next(UInt16.self))
      guard (1...256).contains(entries), let table = unsafe cursor.run(entries * width),
        let index = unsafe cursor.run(rows), unsafe NumberDecoder.greatest(index) < entries
      else { throw Malformation("row dictionary") }
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: rows * width) { buffer, filled in
        guard let start = buffer.baseAddress, let entry = table.baseAddress else { return }
        let target = UnsafeMutableRawPointer(start)
        for row in 0..<rows {
          let source = unsafe entry + Int(index[row]) &* width
          unsafe (target + row &* width).copyMemory(from: source, byteCount: width)
        }
        filled = rows * width
      }
      return Column(width: width, bytes: bytes)
    case .words: return try decodeWords(&cursor, rows: rows, width: width)
    case nil: throw Malformation("row coding")
    }
  }

  private mutating func decodeWords(
    _ cursor: inout ByteCursor, rows: Int, width: Int
  ) throws(Malformation) -> Column {
    guard rows > 0 else { throw Malformation("row coding") }
    let word = unsafe UnsafeMutableRawPointer(words.space(rows))
    var failure: Malformation?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: rows * width) { buffer, filled in
      guard let start = buffer.baseAddress else { return }
      var offset = 0
      while offset < width {
        let size = ColumnEncoder.wordBytes(at: offset, of: width)
        do throws(Malformation) {
          try unsafe ColumnDecoder.decode(&cursor, rows: rows, width: size, into: word)
        } catch {
          failure = error
          return
        }
        let target = unsafe UnsafeMutableRawPointer(start) + offset
        switch size {
        case 8: unsafe spread(UInt64.self, word, rows, width, target)
        case 4: unsafe spread(UInt32.self, word, rows, width, target)
        case 2: unsafe spread(UInt16.self, word, rows, width, target)
        default: unsafe spread(UInt8.self, word, rows, width, target)
        }
        offset += size
      }
      filled = rows * width
    }
    if let failure { throw failure }
    return Column(width: width, bytes: bytes)
  }

  private mutating func decodeVarying(
    _ cursor: inout ByteCursor, rows: Int
  ) throws(Malformation) -> Column {
    try charge(BlockLimits.columnBytes + 4 * rows)
    switch RowCoding(rawValue: cursor.next(UInt8.self)) {
    case .plain:
      var ends = try decode(UInt32.self, &cursor, count: rows)
      let total = try ColumnDecoder.sum(&ends)
      let size = Int(cursor.next(UInt32.self))
      guard size == total, let bytes = unsafe cursor.run(size) else {
        throw Malformation("row lengths")
      }
      try charge(size)
      return unsafe Column(bytes: Array(bytes), ends: ends)
    case .dictionary: return try decodeVaryingDictionary(&cursor, rows: rows)
    case .words, nil: throw Malformation("row coding")
    }
  }

  private mutating func decodeVaryingDictionary(
    _ cursor: inout ByteCursor, rows: Int
  ) throws(Malformation) -> Column {
    let entries = Int(cursor.next(UInt16.self))
    guard (1...256).contains(entries) else { throw Malformation("row dictionary") }
    var ends = try decode(UInt32.self, &cursor, count: entries)
    let total = try ColumnDecoder.sum(&ends)
    guard let table = unsafe cursor.run(total), let index = unsafe cursor.run(rows),
      unsafe NumberDecoder.greatest(index) < entries
    else { throw Malformation("row dictionary") }
    var size = 0
    var rowEnds: [UInt32] = []
    rowEnds.reserveCapacity(rows)
    for row in 0..<rows {
      let entry = unsafe Int(index[row])
      size += Int(ends[entry]) - (entry == 0 ? 0 : Int(ends[entry - 1]))
      guard size <= budget else { throw Malformation("decoded bytes") }
      rowEnds.append(UInt32(size))
    }
    try charge(size)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    for row in 0..<rows {
      let entry = unsafe Int(index[row])
      let range = (entry == 0 ? 0 : Int(ends[entry - 1]))..<Int(ends[entry])
      unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: table[range]))
    }
    return Column(bytes: bytes, ends: rowEnds)
  }

  /// Turns lengths into ends and returns the last.
  private static func sum(_ lengths: inout [UInt32]) throws(Malformation) -> Int {
    var end = 0
    for row in lengths.indices {
      end += Int(lengths[row])
      guard end <= BlockLimits.rawBytes else { throw Malformation("row lengths") }
      lengths[row] = UInt32(end)
    }
    return end
  }
}

private func spread<Number: FixedWidthInteger & BitwiseCopyable>(
  _ type: Number.Type, _ source: UnsafeMutableRawPointer, _ rows: Int, _ stride: Int,
  _ target: UnsafeMutableRawPointer
) {
  for row in 0..<rows {
    let number = unsafe source.loadUnaligned(
      fromByteOffset: row &* MemoryLayout<Number>.size, as: Number.self)
    unsafe target.storeBytes(of: number, toByteOffset: row &* stride, as: Number.self)
  }
}
