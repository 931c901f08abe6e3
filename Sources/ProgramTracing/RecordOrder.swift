/// The order of records by time, equal times as they came: a merge of the runs that are there.
enum RecordOrder {
  /// Rows in the order of their times.
  static func byTime(_ times: UnsafeMutablePointer<UInt64>, count: Int) -> [UInt32] {
    guard count > 0 else { return [] }
    var runs: [Range<Int>] = []
    var start = 0
    for row in 1..<count where unsafe times[row] < times[row - 1] {
      runs.append(start..<row)
      start = row
    }
    runs.append(start..<count)
    // Chunks of one thread follow one another: by their first times they are few long runs.
    runs.sort {
      unsafe (times[$0.lowerBound], $0.lowerBound) < (times[$1.lowerBound], $1.lowerBound)
    }
    var bounds = [0]
    var order = unsafe [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      var place = 0
      for run in runs {
        if place > 0, unsafe times[run.lowerBound] < times[Int(buffer[place - 1])] {
          bounds.append(place)
        }
        for row in run {
          unsafe buffer[place] = UInt32(truncatingIfNeeded: row)
          place &+= 1
        }
      }
      initialized = count
    }
    bounds.append(count)
    var other = order
    while bounds.count > 2 {
      var merged = [0]
      var run = 0
      while run + 1 < bounds.count {
        let lower = bounds[run]
        let middle = bounds[run + 1]
        let upper = run + 2 < bounds.count ? bounds[run + 2] : middle
        unsafe order.withUnsafeBufferPointer { source in
          unsafe other.withUnsafeMutableBufferPointer { target in
            unsafe merge(times, source, into: target, lower, middle, upper)
          }
        }
        merged.append(upper)
        run += 2
      }
      swap(&order, &other)
      bounds = merged
    }
    return order
  }

  private static func merge(
    _ times: UnsafeMutablePointer<UInt64>, _ source: UnsafeBufferPointer<UInt32>,
    into target: UnsafeMutableBufferPointer<UInt32>, _ lower: Int, _ middle: Int, _ upper: Int
  ) {
    var (left, right) = (lower, middle)
    for place in lower..<upper {
      let takesLeft: Bool
      if left >= middle {
        takesLeft = false
      } else if right >= upper {
        takesLeft = true
      } else {
        takesLeft = unsafe times[Int(source[left])] <= times[Int(source[right])]
      }
      unsafe target[place] = source[takesLeft ? left : right]
      if takesLeft { left &+= 1 } else { right &+= 1 }
    }
  }
}
