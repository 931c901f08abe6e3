import Events
import Synchronization

extension Timeline {
  /// What a lane does in each of `columns` equal parts of a window.
  package func cells(
    _ lane: TimelineLane, _ window: TimelineWindow, columns: Int
  ) -> [TimelineCell] {
    state.withLock { $0.cells(lane, window, columns: columns, trace) }
  }

  /// What a lane of numbers has in each of `columns` equal parts of a window.
  package func numbers(
    _ lane: NumberLane, _ window: TimelineWindow, columns: Int
  ) -> [NumberCell] {
    state.withLock { $0.numbers(lane, window, columns: columns) }
  }

  /// Busy share of all CPUs in each of `columns` equal parts of the whole trace; of those that are
  /// known already only what was not read then is looked at again.
  package func overview(columns: Int, known: [OverviewCell] = []) -> [OverviewCell] {
    var cells = known.count == columns ? Array(known.prefix { !$0.isUnread }) : []
    guard cells.count < columns else { return cells }
    let whole = TimelineWindow(0, summary.end)
    let rest = TimelineWindow(whole.column(cells.count, of: columns).start, whole.end)
    cells += state.withLock { $0.overview(rest, columns: columns - cells.count, trace) }
    return cells
  }

  /// How much of the time that is known of some lanes, all together, they were in a state, in each of
  /// `columns` equal parts of a window: 1 is one lane all the time.
  package func shares(
    of lanes: [TimelineLane], in wanted: LaneState, _ window: TimelineWindow, columns: Int
  ) -> [ShareCell] {
    var shares = (0..<max(0, columns)).map { ShareCell(window: window.column($0, of: columns)) }
    // Some lanes at a time, so that who reads the trace gets on.
    for first in stride(from: 0, to: lanes.count, by: 64) {
      state.withLock { state in
        for lane in lanes[first..<min(lanes.count, first + 64)] {
          let cells = state.cells(lane, window, columns: columns, trace)
          for column in cells.indices { shares[column].add(cells[column], wanted) }
        }
      }
    }
    return shares
  }

  /// Whether cells of these lanes in a window's columns come out exact without `read`.
  package func isExact(_ window: TimelineWindow, columns: Int, lanes: [TimelineLane]) -> Bool {
    state.withLock { $0.isExact(window, columns: columns, lanes: lanes) }
  }
}
