import Synchronization

extension Timeline {
  /// Pages whose events lie farther apart than so many events are left as they are.
  private static let mostEventsAround: UInt64 = 1 << 18

  /// Tells the events of a page what they end and lie in, where they stand close together.
  ///
  /// False where `isWanted` said no. Reads the file.
  package func addItems(
    to page: inout EventPage, isWanted: () -> Bool = { true }
  ) throws(AnalysisError) -> Bool {
    guard levels == .complete, let first = page.events.first, let last = page.events.last else {
      return true
    }
    let window = TimelineWindow(first.time, last.time + 1)
    guard state.withLock({ $0.events(in: window) }) <= Self.mostEventsAround else { return true }
    let threads = Dictionary(
      grouping: directory.threads.indices, by: { directory.threads[$0].number })
    let places = page.events.map { event in
      threads[event.thread]?.last { directory.threads[$0].firstSeen <= event.time }
    }
    var lanes: Set<TimelineLane> = []
    for (event, place) in zip(page.events, places) {
      if let place { lanes.formUnion(directory.threads[place].itemLanes(place)) }
      if let lane = event.endedLane(place, trace.known) { lanes.insert(lane) }
    }
    guard try read(window, lanes: Array(lanes), isWanted: isWanted) else { return !isWanted() }
    state.withLock { state in
      var known: [TimelineLane: [LaneStretch]] = [:]
      for lane in lanes {
        known[lane] = state.table.row(of: lane).flatMap { state.exactWindow(window, row: $0) }
      }
      for (number, place) in places.enumerated() {
        page.events[number].take(known, place, trace.known, state.directory)
      }
    }
    page.hasItems = true
    return true
  }
}

extension TimelineThread {
  /// The lanes of its system calls and spans.
  fileprivate func itemLanes(_ place: Int) -> [TimelineLane] {
    (hasSystemCalls ? [.systemCalls(thread: place)] : [])
      + (0..<spanDepth).map { .spans(thread: place, depth: $0) }
  }
}

extension TimelineEvent {
  /// The lane of what it ends, spans aside.
  fileprivate func endedLane(_ place: Int?, _ known: EventRoles) -> TimelineLane? {
    guard let type else { return nil }
    switch known[type].role {
    case .systemCallExit: return place.map { .systemCalls(thread: $0) }
    case .interruptExit: return cpu.map { .hardInterrupts(cpu: $0) }
    case .softInterruptExit: return cpu.map { .softInterrupts(cpu: $0) }
    default: return nil
    }
  }

  fileprivate mutating func take(
    _ stretches: [TimelineLane: [LaneStretch]], _ place: Int?, _ known: EventRoles,
    _ directory: TimelineDirectory
  ) {
    if let lane = endedLane(place, known) { duration = stretches[lane]?.ended(at: time)?.length }
    guard let place else { return }
    for depth in 0..<directory.threads[place].spanDepth {
      let lane = stretches[.spans(thread: place, depth: depth)] ?? []
      if let type, known[type].role == .spanEnd, let ended = lane.ended(at: time) {
        duration = ended.length
      }
      guard let around = lane.around(time) else { continue }
      let name = Int(around.occupant)
      if directory.spanNames.indices.contains(name) { span = directory.spanNames[name] }
    }
  }
}

extension [LaneStretch] {
  /// What was open just before an instant and ends there.
  fileprivate func ended(at time: Int64) -> LaneStretch? {
    last { $0.end == time && $0.state == .inside }
  }

  fileprivate func around(_ time: Int64) -> LaneStretch? {
    last { $0.start <= time && time < $0.end && $0.state == .inside }
  }
}
