internal import Glibc

/// Student's t distribution.
struct StudentDistribution {
  var degreesOfFreedom: Double

  /// The chance of a value at least as far from 0 as `t`, on either side.
  func twoSided(_ t: Double) -> Double {
    guard t.isFinite else { return 0 }
    let nu = degreesOfFreedom
    return Self.incompleteBeta(nu / (nu + t * t), nu / 2, 0.5)
  }

  /// The value that is reached with a chance of `p` on both sides together.
  func twoSidedQuantile(_ p: Double) -> Double {
    var low = 0.0
    var high = 1.0
    while twoSided(high) > p, high < 1e6 { high *= 2 }
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if twoSided(middle) > p { low = middle } else { high = middle }
    }
    return high
  }

  /// The regularized incomplete beta function, by its continued fraction (DLMF 8.17.22), which
  /// converges fast for x < (a + 1) / (a + b + 2); beyond, by symmetry.
  static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let scale: Double = lgamma(a + b) - lgamma(a) - lgamma(b)
    let power: Double = a * log(x) + b * log(1 - x)
    let front: Double = exp(scale + power) / a
    let least = 1e-300
    var c = 1.0
    var d = 1 / nonzero(1 - (a + b) * x / (a + 1), least)
    var fraction = d
    for m in 1...300 {
      let n = Double(m)
      let twice: Double = a + 2 * n
      let even: Double = n * (b - n) * x / ((twice - 1) * twice)
      d = 1 / nonzero(1 + even * d, least)
      c = nonzero(1 + even / c, least)
      fraction *= d * c
      let odd: Double = -(a + n) * (a + b + n) * x / (twice * (twice + 1))
      d = 1 / nonzero(1 + odd * d, least)
      c = nonzero(1 + odd / c, least)
      let step = d * c
      fraction *= step
      if abs(step - 1) < 1e-14 { break }
    }
    return min(1, front * fraction)
  }

  private static func nonzero(_ value: Double, _ least: Double) -> Double {
    abs(value) < least ? least : value
  }
}
