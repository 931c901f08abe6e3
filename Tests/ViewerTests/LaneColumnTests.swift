import Analysis
import SyntheticTrace
import Testing

@testable import Viewer

@Suite struct LaneColumnTests {
  private static func cell(_ changes: UInt64, at first: Int64 = 0) -> TimelineCell {
    var cell = TimelineCell(window: TimelineWindow(1000, 1800))
    cell.changes = changes
    cell.firstChange = 1000 + first
    cell.before = LaneOccupant(.sleep)
    cell.after = LaneOccupant(.run, 3)
    cell.times[.sleep] = UInt64(first)
    cell.times[.run] = 800 - UInt64(first)
    cell.longest = LaneStretch(.run, 3, 1000 + first, 1800)
    return cell
  }

  @Test(
    arguments: [
      (0, LaneColumn.whole(LaneOccupant(.run, 3))), (40, .whole(LaneOccupant(.run, 3))),
      (100, .split(LaneOccupant(.sleep), LaneOccupant(.run, 3), eighths: 1)),
      (400, .split(LaneOccupant(.sleep), LaneOccupant(.run, 3), eighths: 4)),
      (700, .split(LaneOccupant(.sleep), LaneOccupant(.run, 3), eighths: 7)),
      (790, .whole(LaneOccupant(.sleep))),
    ] as [(Int64, LaneColumn)])
  func `one change is placed to an eighth of its column`(first: Int64, expected: LaneColumn) {
    #expect(LaneColumn(Self.cell(1, at: first)) == expected)
  }

  @Test func `several changes are the share of what there was to do`() {
    #expect(LaneColumn(Self.cell(2, at: 600)) == .mixed(LaneOccupant(.run, 3), eighths: 2))
    #expect(LaneColumn(Self.cell(9, at: 0)) == .mixed(LaneOccupant(.run, 3), eighths: 8))
  }

  @Test func `what was lost or not read is never drawn as idle`() {
    var cell = Self.cell(0)
    cell.before = LaneOccupant(.idle)
    #expect(LaneColumn(cell) == .whole(LaneOccupant(.idle)))
    cell.isLost = true
    #expect(LaneColumn(cell) == .lost)
    cell.isUnread = true
    #expect(LaneColumn(cell) == .unread)
  }

  /// A column's sign against the lane's stretches, looked up one by one.
  @Test func `columns are what a scan of the lane's stretches tells`() throws {
    let timeline = try SyntheticView.timeline(rounds: 2, events: 200)
    var random = SeededGenerator(seed: 29)
    let end = timeline.summary.end
    let lanes: [TimelineLane] =
      [.cpu(0), .cpu(1)] + timeline.directory.threads.indices.prefix(4).map { .state(thread: $0) }
    var stretches: [TimelineLane: [LaneStretch]] = [:]
    for lane in lanes {
      var time: Int64 = 0
      while time < end, let item = try timeline.item(lane, at: time) {
        stretches[lane, default: []].append(item.stretch)
        time = max(item.stretch.end, time + 1)
      }
    }
    for _ in 0..<400 {
      let length = 200 + Int64(random.next() % UInt64(end / 3))
      let start = Int64(random.next() % UInt64(end - length))
      let window = TimelineWindow(start, start + length)
      let lane = lanes[Int(random.next() % UInt64(lanes.count))]
      _ = try timeline.read(window, lanes: [lane])
      for cell in timeline.cells(lane, window, columns: 40) where !cell.isLost && !cell.isRough {
        let inside = (stretches[lane] ?? []).filter {
          $0.start < cell.window.end && $0.end > cell.window.start
        }
        switch LaneColumn(cell) {
        case .whole(let what):
          let longest = inside.max {
            min($0.end, cell.window.end) - max($0.start, cell.window.start)
              < min($1.end, cell.window.end) - max($1.start, cell.window.start)
          }
          #expect(longest?.state == what.state)
        case .split(let before, let after, _):
          #expect(inside.first?.what == before && inside.last?.what == after)
        case .mixed(let what, let eighths):
          var time: Int64 = 0
          for stretch in inside where stretch.state == what.state {
            time += min(stretch.end, cell.window.end) - max(stretch.start, cell.window.start)
          }
          let share = Double(time) / Double(cell.window.length) * 8
          #expect(eighths == min(8, max(1, Int(share.rounded()))))
        case .lost, .unread: break
        }
      }
    }
  }
}
