/// The rows of one group, tested column by column.
struct FilterRows {
  let batch: Batch
  let group: EventGroup
  /// The batch's events, group after group, and which of them are this group's.
  let order: [Int32]
  let positions: Range<Int>
  let derived: DerivedColumns
  let answers: [Int: [Bool]]
  let filter: Filter
  let names: FlagNames?
  var scratch = RegularExpression.Scratch()

  init(
    batch: Batch, group: EventGroup, order: [Int32], positions: Range<Int>,
    derived: DerivedColumns, answers: [Int: [Bool]], filter: Filter, names: FlagNames?
  ) {
    self.batch = batch
    self.group = group
    self.order = order
    self.positions = positions
    self.derived = derived
    self.answers = answers
    self.filter = filter
    self.names = names
  }

  var rows: Int { positions.count }

  mutating func evaluate(_ node: FilterPredicate.Node) throws(EventsError) -> [Bool] {
    switch node {
    case .constant(let value): return [Bool](repeating: value, count: rows)
    case .all(let nodes):
      var mask = try evaluate(nodes[0])
      for node in nodes.dropFirst() {
        let other = try evaluate(node)
        for row in mask.indices { mask[row] = mask[row] && other[row] }
      }
      return mask
    case .any(let nodes):
      var mask = try evaluate(nodes[0])
      for node in nodes.dropFirst() {
        let other = try evaluate(node)
        for row in mask.indices { mask[row] = mask[row] || other[row] }
      }
      return mask
    case .test(let test, let isInverted): return try evaluate(test, isInverted)
    }
  }

  private mutating func evaluate(
    _ test: FilterTest, _ isInverted: Bool
  ) throws(EventsError) -> [Bool] {
    switch test {
    case .interval(let place, let interval): return numbers(place, [interval], isInverted)
    case .numbers(let place, let intervals): return numbers(place, intervals, isInverted)
    case .bits(let place, let bits):
      return map(place, isInverted) { UInt64(bitPattern: $0) & bits != 0 }
    case .float(let place, let order, let value):
      return map(place, isInverted) { order.compare(place.float($0), value) }
    case .text(let column, let test): return texts(column, test, isInverted)
    case .named(let column, let test): return named(column, test, isInverted)
    case .cpuMask(let column, let kind, let list):
      return cpuMasks(column, kind, list, isInverted)
    case .comm(let test): return try comms(test, isInverted)
    case .word(let part, let columns): return try words(part, columns, isInverted)
    case .thread(let intervals):
      return try common(batch.threads, "tid", intervals, isInverted, unknown: nil)
    case .process(let intervals):
      return try common(
        derived.processes, "pid", intervals, isInverted, unknown: DerivedColumns.unknownProcess)
    case .time(let intervals):
      return try common(derived.times, "time", intervals, isInverted, unknown: nil)
    case .cpu(let intervals): return try cpus(intervals, isInverted)
    case .answer(let term):
      guard let answer = answers[term.range.lowerBound], answer.count >= batch.count else {
        throw filter.needsTrace(term)
      }
      return events { answer[$0] != isInverted }
    }
  }

  /// Asks about each of the group's events by its position in the batch.
  private func events(_ matches: (Int) -> Bool) -> [Bool] {
    var mask = [Bool](repeating: false, count: rows)
    for row in 0..<rows { mask[row] = matches(Int(order[positions.lowerBound + row])) }
    return mask
  }

  private func missing(_ term: String) -> EventsError {
    .filter(.missingColumn(term: term), text: filter.text, at: 0..<filter.text.utf8.count)
  }

  // Columns of the batch.

  private func common<Number: FixedWidthInteger>(
    _ values: [Number], _ name: String, _ intervals: [NumberInterval], _ isInverted: Bool,
    unknown: Number?
  ) throws(EventsError) -> [Bool] {
    if values.count < batch.count { throw missing(name) }
    let bounds = intervals.map { (Int64(clamping: $0.low), Int64(clamping: $0.high)) }
    return events { position in
      let value = values[position]
      if value == unknown { return false }
      let wide = Int64(value)
      return bounds.contains { wide >= $0.0 && wide <= $0.1 } != isInverted
    }
  }

  private func cpus(
    _ intervals: [NumberInterval], _ isInverted: Bool
  ) throws(EventsError) -> [Bool] {
    let own = derived.cpus
    let ofStream = derived.cpu
    let isKnown = own.count >= batch.count || ofStream != nil
    let given = batch.cpus.count >= batch.count ? batch.cpus : []
    if !isKnown, given.isEmpty || given.contains(Batch.streamCPU) { throw missing("cpu") }
    let bounds = intervals.map { (Int64(clamping: $0.low), Int64(clamping: $0.high)) }
    return events { position in
      var cpu = given.isEmpty ? Batch.streamCPU : given[position]
      if cpu == Batch.streamCPU {
        cpu = own.count > position ? own[position] : ofStream ?? Batch.unknownCPU
      }
      if cpu == Batch.unknownCPU { return false }
      return bounds.contains { Int64(cpu) >= $0.0 && Int64(cpu) <= $0.1 } != isInverted
    }
  }

  private mutating func comms(
    _ test: TextTest, _ isInverted: Bool
  ) throws(EventsError) -> [Bool] {
    if derived.comms.count < batch.count { throw missing("comm") }
    let known = matchingNames(test)
    let numbers = derived.comms
    return events { position in
      let number = Int(numbers[position])
      return number < known.count && known[number] != isInverted
    }
  }

  /// Which of the threads' names match: each that occurs is asked once, however many events it has.
  private mutating func matchingNames(_ test: TextTest) -> [Bool] {
    var known = [Bool](repeating: false, count: derived.names.count)
    var isAsked = known
    for position in order[positions] {
      let number = Int(derived.comms[Int(position)])
      guard number < known.count, !isAsked[number] else { continue }
      isAsked[number] = true
      let name = derived.names[number]
      known[number] = test.matches(name.span, &scratch)
    }
    return known
  }

  private mutating func words(
    _ part: [UInt8], _ columns: [Int], _ isInverted: Bool
  ) throws(EventsError) -> [Bool] {
    if derived.comms.count < batch.count { throw missing("comm") }
    let test = TextTest.contains(part)
    let known = matchingNames(test)
    let numbers = derived.comms
    var mask = events { position in
      let number = Int(numbers[position])
      return number < known.count && known[number]
    }
    for column in columns {
      let found = texts(column, test, false)
      for row in mask.indices { mask[row] = mask[row] || found[row] }
    }
    if isInverted { for row in mask.indices { mask[row].toggle() } }
    return mask
  }

  // Columns of the group.

  /// The column with this number, where it has a value for every row.
  private func column(_ index: Int) -> Column? {
    guard index < group.columns.count, group.columns[index].rows >= rows else { return nil }
    return group.columns[index]
  }

  private mutating func texts(_ index: Int, _ test: TextTest, _ isInverted: Bool) -> [Bool] {
    var mask = [Bool](repeating: false, count: rows)
    guard let column = column(index) else { return mask }
    let bytes = column.bytes.span
    for row in 0..<rows {
      let range = column.range(ofRow: row)
      guard range.upperBound <= bytes.count else { continue }
      let value = bytes.extracting(range)
      let text = value.extracting(0..<value.lengthOfText)
      mask[row] = test.matches(text, &scratch) != isInverted
    }
    return mask
  }

  private mutating func named(_ index: Int, _ test: TextTest, _ isInverted: Bool) -> [Bool] {
    var mask = [Bool](repeating: false, count: rows)
    guard let column = column(index), let names, column.width > 0 else { return mask }
    let isSigned = !names.renderings[index].isUnsigned
    var text: [UInt8] = []
    // Few values are met again and again: what was found is kept, by their low bits.
    var known = [(value: Int64, answer: Int8)](repeating: (0, -1), count: 64)
    for row in 0..<rows {
      let value = isSigned ? column.signed(row) : Int64(bitPattern: column.unsigned(row))
      let place = Int(truncatingIfNeeded: (value ^ (value >> 6)) & 63)
      if known[place].value != value || known[place].answer < 0 {
        text.removeAll(keepingCapacity: true)
        names.append(value, field: index, to: &text)
        known[place] = (value, test.matches(text.span, &scratch) != isInverted ? 1 : 0)
      }
      mask[row] = known[place].answer == 1
    }
    return mask
  }

  private func cpuMasks(
    _ index: Int, _ kind: FilterCPUTest, _ list: CPUList, _ isInverted: Bool
  ) -> [Bool] {
    var mask = [Bool](repeating: false, count: rows)
    guard let column = column(index) else { return mask }
    for row in 0..<rows {
      let range = column.range(ofRow: row)
      guard range.upperBound <= column.bytes.count else { continue }
      let matches = Self.compare(column.bytes[range], kind, list)
      mask[row] = matches != isInverted
    }
    return mask
  }

  private static func compare(
    _ bits: ArraySlice<UInt8>, _ kind: FilterCPUTest, _ list: CPUList
  ) -> Bool {
    func holds(_ cpu: Int) -> Bool {
      let place = bits.startIndex + cpu / 8
      return place < bits.endIndex && bits[place] >> UInt8(cpu % 8) & 1 != 0
    }
    if kind == .intersects {
      return list.ranges.contains { $0.contains(where: holds) }
    }
    let isWithin = (0..<bits.count * 8).allSatisfy { !holds($0) || list.contains($0) }
    return isWithin && list.ranges.allSatisfy { $0.allSatisfy(holds) }
  }

  private func numbers(
    _ place: NumberPlace, _ intervals: [NumberInterval], _ isInverted: Bool
  ) -> [Bool] {
    // Unsigned numbers of eight bytes keep their order when the top bit is turned over.
    let flip: Int64 = place.width == 8 && !place.isSigned ? .min : 0
    func key(_ bound: Int128) -> Int64 { Int64(truncatingIfNeeded: bound) ^ flip }
    if intervals.count == 1 {
      let (low, high) = (key(intervals[0].low), key(intervals[0].high))
      return map(place, isInverted) { ($0 ^ flip) >= low && ($0 ^ flip) <= high }
    }
    let bounds = intervals.map { (key($0.low), key($0.high)) }
    return map(place, isInverted) { value in
      bounds.contains { (value ^ flip) >= $0.0 && (value ^ flip) <= $0.1 }
    }
  }

  /// Asks about the number in each row.
  @inline(__always)
  private func map(
    _ place: NumberPlace, _ isInverted: Bool, _ matches: (Int64) -> Bool
  ) -> [Bool] {
    guard let column = column(place.column), column.width >= place.offset + place.width else {
      return [Bool](repeating: false, count: rows)
    }
    return unsafe column.bytes.withUnsafeBytes { bytes in
      switch (place.width, place.isSigned) {
      case (1, false): unsafe load(bytes, column, place, UInt8.self, isInverted, matches)
      case (1, true): unsafe load(bytes, column, place, Int8.self, isInverted, matches)
      case (2, false): unsafe load(bytes, column, place, UInt16.self, isInverted, matches)
      case (2, true): unsafe load(bytes, column, place, Int16.self, isInverted, matches)
      case (4, false): unsafe load(bytes, column, place, UInt32.self, isInverted, matches)
      case (4, true): unsafe load(bytes, column, place, Int32.self, isInverted, matches)
      case (8, _): unsafe load(bytes, column, place, Int64.self, isInverted, matches)
      default: [Bool](repeating: false, count: rows)
      }
    }
  }

  /// The column was checked to hold `rows` rows of its width, and the place to lie within a row.
  @inline(__always)
  private func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, _ column: Column, _ place: NumberPlace,
    _ type: Number.Type, _ isInverted: Bool, _ matches: (Int64) -> Bool
  ) -> [Bool] {
    let (count, stride) = (rows, column.width)
    return unsafe [Bool](unsafeUninitializedCapacity: count) { mask, initialized in
      for row in 0..<count {
        let number = unsafe bytes.loadUnaligned(
          fromByteOffset: row &* stride &+ place.offset, as: Number.self)
        let value = Int64(truncatingIfNeeded: Number(littleEndian: number))
        unsafe mask[row] = matches(value) != isInverted
      }
      initialized = count
    }
  }
}

extension NumberPlace {
  func float(_ bits: Int64) -> Double {
    width == 4
      ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
      : Double(bitPattern: UInt64(bitPattern: bits))
  }
}

extension FilterOperator {
  func compare(_ left: Double, _ right: Double) -> Bool {
    switch self {
    case .equal: left == right
    case .unequal: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}
