/// Codes runs of numbers into a part: a cheap look at the numbers chooses how.
@safe struct NumberEncoder: ~Copyable {
  private var dictionary = NumberDictionary()
  private var indices = Scratch<UInt8>()

  /// Codes `count` numbers of `width` bytes, held zero-extended in `numbers`, which are overwritten.
  mutating func encode(
    _ numbers: UnsafeMutablePointer<UInt64>, count: Int, width: Int, into part: inout PartBytes,
    depth: Int = 0
  ) {
    guard count > 0, depth < BlockLimits.depth - 1 else {
      return unsafe encodePlain(numbers, count: count, width: width, into: &part)
    }
    if let runs = unsafe NumberEncoder.runs(numbers, count: count) {
      if runs == 1 {
        part.append(NumberCoding.constant.rawValue)
        return unsafe part.append(numbers[0], width: width)
      }
      return unsafe encodeRuns(
        numbers, count: count, width: width, runs: runs, into: &part, depth: depth)
    }
    guard width > 1, count >= 8 else {
      return unsafe encodePlain(numbers, count: count, width: width, into: &part)
    }
    if unsafe encodeDictionary(numbers, count: count, width: width, into: &part) { return }
    let (transform, minimum) = unsafe apply(to: numbers, count: count, width: width)
    unsafe encodePlanes(
      numbers, count: count, width: width, transform: transform, minimum: minimum, into: &part,
      depth: depth)
  }

  /// Codes numbers of which most are small and no two need be alike.
  mutating func encodePlanes(
    _ numbers: UnsafeMutablePointer<UInt64>, count: Int, width: Int, transform: NumberTransform,
    minimum: UInt64, into part: inout PartBytes, depth: Int = 0
  ) {
    let (lowPlanes, exceptions) = unsafe NumberEncoder.split(numbers, count: count, width: width)
    part.append(NumberCoding.planes.rawValue)
    part.append(transform.rawValue)
    part.append(UInt8(lowPlanes))
    part.append(UInt32(exceptions))
    if transform == .aboveMinimum { part.append(minimum, width: width) }
    for plane in 0..<lowPlanes {
      part.cut(before: count)
      let place = unsafe part.extend(by: count)
      let shift = UInt64(8 * plane)
      for position in 0..<count {
        unsafe place[position] = UInt8(truncatingIfNeeded: numbers[position] &>> shift)
      }
    }
    let shift = UInt64(8 * lowPlanes)
    part.cut(before: count)
    let top = unsafe part.extend(by: count)
    for position in 0..<count {
      unsafe top[position] = UInt8(truncatingIfNeeded: min(numbers[position] &>> shift, 255))
    }
    guard exceptions > 0 else { return }
    part.cut(before: exceptions)
    var rest = Scratch<UInt64>()
    let large = unsafe rest.space(exceptions + 1)
    var found = 0
    for position in 0..<count {
      let number = unsafe numbers[position] &>> shift
      unsafe large[found] = number &- 255
      found &+= number >= 255 ? 1 : 0
    }
    unsafe encode(large, count: exceptions, width: width, into: &part, depth: depth + 1)
  }

  private func encodePlain(
    _ numbers: UnsafeMutablePointer<UInt64>, count: Int, width: Int, into part: inout PartBytes
  ) {
    part.append(NumberCoding.plain.rawValue)
    if width == 1 { part.cut(before: count) }
    let place = unsafe UnsafeMutableRawPointer(part.extend(by: count * width))
    switch width {
    case 1: unsafe store(UInt8.self, numbers, count, at: place)
    case 2: unsafe store(UInt16.self, numbers, count, at: place)
    case 4: unsafe store(UInt32.self, numbers, count, at: place)
    default: unsafe store(UInt64.self, numbers, count, at: place)
    }
  }

  private mutating func encodeRuns(
    _ numbers: UnsafeMutablePointer<UInt64>, count: Int, width: Int, runs: Int,
    into part: inout PartBytes, depth: Int
  ) {
    part.append(NumberCoding.runs.rawValue)
    part.append(UInt32(runs))
    var rest = Scratch<UInt64>()
    let values = unsafe rest.space(2 * runs)
    let lengths = unsafe values + runs
    var run = 0
    var start = 0
    var value = unsafe numbers[0]
    for position in 1..<count {
      let number = unsafe numbers[position]
      guard number != value else { continue }
      unsafe values[run] = value
      unsafe lengths[run] = UInt64(truncatingIfNeeded: position &- start)
      run &+= 1
      start = position
      value = number
    }
    unsafe values[run] = value
    unsafe lengths[run] = UInt64(count - start)
    unsafe encode(values, count: runs, width: width, into: &part, depth: depth + 1)
    unsafe encode(lengths, count: runs, width: 4, into: &part, depth: depth + 1)
  }

  private mutating func encodeDictionary(
    _ numbers: UnsafeMutablePointer<UInt64>, count: Int, width: Int, into part: inout PartBytes
  ) -> Bool {
    let limit = count >= 1024 ? 256 : count / 4
    let index = unsafe indices.space(count)
    guard unsafe dictionary.index(numbers, count: count, limit: limit, into: index) else {
      return false
    }
    part.append(NumberCoding.dictionary.rawValue)
    part.append(UInt16(dictionary.count))
    for entry in 0..<dictionary.count { part.append(dictionary[entry], width: width) }
    part.cut(before: count)
    unsafe part.append(UnsafeRawBufferPointer(start: index, count: count))
    return true
  }

  /// Takes the minimum off, or makes differences, whichever leaves smaller numbers in a sample.
  private func apply(
    to numbers: UnsafeMutablePointer<UInt64>, count: Int, width: Int
  ) -> (NumberTransform, minimum: UInt64) {
    let unused = UInt64(64 - 8 * width)
    let mask = UInt64.max >> unused
    var least = Int64.max
    for position in 0..<count {
      least = unsafe min(least, Int64(bitPattern: numbers[position] << unused))
    }
    let minimum = UInt64(bitPattern: least >> unused) & mask
    var (plainBits, differenceBits) = (0, 0)
    for position in stride(from: 1, to: count, by: max(1, count / 512)) {
      let number = unsafe numbers[position]
      let difference = unsafe zigzag(number, after: numbers[position - 1], unused: unused)
      plainBits += 64 - ((number &- minimum) & mask).leadingZeroBitCount
      differenceBits += 64 - difference.leadingZeroBitCount
    }
    if differenceBits + differenceBits / 16 < plainBits {
      var before: UInt64 = 0
      for position in 0..<count {
        let number = unsafe numbers[position]
        unsafe numbers[position] = zigzag(number, after: before, unused: unused)
        before = number
      }
      return (.differences, 0)
    }
    for position in 0..<count {
      unsafe numbers[position] = (numbers[position] &- minimum) & mask
    }
    return (minimum == 0 ? .none : .aboveMinimum, minimum)
  }

  /// How many runs of equal numbers there are, nil where they are not worth counting.
  private static func runs(_ numbers: UnsafeMutablePointer<UInt64>, count: Int) -> Int? {
    let few = count / 16
    var sampled = 0
    for position in stride(from: 1, to: count, by: max(1, count / 64)) {
      sampled &+= unsafe numbers[position] == numbers[position &- 1] ? 0 : 1
    }
    guard sampled <= 8 else { return nil }
    var runs = 1
    for position in 1..<max(count, 1) {
      runs &+= unsafe numbers[position] == numbers[position &- 1] ? 0 : 1
    }
    return runs == 1 || (count >= 64 && runs <= few) ? runs : nil
  }

  /// How many low planes leave few enough numbers whose top does not fit a byte.
  private static func split(
    _ numbers: UnsafeMutablePointer<UInt64>, count: Int, width: Int
  ) -> (lowPlanes: Int, exceptions: Int) {
    var (none, one, two) = (0, 0, 0)
    var all: UInt64 = 0
    for position in 0..<count {
      let number = unsafe numbers[position]
      none &+= number >= 255 ? 1 : 0
      one &+= number >= 255 << 8 ? 1 : 0
      two &+= number >= 255 << 16 ? 1 : 0
      all |= number
    }
    let few = count * 3 / 8
    if none <= few { return (0, none) }
    if one <= few || width == 2 { return (1, one) }
    if two <= few { return (2, two) }
    let lowPlanes = max(3, (64 - all.leadingZeroBitCount + 7) / 8 - 1)
    var exceptions = 0
    for position in 0..<count {
      exceptions &+= unsafe numbers[position] &>> UInt64(8 * lowPlanes) >= 255 ? 1 : 0
    }
    return (lowPlanes, exceptions)
  }
}

/// The zig-zag form of a number's difference to another, both of 64 − `unused` bits.
private func zigzag(_ number: UInt64, after before: UInt64, unused: UInt64) -> UInt64 {
  let difference = Int64(bitPattern: (number &- before) << unused) >> Int64(unused)
  return UInt64(bitPattern: difference << 1 ^ difference >> 63) & (UInt64.max >> unused)
}

private func store<Number: FixedWidthInteger & BitwiseCopyable>(
  _ type: Number.Type, _ numbers: UnsafeMutablePointer<UInt64>, _ count: Int,
  at place: UnsafeMutableRawPointer
) {
  for position in 0..<count {
    let number = unsafe Number(truncatingIfNeeded: numbers[position]).littleEndian
    unsafe place.storeBytes(
      of: number, toByteOffset: position &* MemoryLayout<Number>.size, as: Number.self)
  }
}
