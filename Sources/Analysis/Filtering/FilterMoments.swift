import Events
internal import TraceFile

/// Stretches of time, ascending and apart, both ends included; in nanoseconds of CLOCK_MONOTONIC.
struct MomentList {
  private var starts: [UInt64] = []
  private var ends: [UInt64] = []

  /// Adds a stretch that begins no earlier than those before.
  mutating func add(_ start: UInt64, _ end: UInt64) {
    if let last = ends.last, start <= last {
      ends[ends.count - 1] = max(last, end)
    } else {
      starts.append(start)
      ends.append(end)
    }
  }

  /// Adds a stretch that ends no earlier than those before, but may begin before them.
  mutating func add(endingLast start: UInt64, _ end: UInt64) {
    var start = start
    while let last = ends.last, last >= start {
      start = min(start, starts.removeLast())
      ends.removeLast()
    }
    starts.append(start)
    ends.append(end)
  }

  /// Whether a stretch touches what lies from `start` to `end`.
  func touches(_ start: UInt64, _ end: UInt64) -> Bool {
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] < start { low = middle + 1 } else { high = middle }
    }
    return low < starts.count && starts[low] <= end
  }
}

/// What a first pass found out about the terms of a filter that only a whole trace can answer.
struct FilterMoments {
  /// Where a term holds.
  enum Places {
    case anywhere(MomentList)
    case onThreads([ThreadNumber: MomentList])
    case offThreads([ThreadNumber: MomentList])
  }

  /// By the offset of the term's first byte.
  var places: [Int: Places] = [:]

  /// Whether a term holds for what a thread does from `start` to `end`.
  func holds(_ term: Int, _ thread: ThreadNumber, _ start: UInt64, _ end: UInt64) -> Bool {
    switch places[term] {
    case .anywhere(let list): list.touches(start, start)
    case .onThreads(let lists): lists[thread]?.touches(start, end) ?? false
    case .offThreads(let lists): !(lists[thread]?.touches(start, end) ?? false)
    case nil: false
    }
  }

  /// What each term says about each event of a batch.
  func answers(_ batch: FlatBatch, _ clock: TraceClock) -> [Int: [Bool]] {
    guard !places.isEmpty else { return [:] }
    let times = unsafe clock.monotonic(batch.keys, count: batch.count)
    return places.keys.reduce(into: [:]) { answers, term in
      answers[term] = times.indices.map { position in
        holds(term, unsafe batch.threads[position], times[position], times[position])
      }
    }
  }
}

/// Finds the moments of a filter's terms while events pass.
final class MomentFinder {
  private struct After {
    var term: Int
    var span: UInt64
    var mask: EventMask
    var list = MomentList()
  }

  private struct Wakers {
    var term: Int
    var filter: InstanceFilter
    var lists: [ThreadNumber: MomentList] = [:]
  }

  private struct Spans {
    var term: Int
    var name: String
    var isInside: Bool
    var lists: [ThreadNumber: MomentList] = [:]
  }

  private var afters: [After] = []
  private var wakers: [Wakers] = []
  private var spans: [Spans] = []
  let needsSpans: Bool

  /// `spans`: whether `in span` is answered too, which instances answer by themselves.
  init(_ filter: Filter, spans isWithSpans: Bool) throws(EventsError) {
    var needsSpans = false
    for term in filter.traceTerms {
      let place = term.range.lowerBound
      switch term.question {
      case .after(let span, let node):
        let part = Filter(part: node, of: filter.text)
        try part.refuseTraceTerms()
        afters.append(
          After(
            term: place, span: UInt64(max(0, span.nanoseconds)), mask: EventMask(part)))
      case .wakerOf(let node):
        let part = Filter(part: node, of: filter.text)
        for inner in part.traceTerms where inner.question.isResolved {
          throw .filter(
            .needsTrace(term: inner.question.traceName ?? ""), text: filter.text, at: inner.range)
        }
        let wait = InstanceFilter(part)
        needsSpans = needsSpans || wait.needsSpans
        wakers.append(Wakers(term: place, filter: wait))
      case .inSpan(let name) where isWithSpans:
        spans.append(Spans(term: place, name: name, isInside: true))
      case .outsideSpan(let name) where isWithSpans:
        spans.append(Spans(term: place, name: name, isInside: false))
      default: continue
      }
    }
    self.needsSpans = needsSpans
  }

  var isNeeded: Bool { !afters.isEmpty || !wakers.isEmpty || !spans.isEmpty }
  var watchesWakings: Bool { !wakers.isEmpty }
  var watchesSpans: Bool { !spans.isEmpty }
  /// Whether it looks at events' own fields.
  var asksEvents: Bool { !afters.isEmpty }

  func update(
    _ stretch: borrowing MergedStretch, _ live: inout LiveNames, _ tables: TraceTables,
    _ clock: TraceClock
  ) throws(AnalysisError) {
    for place in afters.indices { try afters[place].mask.update(stretch, &live, tables, clock) }
  }

  /// Takes the events of a stretch that `within … after` asks for.
  func take(_ stretch: borrowing MergedStretch, _ clock: TraceClock) {
    guard !afters.isEmpty else { return }
    for run in stretch.runs {
      guard let batch = stretch.slots[Int(run.slot)] else { continue }
      for position in Int(run.start)..<Int(run.end) {
        for place in afters.indices
        where afters[place].mask.admits(Int(run.slot), position) {
          let time = clock.monotonic(unsafe batch.keys[position])
          let (end, isOver) = time.addingReportingOverflow(afters[place].span)
          afters[place].list.add(time, isOver ? .max : end)
        }
      }
    }
  }

  /// A wait that a thread ended.
  func noteWaking(by waker: ThreadNumber, at time: UInt64, _ wait: FilterInstance) {
    for place in wakers.indices where wakers[place].filter.matches(wait) {
      wakers[place].lists[waker, default: MomentList()].add(time, time)
    }
  }

  /// A span that ended, or is open at the end.
  func noteSpan(_ name: String, _ thread: ThreadNumber, from start: UInt64, to end: UInt64) {
    for place in spans.indices
    where name == spans[place].name || name.hasSuffix(":" + spans[place].name) {
      spans[place].lists[thread, default: MomentList()].add(endingLast: start, end)
    }
  }

  var moments: FilterMoments {
    var moments = FilterMoments()
    for after in afters { moments.places[after.term] = .anywhere(after.list) }
    for waker in wakers { moments.places[waker.term] = .onThreads(waker.lists) }
    for span in spans {
      moments.places[span.term] = span.isInside ? .onThreads(span.lists) : .offThreads(span.lists)
    }
    return moments
  }
}

extension Filter {
  /// Refuses what an event, which is an instant, does not have.
  func refuseEventless() throws(EventsError) {
    try refuseTraceTerms { $0.isResolved || $0.isAboutSpans }
  }
}

extension OpenTrace {
  /// What a first pass up to the window's end finds out about a filter; nil where it needs none.
  func moments(
    _ filter: Filter?, spans: Bool, systemCallNames: [String], window asked: EventWindow
  ) throws(AnalysisError) -> FilterMoments? {
    guard let filter else { return nil }
    let finder: MomentFinder
    do {
      finder = try MomentFinder(filter, spans: spans)
    } catch {
      throw .filter(error)
    }
    guard finder.isNeeded else { return nil }
    let origin = clock.start.monotonic
    var window = StatisticsWindow(EventWindow(to: asked.to), origin: origin)
    window.from = 0
    let options = StatisticsOptions(tables: [], systemCallNames: systemCallNames)
    var pass = StatisticsPass(
      options, nil, names: LiveNames(try readNames()), origin: origin, window: window)
    pass.rare.finder = finder
    pass.watchesWakings = finder.watchesWakings
    let choice = options.columns(of: tables.types, known)
    var events =
      finder.asksEvents
      ? try MergedEvents(self, keepsBatches: true)
      : try MergedEvents(self, selection: .types(choice.types), choice: .some(choice.columns))
    var stretch = MergedStretch()
    while !pass.isDone, try events.next(into: &stretch) {
      try pass.take(stretch, tables, known, clock, learning: true)
    }
    pass.finish(at: clock.monotonic(of: end), tables, clock)
    pass.noteOpenSpans()
    return finder.moments
  }
}

extension StatisticsPass {
  /// Tells who looks for wakers of a wait that a thread ended.
  @inline(never)
  mutating func noteWaking(_ change: StateChange, _ finder: MomentFinder) {
    guard change.activity.awaitsWaking, change.waker > 0,
      tracking.threads.isUsed(Int(change.waker))
    else { return }
    let dense = Int(change.thread)
    let kind = TimeKind(change.activity, disk: change.disk)
    var wait = instance(dense, cpu: change.cpu, start: change.start)
    wait.duration = change.end &- min(change.start, change.end)
    wait.states = kind.states
    if finder.needsSpans {
      wait.spans = tracking.spans.open(
        on: tracking.threads.table[dense], tracking.threads.number(dense))
    }
    finder.noteWaking(by: tracking.threads.number(Int(change.waker)), at: change.end, wait)
  }

  /// Spans that are open at the end go on to it.
  mutating func noteOpenSpans() {
    guard let finder = rare.finder, finder.watchesSpans else { return }
    for dense in 1..<max(1, tracking.threads.count) where tracking.threads.isUsed(dense) {
      tracking.spans.forEachOpen(in: tracking.threads.table[dense].stack) { name, begin in
        finder.noteSpan(
          tracking.spans.names[Int(name)], tracking.threads.number(dense), from: begin, to: .max)
      }
    }
  }
}
