import Events
import SyntheticTrace
import Testing
import TraceFile

@testable import Analysis

@Suite struct TimelineCellsTests {
  static let grain = TimelineGrain(eventsPerCell: 24, markDistance: 300)

  static func synthetic(_ seed: UInt64, _ file: ScratchFile) throws -> OpenTrace {
    var synthetic = SyntheticTrace(
      seed: seed, cpus: 1 + Int(seed % 4), threads: 24, processes: Int(seed % 3),
      clock: seed % 2 == 0 ? .processor : .monotonic)
    try synthetic.write(to: file.descriptor, rounds: 9, events: 260)
    return try OpenTrace(path: file.path)
  }

  /// A window of any length, from a few nanoseconds to more than the trace.
  static func window(_ random: inout SeededGenerator, _ end: Int64) -> TimelineWindow {
    let length = max(1, (end * 5 / 4) >> Int64(random.below(22)))
    let start = Int64(random.next() % UInt64(end + end / 4)) - end / 8
    return TimelineWindow(start, start + 1 + Int64(random.next() % UInt64(length)))
  }

  @Test(arguments: Array(UInt64(1)...8))
  func `in random windows every cell equals a scan of all events`(seed: UInt64) throws {
    let file = ScratchFile()
    let trace = try Self.synthetic(seed, file)
    let truth = try TimelineTruth(trace)
    let timeline = Timeline(trace, grain: Self.grain)
    try timeline.readLevels()
    let steps = truth.table.lanes.map { truth.steps($0) }
    var random = SeededGenerator(seed: seed)
    var (wrong, read, levels) = (0, 0, 0)
    for _ in 0..<1250 {
      let window = Self.window(&random, truth.end)
      let row = random.below(truth.table.count)
      let lane = truth.table.lanes[row]
      let columns = 1 + random.below(40)
      if timeline.isExact(window, columns: columns, lanes: [lane]) {
        levels += 1
      } else {
        read += 1
        guard try timeline.read(window, lanes: [lane]) else { throw Unread() }
      }
      for cell in timeline.cells(lane, window, columns: columns) {
        let expected = TimelineTruth.cell(steps[row], cell.window)
        guard cell.isRough || !cell.tells(theSameAs: expected) else { continue }
        if wrong == 0 { Issue.record("\(lane) \(cell) instead of \(expected)") }
        wrong += 1
      }
    }
    #expect(wrong == 0)
    #expect(read > 50 && levels > 50)
  }

  /// What rows of processes, control groups, nodes and caches are drawn from.
  @Test(arguments: Array(UInt64(1)...4))
  func `in random windows shares of several lanes equal a scan of all events`(seed: UInt64) throws {
    let file = ScratchFile()
    let trace = try Self.synthetic(seed, file)
    let truth = try TimelineTruth(trace)
    let timeline = Timeline(trace, grain: Self.grain)
    try timeline.readLevels()
    let steps = truth.table.lanes.map { truth.steps($0) }
    let rows = truth.table.lanes.indices.filter {
      switch truth.table.lanes[$0] {
      case .cpu, .state: true
      default: false
      }
    }
    var random = SeededGenerator(seed: seed)
    var (wrong, read) = (0, 0)
    for _ in 0..<250 {
      let window = Self.window(&random, truth.end)
      let chosen = (0..<6).map { _ in rows[random.below(rows.count)] }
      let lanes = chosen.map { truth.table.lanes[$0] }
      let columns = 1 + random.below(40)
      if !timeline.isExact(window, columns: columns, lanes: lanes) {
        read += 1
        guard try timeline.read(window, lanes: lanes) else { throw Unread() }
      }
      let edges = timeline.cells(lanes[0], window, columns: columns).map(\.window)
      let shares = timeline.shares(of: lanes, in: .run, window, columns: columns)
      for (place, share) in shares.enumerated() {
        let cells = chosen.map { TimelineTruth.cell(steps[$0], edges[place]) }
        let expected = cells.reduce(0.0) { $0 + $1.share(.run) }
        if abs(share.share - expected) > 1e-9 { wrong += 1 }
        if share.isUnknown != cells.allSatisfy(\.isUnknown) { wrong += 1 }
      }
    }
    #expect(wrong == 0)
    #expect(read > 20)
  }

  struct Unread: Error {}

  @Test(arguments: [21, 22, 23])
  func `a random schedule's time is where it was`(seed: UInt64) throws {
    let schedule = RandomSchedule(seed: seed)
    let file = ScratchFile()
    try schedule.trace.write(to: file.descriptor)
    let timeline = Timeline(try OpenTrace(path: file.path), grain: Self.grain)
    try timeline.readLevels()
    let end = timeline.summary.end
    let directory = timeline.directory
    for (thread, truth) in schedule.truth.enumerated() {
      let number = RandomSchedule.number(thread)
      let place = try #require(directory.threads.firstIndex { $0.number == number })
      let lane = TimelineLane.state(thread: place)
      let window = TimelineWindow(0, end)
      _ = try timeline.read(window, lanes: [lane])
      let times = timeline.cells(lane, window, columns: 1)[0].times
      // The schedule goes on a little after the last event.
      let rest = schedule.end - UInt64(end)
      let sums = [
        (times[.run], truth.run), (times[.wakeup], truth.wakeup), (times[.preempt], truth.preempt),
        (times[.sleep], truth.sleep), (times[.diskOther], truth.blocked),
      ]
      #expect(sums.allSatisfy { $0 <= $1 && $1 <= $0 + rest }, "thread \(number): \(sums)")
      #expect(times.sum == UInt64(end))
    }
    let busy = timeline.overview(columns: 10).compactMap(\.busy)
    #expect(busy.count == 10 && busy.allSatisfy { $0 > 0 && $0 <= 1 })
  }

  @Test(arguments: Array(UInt64(1)...4))
  func `items and changes are those of a scan`(seed: UInt64) throws {
    let file = ScratchFile()
    let trace = try Self.synthetic(seed, file)
    let truth = try TimelineTruth(trace)
    let timeline = Timeline(trace, grain: Self.grain)
    try timeline.readLevels()
    var random = SeededGenerator(seed: seed)
    for _ in 0..<150 {
      let lane = truth.table.lanes[random.below(truth.table.count)]
      let steps = truth.steps(lane)
      let time = Int64(random.next() % UInt64(truth.end))
      let place = try #require(steps.lastIndex { $0.time <= time })
      let item = try timeline.item(lane, at: time)
      let isSame =
        item?.stretch.what == steps[place].what
        && item?.stretch.start == max(0, steps[place].time)
        && item?.stretch.end
          == min(truth.end, place + 1 < steps.count ? steps[place + 1].time : truth.end)
      #expect(isSame, "\(lane) at \(time): \(String(describing: item))")
      let next = steps.first { $0.time > time && $0.time < truth.end }?.time
      let foundNext = try timeline.change(in: lane, after: time)
      #expect(foundNext == next)
      let previous = steps.last { $0.time < time && $0.time >= 0 }?.time
      let foundPrevious = try timeline.change(in: lane, before: time)
      #expect(foundPrevious == previous)
    }
  }

  @Test func `what is not read is flagged, and answered as far as it is`() throws {
    let file = ScratchFile()
    var synthetic = SyntheticTrace(seed: 5, cpus: 2, threads: 20, processes: 1)
    try synthetic.write(to: file.descriptor, rounds: 80, events: 1000)
    let trace = try OpenTrace(path: file.path)
    let timeline = Timeline(trace, grain: Self.grain)
    let window = TimelineWindow(0, timeline.summary.end)
    #expect(timeline.overview(columns: 10).allSatisfy { $0.isUnread })
    try timeline.readLevels { $0 < 0.5 }
    guard case .partial(let share) = timeline.levels else { throw Unread() }
    #expect(share > 0.3 && share < 0.7)
    let half = timeline.cells(.cpu(0), window, columns: 10)
    #expect(!half[1].isUnread && half[9].isUnread)
    try timeline.readLevels()
    #expect(timeline.levels == .complete)
    let whole = timeline.cells(.cpu(0), window, columns: 10)
    #expect(whole.allSatisfy { !$0.isUnread })
    #expect(half[1].times == whole[1].times)
  }
}
