import Events

extension TimelineState {
  /// The level whose cells are a quarter of a column or shorter, or the finest where a column has
  /// two of its cells at least; nil where columns are narrower.
  func level(ofColumns width: Int64) -> Int? {
    guard width > 0 else { return nil }
    let bits = UInt64(63 - width.leadingZeroBitCount)
    guard bits >= shift + 1 else { return nil }
    return bits < shift + 2 ? 0 : Int((bits - shift - 2) / LevelLane.step)
  }

  func cells(
    _ lane: TimelineLane, _ window: TimelineWindow, columns: Int, _ trace: OpenTrace
  ) -> [TimelineCell] {
    guard columns > 0 else { return [] }
    var cells: [TimelineCell]
    if let row = table.row(of: lane) {
      if let exact = exactWindow(window, row: row) {
        cells = LaneSteps(exact, in: window, unsaid: lane.unsaid).cells(window, columns: columns)
      } else if let level = level(ofColumns: window.length / Int64(columns)) {
        cells = levelCells(row, lane, level, window, columns: columns)
      } else {
        cells = roughCells(row, lane, window, columns: columns)
      }
    } else {
      cells = LaneSteps([], in: window, unsaid: lane.unsaid).cells(window, columns: columns)
    }
    flag(&cells, lane)
    return cells
  }

  /// Cells out of a level; their edges are those of its cells.
  private func levelCells(
    _ row: Int, _ lane: TimelineLane, _ level: Int, _ window: TimelineWindow, columns: Int
  ) -> [TimelineCell] {
    let bits = shift + UInt64(level) * LevelLane.step
    let half: Int64 = 1 << (Int64(bits) - 1)
    func edge(_ number: Int) -> Int64 {
      ((window.edge(number, of: columns) + half) >> bits) << bits
    }
    var start = edge(0)
    var nodes = LaneNodes(self, row, level, from: UInt64(max(0, start)) >> bits)
    var result: [TimelineCell] = []
    result.reserveCapacity(columns)
    for column in 0..<columns {
      let end = edge(column + 1)
      result.append(nodes.cell(TimelineWindow(start, end), bits: bits, unsaid: lane.unsaid))
      start = end
    }
    return result
  }

  /// Cells narrower than those of the finest level: as if all were alike in one of those.
  private func roughCells(
    _ row: Int, _ lane: TimelineLane, _ window: TimelineWindow, columns: Int
  ) -> [TimelineCell] {
    var nodes = LaneNodes(self, row, 0, from: UInt64(max(0, window.start)) >> shift)
    var last: TimelineCell?
    return (0..<columns).map { column in
      let part = window.column(column, of: columns)
      let place = max(0, part.start) >> shift
      let around = TimelineWindow(place << shift, (place + 1) << shift)
      if last?.window != around {
        last = nodes.cell(around, bits: shift, unsaid: lane.unsaid)
      }
      guard let last else { return TimelineCell(window: part) }
      return last.changes == 0 ? last.cut(to: part) : last.spread(to: part)
    }
  }

  /// Marks the cells in which events of the lane were lost, and those that are not read.
  private func flag(_ cells: inout [TimelineCell], _ lane: TimelineLane) {
    let isAwaited = isAwaited(lane)
    for place in cells.indices {
      cells[place].isUnread = isAwaited || cells[place].window.end > readUntil
    }
    guard let first = cells.first, let end = cells.last?.window.end else { return }
    for loss in placedLosses {
      guard loss.first < end else { break }
      guard loss.last >= first.window.start, loss.concerns(lane, self) else { continue }
      var place = cells.firstPlace { loss.first < $0.window.end }
      while place < cells.count, loss.last >= cells[place].window.start {
        cells[place].isLost = true
        place += 1
      }
    }
  }

  /// Whether a lane is among kept levels that have not been taken in.
  private func isAwaited(_ lane: TimelineLane) -> Bool {
    guard let kept else { return false }
    return table.row(of: lane).map { kept.isAwaited(row: $0) } ?? false
  }

  func numbers(_ lane: NumberLane, _ window: TimelineWindow, columns: Int) -> [NumberCell] {
    guard columns > 0 else { return [] }
    let row =
      switch lane {
      case .runnable: 0
      case .counter(let place): place + 1
      }
    let segments = numbers.indices.contains(row) ? numbers[row] : NumberSegments(limit: 0)
    var cells = segments.cells(window, columns: columns, until: min(readUntil, observedUntil))
    for place in cells.indices {
      cells[place].isUnread = cells[place].window.end > readUntil
      cells[place].isLost = placedLosses.contains {
        $0.first < cells[place].window.end && $0.last >= cells[place].window.start
      }
    }
    return cells
  }

  func overview(
    _ window: TimelineWindow, columns: Int, _ trace: OpenTrace
  ) -> [OverviewCell] {
    var cells = (0..<max(0, columns)).map { column in
      OverviewCell(window: window.column(column, of: columns))
    }
    var busy = [UInt64](repeating: 0, count: cells.count)
    var seen = busy
    for cpu in directory.cpus where cpu.isSeen {
      let own = self.cells(.cpu(cpu.number), window, columns: columns, trace)
      for (place, cell) in own.enumerated() {
        busy[place] += cell.times[.run]
        seen[place] += cell.times[.run] + cell.times[.idle]
        cells[place].isLost = cells[place].isLost || cell.isLost
        cells[place].isUnread = cells[place].isUnread || cell.isUnread
      }
    }
    for place in cells.indices {
      cells[place].busy = seen[place] > 0 ? Double(busy[place]) / Double(seen[place]) : nil
      cells[place].isUnread = cells[place].isUnread || cells[place].window.end > readUntil
    }
    return cells
  }
}

extension [TimelineCell] {
  /// The place of the first cell that is so, where all cells behind it are so too.
  fileprivate func firstPlace(where isSo: (TimelineCell) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isSo(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension TimelineCell {
  /// The same state all through another window.
  fileprivate func cut(to window: TimelineWindow) -> TimelineCell {
    var cell = TimelineCell(window: window)
    cell.before = before
    cell.after = before
    cell.times[before.state] = UInt64(window.length)
    cell.longest = LaneStretch(before.state, before.occupant, window.start, window.end)
    return cell
  }

  /// Times in proportion to a part of the window.
  fileprivate func spread(to part: TimelineWindow) -> TimelineCell {
    var cell = TimelineCell(window: part)
    cell.isRough = true
    cell.before = before
    cell.after = after
    cell.changes = 2
    cell.firstChange = part.start
    cell.lastChange = part.start
    cell.longest = LaneStretch(longest.state, longest.occupant, part.start, part.end)
    let most = dominant
    let scale = Double(part.length) / Double(max(1, window.length))
    var left = UInt64(part.length)
    for state in 0..<LaneState.count where times[raw: state] > 0 && state != Int(most.rawValue) {
      let time = min(left, UInt64(Double(times[raw: state]) * scale))
      cell.times[raw: state] = time
      left -= time
    }
    cell.times[most] = left
    return cell
  }
}
