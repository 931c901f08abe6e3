/// A variance, and by how many degrees of freedom it is known.
struct Variance {
  var value: Double
  var freedom: Double

  init(_ value: Double, freedom: Double) {
    self.value = value
    self.freedom = freedom
  }

  /// Welch and Satterthwaite's, of a sum.
  init(adding terms: [Variance]) {
    value = terms.reduce(0) { $0 + $1.value }
    let parts = terms.reduce(0) { $0 + $1.value * $1.value / $1.freedom }
    freedom = parts > 0 ? value * value / parts : terms.reduce(.infinity) { min($0, $1.freedom) }
  }
}

/// How far the quantities of a row would lie apart in two recordings of the same work.
///
/// Recordings that were made one after the other were seen to lie as far apart as the eighths of one
/// of them do. So what the eighths scatter beyond what the drawing explains is drift, and is not
/// divided by their number. A row's quantiles drift together, and eighths may agree by luck: their
/// unrest is that of all judged quantiles of both traces, where it is not larger for one alone.
struct RowScatter {
  private let sides: [SliceBootstrap]
  /// The variance over eighths, in units of what the drawing explains; 1 where nothing drifts.
  private let unrest: Double

  /// Each side's bucket is off by up to 1/128 of the value, evenly.
  private static let coarseness = (1.0 / 64) * (1.0 / 64) / 12

  init(_ base: SliceBootstrap, _ new: SliceBootstrap) {
    sides = [base, new]
    let ratios = sides.flatMap { side in
      ComparedQuantity.judged.compactMap { quantity -> Double? in
        guard let drawn = side.drawn[quantity], let eighths = side.eighths[quantity]
        else { return nil }
        // Where all is drift, a slice scatters as an eighth does, and there are eight in it.
        let ratio = eighths.value / (Self.expected(drawn) + Self.coarseness)
        return min(ratio, Double(SliceBootstrap.parts))
      }
    }
    unrest = ratios.isEmpty ? 1 : ratios.reduce(0, +) / Double(ratios.count)
  }

  /// Of the logarithm of new / base; nil where it cannot be told.
  func variance(_ quantity: ComparedQuantity) -> Variance? {
    var terms: [Variance] = []
    for side in sides {
      guard let drawn = side.drawn[quantity], let eighths = side.eighths[quantity] else {
        return nil
      }
      let expected = Self.expected(drawn)
      let drift = max(eighths.value, unrest * expected) - expected
      terms += [drawn, Variance(max(0, drift), freedom: eighths.freedom)]
    }
    if quantity.quantile != nil {
      terms.append(Variance(2 * Self.coarseness, freedom: .infinity))
    }
    return Variance(adding: terms)
  }

  /// The variance over eighths that the drawing explains.
  private static func expected(_ drawn: Variance) -> Double {
    Double(SliceBootstrap.parts) * drawn.value
  }
}
