/// Finds out whether times advance in steps, and in which.
///
/// The differences of neighbouring times are laid around circles of many circumferences; where they
/// all end near one place, the circumference is the step. Then ever longer distances sharpen it.
enum StepSearch {
  private static let samples = 256
  /// Distances that are tried first, on each circumference.
  private static let scouts = 32
  static let leastEvents = 1024

  /// The slope of a step model that may fit `times`, nil where there is no sign of steps.
  static func slope(_ times: UnsafePointer<UInt64>, count: Int) -> UInt64? {
    guard count >= leastEvents else { return nil }
    var small: [UInt64] = []
    for event in 1..<count where small.count < 8 * samples {
      let difference = unsafe times[event] &- times[event - 1]
      if difference >= 2, difference < 1 << 12 { small.append(difference) }
    }
    guard small.count >= samples else { return nil }
    small.sort()
    let sampled = thinned(small[..<max(samples, small.count / 2)], to: samples)
    let scouts = thinned(sampled[...], to: scouts)
    guard let least = sampled.first, let most = sampled.last else { return nil }

    // Circumferences from a little above the least distance down to 3 ticks, by turns per tick.
    let turn = Double(UInt64.max)
    let stride = UInt64(turn / Double(8 * most))
    var frequency = UInt64(turn / (Double(least) * 1.1 + 1))
    let highest = UInt64(turn / 3)
    while frequency < highest {
      let most = 0.12 + 0.34 * Double(frequency) / turn
      if misfit(scouts, frequency) < most + 0.04, misfit(sampled, frequency) < most {
        let (sharp, left) = sharpen(sampled, frequency, stride: stride)
        let ticks = left * turn / Double(sharp)
        if ticks < 0.55, let slope = unsafe extend(times, count: count, sharp, stride: stride / 8) {
          return slope
        }
      }
      frequency += stride
    }
    return nil
  }

  /// Sharpens a frequency by distances of 4, 16, 64 … events.
  private static func extend(
    _ times: UnsafePointer<UInt64>, count: Int, _ start: UInt64, stride: UInt64
  ) -> UInt64? {
    var (frequency, stride) = (start, stride)
    var apart = 4
    while apart <= count / 4 {
      var distances: [UInt64] = []
      let hop = max(1, (count - apart) / samples)
      for event in Swift.stride(from: 0, to: count - apart, by: hop) {
        let distance = unsafe times[event + apart] &- times[event]
        if distance > 0, distance < 1 << 40 { distances.append(distance) }
      }
      guard distances.count >= samples / 2 else { break }
      distances.sort()
      distances.removeLast(distances.count / 2)
      let finer = max(1, UInt64.max / (8 * (distances.last ?? 1)))
      guard finer < stride else {
        apart *= 4
        continue
      }
      var best = (misfit: 1.0, frequency: frequency)
      var candidate = frequency &- min(stride, finer * 64)
      let end = frequency &+ min(stride, finer * 64)
      while candidate <= end {
        let misfit = misfit(distances, candidate)
        if misfit < best.misfit { best = (misfit, candidate) }
        candidate &+= finer
      }
      guard best.misfit < 0.2 else { break }
      (frequency, stride) = (best.frequency, finer)
      apart *= 4
    }
    let slope = Double(UInt64.max) / Double(frequency) * Double(StepModel.one)
    return slope < Double(1 << 56) ? UInt64(slope) : nil
  }

  /// The best frequency near one, at an eighth of the stride.
  private static func sharpen(
    _ sampled: [UInt64], _ frequency: UInt64, stride: UInt64
  ) -> (UInt64, Double) {
    var best = (frequency, 1.0)
    // The one before was the first that was near enough: the best lies mostly above it.
    for eighth in -8...32 {
      let candidate = frequency &+ UInt64(bitPattern: Int64(eighth) * Int64(stride / 8))
      let misfit = misfit(sampled, candidate)
      if misfit < best.1 { best = (candidate, misfit) }
    }
    return best
  }

  /// Mean distance from whole turns, in turns: 0.25 where distances know nothing of the frequency.
  private static func misfit(_ distances: [UInt64], _ frequency: UInt64) -> Double {
    var sum: UInt64 = 0
    for distance in distances {
      let phase = Int64(bitPattern: distance &* frequency)
      sum &+= phase.magnitude >> 16
    }
    return Double(sum) / Double(distances.count) / Double(1 << 24) / Double(1 << 24)
  }

  private static func thinned(_ sorted: ArraySlice<UInt64>, to count: Int) -> [UInt64] {
    let hop = max(1, sorted.count / count)
    return stride(from: sorted.startIndex, to: sorted.endIndex, by: hop).map { sorted[$0] }
  }
}
