import Events
import Synchronization

/// The longest stretches of each kind, and how long all of them were.
struct Instances {
  /// What makes stretches alike: what a thread does, the system call's number, the span's name.
  enum Kind: Hashable {
    case state(LaneState)
    case call(Int32)
    case span(Int32)
    case hardInterrupt, softInterrupt
  }

  struct Instance: Hashable {
    var row: Int32
    var stretch: LaneStretch

    /// In the order of length; of equals the earlier one is the longer.
    static func < (left: Instance, right: Instance) -> Bool {
      (left.stretch.length, -left.stretch.start, right.row) < (
        right.stretch.length, -right.stretch.start, left.row
      )
    }
  }

  /// So many of each kind are kept.
  static let most = 256
  /// So many kinds, of a thread each, have their lengths gathered.
  static let mostHistograms = 2048

  var places: [Kind: Int] = [:]
  var kinds: [Kind] = []
  /// A heap each, its least in front.
  var longest: [[Instance]] = []
  /// What is no longer than this is not kept.
  var least: [Int64] = []
  var histograms: [LatencyHistogram] = []
  /// Numbers of histograms by row and state, -1 none.
  var ofRow: [Int32] = []
  var ofKind: [Int] = []
  /// Places of kinds by state, and by number where that is small, -1 none.
  var direct = [Int](repeating: -1, count: LaneState.count)
  var callPlaces: [Int] = []

  init() {}

  /// The stretches of a kind that are kept, the longest first.
  func ranked(_ kind: Kind) -> [Instance] {
    places[kind].map { longest[$0].sorted { $1 < $0 } } ?? []
  }

  mutating func add(_ interval: LaneInterval, of lane: TimelineLane) {
    let length = Int64(clamping: interval.end &- interval.start)
    switch lane {
    case .cpu: return
    case .state:
      switch interval.state {
      case .unknown, .none, .idle, .inside, .run: return
      default: break
      }
      let place = direct[Int(interval.state.rawValue)]
      keep(interval, length, place >= 0 ? place : self.place(.state(interval.state)))
      record(length, at: interval.start, row: Int(interval.row), interval.state)
    case .systemCalls:
      guard interval.state == .inside else { return }
      let place = self.place(ofCall: interval.occupant)
      keep(interval, length, place)
      record(length, at: interval.start, kind: place)
    case .spans:
      guard interval.state == .inside else { return }
      let place = self.place(.span(interval.occupant))
      keep(interval, length, place)
      record(length, at: interval.start, kind: place)
    case .hardInterrupts: keep(interval, length, place(.hardInterrupt))
    case .softInterrupts: keep(interval, length, place(.softInterrupt))
    }
  }

  mutating func place(_ kind: Kind) -> Int {
    if let known = places[kind] { return known }
    places[kind] = longest.count
    if case .state(let state) = kind { direct[Int(state.rawValue)] = longest.count }
    longest.append([])
    kinds.append(kind)
    least.append(-1)
    ofKind.append(-1)
    return longest.count - 1
  }

  @inline(__always)
  private mutating func place(ofCall number: Int32) -> Int {
    if number >= 0, Int(number) < callPlaces.count, callPlaces[Int(number)] >= 0 {
      return callPlaces[Int(number)]
    }
    let place = place(.call(number))
    if number >= 0, number < 1024 {
      while callPlaces.count <= number { callPlaces.append(-1) }
      callPlaces[Int(number)] = place
    }
    return place
  }

  @inline(__always)
  private mutating func keep(_ interval: LaneInterval, _ length: Int64, _ place: Int) {
    if length > least[place] { insert(interval, place) }
  }

  @inline(never)
  private mutating func insert(_ interval: LaneInterval, _ place: Int) {
    let instance = Instance(
      row: interval.row,
      stretch: LaneStretch(
        interval.state, interval.occupant, Int64(clamping: interval.start),
        Int64(clamping: interval.end)))
    if longest[place].count < Self.most {
      longest[place].append(instance)
      var child = longest[place].count - 1
      while child > 0, longest[place][child] < longest[place][(child - 1) / 2] {
        longest[place].swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    } else {
      longest[place][0] = instance
      var parent = 0
      while 2 * parent + 1 < Self.most {
        var child = 2 * parent + 1
        if child + 1 < Self.most, longest[place][child + 1] < longest[place][child] { child += 1 }
        guard longest[place][child] < longest[place][parent] else { break }
        longest[place].swapAt(child, parent)
        parent = child
      }
    }
    if longest[place].count == Self.most { least[place] = longest[place][0].stretch.length }
  }

  // MARK: lengths

  @inline(__always)
  private mutating func record(_ length: Int64, at time: UInt64, row: Int, _ state: LaneState) {
    let slot = row &* LaneState.count &+ Int(state.rawValue)
    if slot >= ofRow.count {
      ofRow.append(contentsOf: repeatElement(-1, count: slot + 1 - ofRow.count))
    }
    if ofRow[slot] < 0 {
      guard histograms.count < Self.mostHistograms else { return }
      ofRow[slot] = Int32(histograms.count)
      histograms.append(LatencyHistogram())
    }
    histograms[Int(ofRow[slot])].record(UInt64(length), at: time)
  }

  @inline(__always)
  private mutating func record(_ length: Int64, at time: UInt64, kind place: Int) {
    if ofKind[place] < 0 {
      guard histograms.count < Self.mostHistograms else { return }
      ofKind[place] = histograms.count
      histograms.append(LatencyHistogram())
    }
    histograms[ofKind[place]].record(UInt64(length), at: time)
  }

  /// The rank of a stretch of a row among its kind; nil where there are none.
  func rank(_ stretch: LaneStretch, row: Int, _ kind: Kind) -> DurationRank? {
    let number: Int
    if case .state(let state) = kind {
      let slot = row * LaneState.count + Int(state.rawValue)
      number = slot < ofRow.count ? Int(ofRow[slot]) : -1
    } else {
      number = places[kind].map { ofKind[$0] } ?? -1
    }
    guard number >= 0, histograms[number].count > 0 else { return nil }
    var below: UInt64 = 0
    histograms[number].forEachBucket { range, count in
      if range.lowerBound <= UInt64(max(0, stretch.length)) { below += count }
    }
    let count = histograms[number].count
    return DurationRank(count: count, quantile: Double(below) / Double(count))
  }
}

extension Instances.Kind {
  /// The kind of a stretch, nil where such are not ranked.
  init?(_ lane: TimelineLane, _ what: LaneOccupant) {
    switch lane {
    case .cpu: return nil
    case .state:
      switch what.state {
      case .unknown, .none, .idle, .inside, .run: return nil
      default: self = .state(what.state)
      }
    case .systemCalls: self = .call(what.occupant)
    case .spans: self = .span(what.occupant)
    case .hardInterrupts: self = .hardInterrupt
    case .softInterrupts: self = .softInterrupt
    }
    if what.state == .none || what.state == .unknown { return nil }
  }

  /// From which length on one is worth looking at, in nanoseconds; nil for what is no problem.
  var problemLength: Int64? {
    switch self {
    case .state(.wakeup), .state(.preempt), .state(.fresh): 1_000_000
    case .state(.diskIO), .state(.diskOther), .state(.throttled): 10_000_000
    case .span: 5_000_000
    case .hardInterrupt, .softInterrupt: 1_000_000
    case .state, .call: nil
    }
  }
}

extension Instances {
  /// So many of each kind are problems.
  static let mostProblems = 16

  var problems: [Instance] {
    var problems: [Instance] = []
    for kind in kinds {
      guard let length = kind.problemLength else { continue }
      problems += ranked(kind).prefix(Self.mostProblems).filter { $0.stretch.length >= length }
    }
    return problems
  }
}

extension TimelineState {
  func instance(of item: TimelineItem, longer: Bool) -> TimelineItem? {
    guard let kind = Instances.Kind(item.lane, item.stretch.what),
      let row = table.row(of: item.lane)
    else { return nil }
    let own = Instances.Instance(row: Int32(row), stretch: item.stretch)
    let ranked = instances.ranked(kind)
    let found = longer ? ranked.last { own < $0 } : ranked.first { $0 < own }
    return found.map { TimelineItem(lane: table.lanes[Int($0.row)], stretch: $0.stretch) }
  }

  /// In order of time.
  func problems(_ trace: OpenTrace) -> [TimelineProblem] {
    var problems = instances.problems.map { instance in
      TimelineProblem(
        kind: .slow, window: TimelineWindow(instance.stretch.start, instance.stretch.end),
        lane: table.lanes[Int(instance.row)], stretch: instance.stretch)
    }
    for loss in placedLosses {
      problems.append(
        TimelineProblem(
          kind: .loss(loss.loss.reason, count: loss.loss.count),
          window: TimelineWindow(loss.first, loss.last + 1), lane: loss.cpu.map { .cpu($0) }))
    }
    return problems.sorted { ($0.window.start, $0.window.end) < ($1.window.start, $1.window.end) }
  }
}

extension Timeline {
  /// What is worst among the places worth looking at: most times what is already long for its kind;
  /// a loss where nothing was slow.
  package func worstProblem(amongSpans: Bool = false) -> TimelineProblem? {
    state.withLock { state in
      let problems = state.problems(trace)
      var slow = problems.filter { $0.stretch != nil }
      let spans = slow.filter { if case .spans = $0.lane { true } else { false } }
      if amongSpans, !spans.isEmpty { slow = spans }
      return slow.max { $0.severity < $1.severity } ?? problems.first
    }
  }

  /// How many places worth looking at are known.
  package var problemCount: Int { state.withLock { $0.problems(trace).count } }
}

extension TimelineProblem {
  fileprivate var severity: Double {
    guard let lane, let stretch, let kind = Instances.Kind(lane, stretch.what),
      let length = kind.problemLength
    else { return 0 }
    return Double(stretch.length) / Double(length)
  }
}
