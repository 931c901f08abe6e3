import Events
internal import Glibc

package enum ComparisonVerdict: Hashable, Sendable {
  case worse, better, same, tooFew
}

/// A quantity of a row in both traces.
package struct QuantityComparison: Sendable {
  package var quantity: ComparedQuantity
  /// Nanoseconds; instances a second of a rate; nil: there are no instances.
  package var base: Double?
  package var new: Double?
  /// new / base − 1; nil where it cannot be told.
  package var change: Double?
  /// Where the change lies with a chance of 95 %; nil where there are too few instances.
  package var interval: ClosedRange<Double>?
  /// The chance of such a difference between traces that are alike, Holm-corrected over the rows.
  package var chance: Double?
  package var verdict = ComparisonVerdict.tooFew

  /// Whether there are too few instances for a quantity: it stands in brackets.
  package var isBracketed: Bool { interval == nil }
}

/// How much more or less of an instance's time went into a state, on average.
package struct StateShift: Hashable, Sendable {
  package var state: String
  /// Nanoseconds an instance.
  package var base: Double
  package var new: Double

  package var shift: Double { new - base }
}

/// A name of a table in both traces.
package struct ComparedRow: Sendable {
  package var name: String
  /// The span that all instances stand in, in each trace that has any.
  package internal(set) var parent: String?
  /// How many rows this one stands below.
  package internal(set) var depth = 0
  package var baseCount: UInt64
  package var newCount: UInt64
  /// In the order of `ComparedQuantity.allCases`.
  package var quantities: [QuantityComparison]
  package var baseMost: UInt64?
  package var newMost: UInt64?
  /// States by how much they moved, most first; empty where that was not recorded.
  package var shifts: [StateShift] = []
  package var verdict = ComparisonVerdict.tooFew
  /// The quantity that the verdict stands on.
  package var decisive: ComparedQuantity?

  package func comparison(_ quantity: ComparedQuantity) -> QuantityComparison? {
    quantities.first { $0.quantity == quantity }
  }
}

package struct ComparedTable: Sendable {
  package var name: String
  package var rows: [ComparedRow] = []
  /// The sets that would have had to be recorded, in either trace.
  package var missingInBase: [String]?
  package var missingInNew: [String]?
  /// Whether scheduling events are missing that tell states apart.
  package var hasShifts = true
  /// Instances that are in no quantile, as they span lost events.
  package var unpaired: (base: UInt64, new: UInt64) = (0, 0)
}

/// Two traces, row by row.
package struct TraceComparison: Sendable {
  /// The chance of a false alarm over all rows of all tables.
  package static let significance = 0.05

  package private(set) var tables: [ComparedTable] = []
  /// The least change that is more than none: 0.05 is 5 %.
  package let leastEffect: Double

  package init(
    base: SlicedTrace, new: SlicedTrace, tables: [String], leastEffect: Double = 0.05
  ) {
    self.leastEffect = leastEffect
    let hasDisk = base.hasDisk && new.hasDisk
    for name in tables {
      var table = ComparedTable(name: name)
      table.missingInBase = base.missing[name]
      table.missingInNew = new.missing[name]
      table.hasShifts =
        ["spans", "syscalls"].contains(name) && !base.withoutParts.contains(name)
        && !new.withoutParts.contains(name)
      let before = Self.rows(base.rows[name] ?? [:], hasDisk: hasDisk)
      let after = Self.rows(new.rows[name] ?? [:], hasDisk: hasDisk)
      if table.missingInBase == nil, table.missingInNew == nil {
        table.rows = Set(before.keys).union(after.keys).sorted().map { row in
          ComparedRow(
            row, before[row] ?? SlicedDurations(), after[row] ?? SlicedDurations(),
            lengths: (base.length.nanoseconds, new.length.nanoseconds),
            hasShifts: table.hasShifts, hasDisk: hasDisk)
        }
        for row in before.values { table.unpaired.base &+= row.unpaired }
        for row in after.values { table.unpaired.new &+= row.unpaired }
      }
      self.tables.append(table)
    }
    judge()
    for table in self.tables.indices where self.tables[table].name == "spans" {
      for row in self.tables[table].rows.indices {
        let name = self.tables[table].rows[row].name
        let parents = [base, new].compactMap { $0.parents[name] }
        guard let first = parents.first else { continue }
        self.tables[table].rows[row].parent =
          parents.dropFirst().reduce(first) { $0.merged(with: $1) }.name
      }
      self.tables[table].nest()
    }
  }

  /// Without events of disks in both traces all waits in D are of one kind.
  private static func rows(
    _ rows: [String: SlicedDurations], hasDisk: Bool
  ) -> [String: SlicedDurations] {
    guard !hasDisk else { return rows }
    var rows = rows
    let disk = rows.removeValue(forKey: TimeKind.diskIO.name)
    let other = rows.removeValue(forKey: TimeKind.diskOther.name)
    switch (disk, other) {
    case (nil, nil): break
    case (let one?, nil), (nil, let one?): rows["D"] = one
    case (let one?, let two?): rows["D"] = one.merged(with: two)
    }
    return rows
  }

  private mutating func judge() {
    correct(ComparedQuantity.judged)
    for quantity in ComparedQuantity.allCases where !ComparedQuantity.judged.contains(quantity) {
      correct([quantity])
    }
    for table in tables.indices {
      for row in tables[table].rows.indices { tables[table].rows[row].judge() }
      tables[table].rows.sort { left, right in
        let (a, b) = (left.verdict.rank, right.verdict.rank)
        return a != b ? a < b : (right.weight, left.name) < (left.weight, right.name)
      }
    }
  }

  /// Holm's step-down correction over some quantities of all rows, and their verdicts.
  private mutating func correct(_ quantities: [ComparedQuantity]) {
    var places: [(table: Int, row: Int, place: Int, chance: Double)] = []
    for table in tables.indices {
      for row in tables[table].rows.indices {
        for (place, one) in tables[table].rows[row].quantities.enumerated()
        where quantities.contains(one.quantity) {
          if let chance = one.chance { places.append((table, row, place, chance)) }
        }
      }
    }
    places.sort {
      ($0.chance, $0.table, $0.row, $0.place) < ($1.chance, $1.table, $1.row, $1.place)
    }
    var most = 0.0
    for (rank, one) in places.enumerated() {
      most = max(most, min(1, one.chance * Double(places.count - rank)))
      tables[one.table].rows[one.row].quantities[one.place].conclude(
        most, leastEffect: leastEffect)
    }
  }
}

extension QuantityComparison {
  fileprivate mutating func conclude(_ corrected: Double, leastEffect: Double) {
    chance = corrected
    verdict = .same
    guard let change, corrected < TraceComparison.significance, abs(change) >= leastEffect else {
      return
    }
    verdict = change > 0 ? .worse : .better
  }
}

extension ComparisonVerdict {
  var rank: Int {
    switch self {
    case .worse: 0
    case .better: 1
    case .same: 2
    case .tooFew: 3
    }
  }
}

extension ComparedRow {
  init(
    _ name: String, _ base: SlicedDurations, _ new: SlicedDurations,
    lengths: (base: Int64, new: Int64), hasShifts: Bool, hasDisk: Bool
  ) {
    self.name = name
    baseCount = base.histogram.count
    newCount = new.histogram.count
    baseMost = base.histogram.isEmpty ? nil : base.histogram.max
    newMost = new.histogram.isEmpty ? nil : new.histogram.max
    let seed = Self.seed(name)
    let scatter = RowScatter(
      SliceBootstrap(base, seed: seed), SliceBootstrap(new, seed: seed ^ 0x6E65_7700))
    quantities = ComparedQuantity.allCases.map { quantity in
      var one = QuantityComparison(quantity: quantity)
      one.base = base.histogram.value(quantity, over: lengths.base)
      one.new = new.histogram.value(quantity, over: lengths.new)
      guard let left = one.base, let right = one.new, left > 0, right > 0 else { return one }
      one.change = right / left - 1
      guard let variance = scatter.variance(quantity) else { return one }
      let student = StudentDistribution(degreesOfFreedom: variance.freedom)
      let factor = student.twoSidedQuantile(TraceComparison.significance)
      let deviation = variance.value.squareRoot()
      let ratio = log(right / left)
      one.interval =
        exp(ratio - factor * deviation) - 1...exp(ratio + factor * deviation) - 1
      one.chance = deviation > 0 ? student.twoSided(ratio / deviation) : (ratio == 0 ? 1 : 0)
      return one
    }
    if hasShifts, baseCount > 0, newCount > 0 {
      shifts = Self.shifts(base, new, hasDisk: hasDisk)
    }
  }

  /// The worst of what the quantities that a row is judged by say.
  fileprivate mutating func judge() {
    for verdict in [ComparisonVerdict.worse, .better, .same] {
      let found = quantities.filter {
        ComparedQuantity.judged.contains($0.quantity) && $0.verdict == verdict
      }
      guard let most = found.max(by: { abs($0.change ?? 0) < abs($1.change ?? 0) }) else {
        continue
      }
      self.verdict = verdict
      decisive = most.quantity
      return
    }
  }

  /// How much time the change of the average comes to, all instances together.
  fileprivate var weight: Double {
    guard let average = comparison(.average) else { return 0 }
    switch verdict {
    case .worse, .better:
      return abs((average.new ?? 0) - (average.base ?? 0)) * Double(newCount)
    case .same, .tooFew:
      return max(
        (average.new ?? 0) * Double(newCount), (average.base ?? 0) * Double(baseCount))
    }
  }

  private static func shifts(
    _ base: SlicedDurations, _ new: SlicedDurations, hasDisk: Bool
  ) -> [StateShift] {
    func suspended(_ row: SlicedDurations) -> UInt64 {
      let parts = row.parts
      let known =
        parts.run &+ parts.runnable &+ parts.disk &+ parts.blocked &+ parts.sleep &+ parts.lock
      return row.histogram.sum &- min(known, row.histogram.sum)
    }
    func shift(_ state: String, _ before: UInt64, _ after: UInt64) -> StateShift {
      StateShift(
        state: state, base: Double(before) / Double(base.histogram.count),
        new: Double(after) / Double(new.histogram.count))
    }
    let (before, after) = (base.parts, new.parts)
    var shifts = [
      shift("run", before.run, after.run), shift("runnable", before.runnable, after.runnable),
      shift("sleep", before.sleep, after.sleep), shift("lock", before.lock, after.lock),
      shift("suspended", suspended(base), suspended(new)),
    ]
    if hasDisk {
      shifts.append(shift("D-io", before.disk, after.disk))
      shifts.append(shift("D-other", before.blocked, after.blocked))
    } else {
      shifts.append(
        shift("D", before.disk &+ before.blocked, after.disk &+ after.blocked))
    }
    return shifts.sorted { (abs($1.shift), $0.state) < (abs($0.shift), $1.state) }
  }

  /// A number that a name determines (FNV-1a).
  private static func seed(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

extension LatencyHistogram {
  fileprivate func value(_ quantity: ComparedQuantity, over nanoseconds: Int64) -> Double? {
    guard !isEmpty else { return nil }
    switch quantity {
    case .average: return Double(sum) / Double(count)
    case .rate: return nanoseconds > 0 ? Double(count) * 1e9 / Double(nanoseconds) : nil
    default: return quantity.quantile.flatMap { value($0) }.map { Double($0) }
    }
  }
}
