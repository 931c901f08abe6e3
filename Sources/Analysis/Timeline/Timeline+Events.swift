package import Events
import Synchronization
import TraceFile

extension Timeline {
  /// Events around a place: at most `before` of those that come before it, and `after` of those from
  /// it on, as far as a filter chooses them.
  ///
  /// Losses stand among them where there is no filter. Nil where `isWanted`, which is asked now and
  /// then, said no. Reads the file.
  package func events(
    at place: EventPlace, before: Int, after: Int, filter: Filter? = nil,
    isWanted: () -> Bool = { true }
  ) throws(AnalysisError) -> EventPage? {
    var lister = try EventLister(self, filter)
    let anchors = anchors
    var page = EventPage()
    var middle = anchors.lastIndex { $0.isAtOrBefore(place) } ?? 0
    let first = middle
    // Forward from the place on; what comes before it in the same part is kept too.
    var earlier: [TimelineEvent] = []
    while true {
      let next = middle + 1 < anchors.count ? anchors[middle + 1].time : nil
      let goesOn = try lister.list(from: anchors[middle], to: next) { event, number in
        if !place.isReached(by: event, number) {
          earlier.append(event)
          if earlier.count > 2 * before + 64 { earlier.removeFirst(earlier.count - before) }
          return true
        }
        page.events.append(event)
        return page.events.count < after && isWanted()
      }
      if page.events.count >= after { break }
      guard goesOn, isWanted() else { return nil }
      middle += 1
      if next == nil {
        page.reachesEnd = true
        break
      }
    }
    // Backward, a part at a time.
    var part = first
    while earlier.count < before, part > 0 {
      part -= 1
      var more: [TimelineEvent] = []
      let goesOn = try lister.list(from: anchors[part], to: anchors[part + 1].time) { event, _ in
        more.append(event)
        return isWanted()
      }
      guard goesOn else { return nil }
      earlier = more + earlier
    }
    page.reachesStart = part == 0 && earlier.count <= before
    earlier = earlier.suffix(before)
    page.events = Array(page.events.prefix(after))
    page.place = earlier.count
    page.events = earlier + page.events
    return page
  }

  /// Places from which events can be read, in order of time; the first is before all events.
  var anchors: [EventAnchor] {
    let known = state.withLock { $0.anchors }
    if !known.isEmpty { return known }
    var anchors = [EventAnchor(time: .min, number: 0)]
    for block in trace.reader.blocks where block.kind == .events || block.kind == .rawPages {
      let time = trace.clock.nanoseconds(trace.key(block.first, of: block))
      anchors.append(EventAnchor(time: time, number: nil))
    }
    anchors.sort { $0.time < $1.time }
    var sparse = [anchors[0]]
    for anchor in anchors where anchor.time > sparse[sparse.count - 1].time {
      sparse.append(anchor)
    }
    return sparse
  }
}

/// A time with the number of the first event that is not before it, nil where that is not known.
struct EventAnchor: Hashable {
  /// The least there is stands for the beginning.
  var time: Int64
  var number: UInt64?

  func isAtOrBefore(_ place: EventPlace) -> Bool {
    switch place {
    case .time(let time): self.time <= time
    case .number(let number): self.number.map { $0 <= number } ?? false
    }
  }
}

extension EventPlace {
  /// Whether an event is the place's first or comes after it.
  fileprivate func isReached(by event: TimelineEvent, _ number: UInt64?) -> Bool {
    switch self {
    case .time(let time): event.time >= time
    case .number(let wanted): number.map { $0 >= wanted } ?? true
    }
  }
}
