import Events
import SyntheticTrace
import Testing
import TraceFile

@testable import Analysis

/// A trace of requests, opened and cut into slices.
private func sliced(
  _ requests: SyntheticRequests, from: TimeSpan? = nil, to: TimeSpan? = nil
) throws -> SlicedTrace {
  let file = ScratchFile()
  try requests.write(to: file.descriptor)
  let trace = try OpenTrace(path: file.path)
  return try trace.sliced(
    SlicedTrace.tables,
    window: EventWindow(
      from: from.map { Timestamp(nanoseconds: $0.nanoseconds) },
      to: to.map { Timestamp(nanoseconds: $0.nanoseconds) }), systemCallNames: [])
}

private let span = "synthetic:request"

@Suite struct TraceComparisonTests {
  private func row(
    _ base: SlicedTrace, _ new: SlicedTrace, leastEffect: Double = 0.05
  ) throws -> ComparedRow {
    let comparison = TraceComparison(
      base: base, new: new, tables: ["spans"], leastEffect: leastEffect)
    return try #require(comparison.tables[0].rows.first { $0.name == span })
  }

  @Test func `two halves of 20 steady traces show at most one false worse`() throws {
    var alarms = 0
    var decided = 0
    for seed in 1...20 as ClosedRange<UInt64> {
      let requests = SyntheticRequests(seed: seed, requests: 3000)
      let whole = try sliced(requests)
      let middle = TimeSpan(nanoseconds: whole.length.nanoseconds / 2)
      let comparison = TraceComparison(
        base: try sliced(requests, to: middle), new: try sliced(requests, from: middle),
        tables: ["spans", "states"])
      let rows = comparison.tables.flatMap(\.rows)
      if rows.contains(where: { $0.verdict == .worse }) { alarms += 1 }
      if rows.contains(where: { $0.verdict == .same }) { decided += 1 }
    }
    #expect(alarms <= 1)
    #expect(decided == 20)
  }

  @Test func `a tenth more running is found, and that it is running`() throws {
    let row = try row(
      try sliced(SyntheticRequests(seed: 1)),
      try sliced(SyntheticRequests(seed: 2, run: 110_000)))
    #expect(row.verdict == .worse)
    #expect(row.shifts.first?.state == "run")
    #expect((8_000...13_000).contains(row.shifts.first?.shift ?? 0))
    let median = try #require(row.comparison(.p50))
    let interval = try #require(median.interval)
    #expect(interval.contains(0.085))
    #expect(interval.lowerBound > 0)
  }

  @Test func `longer waiting for a CPU is found, and that it is waiting`() throws {
    let row = try row(
      try sliced(SyntheticRequests(seed: 3)), try sliced(SyntheticRequests(seed: 4, wait: 50_000)))
    #expect(row.verdict == .worse)
    #expect(row.shifts.first?.state == "runnable")
    let back = try self.row(
      try sliced(SyntheticRequests(seed: 4, wait: 50_000)), try sliced(SyntheticRequests(seed: 3)))
    #expect(back.verdict == .better)
  }

  @Test func `a change below the least effect is none`() throws {
    let base = try sliced(SyntheticRequests(seed: 1))
    let new = try sliced(SyntheticRequests(seed: 2, run: 110_000))
    #expect(try row(base, new, leastEffect: 0.5).verdict == .same)
  }

  @Test func `a trace is the same as itself`() throws {
    let trace = try sliced(SyntheticRequests(seed: 5))
    let row = try row(trace, trace)
    #expect(row.verdict == .same)
    for one in row.quantities where one.interval != nil {
      #expect(one.change == 0)
      #expect(one.verdict == .same)
    }
  }

  @Test func `the same traces give the same answer`() throws {
    let (base, new) = (
      try sliced(SyntheticRequests(seed: 1)), try sliced(SyntheticRequests(seed: 2))
    )
    let (first, second) = (try row(base, new), try row(base, new))
    #expect(first.quantities.map(\.interval) == second.quantities.map(\.interval))
    #expect(first.quantities.map(\.chance) == second.quantities.map(\.chance))
  }

  @Test func `few instances are too few, and rows of one trace stand there`() throws {
    let base = try sliced(SyntheticRequests(seed: 1, requests: 12))
    #expect(try row(base, base).verdict == .tooFew)
    var markerless = SyntheticRequests(seed: 1)
    markerless.hasMarkers = false
    let comparison = TraceComparison(
      base: base, new: try sliced(markerless), tables: ["spans", "states"])
    #expect(comparison.tables[0].missingInBase == nil)
    #expect(comparison.tables[0].missingInNew == ["markers"])
    #expect(comparison.tables[0].rows.isEmpty)
    #expect(!comparison.tables[1].rows.isEmpty)
  }

  @Test func `without scheduling events durations are compared and states are not told`() throws {
    var base = SyntheticRequests(seed: 1)
    var new = SyntheticRequests(seed: 2, run: 130_000)
    base.hasSwitches = false
    new.hasSwitches = false
    let row = try row(try sliced(base), try sliced(new))
    #expect(row.verdict == .worse)
  }

  @Test func `slices add up to the whole`() throws {
    let file = ScratchFile()
    try SyntheticRequests(seed: 9).write(to: file.descriptor)
    let trace = try OpenTrace(path: file.path)
    let sliced = try trace.sliced(["spans", "states"], systemCallNames: [])
    let whole = try trace.statistics(StatisticsOptions(tables: ["spans", "states"]))
    for (table, name) in [("spans", span), ("states", "preempt wait")] {
      let row = try #require(
        whole.tables.first { $0.name == table }?.rows.first { row in
          row.cells.contains { $0.value == .text(name) }
        })
      let slices = try #require(sliced.rows[table]?[name])
      #expect(slices.counts.reduce(0, +) == row.histogram?.count)
      #expect(slices.sums.reduce(0, +) == row.histogram?.sum)
      #expect(slices.histogram.max == row.histogram?.max)
      let inBuckets = slices.times.reduce(UInt64(0)) { $0 + UInt64($1) }
      #expect(inBuckets == row.histogram?.count)
    }
  }

  @Test func `without events of disks in one trace all waits in D are one row`() throws {
    var base = SlicedTrace()
    var new = SlicedTrace()
    base.hasDisk = true
    new.hasDisk = false
    base.add([durations("D-io", 5), durations("D-other", 7)], to: "states", slice: 0)
    new.add([durations("D-other", 9)], to: "states", slice: 0)
    let rows = TraceComparison(base: base, new: new, tables: ["states"]).tables[0].rows
    #expect(rows.map(\.name) == ["D"])
    #expect(rows[0].baseCount == 2)
    #expect(rows[0].newCount == 1)
  }

  private func durations(_ name: String, _ value: UInt64) -> ComparedDurations {
    var one = ComparedDurations(name: name, histogram: LatencyHistogram())
    one.histogram.record(value, at: 0)
    return one
  }
}

/// Rows whose truth is known, without a trace around them.
@Suite struct RowScatterTests {
  /// 64 slices of 300 durations of about 100 us; their median walks, by a step a slice of `drift` of
  /// its logarithm, and `delayed` of a thousand are 300 us longer.
  private func slices(_ seed: UInt64, drift: Double = 0, delayed: Int = 0) -> SlicedDurations {
    var random = SeededGenerator(seed: seed)
    var row = SlicedDurations()
    var level = 100_000.0
    for slice in 0..<64 {
      level *= 1 + drift * (Double(random.below(2001)) / 1000 - 1)
      var one = ComparedDurations(name: "row", histogram: LatencyHistogram())
      for _ in 0..<300 {
        let length = level * (0.75 + Double(random.below(1000)) / 2000)
        let delay = random.below(1000) < delayed ? 300_000.0 : 0
        one.histogram.record(UInt64(length + delay), at: 0)
      }
      row.append(one, slice: slice)
    }
    return row
  }

  private func verdict(_ base: SlicedDurations, _ new: SlicedDurations) -> ComparisonVerdict {
    var traces = [SlicedTrace(), SlicedTrace()]
    for (place, row) in [base, new].enumerated() {
      traces[place].rows["spans"] = ["row": row]
      traces[place].length = TimeSpan(nanoseconds: 1_000_000_000)
    }
    let comparison = TraceComparison(base: traces[0], new: traces[1], tables: ["spans"])
    return comparison.tables[0].rows[0].verdict
  }

  @Test func `what drifts within a recording makes no worse of another`() {
    let pairs = (1...40 as ClosedRange<UInt64>).map { seed in
      verdict(slices(2 * seed, drift: 0.04), slices(2 * seed + 1, drift: 0.04))
    }
    #expect(pairs.count { $0 == .worse } <= 2)
    #expect(pairs.count { $0 == .better } <= 2)
  }

  @Test func `two in a hundred that are delayed are found in what drifts`() {
    for seed in 1...10 as ClosedRange<UInt64> {
      let base = slices(2 * seed, drift: 0.04)
      let new = slices(2 * seed + 1, drift: 0.04, delayed: 20)
      #expect(verdict(base, new) == .worse)
    }
  }

  @Test func `a tenth more is found where nothing drifts`() {
    var worse = 0
    for seed in 1...20 as ClosedRange<UInt64> {
      let base = slices(2 * seed)
      var new = SlicedDurations()
      var random = SeededGenerator(seed: seed)
      for slice in 0..<64 {
        var one = ComparedDurations(name: "row", histogram: LatencyHistogram())
        for _ in 0..<300 {
          one.histogram.record(UInt64(82_500 + 55 * random.below(1000)), at: 0)
        }
        new.append(one, slice: slice)
      }
      if verdict(base, new) == .worse { worse += 1 }
    }
    #expect(worse == 20)
  }

  @Test func `a burst in one slice is one observation, however many instances it has`() {
    func row(burst: Int) -> SlicedDurations {
      var row = SlicedDurations()
      for slice in 0..<64 {
        var one = ComparedDurations(name: "row", histogram: LatencyHistogram())
        for _ in 0..<(slice == 20 ? burst : 4) { one.histogram.record(1000, at: 0) }
        row.append(one, slice: slice)
      }
      return row
    }
    #expect(row(burst: 4).effectiveSlices == 64)
    #expect(row(burst: 4000).effectiveSlices < 1.2)
    #expect(verdict(row(burst: 4), row(burst: 4)) == .same)
    #expect(verdict(row(burst: 4), row(burst: 4000)) == .tooFew)
  }

  @Test func `degrees of freedom of a sum are Welch's and Satterthwaite's`() {
    let sum = Variance(adding: [Variance(4, freedom: 9), Variance(2, freedom: 4)])
    #expect(sum.value == 6)
    #expect(abs(sum.freedom - 36 / (16.0 / 9 + 4.0 / 4)) < 1e-9)
    let exact = Variance(adding: [Variance(1, freedom: 7), Variance(0, freedom: .infinity)])
    #expect(exact.freedom == 7)
    #expect(Variance(adding: [Variance(0, freedom: 7), Variance(0, freedom: 63)]).freedom == 7)
  }
}

@Suite struct SpanParentTests {
  private func table(_ rows: [(name: String, parent: String?)]) -> ComparedTable {
    var table = ComparedTable(name: "spans")
    table.rows = rows.map { name, parent in
      var row = ComparedRow(
        name, SlicedDurations(), SlicedDurations(), lengths: (1, 1), hasShifts: false,
        hasDisk: false)
      row.parent = parent
      return row
    }
    table.nest()
    return table
  }

  private func text(_ rows: [(name: String, parent: String?)]) -> [String] {
    table(rows).rows.map { String(repeating: " ", count: $0.depth) + $0.name }
  }

  @Test func `spans stand below the one that they are in, the gravest tree first`() {
    #expect(
      text([
        ("deep", "child"), ("alone", nil), ("child", "root"), ("second", "root"), ("root", nil),
      ])
        == ["root", " child", "  deep", " second", "alone"])
  }

  @Test func `a parent that is not there is none`() {
    #expect(text([("child", "gone"), ("other", nil)]) == ["child", "other"])
  }

  @Test func `spans that stand in each other or in themselves are all there`() {
    #expect(
      text([("a", "b"), ("b", "a"), ("c", "c"), ("d", "a")]) == ["a", " b", " d", "c"])
  }

  @Test func `spans that stood in two are in none`() {
    #expect(SpanParent.one("a").merged(with: .one("b")) == .several)
    #expect(SpanParent.none.merged(with: .one("b")) == .several)
    #expect(SpanParent.one("a").merged(with: .one("a")).name == "a")
  }
}

@Suite struct StudentDistributionTests {
  /// Critical values of Student's t, two-sided 5 %, as tables have them.
  @Test(arguments: [(1.0, 12.706), (10, 2.228), (30, 2.042), (63, 1.998)])
  func `quantiles are those of the tables`(freedom: Double, critical: Double) {
    let student = StudentDistribution(degreesOfFreedom: freedom)
    #expect(abs(student.twoSidedQuantile(0.05) - critical) < 0.001)
    #expect(abs(student.twoSided(critical) - 0.05) < 0.0001)
    #expect(student.twoSided(0) == 1)
    #expect(student.twoSided(.infinity) == 0)
  }
}
