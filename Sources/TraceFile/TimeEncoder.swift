internal import Events

/// Codes times, and remembers in what steps clocks advance.
@safe struct TimeEncoder: ~Copyable {
  /// Groups with fewer events than this share a context.
  static let contextEvents = 1024
  private static let rememberedSlopes = 4

  private var slopes: [UInt64] = []
  /// Blocks until the next search for steps, and how often the last ones were in vain.
  private var pause = 0
  private var failures = 0
  private var segments: [StepModel.Segment] = []
  private var differences = Scratch<UInt64>()
  private var scattered = Scratch<UInt64>()

  mutating func encode(
    _ times: [UInt64], groupOf: [UInt16], rows: [Int], with columns: inout ColumnEncoder,
    into part: inout PartBytes
  ) {
    let count = times.count
    guard count > 0 else { return }
    let numbers = unsafe differences.space(count)
    let coding = unsafe times.withUnsafeBufferPointer { times in
      guard let start = times.baseAddress else { return TimeCoding.differences }
      return unsafe difference(start, count: count, into: numbers)
    }
    part.append(coding.rawValue)
    part.append(times[0])
    if coding == .steps { encodeSegments(times, with: &columns, into: &part) }

    let (contexts, sizes) = TimeEncoder.contexts(of: rows)
    part.append(UInt16(sizes.count))
    if sizes.count == 1 {
      return unsafe columns.encode(small: numbers, count: count, into: &part)
    }
    unsafe contexts.withUnsafeBytes {
      unsafe columns.encode(numbers: $0, count: contexts.count, width: 2, into: &part)
    }
    let target = unsafe scattered.space(count)
    var starts: [Int] = []
    var next = 0
    for size in sizes {
      starts.append(next)
      next += size
    }
    unsafe scatter(numbers, groupOf, contexts, starts, into: target)
    for (start, size) in zip(starts, sizes) {
      unsafe columns.encode(small: target + start, count: size, into: &part)
    }
  }

  /// Each group's context, and how many events each context has.
  private static func contexts(of rows: [Int]) -> ([UInt16], sizes: [Int]) {
    var contexts = [UInt16](repeating: 0, count: rows.count)
    var sizes = [0]
    for (group, count) in rows.enumerated() {
      if count >= contextEvents, sizes.count < Int(UInt16.max) {
        contexts[group] = UInt16(sizes.count)
        sizes.append(count)
      } else {
        sizes[0] += count
      }
    }
    return (contexts, sizes)
  }

  private mutating func difference(
    _ times: UnsafePointer<UInt64>, count: Int, into numbers: UnsafeMutablePointer<UInt64>
  ) -> TimeCoding {
    if count >= 64, unsafe findSteps(times, count: count, into: numbers) { return .steps }
    unsafe numbers[0] = 0
    var backwards = 0
    for event in 1..<count {
      backwards &+= unsafe times[event] < times[event &- 1] ? 1 : 0
      unsafe numbers[event] = times[event] &- times[event &- 1]
    }
    guard backwards > 0 else { return .differences }
    for event in 1..<count {
      let difference = unsafe Int64(bitPattern: numbers[event])
      unsafe numbers[event] = UInt64(bitPattern: difference << 1 ^ difference >> 63)
    }
    return .signedDifferences
  }

  private mutating func findSteps(
    _ times: UnsafePointer<UInt64>, count: Int, into numbers: UnsafeMutablePointer<UInt64>
  ) -> Bool {
    let limit = count / 32 + 2
    for (position, slope) in slopes.enumerated()
    where unsafe StepModel.segment(
      times, count: count, slope: slope, limit: limit, into: numbers, segments: &segments)
    {
      slopes.swapAt(0, position)
      if segments.count > 4, unsafe improve(slope, times, count: count, into: numbers) {}
      return true
    }
    guard count >= StepSearch.leastEvents else { return false }
    if pause > 0 {
      pause -= 1
      return false
    }
    guard let found = unsafe StepSearch.slope(times, count: count) else {
      failures = min(failures + 1, 8)
      pause = 1 << failures
      return false
    }
    // A multiple of an eighth is what hardware makes; what a hypervisor scales may be anything.
    let eighth = StepModel.one / 8
    let snapped = (found + eighth / 2) / eighth * eighth
    for slope in [snapped, found]
    where unsafe StepModel.segment(
      times, count: count, slope: slope, limit: limit, into: numbers, segments: &segments)
    {
      slopes.insert(slope, at: 0)
      if slopes.count > TimeEncoder.rememberedSlopes { slopes.removeLast() }
      failures = 0
      if slope != snapped { _ = unsafe improve(slope, times, count: count, into: numbers) }
      return true
    }
    failures = min(failures + 1, 8)
    pause = 1 << failures
    return false
  }

  /// Sharpens a slope that is no multiple of an eighth by what it made of these times.
  private mutating func improve(
    _ slope: UInt64, _ times: UnsafePointer<UInt64>, count: Int,
    into numbers: UnsafeMutablePointer<UInt64>
  ) -> Bool {
    guard slope % (StepModel.one / 8) != 0 else { return false }
    var kept = (slope: slope, segments: segments)
    for _ in 0..<4 {
      guard let sharper = StepModel.sharpened(kept.segments), sharper != kept.slope,
        unsafe StepModel.segment(
          times, count: count, slope: sharper, limit: kept.segments.count, into: numbers,
          segments: &segments)
      else { break }
      kept = (sharper, segments)
    }
    slopes[0] = kept.slope
    return unsafe StepModel.segment(
      times, count: count, slope: kept.slope, limit: count, into: numbers, segments: &segments)
  }

  private func encodeSegments(
    _ times: [UInt64], with columns: inout ColumnEncoder, into part: inout PartBytes
  ) {
    part.append(slopes[0])
    part.append(UInt32(segments.count))
    encode(segments.map { UInt32($0.event) }, with: &columns, into: &part)
    let origins = segments.map { segment in
      let before = times[max(segment.event - 1, 0)]
      let difference = Int64(bitPattern: times[segment.event] &- before)
      return UInt64(bitPattern: difference << 1 ^ difference >> 63)
    }
    encode(origins, with: &columns, into: &part)
    encode(segments.map { $0.fraction }, with: &columns, into: &part)
  }

  private func encode<Number: FixedWidthInteger & BitwiseCopyable>(
    _ numbers: [Number], with columns: inout ColumnEncoder, into part: inout PartBytes
  ) {
    unsafe numbers.withUnsafeBytes {
      unsafe columns.encode(
        numbers: $0, count: numbers.count, width: MemoryLayout<Number>.size, into: &part)
    }
  }

  private func scatter(
    _ numbers: UnsafeMutablePointer<UInt64>, _ groupOf: [UInt16], _ contexts: [UInt16],
    _ starts: [Int], into target: UnsafeMutablePointer<UInt64>
  ) {
    var places = starts
    unsafe places.withUnsafeMutableBufferPointer { places in
      unsafe contexts.withUnsafeBufferPointer { contexts in
        unsafe groupOf.withUnsafeBufferPointer { groupOf in
          for event in 0..<groupOf.count {
            let context = unsafe Int(contexts[Int(groupOf[event])])
            let place = unsafe places[context]
            unsafe target[place] = numbers[event]
            unsafe places[context] = place &+ 1
          }
        }
      }
    }
  }
}
