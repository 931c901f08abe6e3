import Events
import Synchronization

extension Timeline {
  /// What a lane is in at an instant, from when to when; nil where the lane does not reach there.
  ///
  /// Reads the file.
  package func item(_ lane: TimelineLane, at time: Int64) throws(AnalysisError) -> TimelineItem? {
    let end = summary.end
    guard time >= 0, time < end else { return nil }
    guard let around = state.withLock({ $0.around(time, lane) }) else { return nil }
    var item: TimelineItem
    if let stretch = around.stretch(at: time, unsaid: lane.unsaid, end: end) {
      item = TimelineItem(lane: lane, stretch: stretch)
    } else {
      // Several changes in the cell: its events tell which is which.
      guard let steps = try steps(lane, in: around.cell) else { return nil }
      let place = steps.times.lastIndex { $0 <= time }
      let start = place.map { steps.times[$0] } ?? around.previous ?? 0
      let next = place.map { $0 + 1 } ?? 0
      let stop = next < steps.times.count ? steps.times[next] : around.next ?? end
      let what = place.map { steps.states[$0] } ?? steps.before
      item = TimelineItem(
        lane: lane, stretch: LaneStretch(what.state, what.occupant, start, stop))
    }
    item.beganUnseen = item.stretch.start <= 0
    item.isOpen = item.stretch.end >= end || item.stretch.end == summary.recorded.end
    return item
  }

  /// When a lane changes next after an instant; nil where it does not.
  ///
  /// Reads the file.
  package func change(
    in lane: TimelineLane, after time: Int64
  ) throws(AnalysisError) -> Int64? {
    guard let around = state.withLock({ $0.around(max(0, time), lane) }) else { return nil }
    var found = around.next
    if let node = around.node {
      if node.first > time {
        found = node.first
      } else if node.last > time {
        found = try steps(lane, in: around.cell)?.times.first { $0 > time }
      }
    }
    return found.flatMap { $0 < summary.end ? $0 : nil }
  }

  /// When a lane changed last before an instant; nil where it did not.
  ///
  /// Reads the file.
  package func change(
    in lane: TimelineLane, before time: Int64
  ) throws(AnalysisError) -> Int64? {
    guard time > 0, let around = state.withLock({ $0.around(time - 1, lane) }) else { return nil }
    guard let node = around.node, node.first < time else { return around.previous }
    if node.last < time { return node.last }
    return try steps(lane, in: around.cell)?.times.last { $0 < time }
  }

  /// A lane's changes in a cell of the finest level.
  private func steps(
    _ lane: TimelineLane, in cell: TimelineWindow
  ) throws(AnalysisError) -> LaneSteps? {
    guard try read(cell, lanes: [lane]) else { return nil }
    return state.withLock { state in
      state.table.row(of: lane).flatMap { state.exactWindow(cell, row: $0) }.map {
        LaneSteps($0, in: cell, unsaid: lane.unsaid)
      }
    }
  }
}

/// What the finest level tells of a lane around an instant.
struct LaneSurroundings {
  struct Changes {
    var first: Int64
    var last: Int64
    var before: LaneOccupant
    var after: LaneOccupant
  }

  var cell: TimelineWindow
  /// The last change before the cell, the changes in it, the first after it.
  var previous: Int64?
  var node: Changes?
  var next: Int64?
  /// What it was left in before the cell.
  var before: LaneOccupant?

  /// The stretch at an instant; nil where the cell's events have to be read for that.
  func stretch(at time: Int64, unsaid: LaneState, end: Int64) -> LaneStretch? {
    guard let node else {
      let what = before ?? LaneOccupant(unsaid)
      return LaneStretch(what.state, what.occupant, previous ?? 0, next ?? end)
    }
    if time < node.first {
      return LaneStretch(node.before.state, node.before.occupant, previous ?? 0, node.first)
    }
    guard time >= node.last else { return nil }
    return LaneStretch(node.after.state, node.after.occupant, node.last, next ?? end)
  }
}

extension TimelineState {
  /// What is known of a lane around an instant; nil for a lane that was not told of.
  func around(_ time: Int64, _ lane: TimelineLane) -> LaneSurroundings? {
    guard let row = table.row(of: lane) else { return nil }
    let cell = UInt64(max(0, time)) >> shift
    let start = Int64(cell << shift)
    var around = LaneSurroundings(cell: TimelineWindow(start, start + 1 << Int64(shift)))
    let nodes = lanes[row].levels.first ?? LevelNodes()
    let rest = lanes[row].openNodes(0, tails[Int32(row)] ?? [], unsaid: lane.unsaid)
    // From the run before the cell's, which holds the last node before it.
    let run = max(0, nodes.run(of: cell) - 1)
    var closed = LevelCursor(nodes, shift: shift, fromRun: run)
    var open = LevelCursor(rest, shift: shift, fromRun: 0)
    while let node = closed.next() ?? open.next() {
      if node.cell < cell {
        around.previous = Int64(clamping: node.last)
        around.before = node.after.what
      } else if node.cell == cell {
        around.node = LaneSurroundings.Changes(
          first: Int64(clamping: node.first), last: Int64(clamping: node.last),
          before: node.before.what, after: node.after.what)
      } else {
        around.next = Int64(clamping: node.first)
        break
      }
    }
    return around
  }
}
