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

  /// Busy share of all CPUs in each of `columns` equal parts of the whole trace.
  package func overview(columns: Int) -> [OverviewCell] {
    let window = TimelineWindow(0, summary.end)
    return state.withLock { $0.overview(window, columns: columns, trace) }
  }

  /// Share of a process's threads, all together, in a state, in each of `columns` equal parts of a
  /// window: 1 is one thread all the time.
  package func shares(
    ofProcess place: Int, in wanted: LaneState, _ window: TimelineWindow, columns: Int
  ) -> [Double] {
    state.withLock { state in
      var shares = [Double](repeating: 0, count: columns)
      guard state.directory.processes.indices.contains(place) else { return shares }
      for thread in state.directory.processes[place].threads {
        let cells = state.cells(.state(thread: thread), window, columns: columns, trace)
        for column in cells.indices { shares[column] += cells[column].share(wanted) }
      }
      return shares
    }
  }

  /// Whether cells of these lanes in a window's columns come out exact without `read`.
  package func isExact(_ window: TimelineWindow, columns: Int, lanes: [TimelineLane]) -> Bool {
    state.withLock { $0.isExact(window, columns: columns, lanes: lanes) }
  }
}
