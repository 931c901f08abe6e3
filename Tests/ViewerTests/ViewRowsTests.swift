import Analysis
import Events
import SyntheticTrace
import Testing

@testable import Viewer

/// Rows, what they are folded by, and how they look before all of the trace is read.
@Suite struct ViewRowsTests {
  /// 16 CPUs, those of a node and of a cache not next to each other; 8 processes of 4 threads.
  private static func view(rounds: Int = 3, until share: Double = 2) throws -> View {
    SyntheticView.view(
      try SyntheticView.timeline(
        cpus: 16, threads: 32, processes: 0, rounds: rounds,
        topology: SyntheticTopology(nodes: 2, caches: 4, cgroups: ["/web", "/database"]),
        until: share))
  }

  @Test func `CPUs stand below their node and their cache`() throws {
    let rows = try Self.view().rows(of: .cpu).filter { $0.key.cpu == nil || $0.indent == 2 }
    let expected: [RowKey] =
      [.runnable, .node(0), .cache(0)] + [0, 4, 8, 12].map { .cpu($0) }
      + [.cache(2)] + [2, 6, 10, 14].map { .cpu($0) }
      + [.node(1), .cache(1)] + [1, 5, 9, 13].map { .cpu($0) }
      + [.cache(3)] + [3, 7, 11, 15].map { .cpu($0) }
    #expect(rows.map(\.key) == expected)
    let indents = rows.map { row in
      switch row.key {
      case .cache: row.indent == 1
      case .cpu: row.indent == 2
      default: row.indent == 0
      }
    }
    #expect(!indents.contains(false))
  }

  @Test func `Space folds a node, a cache, and from a CPU what is above it`() throws {
    var view = try Self.view()
    let all = view.rows(of: .cpu).count
    view.state.row[.cpu] = .cache(2)
    view.press(" ")
    #expect(!view.rows(of: .cpu).contains { $0.key == .cpu(2) || $0.key == .cpu(14) })
    #expect(view.frame().text.contains(" ▸cache 2"))
    view.state.row[.cpu] = .node(0)
    view.press(" ")
    #expect(!view.rows(of: .cpu).contains { $0.key == .cache(0) || $0.key == .cache(2) })
    #expect(view.rows(of: .cpu).contains { $0.key == .cache(1) })
    view.reveal(.cpu(2))
    #expect(view.rows(of: .cpu).count == all)
    view.press(" ")
    if view.state.row[.cpu] == .cpu(2) { view.press(" ") }
    #expect(view.state.row[.cpu] == .cpu(2) || view.state.row[.cpu] == .cache(2))
  }

  @Test func `threads stand below their process, and that below its control group`() throws {
    var view = try Self.view()
    view.begin(on: .thread)
    let processes = view.rows(of: .thread).filter { $0.indent == 0 }
    #expect(processes.count == 8 && !processes.contains { $0.key == .cgroup("/web") })
    view.state.folds = [.process(0): false]
    view.press("u")
    let rows = view.rows(of: .thread)
    let groups = Set(rows.filter { $0.indent == 0 }.map(\.key))
    #expect(groups == [.cgroup("/web"), .cgroup("/database")])
    #expect(rows.filter { $0.indent == 1 }.count == 8)
    view.reveal(.thread(5))
    #expect(view.rows(of: .thread).contains { $0.key == .thread(5) && $0.indent == 2 })
    let cgroup = view.cgroup(ofProcess: view.directory.threads[5].processPlace)
    view.state.row[.thread] = .cgroup(cgroup)
    view.press(" ")
    #expect(!view.rows(of: .thread).contains { $0.key == .thread(5) })
    #expect(view.rows(of: .thread).filter { $0.indent == 1 }.count == 4)
    var other = SyntheticView.view(view.timeline)
    other.remember(view.memory)
    #expect(other.state.groupsByCgroup)
  }

  @Test func `a jump to a row out of sight brings it to the middle, to one in sight nowhere`()
    throws
  {
    var view = SyntheticView.view(try SyntheticView.timeline(threads: 90), rows: 24)
    view.begin(on: .thread)
    let shown = view.rows(of: .thread).compactMap(\.key.thread)
    let far = try #require(shown.dropFirst(50).first)
    view.go(to: .state(thread: far), view.end / 2)
    let visible = view.visibleRows
    let at = try #require(visible.rows.firstIndex { $0.key == .thread(far) })
    #expect(at > 5 && at < visible.rows.count - 5)
    let next = try #require(visible.rows.last?.key.thread)
    view.go(to: .state(thread: next), view.end / 2)
    #expect(view.visibleRows.first == visible.first)
  }

  @Test func `without control groups u says so`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    view.begin(on: .thread)
    view.press("u")
    #expect(view.state.message == "no thread's control group was recorded")
  }

  @Test func `what rows sum up is read as exactly as what they show alone`() throws {
    var view = try Self.view()
    view.state.folds = [.node(0): true, .node(1): true]
    let cpus = Set(view.visibleLanes)
    #expect((0..<16).allSatisfy { cpus.contains(.cpu($0)) })
    view.begin(on: .thread)
    for place in view.directory.processes.indices { view.state.folds[.process(place)] = true }
    let threads = Set(view.visibleLanes)
    #expect(view.directory.threads.indices.allSatisfy { threads.contains(.state(thread: $0)) })
    view.look(at: view.end / 2, length: 300)
    view.begin(on: .thread)
    view.settle()
    #expect(
      view.timeline.isExact(
        view.state.window, columns: view.layout.laneColumns, lanes: view.visibleLanes))
    for key in [RowKey.process(0), .cgroup("/web")] {
      view.state.row[.thread] = key
      view.state.groupsByCgroup = key == .cgroup("/web")
      #expect(view.settledFrame().text.contains("the row shows how many of its threads run"))
    }
  }

  @Test func `rows that stand for others are kept, by what they are called`() throws {
    var view = try Self.view()
    view.state.groupsByCgroup = true
    let pins: [RowKey] = [.node(1), .cache(2), .cgroup("/web"), .process(3)]
    view.state.pins = pins
    view.begin(on: .thread)
    view.state.row[.thread] = .process(5)
    var other = SyntheticView.view(view.timeline)
    other.remember(view.memory)
    #expect(other.state.pins == pins)
    #expect(other.state.row[.thread] == .process(5))
    other.remember("pin node 7\npin cgroup /none\npin process 0\npin spans 1 -1\npin node\n")
    #expect(other.state.pins == pins)
  }

  @Test func `rows whose events were not recorded say so, and nothing else`() throws {
    var view = SyntheticView.view(
      try SyntheticView.timeline(without: [SyntheticTypes.schedSwitch]))
    #expect(view.hasSource(.systemCalls) && !view.hasSource(.switches))
    for screen in [ScreenName.cpu, .thread] {
      view.begin(on: screen)
      let lines = view.settledFrame().lines
      let shown = view.visibleRows.rows
      #expect(!shown.isEmpty)
      for (place, row) in shown.enumerated() where view.missingWords(row.key) != nil {
        #expect(lines[view.layout.bodyRow + place].contains("│ not recorded (-e +sched)"))
      }
      #expect(shown.contains { view.missingWords($0.key) != nil })
      #expect(lines[1].contains("CPUs not recorded (-e +sched)"))
      #expect(lines.contains { $0.contains("CPUs and threads not recorded (-e +sched)") })
    }
    view.press("H")
    #expect(view.state.message == "who is idle was not recorded (-e +sched)")
    #expect(view.state.hidden.isEmpty)
  }

  @Test func `the share in a CPU's label is that of its table`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline(rounds: 1))
    view.begin(on: .cpu)
    view.look(at: view.end / 4, length: view.end / 3)
    let lines = view.settledFrame().lines
    var options = StatisticsOptions(tables: ["cpus"])
    options.window = EventWindow(
      from: Timestamp(nanoseconds: view.state.window.start),
      to: Timestamp(nanoseconds: view.state.window.end))
    let table = try #require(try view.timeline.statistics(options).tables.first)
    let share = try #require(table.column("busy_share"))
    for (place, row) in view.visibleRows.rows.enumerated() {
      guard case .cpu(let cpu) = row.key, case .share(let busy) = table.rows[cpu].cells[share].value
      else { continue }
      let words = lines[view.layout.bodyRow + place].split(separator: " ")
      let percent = try #require(
        words.first { $0.hasSuffix("%") }.flatMap { Double($0.dropLast()) })
      #expect(abs(percent - busy * 100) <= 1, "\(words) \(busy)")
    }
  }

  @Test func `what damage took is lost in the header and a problem, what was cut off is said`()
    throws
  {
    var damaged = SyntheticView.view(
      try SyntheticView.timeline(rounds: 6) { bytes in
        var bytes = bytes
        for place in bytes.count / 2..<bytes.count / 2 + 64 { bytes[place] ^= 0x55 }
        return bytes
      })
    #expect(damaged.frame().lines[0].contains("LOST "))
    damaged.goToEnd(isLast: false)
    var reasons: [String] = []
    for _ in 0..<200 where reasons.last?.contains("no problem") != true {
      damaged.press("!")
      reasons.append(damaged.state.message ?? "")
    }
    #expect(reasons.contains { $0.contains("lost here (damaged") }, "\(reasons)")
    var cut = SyntheticView.view(
      try SyntheticView.timeline(rounds: 6) { Array($0.dropLast($0.count / 3)) })
    let header = cut.frame().lines[0]
    #expect(header.contains("CUT SHORT") && !header.contains("LOST"), "\(header)")
  }

  @Test func `where nothing waited long all that was recorded is shown`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline(rounds: 1, events: 50))
    view.look(at: 0, length: 100)
    view.openAtWorst()
    let recorded = view.summary.recorded
    #expect(view.state.message?.hasPrefix("nothing waited long") == true)
    #expect(view.state.window.start == recorded.start)
    #expect(view.state.window.end >= recorded.end)
    view.reveal(.cpu(0))
    view.begin(on: .cpu)
    view.moveCursor(to: 0)
    #expect(view.settledFrame().text.contains("nothing was recorded that tells"))
  }

  @Test func `rows of many lanes are hatched where the trace is not read yet`() throws {
    var view = try Self.view(rounds: 80, until: 0.4)
    guard case .partial(let share) = view.timeline.levels else {
      Issue.record("all of it is read")
      return
    }
    #expect(share > 0.2 && share < 0.8)
    view.state.groupsByCgroup = true
    view.state.showsDetails = false
    for screen in [ScreenName.cpu, .thread] {
      view.state.screen = screen
      let lines = view.frame().lines
      let shown = view.visibleRows.rows
      for (place, row) in shown.enumerated() where row.key != .hidden {
        let lane = lines[view.layout.bodyRow + place].unicodeScalars
          .dropFirst(view.layout.laneColumn)
        #expect(lane.suffix(20).allSatisfy { $0 == "░" }, "\(row.label): \(String(lane))")
        #expect(!lane.prefix(10).contains("░"), "\(row.label): \(String(lane))")
      }
      #expect(shown.contains { $0.key.lane == nil && $0.key != .hidden })
    }
  }
}
