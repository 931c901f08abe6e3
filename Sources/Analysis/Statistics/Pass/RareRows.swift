import Events

/// What a pass seldom touches: apart from what every event does, so that the pass itself is small.
final class RareRows {
  let options: StatisticsOptions
  let filter: InstanceFilter?
  var interrupts = InterruptRows()
  var disks: DiskRows
  var net = NetRows()
  var spans = SpanRows()
  var counters = CounterRows()
  var locks = LockRows()
  var periods = PeriodRows()
  var throttles = ThrottleRows()
  /// Kernel events that were asked for, where the recorder told; whether they were narrowed.
  var asked: [EventName: Bool] = [:]
  /// Those whose events alone were recorded, where the recorder told of some.
  var chosen: Set<ThreadNumber>?
  /// When the machine was read last, and the last event before: readings go on when sources are off.
  var lastReading: UInt64 = 0
  var lastEvent: UInt64 = 0
  /// Losses within the window: places, events, whether all were counted.
  var lost: (events: UInt64, places: Int, isCounted: Bool) = (0, 0, true)
  /// Which events are counted, where not all are.
  var eventMask: EventMask?
  /// What begins and ends periods, where somebody asks for them.
  var periodMasks: (begin: EventMask, end: EventMask)?

  /// The spans that `in span` asks for, in which `waits` tells where the time went; none: all.
  let blamedSpans: [String]

  /// What a first pass found out for the filter; who finds it out in such a pass.
  var moments: FilterMoments?
  var finder: MomentFinder?

  init(_ options: StatisticsOptions, _ filter: InstanceFilter?) {
    self.options = options
    disks = DiskRows(remembersOwners: options.wants("waits"))
    self.filter = filter
    blamedSpans = (options.filter?.traceTerms ?? []).compactMap { term in
      if case .inSpan(let name) = term.question { name } else { nil }
    }
    if case .field(let name) = options.key { spans.keyField = name }
    periodMasks = options.period.map { (EventMask($0.begin), EventMask($0.end)) }
  }

  /// Forgets all answers; what is open stays.
  func restart() {
    interrupts.rows = DurationRows()
    disks.restart()
    net.restart()
    spans.restart()
    counters.restart()
    locks.restart()
    throttles.restart()
    periods.rows = DurationRows()
    lost = (0, 0, true)
  }
}
