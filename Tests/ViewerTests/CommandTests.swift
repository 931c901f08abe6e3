import Analysis
import SyntheticTrace
import Synchronization
import Testing

@testable import Viewer

@Suite struct CommandTests {
  @Test(arguments: ScreenName.allCases)
  func `every key changes something or says why not`(screen: ScreenName) throws {
    let timeline = try SyntheticView.timeline()
    for key in Set(Command.all.flatMap(\.keys)) {
      var view = SyntheticView.view(timeline)
      view.begin(on: screen)
      view.look(at: view.end / 4, length: view.end / 2)
      let before = view.settledFrame()
      view.press(key)
      let isDone = view.state.isQuitting || view.state.wish != nil
      #expect(isDone || view.settledFrame() != before, "\(key.name) on \(screen)")
    }
  }

  @Test func `keys that are listed are one command's on each screen`() {
    for screen in ScreenName.allCases {
      var owners: [Key: String] = [:]
      for command in Command.all where command.screens.contains(screen) {
        for key in command.keys {
          #expect(owners[key] == nil, "\(key.name): \(command.name), \(owners[key] ?? "")")
          owners[key] = command.name
        }
      }
    }
    #expect(Set(Command.all.map(\.name)).count == Command.all.count)
  }

  @Test func `nothing needs Esc alone, brackets have letters too`() {
    for command in Command.all {
      if command.keys.contains(.escape) { #expect(command.keys.count > 1, "\(command.name)") }
      let hard: Set<Key> = ["[", "]", "{", "}"]
      if !hard.isDisjoint(with: command.keys) { #expect(!hard.isSuperset(of: command.keys)) }
    }
  }

  @Test func `the hint line fits and begins with help and leaving`() throws {
    for screen in ScreenName.allCases {
      var view = SyntheticView.view(try SyntheticView.timeline(), columns: 80, rows: 24)
      view.begin(on: screen)
      let hint = view.settledFrame().lines[23]
      #expect(hint.hasPrefix(" ? help  q quit  "), "\(hint)")
      #expect(hint.columns <= 80)
    }
  }

  @Test func `zooming keeps the cursor in its column, Backspace leads back`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    let (window, cursor) = (view.state.window, view.state.cursor)
    let columns = view.layout.laneColumns
    let column = view.column(of: cursor, in: window, columns)
    for _ in 0..<5 { view.press("w") }
    #expect(view.state.window.length < window.length / 16)
    let now = view.column(of: view.state.cursor, in: view.state.window, columns)
    #expect(abs(now - column) <= 1)
    for _ in 0..<5 { view.press(.backspace) }
    #expect(view.state.window == window)
    view.press(.backspace)
    #expect(view.state.message == "nothing to go back to")
  }

  @Test func `marks measure, clear and go to statistics`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    view.press("m")
    view.press(.right)
    view.press(.right)
    view.press("m")
    let marked = try #require(view.marked)
    #expect(view.statisticsWindow == marked)
    view.press("z")
    #expect(view.state.window.length >= marked.length)
    view.press("S")
    #expect(view.state.screen == .stats)
    view.press(.escape)
    #expect(view.marked == nil)
  }

  @Test func `an Esc that was the beginning of a key is undone`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    for key in ["m", .right, "m"] as [Key] { view.press(key) }
    let marked = try #require(view.marked)
    view.press(.escape)
    #expect(view.marked == nil)
    view.press(.escapeTakenBack)
    view.press(.down)
    #expect(view.marked == marked)
    for key in Key.keys(in: "F,cpu") ?? [] { view.press(key) }
    view.press(.escape)
    #expect(view.state.prompt == nil)
    view.press(.escapeTakenBack)
    #expect(view.state.prompt?.text == "cpu")
    view.press(.escape)
    view.press("m")
    view.press(.escapeTakenBack)
    #expect(view.state.prompt == nil)
  }

  @Test func `a double click fits what is under it, f again says that it fits`() throws {
    let clock = TestClock()
    var view = SyntheticView.view(
      try SyntheticView.timeline(), clock: { clock.now.load(ordering: .relaxed) })
    let row = try #require(view.visibleRows.rows.firstIndex { $0.key == .cpu(0) })
    let click = Key.mouse(
      MouseEvent(.press, row: view.layout.bodyRow + row, column: view.layout.laneColumn + 40))
    let window = view.state.window
    view.press(click)
    clock.now.store(500, ordering: .relaxed)
    view.press(click)
    view.settle()
    #expect(view.state.window == window)
    clock.now.store(700, ordering: .relaxed)
    view.press(click)
    view.settle()
    #expect(view.state.window != window)
    for _ in 0..<4 where view.state.message != "it fits already" {
      view.press("f")
      view.settle()
    }
    #expect(view.state.message == "it fits already")
  }

  @Test func `progress of what is not asked for any more is not shown`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    for key in Key.keys(in: "/,sched") ?? [] { view.press(key) }
    let question = try #require(view.searchQuestion)
    view.take(.progress(0.5), to: question)
    for key in [.escape, "j"] as [Key] { view.press(key) }
    #expect(!view.frame().text.contains("find 50%"))
  }

  @Test func `hints are of what lies over the screen`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    view.press("?")
    #expect(view.frame().lines[39].hasPrefix(" j k PgUp PgDn scroll"))
    view.press("q")
    view.press("y")
    #expect(view.frame().lines[39].hasPrefix(" any key closes"))
  }

  @Test func `the demo's view opens at the worst span`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline(processes: 2, eventsPerSecond: 500))
    view.prefersSpans = true
    view.lookAtAll(memory: nil, follows: false)
    guard case .spans(let thread, let depth) = view.state.row[.thread] else {
      Issue.record("\(String(describing: view.state.row[.thread]))")
      return
    }
    let lane = TimelineLane.spans(thread: thread, depth: depth)
    let item = try #require(try view.timeline.item(lane, at: view.state.cursor))
    #expect(view.state.screen == .thread && item.stretch.state == .inside)
    #expect(view.timeline.instance(of: item, longer: true) == nil)
    #expect(view.state.window.start <= item.stretch.start)
    #expect(view.state.window.end >= item.stretch.end)
    #expect(view.state.message?.contains(": worst of ") == true)
  }

  @Test func `a search ends at its first hit, n goes on`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    view.begin(on: .events)
    for key in Key.keys(in: "/,sched_switch,Enter") ?? [] {
      view.press(key)
      view.settle()
    }
    #expect(view.selectedEvent?.name == "sched_switch")
    let first = view.state.cursor
    view.press("n")
    view.settle()
    #expect(view.selectedEvent?.name == "sched_switch")
    #expect(view.state.cursor > first)
    view.press("N")
    view.settle()
    #expect(view.state.cursor == first)
  }

  @Test func `a wrong filter is shown where it is wrong and is not taken`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    for key in Key.keys(in: "F,cpu == ,Enter") ?? [] { view.press(key) }
    #expect(view.state.filter == nil)
    #expect(view.state.prompt?.problem != nil)
    #expect(view.frame().lines[38].contains("^ "))
    for key in Key.keys(in: "1,Enter") ?? [] { view.press(key) }
    #expect(view.activeFilter == "cpu == 1")
  }

  @Test(
    arguments: [
      ("0.0001", 100_000), ("+10us", 60_000), ("-10us", 40_000), ("0", 0),
    ] as [(String, Int64)])
  func `g goes to a time`(text: String, time: Int64) throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    view.moveCursor(to: 50_000)
    for key in Key.keys(in: "g,\(text),Enter") ?? [] { view.press(key) }
    #expect(view.state.prompt == nil)
    #expect(view.state.cursor == time)
  }

  @Test func `a filter leaves the rows of which it says something, and the one at hand`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    view.begin(on: .thread)
    let threads = view.directory.threads
    let chosen = try #require(threads.indices.last)
    func shown() -> Set<Int> { Set(view.rows(of: .thread).compactMap(\.key.thread)) }
    let (all, atHand) = (shown(), view.state.row[.thread]?.thread)
    for key in Key.keys(in: "F,tid == \(threads[chosen].number) && dur > 1us,Enter") ?? [] {
      view.press(key)
    }
    #expect(shown() == Set([chosen, atHand ?? chosen]))
    #expect(view.frame().text.contains("filtered out: F4 shows them"))
    view.press(.function(4))
    #expect(shown() == all)
    for key in Key.keys(in: "F,Ctrl-U,cpu == 1,Enter") ?? [] { view.press(key) }
    #expect(shown() == all)
    view.begin(on: .cpu)
    view.state.row[.cpu] = .cpu(1)
    #expect(view.rows(of: .cpu).contains { $0.key == .cpu(1) })
    #expect(!view.rows(of: .cpu).contains { $0.key == .cpu(0) })
  }

  @Test func `o sorts the rows by what the status line says`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline(threads: 20))
    view.begin(on: .thread)
    for order in ["run delay", "name", "number", "first seen", "run time"] {
      view.press("o")
      #expect(view.frame().text.contains(" threads by \(order)"), "\(order)")
      let processes = view.state.processes.map { view.directory.processes[$0] }
      let (names, numbers) = (processes.map(\.name), processes.map(\.number))
      switch order {
      case "name": #expect(names == names.sorted())
      case "number": #expect(numbers == numbers.sorted())
      case "run time":
        let times = processes.map(\.runTime)
        #expect(times == times.sorted(by: >))
      case "run delay":
        let delays = processes.map { process in
          process.threads.reduce(UInt64(0)) { $0 + view.directory.threads[$1].runnableTime }
        }
        #expect(delays == delays.sorted(by: >))
      default: #expect(view.state.processes == Array(processes.indices))
      }
    }
  }

  @Test func `who is on the way already stays there when all of the trace is read`() throws {
    let timeline = try SyntheticView.timeline()
    var untouched = SyntheticView.view(timeline)
    untouched.lookAtAll(memory: nil, follows: false)
    #expect(untouched.state.message != nil)
    var touched = SyntheticView.view(timeline)
    touched.press("w")
    let window = touched.state.window
    touched.lookAtAll(memory: nil, follows: false)
    #expect(touched.state.window == window)
    #expect(touched.frame().text.contains(" all of the trace is read: o sorts the rows"))
    var placed = SyntheticView.view(timeline)
    placed.look(at: 1000, length: 50_000)
    let place = placed.state.window
    placed.lookAtAll(memory: nil, follows: false)
    #expect(placed.state.window == place && placed.state.message == nil)
  }

  @Test func `a trace that grows keeps the window at its end until that is moved`() throws {
    let (short, long) = (
      try SyntheticView.timeline(rounds: 2), try SyntheticView.timeline(rounds: 4)
    )
    var view = SyntheticView.view(short)
    view.press("w")
    view.press(.end)
    let length = view.state.window.length
    view.replace(long)
    #expect(view.state.window.end == long.summary.end && view.state.window.length == length)
    #expect(view.state.cursor == long.summary.end - 1)
    var begun = SyntheticView.view(long)
    begun.lookAtAll(memory: "window 0 1000\n", follows: true)
    #expect(begun.state.isAtEnd && begun.state.window.end == long.summary.end)
    view.press("a")
    let window = view.state.window
    view.replace(try SyntheticView.timeline(rounds: 5))
    #expect(view.state.window == window)
  }

  @Test func `a recording that has ended is not followed any more`() throws {
    var view = SyntheticView.view(
      try SyntheticView.timeline(rounds: 2, isCut: true), follows: true)
    view.stickToEnd()
    #expect(view.frame().text.contains("following"))
    view.replace(try SyntheticView.timeline(rounds: 3))
    #expect(view.state.message == "the recording has ended: this is all of it")
    view.press("j")
    #expect(!view.frame().text.contains("follow"))
  }

  @Test func `Y copies a row of a table, as it is sorted`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    view.begin(on: .stats)
    for key in ["j", ">", "Y"] as [Key] {
      view.settle()
      view.press(key)
    }
    #expect(view.state.wish == .copy("row 0 of threads"))
    #expect(view.frame().text.contains("sorted by "))
  }

  @Test func `rows stay where they are while others come and go`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline(threads: 40))
    view.begin(on: .thread)
    for _ in 0..<20 { view.press("j") }
    let row = view.state.row[.thread]
    for key in ["H", "o", "H", "w", "d", "0"] as [Key] {
      view.press(key)
      view.settle()
      #expect(view.state.row[.thread] == row)
      #expect(view.visibleRows.rows.contains { $0.key == row })
    }
  }

  @Test func `the choice at hand of a long list is in sight`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    for key in Key.keys(in: ":") ?? [] { view.press(key) }
    for _ in 0..<14 { view.press(.down) }
    let prompt = try #require(view.state.prompt)
    let chosen = view.choices(for: prompt)[14].text
    let lines = view.settledFrame().lines
    #expect(lines.contains { $0.contains(chosen) }, "\(chosen)")
  }

  @Test func `the palette runs what is named, and says where it would`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    view.press("w")
    let length = view.state.window.length
    for key in Key.keys(in: ":,zmout,Enter") ?? [] { view.press(key) }
    #expect(view.state.window.length > length && view.state.prompt == nil)
    for key in Key.keys(in: ":,stats.group,Enter") ?? [] { view.press(key) }
    #expect(view.state.message == "stats.group works on the screens 4")
    for key in Key.keys(in: ":,no such thing,Enter") ?? [] { view.press(key) }
    #expect(view.state.prompt?.problem?.text == "nothing is called no such thing")
    view.press(.escape)
    #expect(view.state.prompt == nil)
  }

  @Test func `a row is found by some of its letters, whatever hides it`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline(threads: 40))
    let place = try #require(view.directory.threads.firstIndex { $0.number == 1017 })
    view.state.hidden = [.thread(place)]
    for key in Key.keys(in: "Ctrl-P,wk1017,Enter") ?? [] { view.press(key) }
    #expect(view.state.screen == .thread && view.state.row[.thread] == .thread(place))
    #expect(view.visibleRows.rows.contains { $0.key == .thread(place) })
  }

  @Test func `what a filter chooses is counted while it is typed`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    for key in Key.keys(in: "F,cpu == 1") ?? [] { view.press(key) }
    view.settle()
    let matches = try #require(view.currentSearch?.matches)
    #expect(matches > 0 && matches < view.summary.recordedEvents)
    let events = Words.count(view.summary.recordedEvents)
    #expect(view.frame().text.contains("\(Words.count(matches)) of \(events)"))
    #expect(view.activeFilter == nil)
  }

  @Test func `what is copied is shown, and is the command that the status line has`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    for key in Key.keys(in: "4,F,comm ~ \"w*\",Enter") ?? [] { view.press(key) }
    view.settle()
    let status = view.frame().lines
    view.press("y")
    guard case .copy(let command) = view.state.wish else {
      Issue.record("nothing was copied")
      return
    }
    #expect(command.hasPrefix("swtrace stats synthetic.swt threads"))
    #expect(command.hasSuffix("--where 'comm ~ \"w*\"'"))
    #expect(status.contains(" $ \(command)"))
    #expect(view.frame().text.contains(command))
    view.press(.escape)
    view.press("3")
    view.settle()
    view.press("Y")
    guard case .copy(let json) = view.state.wish else {
      Issue.record("no event was copied")
      return
    }
    #expect(json.hasPrefix("{\"time_ns\": ") && json.hasSuffix("\"}"))
  }

  @Test func `the mouse marks, zooms and selects`() throws {
    var view = SyntheticView.view(try SyntheticView.timeline())
    let left = view.layout.laneColumn
    let length = view.state.window.length
    view.press(.mouse(MouseEvent(.wheelUp, row: 6, column: left + 40)))
    #expect(view.state.window.length < length)
    view.press(.mouse(MouseEvent(.press, row: 5, column: left + 10)))
    #expect(view.state.row[.cpu] != nil)
    view.press(.mouse(MouseEvent(.drag, row: 5, column: left + 30)))
    view.press(.mouse(MouseEvent(.release, row: 5, column: left + 30)))
    #expect(view.marked != nil)
    let tab = try #require(view.frame().lines[0].range(of: "3 Events"))
    let column = view.frame().lines[0].unicodeScalars[..<tab].count
    view.press(.mouse(MouseEvent(.press, row: 0, column: column + 1)))
    #expect(view.state.screen == .events)
  }
}

extension String {
  fileprivate func range(of part: String) -> String.Index? {
    indices.first { self[$0...].hasPrefix(part) }
  }
}

private final class TestClock: Sendable {
  let now = Atomic<Int64>(0)
}
