/// A block of events on the way from its parts to its events.
struct PlainBatch {
  private let block: PlainBlock
  private(set) var codings: Set<String> = []
  private var groupOf: [Int] = []
  private var times: [UInt64] = []
  private var threads: [UInt64]?
  private var cpus: [UInt64]?
  private var streams: [UInt64]?
  /// For each group its columns' rows, then its remainder's.
  private var columns: [[[[UInt8]]]?]
  private var remainders: [[[UInt8]]?]

  init(_ block: PlainBlock) {
    self.block = block
    columns = block.types.map { _ in nil }
    remainders = block.types.map { _ in nil }
  }

  mutating func events() throws -> [PlainEvent] {
    var rows = block.types.map { _ in 0 }
    var events: [PlainEvent] = []
    for event in groupOf.indices {
      let group = groupOf[event]
      guard let columns = columns[group] else { throw PlainError("group \(group) is missing") }
      let row = rows[group]
      rows[group] += 1
      events.append(
        PlainEvent(
          time: times[event], type: block.types[group].type,
          stream: streams.map { Int($0[event]) } ?? block.stream,
          thread: threads.map { Int32(truncatingIfNeeded: $0[event]) },
          cpu: cpus.map { UInt16($0[event]) }, fields: columns.map { $0[row] },
          remainder: remainders[group].map { $0[row] }))
    }
    guard rows == block.types.map(\.rows) else { throw PlainError("rows") }
    return events
  }

  mutating func readEvents(_ part: inout PlainBytes) throws {
    let present = try part.number(1)
    groupOf = try numbers(&part, block.events, 2).map { Int($0) }
    guard groupOf.allSatisfy({ $0 < block.types.count }) else { throw PlainError("group") }
    try readTimes(&part)
    if present & 1 != 0 { threads = try numbers(&part, block.events, 4) }
    if present & 2 != 0 { cpus = try numbers(&part, block.events, 2) }
    if present & 4 != 0 { streams = try numbers(&part, block.events, 4) }
  }

  mutating func readGroup(_ part: inout PlainBytes) throws {
    let length = Int(try part.number(4))
    var content = PlainBytes(try part.take(length - 4))
    let group = Int(try content.number(4))
    guard group < columns.count, columns[group] == nil else { throw PlainError("group") }
    let rows = block.types[group].rows
    let count = Int(try content.number(2))
    let hasRemainder = try content.number(2) == 1
    columns[group] = try (0..<count).map { _ in try column(&content, rows) }
    if hasRemainder { remainders[group] = try column(&content, rows) }
  }

  private mutating func column(_ part: inout PlainBytes, _ rows: Int) throws -> [[UInt8]] {
    let width = Int(try part.number(4))
    if width == 0 { return try varying(&part, rows) }
    if [1, 2, 4, 8].contains(width) {
      return try numbers(&part, rows, width).map { PlainBatch.bytes($0, width) }
    }
    let coding = try part.number(1)
    codings.insert("rows \(coding)")
    switch coding {
    case 0: return try (0..<rows).map { _ in try part.take(width) }
    case 1:
      let count = Int(try part.number(2))
      let entries = try (0..<count).map { _ in try part.take(width) }
      return try (0..<rows).map { _ in try PlainBatch.entry(entries, Int(try part.number(1))) }
    case 2:
      var result = [[UInt8]](repeating: [], count: rows)
      var widths = [Int](repeating: 8, count: width / 8)
      for part in [4, 2, 1] where width & part != 0 { widths.append(part) }
      for width in widths {
        for (row, word) in try numbers(&part, rows, width).enumerated() {
          result[row] += PlainBatch.bytes(word, width)
        }
      }
      return result
    default: throw PlainError("coding of rows")
    }
  }

  private mutating func varying(_ part: inout PlainBytes, _ rows: Int) throws -> [[UInt8]] {
    let coding = try part.number(1)
    codings.insert("varying \(coding)")
    switch coding {
    case 0:
      let lengths = try numbers(&part, rows, 4)
      let bytes = try part.number(4)
      guard bytes == lengths.reduce(0, +) else { throw PlainError("lengths") }
      return try lengths.map { try part.take(Int($0)) }
    case 1:
      let count = Int(try part.number(2))
      let lengths = try numbers(&part, count, 4)
      let entries = try lengths.map { try part.take(Int($0)) }
      return try (0..<rows).map { _ in try PlainBatch.entry(entries, Int(try part.number(1))) }
    default: throw PlainError("coding of varying rows")
    }
  }

  private mutating func readTimes(_ part: inout PlainBytes) throws {
    let coding = try part.number(1)
    codings.insert("times \(coding)")
    let first = try part.number(8)
    var slope: UInt64 = 0
    var starts: [Int] = []
    var origins: [UInt64] = []
    var fractions: [UInt64] = []
    if coding == 2 {
      slope = try part.number(8)
      let count = Int(try part.number(4))
      starts = try numbers(&part, count, 4).map { Int($0) }
      origins = try numbers(&part, count, 8)
      fractions = try numbers(&part, count, 4)
    } else if coding > 2 {
      throw PlainError("coding of times")
    }
    let contexts = Int(try part.number(2))
    codings.insert(contexts == 1 ? "one context" : "contexts")
    var contextOf = block.types.map { _ in 0 }
    if contexts > 1 { contextOf = try numbers(&part, contextOf.count, 2).map { Int($0) } }
    var numbersOf: [[UInt64]] = []
    for context in 0..<contexts {
      var count = 0
      for group in contextOf.indices where contextOf[group] == context {
        count += block.types[group].rows
      }
      numbersOf.append(try numbers(&part, count, 8))
    }

    var places = [Int](repeating: 0, count: contexts)
    var segment = -1
    var origin: UInt64 = 0
    var steps: UInt64 = 0
    for event in groupOf.indices {
      let context = contextOf[groupOf[event]]
      let number = numbersOf[context][places[context]]
      places[context] += 1
      let before = times.last ?? first
      switch coding {
      case 0: times.append(before &+ number)
      case 1: times.append(before &+ PlainBatch.difference(number))
      default:
        if segment + 1 < starts.count, starts[segment + 1] == event {
          segment += 1
          origin = before &+ PlainBatch.difference(origins[segment])
          steps = 0
        }
        steps &+= number
        times.append(origin &+ (steps &* slope &+ fractions[segment]) >> 32)
      }
    }
  }
}

extension PlainBatch {
  private mutating func numbers(
    _ part: inout PlainBytes, _ count: Int, _ width: Int
  ) throws -> [UInt64] {
    let coding = try part.number(1)
    codings.insert("numbers \(coding)")
    switch coding {
    case 0: return try (0..<count).map { _ in try part.number(width) }
    case 1:
      let value = try part.number(width)
      return [UInt64](repeating: value, count: count)
    case 2:
      let entries = try (0..<Int(try part.number(2))).map { _ in try part.number(width) }
      return try (0..<count).map { _ in try PlainBatch.entry(entries, Int(try part.number(1))) }
    case 3: return try planes(&part, count, width)
    case 4:
      let runs = Int(try part.number(4))
      let values = try numbers(&part, runs, width)
      let lengths = try numbers(&part, runs, 4)
      guard lengths.reduce(0, +) == UInt64(count) else { throw PlainError("runs") }
      return zip(values, lengths).flatMap { [UInt64](repeating: $0, count: Int($1)) }
    default: throw PlainError("coding of numbers")
    }
  }

  private mutating func planes(
    _ part: inout PlainBytes, _ count: Int, _ width: Int
  ) throws -> [UInt64] {
    let transform = try part.number(1)
    let low = Int(try part.number(1))
    let exceptions = Int(try part.number(4))
    let minimum = transform == 1 ? try part.number(width) : 0
    guard low < width, transform <= 2 else { throw PlainError("planes") }
    codings.insert("transform \(transform)")
    var result = [UInt64](repeating: 0, count: count)
    var excepted: [Int] = []
    for plane in 0...low {
      for place in 0..<count {
        let byte = try part.number(1)
        result[place] |= byte << UInt64(8 * plane)
        if plane == low, byte == 255 { excepted.append(place) }
      }
    }
    if exceptions > 0 {
      codings.insert("exceptions")
      guard exceptions == excepted.count else { throw PlainError("exceptions") }
      for (place, value) in zip(excepted, try numbers(&part, exceptions, width)) {
        result[place] &+= value << UInt64(8 * low)
      }
    }
    let mask: UInt64 = width == 8 ? .max : 1 << UInt64(8 * width) - 1
    var before: UInt64 = 0
    for place in 0..<count {
      switch transform {
      case 1: result[place] &+= minimum
      case 2:
        before &+= PlainBatch.difference(result[place] & mask)
        result[place] = before
      default: break
      }
      result[place] &= mask
    }
    return result
  }

  private static func difference(_ zigZag: UInt64) -> UInt64 {
    zigZag >> 1 ^ (0 &- zigZag & 1)
  }

  private static func bytes(_ number: UInt64, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
  }

  private static func entry<Entry>(_ entries: [Entry], _ place: Int) throws -> Entry {
    guard place < entries.count else { throw PlainError("entry \(place)") }
    return entries[place]
  }
}
