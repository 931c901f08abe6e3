/// Random numbers that a seed determines (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A number below `bound`.
  package mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next() >> 1) % max(bound, 1)
  }

  /// True once in `times` calls on average.
  package mutating func once(in times: Int) -> Bool {
    below(times) == 0
  }

  /// An interval around `mean`: mostly near it, seldom ten times as long.
  package mutating func interval(_ mean: UInt64) -> UInt64 {
    let base = mean / 2 + next() % max(mean, 1)
    return once(in: 40) ? base * 10 : base
  }
}
