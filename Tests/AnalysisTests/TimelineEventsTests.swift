import Events
import Glibc
import SyntheticTrace
import Testing
import TraceFile

@testable import Analysis

@Suite struct TimelineEventsTests {
  private static func open(
    _ seed: UInt64, _ file: ScratchFile, grain: TimelineGrain = TimelineCellsTests.grain
  ) throws -> Timeline {
    var synthetic = SyntheticTrace(seed: seed, cpus: 3, threads: 30)
    try synthetic.write(to: file.descriptor, rounds: 12, events: 900)
    return Timeline(try OpenTrace(path: file.path), grain: grain)
  }

  private static func all(
    _ timeline: Timeline, _ filter: Filter? = nil
  ) throws -> [TimelineEvent] {
    let page = try timeline.events(at: .time(.min), before: 0, after: .max, filter: filter)
    return page?.events ?? []
  }

  @Test(arguments: [false, true])
  func `a page has what lies around its place`(hasLevels: Bool) throws {
    let file = ScratchFile()
    let timeline = try Self.open(31, file)
    if hasLevels { try timeline.readLevels() }
    let printed = try OpenTraceTests.printed(timeline.trace, PrintOptions(.ndjson))
    let all = try Self.all(timeline)
    #expect(all.count == printed.count)
    #expect(all.map(\.time) == printed.map(OpenTraceTests.time))
    var random = SeededGenerator(seed: 1)
    for _ in 0..<20 {
      let time = Int64(random.next() % UInt64(timeline.summary.end))
      let page = try #require(try timeline.events(at: .time(time), before: 15, after: 20))
      let place = all.firstIndex { $0.time >= time } ?? all.count
      let expected = all[max(0, place - 15)..<min(all.count, place + 20)]
      #expect(page.events.map(\.time) == expected.map(\.time))
      #expect(page.events.map(\.fields) == expected.map(\.fields))
      #expect(page.place == min(15, place))
    }
    if hasLevels {
      let number: UInt64 = 20_011
      let page = try #require(try timeline.events(at: .number(number), before: 3, after: 3))
      #expect(page.events[page.place].number == number)
      #expect(page.events[page.place].time == all.filter { $0.loss == nil }[20_011].time)
    }
  }

  @Test func `events far apart are told what they end part by part, the nearest first`() throws {
    let (near, far) = (ScratchFile(), ScratchFile())
    var grain = TimelineCellsTests.grain
    let whole = try Self.open(31, near, grain: grain)
    grain.mostEventsAround = 40
    let parted = try Self.open(31, far, grain: grain)
    let filter = try Filter(parsing: "event == \"raw_syscalls:sys_exit\" && ret > 4000")
    var pages: [EventPage] = []
    for timeline in [whole, parted] {
      try timeline.readLevels()
      let middle = EventPlace.time(timeline.summary.end / 2)
      var page = try #require(
        try timeline.events(at: middle, before: 40, after: 40, filter: filter))
      #expect(try timeline.addItems(to: &page, report: { pages.append($0) }))
      pages.append(page)
    }
    let (first, last) = (try #require(pages.first), try #require(pages.last))
    #expect(pages.count > 5 && !last.awaitsItems)
    let (together, apart) = (first.events.map(\.duration), last.events.map(\.duration))
    #expect(together == apart)
    #expect(last.events.count { $0.duration != nil } > last.events.count / 2)
    for page in pages.dropFirst().dropLast() {
      #expect(page.hasItems && page.awaitsItems)
      #expect(!page.events[page.place].isItemAwaited)
    }
  }

  @Test(arguments: [UInt64(31), 32])
  func `what events end took as long as a scan of all events says`(seed: UInt64) throws {
    let file = ScratchFile()
    let timeline = try Self.open(seed, file)
    try timeline.readLevels()
    let truth = try TimelineTruth(timeline.trace)
    let directory = timeline.directory
    var (told, spans, wrong) = (0, 0, 0)
    for share in 1...9 {
      let time = timeline.summary.end * Int64(share) / 10
      var page = try #require(try timeline.events(at: .time(time), before: 60, after: 60))
      #expect(try timeline.addItems(to: &page))
      try #require(page.hasItems)
      for event in page.events {
        let place = directory.threads.lastIndex {
          $0.number == event.thread && $0.firstSeen <= event.time
        }
        guard let place else { continue }
        if event.name == "sys_exit" {
          // Two calls one behind the other are two, also where the first one's end was lost.
          let row = truth.table.row(of: .systemCalls(thread: place))
          let ended = row.flatMap { row in
            truth.stretches[row].last { $0.end == event.time && $0.state == .inside }
          }
          let expected = ended?.length
          if event.duration != expected {
            Issue.record("\(event), took \(String(describing: expected))")
            wrong += 1
          }
          told += 1
        }
        let innermost = (0..<directory.threads[place].spanDepth).compactMap { depth in
          truth.steps(.spans(thread: place, depth: depth)).last { $0.time <= event.time }?.what
        }.last { $0.state == .inside }
        let span = innermost.map { directory.spanNames[Int($0.occupant)] } ?? ""
        if event.span != span {
          Issue.record("\(event), in \(span)")
          wrong += 1
        }
        if innermost != nil { spans += 1 }
      }
    }
    #expect(wrong == 0)
    #expect(told > 20 && spans > 20)
  }

  @Test func `a filter chooses what is listed, and its errors are told`() throws {
    let file = ScratchFile()
    let timeline = try Self.open(32, file)
    let filter = try Filter(parsing: "sched_switch : prev_prio >= 0")
    let chosen = try Self.all(timeline, filter)
    let all = try Self.all(timeline).filter { $0.name == "sched_switch" }
    #expect(!all.isEmpty && chosen.count == all.count)
    let unknown = try Filter(parsing: "no_such_field == 1")
    #expect(throws: AnalysisError.self) { try Self.all(timeline, unknown) }
  }

  @Test func `a search counts, lists the first hits, and can be stopped`() throws {
    let file = ScratchFile()
    let timeline = try Self.open(33, file)
    let filter = try Filter(parsing: "sched_switch : prev_prio >= 0")
    let all = try Self.all(timeline, filter)
    let from = timeline.summary.end / 2
    let found = try timeline.search(filter, from: from, hits: 25, columns: 50) { _ in true }
    #expect(found.isFinished && found.matches == UInt64(all.count) && !all.isEmpty)
    #expect(found.hits.map(\.time) == all.filter { $0.time >= from }.prefix(25).map(\.time))
    #expect(found.ticks.reduce(0, +) == UInt32(all.count))
    var calls = 0
    let stopped = try timeline.search(filter, from: from, hits: 5, columns: 50) { _ in
      calls += 1
      return false
    }
    #expect(calls == 1 && !stopped.isFinished)
  }

  @Test func `an exported window has its events at their times`() throws {
    let file = ScratchFile()
    let timeline = try Self.open(34, file)
    let end = timeline.summary.end
    let window = TimelineWindow(end / 3, end / 2)
    let copy = ScratchFile()
    let written = try timeline.export(window, to: copy.descriptor, creator: "swtrace test")
    let again = Timeline(try OpenTrace(path: copy.path), grain: TimelineCellsTests.grain)
    let expected = try Self.all(timeline).filter { window.contains($0.time) && $0.loss == nil }
    let found = try Self.all(again).filter { $0.loss == nil }
    #expect(written == UInt64(expected.count) && !expected.isEmpty)
    #expect(found.map(\.time) == expected.map(\.time))
    #expect(found.map(\.fields) == expected.map(\.fields))
    #expect(again.trace.reader.isComplete)
  }
}
