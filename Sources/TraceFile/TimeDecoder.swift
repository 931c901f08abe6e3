internal import Events

/// Reads times back out of a part.
@safe struct TimeDecoder: ~Copyable {
  private var numbers = Scratch<UInt64>()

  mutating func decode(
    _ cursor: inout ByteCursor, groupOf: [UInt16], rows: [Int], with columns: inout ColumnDecoder
  ) throws(Malformation) -> [UInt64] {
    let count = groupOf.count
    guard let coding = TimeCoding(rawValue: cursor.next(UInt8.self)) else {
      throw Malformation("time coding")
    }
    let first = cursor.next(UInt64.self)
    var steps: Steps?
    if coding == .steps { steps = try Steps(&cursor, count: count, with: &columns) }

    let (contexts, starts) = try decodeContexts(&cursor, rows: rows, with: &columns)
    let source = unsafe numbers.space(count)
    for (start, end) in zip(starts, starts.dropFirst()) {
      try unsafe NumberDecoder.decode(
        UInt64.self, &cursor, count: end - start, into: UnsafeMutableRawPointer(source + start))
    }
    let isPlain = starts.count == 2
    return unsafe [UInt64](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = count
      guard let target = buffer.baseAddress else { return }
      if isPlain {
        unsafe target.update(from: source, count: count)
      } else {
        unsafe gather(source, groupOf, contexts, starts, into: target)
      }
      switch coding {
      case .differences:
        var time = first
        for event in 0..<count {
          unsafe time &+= target[event]
          unsafe target[event] = time
        }
      case .signedDifferences:
        var time = first
        for event in 0..<count {
          let zigzag = unsafe target[event]
          time &+= zigzag >> 1 ^ (0 &- (zigzag & 1))
          unsafe target[event] = time
        }
      case .steps: unsafe steps?.resolve(target, count: count, first: first)
      }
    }
  }

  /// Each group's context, and where the contexts' numbers start, with the end of the last.
  private func decodeContexts(
    _ cursor: inout ByteCursor, rows: [Int], with columns: inout ColumnDecoder
  ) throws(Malformation) -> ([UInt16], [Int]) {
    let count = Int(cursor.next(UInt16.self))
    guard count >= 1 else { throw Malformation("contexts") }
    if count == 1 { return ([], [0, rows.reduce(0, +)]) }
    let contexts = try columns.decode(UInt16.self, &cursor, count: rows.count)
    var sizes = [Int](repeating: 0, count: count)
    for (context, rows) in zip(contexts, rows) {
      guard Int(context) < count else { throw Malformation("context") }
      sizes[Int(context)] += rows
    }
    var starts = [0]
    for size in sizes { starts.append(starts[starts.count - 1] + size) }
    return (contexts, starts)
  }

  private func gather(
    _ source: UnsafeMutablePointer<UInt64>, _ groupOf: [UInt16], _ contexts: [UInt16],
    _ starts: [Int], into target: UnsafeMutablePointer<UInt64>
  ) {
    var places = starts
    unsafe places.withUnsafeMutableBufferPointer { places in
      unsafe contexts.withUnsafeBufferPointer { contexts in
        unsafe groupOf.withUnsafeBufferPointer { groupOf in
          for event in 0..<groupOf.count {
            let context = unsafe Int(contexts[Int(groupOf[event])])
            let place = unsafe places[context]
            unsafe target[event] = source[place]
            unsafe places[context] = place &+ 1
          }
        }
      }
    }
  }
}

/// The segments of a step model as they stand in a part.
private struct Steps {
  var slope: UInt64
  var events: [UInt32]
  var origins: [UInt64]
  var fractions: [UInt32]

  init(
    _ cursor: inout ByteCursor, count: Int, with columns: inout ColumnDecoder
  ) throws(Malformation) {
    slope = cursor.next(UInt64.self)
    let segments = Int(cursor.next(UInt32.self))
    guard segments >= 1, segments <= count else { throw Malformation("segments") }
    events = try columns.decode(UInt32.self, &cursor, count: segments)
    origins = try columns.decode(UInt64.self, &cursor, count: segments)
    fractions = try columns.decode(UInt32.self, &cursor, count: segments)
    guard events[0] == 0 else { throw Malformation("segment") }
    for (event, next) in zip(events, events.dropFirst()) where event >= next {
      throw Malformation("segment")
    }
    guard Int(events[segments - 1]) < count else { throw Malformation("segment") }
  }

  /// Turns steps into times, in place.
  func resolve(_ times: UnsafeMutablePointer<UInt64>, count: Int, first: UInt64) {
    var before = first
    for segment in events.indices {
      let zigzag = origins[segment]
      let origin = before &+ (zigzag >> 1 ^ (0 &- (zigzag & 1)))
      let end = segment + 1 < events.count ? Int(events[segment + 1]) : count
      var place = UInt64(fractions[segment])
      for event in Int(events[segment])..<end {
        unsafe place &+= times[event] &* slope
        unsafe times[event] = origin &+ place >> 32
      }
      before = unsafe times[end - 1]
    }
  }
}
