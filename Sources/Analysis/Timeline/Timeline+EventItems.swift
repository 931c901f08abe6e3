import Events
import Synchronization

extension Timeline {
  /// Tells the events of a page what they end and lie in: those at its place first, then those farther
  /// away, `report` in between.
  ///
  /// False where `isWanted` said no. Reads the file.
  package func addItems(
    to page: inout EventPage, isWanted: () -> Bool = { true },
    report: (EventPage) -> Void = { _ in }
  ) throws(AnalysisError) -> Bool {
    guard levels == .complete, !page.events.isEmpty else { return true }
    page.hasItems = true
    for place in page.events.indices { page.events[place].isItemAwaited = true }
    let threads = Dictionary(
      grouping: directory.threads.indices, by: { directory.threads[$0].number })
    let middle = page.place
    let parts = parts(of: page.events).sorted { $0.distance(to: middle) < $1.distance(to: middle) }
    for (number, part) in parts.enumerated() {
      if number > 0 { report(page) }
      guard try addItems(to: &page.events, part, threads, isWanted) else { return false }
    }
    return true
  }

  /// Events next to each other that lie close together.
  private func parts(of events: [TimelineEvent]) -> [Range<Int>] {
    state.withLock { state in
      var parts: [Range<Int>] = []
      for place in events.indices {
        if let last = parts.last,
          state.events(in: TimelineWindow(events[last.lowerBound].time, events[place].time + 1))
            <= grain.mostEventsAround
        {
          parts[parts.count - 1] = last.lowerBound..<place + 1
        } else {
          parts.append(place..<place + 1)
        }
      }
      return parts
    }
  }

  private func addItems(
    to events: inout [TimelineEvent], _ part: Range<Int>, _ threads: [ThreadNumber: [Int]],
    _ isWanted: () -> Bool
  ) throws(AnalysisError) -> Bool {
    let places = events[part].map { event in
      threads[event.thread]?.last { directory.threads[$0].firstSeen <= event.time }
    }
    var lanes: Set<TimelineLane> = []
    for (event, place) in zip(events[part], places) {
      if let place { lanes.formUnion(directory.threads[place].itemLanes(place)) }
      if let lane = event.endedLane(place, trace.known) { lanes.insert(lane) }
    }
    let window = TimelineWindow(events[part.lowerBound].time, events[part.upperBound - 1].time + 1)
    let isRead = try read(window, lanes: Array(lanes), isWanted: isWanted)
    guard isWanted() else { return false }
    state.withLock { state in
      var known: [TimelineLane: [LaneStretch]] = [:]
      for lane in lanes where isRead {
        known[lane] = state.table.row(of: lane).flatMap { state.exactWindow(window, row: $0) }
      }
      for (event, place) in zip(part, places) {
        events[event].take(known, place, trace.known, state.directory)
        events[event].isItemAwaited = false
      }
    }
    return true
  }
}

extension Range<Int> {
  fileprivate func distance(to place: Int) -> Int {
    Swift.max(0, lowerBound - place, place - upperBound + 1)
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
