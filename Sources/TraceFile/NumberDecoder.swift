internal import Glibc

/// What a part's bytes contradict themselves in, by the man page's name for it.
struct Malformation: Error {
  var field: StaticName

  init(_ field: StaticName) {
    self.field = field
  }
}

/// Reads runs of numbers back out of a part.
///
/// Whatever the bytes are, nothing outside `target` is written, and nothing is allocated but for
/// exceptions and runs, which are no more than the numbers.
enum NumberDecoder {
  /// Decodes `count` numbers of `Number`'s width into `target`.
  static func decode<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ type: Number.Type, _ cursor: inout ByteCursor, count: Int,
    into target: UnsafeMutableRawPointer, depth: Int = 0
  ) throws(Malformation) {
    guard depth < BlockLimits.depth else { throw Malformation("depth") }
    let size = MemoryLayout<Number>.size
    let coding = NumberCoding(rawValue: cursor.next(UInt8.self))
    if count == 0, coding != .plain { throw Malformation("number coding") }
    switch coding {
    case .plain:
      guard let bytes = unsafe cursor.run(count * size) else { throw Malformation("plain") }
      if let source = bytes.baseAddress {
        unsafe target.copyMemory(from: source, byteCount: bytes.count)
      }
    case .constant:
      let number = cursor.next(Number.self)
      for row in 0..<count { unsafe put(number, target, row) }
    case .dictionary:
      try unsafe decodeDictionary(type, &cursor, count: count, into: target)
    case .planes:
      try unsafe decodePlanes(type, &cursor, count: count, into: target, depth: depth)
    case .runs:
      try unsafe decodeRuns(type, &cursor, count: count, into: target, depth: depth)
    case nil: throw Malformation("number coding")
    }
    if cursor.isShort { throw Malformation("numbers") }
  }

  private static func decodeDictionary<
    Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable
  >(
    _ type: Number.Type, _ cursor: inout ByteCursor, count: Int,
    into target: UnsafeMutableRawPointer
  ) throws(Malformation) {
    let entries = Int(cursor.next(UInt16.self))
    guard (1...256).contains(entries) else { throw Malformation("dictionary entries") }
    var table = [Number](repeating: 0, count: 256)
    for entry in 0..<entries { table[entry] = cursor.next(Number.self) }
    guard let index = unsafe cursor.run(count) else { throw Malformation("dictionary index") }
    guard unsafe greatest(index) < entries else { throw Malformation("dictionary index") }
    unsafe table.withUnsafeBufferPointer { table in
      for row in 0..<count { unsafe put(table[Int(index[row])], target, row) }
    }
  }

  private static func decodePlanes<
    Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable
  >(
    _ type: Number.Type, _ cursor: inout ByteCursor, count: Int,
    into target: UnsafeMutableRawPointer, depth: Int
  ) throws(Malformation) {
    guard let transform = NumberTransform(rawValue: cursor.next(UInt8.self)) else {
      throw Malformation("transform")
    }
    let lowPlanes = Int(cursor.next(UInt8.self))
    guard lowPlanes < MemoryLayout<Number>.size else { throw Malformation("low planes") }
    let exceptions = Int(cursor.next(UInt32.self))
    guard exceptions <= count else { throw Malformation("exceptions") }
    let minimum = transform == .aboveMinimum ? cursor.next(Number.self) : 0
    let size = count * (lowPlanes + 1)
    guard let planes = unsafe cursor.run(size) else { throw Malformation("planes") }
    guard count > 0, let start = planes.baseAddress else { return }

    unsafe join(type, start, planes: lowPlanes + 1, count: count, into: target)
    let top = unsafe start + lowPlanes * count
    try unsafe addExceptions(
      type, &cursor, top, count: count, exceptions: exceptions, shift: 8 * lowPlanes,
      into: target, depth: depth)
    switch transform {
    case .none: break
    case .aboveMinimum:
      for row in 0..<count { unsafe put(take(type, target, row) &+ minimum, target, row) }
    case .differences:
      var number: Number = 0
      for row in 0..<count {
        let zigzag = unsafe take(type, target, row)
        number &+= zigzag >> 1 ^ (0 &- (zigzag & 1))
        unsafe put(number, target, row)
      }
    }
  }

  private static func join<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ type: Number.Type, _ start: UnsafeRawPointer, planes: Int, count: Int,
    into target: UnsafeMutableRawPointer
  ) {
    let bytes = unsafe start.assumingMemoryBound(to: UInt8.self)
    if planes == 1 {
      for row in 0..<count { unsafe put(Number(truncatingIfNeeded: bytes[row]), target, row) }
      return
    }
    let second = unsafe bytes + count
    for row in 0..<count {
      let low = unsafe Number(truncatingIfNeeded: bytes[row])
      let high = unsafe Number(truncatingIfNeeded: second[row])
      unsafe put(low | high &<< 8, target, row)
    }
    for plane in 2..<max(planes, 2) {
      let next = unsafe bytes + plane * count
      let shift = Number(truncatingIfNeeded: 8 * plane)
      for row in 0..<count {
        let byte = unsafe Number(truncatingIfNeeded: next[row])
        unsafe put(take(type, target, row) | byte &<< shift, target, row)
      }
    }
  }

  private static func addExceptions<
    Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable
  >(
    _ type: Number.Type, _ cursor: inout ByteCursor, _ top: UnsafeRawPointer, count: Int,
    exceptions: Int, shift: Int, into target: UnsafeMutableRawPointer, depth: Int
  ) throws(Malformation) {
    var rest = Scratch<UInt64>()
    let large = unsafe UnsafeMutableRawPointer(rest.space(max(exceptions, 1)))
    if exceptions > 0 {
      try unsafe decode(type, &cursor, count: exceptions, into: large, depth: depth + 1)
    }
    var found = 0
    var row = 0
    while row < count, let place = unsafe memchr(top + row, 255, count - row) {
      row = unsafe UnsafeRawPointer(place) - top
      guard found < exceptions else { throw Malformation("exceptions") }
      let more = unsafe take(type, large, found) &<< Number(truncatingIfNeeded: shift)
      unsafe put(take(type, target, row) &+ more, target, row)
      found += 1
      row += 1
    }
    guard found == exceptions else { throw Malformation("exceptions") }
  }

  private static func decodeRuns<
    Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable
  >(
    _ type: Number.Type, _ cursor: inout ByteCursor, count: Int,
    into target: UnsafeMutableRawPointer, depth: Int
  ) throws(Malformation) {
    let runs = Int(cursor.next(UInt32.self))
    guard runs <= count else { throw Malformation("runs") }
    var rest = Scratch<UInt64>()
    let values = unsafe UnsafeMutableRawPointer(rest.space(2 * runs + 2))
    let lengths = unsafe values + 8 * (runs + 1)
    try unsafe decode(type, &cursor, count: runs, into: values, depth: depth + 1)
    try unsafe decode(UInt32.self, &cursor, count: runs, into: lengths, depth: depth + 1)
    var row = 0
    for run in 0..<runs {
      let length = unsafe Int(take(UInt32.self, lengths, run))
      guard length <= count - row else { throw Malformation("run length") }
      let value = unsafe take(type, values, run)
      for position in row..<row + length { unsafe put(value, target, position) }
      row += length
    }
    guard row == count else { throw Malformation("run length") }
  }

  /// The greatest of some bytes, -1 of none.
  static func greatest(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard let start = bytes.baseAddress else { return -1 }
    var most: UInt8 = 0
    for row in 0..<bytes.count {
      most = unsafe max(most, start.load(fromByteOffset: row, as: UInt8.self))
    }
    return bytes.count == 0 ? -1 : Int(most)
  }

  @inline(__always)
  static func put<Number: FixedWidthInteger & BitwiseCopyable>(
    _ number: Number, _ target: UnsafeMutableRawPointer, _ row: Int
  ) {
    unsafe target.storeBytes(
      of: number.littleEndian, toByteOffset: row &* MemoryLayout<Number>.size, as: Number.self)
  }

  @inline(__always)
  static func take<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, _ source: UnsafeMutableRawPointer, _ row: Int
  ) -> Number {
    unsafe Number(
      littleEndian: source.loadUnaligned(
        fromByteOffset: row &* MemoryLayout<Number>.size, as: Number.self))
  }
}
