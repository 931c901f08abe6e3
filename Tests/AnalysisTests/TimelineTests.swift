import Events
import Synchronization
import SyntheticTrace
import Testing
import TraceFile

@testable import Analysis

@Suite struct TimelineTests {
  private static func open(_ trace: HandMadeTrace, _ file: ScratchFile) throws -> Timeline {
    try trace.write(to: file.descriptor)
    let timeline = Timeline(
      try OpenTrace(path: file.path), systemCallNames: Answers.calls,
      grain: TimelineCellsTests.grain)
    try timeline.readLevels()
    return timeline
  }

  @Test func `a trace without events has no lanes and no end`() throws {
    let file = ScratchFile()
    let timeline = try Self.open(HandMadeTrace(cpus: 1), file)
    #expect(timeline.levels == .complete)
    #expect(timeline.directory.threads.isEmpty)
    #expect(timeline.overview(columns: 3).allSatisfy { $0.busy == nil })
    let item = try timeline.item(.cpu(0), at: 0)
    #expect(item == nil)
    let page = try timeline.events(at: .time(0), before: 5, after: 5)
    #expect(page?.events.isEmpty == true)
    #expect(timeline.problem(after: 0) == nil)
    let cells = timeline.cells(.cpu(0), TimelineWindow(0, 100), columns: 4)
    #expect(cells.allSatisfy { $0.times[.unknown] == 25 })
  }

  @Test func `a trace of one event has it`() throws {
    let file = ScratchFile()
    var trace = HandMadeTrace(cpus: 1)
    trace.change(1000, cpu: 0, from: 7, KernelTypes.sleeping, to: 0)
    let timeline = try Self.open(trace, file)
    let page = try timeline.events(at: .number(0), before: 1, after: 2)
    #expect(page?.events.map(\.time) == [1000])
    let item = try timeline.item(.cpu(0), at: 500)
    #expect(item?.stretch == LaneStretch(.unknown, -1, 0, 1000))
  }

  /// CPU 0 has a call of t5 at 100 first, CPU 1 a switch from t6 to t7 at 400; the sources are on
  /// from 50 to 800, the machine is read at 1000.
  @Test func `time in which nothing was seen is not known`() throws {
    let file = ScratchFile()
    var trace = HandMadeTrace(cpus: 2)
    trace.thread(5, "t5", state: "R", at: 1000)
    trace.enter(100, cpu: 0, 5, 0)
    trace.change(400, cpu: 1, from: 6, KernelTypes.sleeping, to: 7)
    trace.change(700, cpu: 0, from: 5, KernelTypes.preempted, to: 0)
    try trace.write(to: file.descriptor, recorded: 50...800)
    let timeline = Timeline(try OpenTrace(path: file.path), grain: TimelineCellsTests.grain)
    try timeline.readLevels()
    let whole = TimelineWindow(0, 1000)
    let threads = timeline.directory.threads
    let lanes = [5, 6, 7].map { number in
      TimelineLane.state(thread: threads.firstIndex { $0.number == number } ?? -1)
    }
    func stretches(_ lane: TimelineLane) throws -> [LaneStretch] {
      var found: [LaneStretch] = []
      while let item = try timeline.item(lane, at: found.last?.end ?? 0) {
        found.append(item.stretch)
      }
      return found
    }
    let (t5, t7) = (threads.firstIndex { $0.number == 5 }, threads.firstIndex { $0.number == 7 })
    try #expect(
      stretches(.cpu(0)) == [
        LaneStretch(.unknown, -1, 0, 100), LaneStretch(.run, Int32(t5 ?? -1), 100, 700),
        LaneStretch(.idle, -1, 700, 800), LaneStretch(.unknown, -1, 800, 1000),
      ])
    try #expect(
      stretches(.cpu(1)) == [
        LaneStretch(.unknown, -1, 0, 400), LaneStretch(.run, Int32(t7 ?? -1), 400, 800),
        LaneStretch(.unknown, -1, 800, 1000),
      ])
    let first = try lanes.map { try stretches($0).first }
    #expect(first.compactMap { $0?.state } == [LaneState](repeating: .none, count: 3))
    #expect(first.map { $0?.end } == [100, 400, 400])
    // Read exactly they are the same, and sums are those of statistics.
    _ = try timeline.read(whole, lanes: lanes + [.cpu(0), .cpu(1)])
    let times = timeline.cells(.cpu(0), whole, columns: 1)[0].times
    #expect(times[.unknown] == 300 && times[.run] == 600 && times[.idle] == 100)
    let answers = try Answers(trace, until: 800)
    let sums = try #require(try timeline.sums(whole))
    for cpu in sums.cpus {
      #expect(answers.number("cpus", "\(cpu.cpu)", "busy_ns") == cpu.times[.run])
      #expect(answers.number("cpus", "\(cpu.cpu)", "idle_ns") == cpu.times[.idle])
    }
    #expect(timeline.numbers(.runnable, whole, columns: 10).last?.average == nil)
  }

  /// CPU 0: a 100…300, preempted by b 300…400, a 400…500 asleep; woken by b at 700, runs 750…900.
  private static var story: HandMadeTrace {
    var trace = HandMadeTrace(cpus: 2)
    trace.thread(10, "a")
    trace.thread(20, "b")
    trace.change(90, cpu: 0, from: 0, 0, to: 0)
    trace.change(90, cpu: 1, from: 0, 0, to: 0)
    trace.wake(95, cpu: 0, by: 0, 10, flags: 0x08)
    trace.change(100, cpu: 0, from: 0, 0, to: 10)
    trace.wake(200, cpu: 0, by: 10, 20)
    trace.change(300, cpu: 0, from: 10, KernelTypes.preempted, to: 20)
    trace.change(400, cpu: 0, from: 20, KernelTypes.sleeping, to: 10)
    trace.enter(450, cpu: 0, 10, 0)
    trace.change(500, cpu: 0, from: 10, KernelTypes.sleeping, to: 0)
    trace.wake(600, cpu: 1, by: 0, 20, flags: 0x10)
    trace.change(620, cpu: 1, from: 0, 0, to: 20)
    trace.wake(700, cpu: 1, by: 20, 10, target: 0)
    trace.change(750, cpu: 0, from: 0, 0, to: 10)
    trace.exit(800, cpu: 0, 10, 0)
    trace.change(850, cpu: 1, from: 20, KernelTypes.sleeping, to: 0)
    trace.change(900, cpu: 0, from: 10, KernelTypes.sleeping, to: 0)
    trace.change(1000, cpu: 1, from: 0, 0, to: 0)
    return trace
  }

  @Test func `details tell who preempted, who woke, and what was called`() throws {
    let file = ScratchFile()
    let timeline = try Self.open(Self.story, file)
    let threads = timeline.directory.threads
    let a = try #require(threads.firstIndex { $0.number == 10 })
    let b = try #require(threads.firstIndex { $0.number == 20 })
    #expect(threads[a].name == "t10" && threads[a].runTime == 200 + 100 + 150)

    let first = try #require(try timeline.item(.cpu(0), at: 250))
    #expect(first.stretch == LaneStretch(.run, Int32(a), 100, 300))
    let slice = try timeline.details(of: first)
    #expect(slice.thread == a && slice.cpu == 0)
    #expect(slice.next == LaneStretch(.preempt, 0, 300, 400))
    #expect(slice.preemptor == LaneStretch(.run, Int32(b), 300, 400))
    #expect(slice.waking == Waking(waker: .hardInterrupt(line: -1), time: 95, cpu: 0))
    #expect(slice.hardInterruptTime == nil)

    let sleep = try #require(try timeline.item(.state(thread: a), at: 600))
    #expect(sleep.stretch == LaneStretch(.sleep, 0, 500, 700))
    let wait = try timeline.details(of: sleep)
    #expect(wait.waking == Waking(waker: .thread(b), time: 700, cpu: 1))
    #expect(wait.systemCall?.stretch == LaneStretch(.inside, 0, 450, 800))

    let chain = try timeline.waits(of: sleep)
    #expect(chain.map(\.thread) == [a, b])
    #expect(chain.last?.stretch == LaneStretch(.sleep, 0, 400, 600))
    #expect(chain.last?.waking?.waker == .softInterrupt(vector: -1))

    let waker = try #require(try timeline.item(.state(thread: b), at: 690))
    let woken = try timeline.woken(by: waker, after: 630)
    #expect(woken?.lane == .state(thread: a) && woken?.stretch.start == 700)
    let asleep = try #require(try timeline.item(.state(thread: b), at: 410))
    let later = try timeline.woken(by: asleep, after: 410)
    #expect(later?.stretch.start == 700)
    let none = try timeline.woken(by: sleep, after: 510)
    #expect(none == nil)

    let call = try #require(try timeline.item(.systemCalls(thread: a), at: 460))
    let times = try timeline.details(of: call).times
    #expect(times?[.run] == 50 + 50 && times?[.sleep] == 200 && times?[.wakeup] == 50)
  }

  /// Beside `b`, `a` runs for 20 ms of its quota in 100 and waits to the next period, three times.
  private static var quota: HandMadeTrace {
    let ms: UInt64 = 1_000_000
    var trace = HandMadeTrace(cpus: 1)
    trace.cgroup("/busy", throttled: 0, at: 0)
    trace.thread(10, "a", cgroup: "/busy")
    trace.thread(20, "b")
    for period in 0..<3 as Range<UInt64> {
      let start = period * 100 * ms
      trace.change(start + 1, cpu: 0, from: period == 0 ? 0 : 20, 0, to: 10)
      trace.change(start + 20 * ms, cpu: 0, from: 10, 0, to: 20)
    }
    trace.change(300 * ms, cpu: 0, from: 20, 0, to: 10)
    trace.change(301 * ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 0)
    return trace
  }

  @Test func `a wait for a quota is throttled, near and far, and out of kept levels`() throws {
    let (file, other) = (ScratchFile(), ScratchFile())
    let timeline = try Self.open(Self.quota, file)
    try Self.quota.write(to: other.descriptor)
    let kept = Timeline(try OpenTrace(path: other.path), grain: TimelineCellsTests.grain)
    #expect(try kept.takeLevels(try #require(try timeline.keptLevels())))
    try kept.readLevels()
    for timeline in [timeline, kept] {
      let a = try #require(timeline.directory.threads.firstIndex { $0.number == 10 })
      let lane = TimelineLane.state(thread: a)
      let whole = TimelineWindow(0, timeline.summary.end)
      let about = timeline.cells(lane, whole, columns: 1)[0].times[.throttled]
      #expect((200_000_000...260_000_000).contains(about))
      #expect(try timeline.read(whole, lanes: [lane]))
      #expect(timeline.cells(lane, whole, columns: 1)[0].times[.throttled] == 240_000_002)
      let second = TimelineWindow(115_000_000, 125_000_000)
      #expect(try timeline.read(second, lanes: [lane]))
      let cell = timeline.cells(lane, second, columns: 1)[0]
      #expect(cell.times[.run] == 5_000_000 && cell.times[.throttled] == 5_000_000)
      let item = try timeline.item(lane, at: 150_000_000)
      #expect(item?.stretch.state == .throttled)
    }
  }

  @Test func `a thread has the names that it had before, out of kept levels too`() throws {
    let (file, other) = (ScratchFile(), ScratchFile())
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "shell")
    trace.change(100, cpu: 0, from: 0, 0, to: 10)
    trace.add(
      KernelTypes.exec, 200, cpu: 0, thread: 10, .text("/bin/sort"), .integer(10), .integer(10))
    trace.thread(10, "sort", at: 250)
    trace.change(300, cpu: 0, from: 10, KernelTypes.sleeping, to: 0)
    let timeline = try Self.open(trace, file)
    try trace.write(to: other.descriptor)
    let kept = Timeline(try OpenTrace(path: other.path), grain: TimelineCellsTests.grain)
    #expect(try kept.takeLevels(try #require(try timeline.keptLevels())))
    try kept.readLevels()
    for timeline in [timeline, kept] {
      let thread = try #require(timeline.directory.threads.first { $0.number == 10 })
      let names = [thread.name] + thread.earlierNames
      #expect(names.contains("shell") && names.contains("sort"), "\(names)")
    }
  }

  @Test func `who is forked is in the control group of who forked it`() throws {
    let file = ScratchFile()
    var trace = HandMadeTrace(cpus: 1)
    trace.thread(10, "a", cgroup: "/web")
    trace.change(100, cpu: 0, from: 0, 0, to: 10)
    for (time, parent, child) in [(200, 10, 11), (300, 11, 12)] as [(UInt64, Int64, Int64)] {
      trace.add(
        KernelTypes.fork, time, cpu: 0, thread: 10, .text("a"), .integer(parent), .text("a"),
        .integer(child))
      trace.change(time + 10, cpu: 0, from: 10, 0, to: ThreadNumber(child))
      trace.change(time + 20, cpu: 0, from: ThreadNumber(child), KernelTypes.sleeping, to: 10)
    }
    trace.change(400, cpu: 0, from: 10, KernelTypes.sleeping, to: 30)
    trace.change(500, cpu: 0, from: 30, KernelTypes.sleeping, to: 0)
    let threads = try Self.open(trace, file).directory.threads
    let cgroups = Dictionary(uniqueKeysWithValues: threads.map { ($0.number, $0.cgroup) })
    #expect(cgroups == [10: "/web", 11: "/web", 12: "/web", 30: ""])
  }

  @Test func `longer and shorter instances follow each other`() throws {
    let schedule = RandomSchedule(seed: 41)
    let file = ScratchFile()
    let timeline = try Self.open(schedule.trace, file)
    let truth = try TimelineTruth(timeline.trace, systemCallNames: Answers.calls)
    var waits: [Int64] = []
    for (row, lane) in truth.table.lanes.enumerated() {
      if case .state = lane {
        waits += truth.stretches[row].filter { $0.state == .wakeup }.map(\.length)
      }
    }
    let longest = try #require(waits.max())
    let row = try #require(
      truth.stretches.firstIndex { $0.contains { $0.state == .wakeup && $0.length == longest } })
    let stretch = try #require(
      truth.stretches[row].first { $0.state == .wakeup && $0.length == longest })
    var item = TimelineItem(lane: truth.table.lanes[row], stretch: stretch)
    #expect(timeline.instance(of: item, longer: true) == nil)
    for length in waits.sorted(by: >).prefix(50).dropFirst() {
      item = try #require(timeline.instance(of: item, longer: false))
      #expect(item.stretch.length == length)
    }
    let rank = try timeline.details(of: item).rank
    #expect(rank.map { $0.quantile > 0.5 && $0.quantile <= 1 } == true)
  }

  @Test(arguments: [true, false])
  func `sums of a window are those of statistics`(isLong: Bool) throws {
    let schedule = RandomSchedule(seed: 42)
    let file = ScratchFile()
    let timeline = try Self.open(schedule.trace, file)
    let end = timeline.summary.end
    // Its ends are none of the finest level's cells'.
    let cell = timeline.state.withLock { Int64(1) << Int64($0.shift) }
    let start = end / 3 / cell * cell + cell / 3
    let window = TimelineWindow(start, isLong ? end * 2 / 3 / cell * cell + 1 : start + 5 * cell)
    let answers = try Answers(
      schedule.trace, until: UInt64(end), from: UInt64(window.start), to: UInt64(window.end))
    let sums = try #require(try timeline.sums(window))
    #expect(!sums.threads.isEmpty && !sums.isUnread && !sums.isRough)
    for cpu in sums.cpus {
      #expect(answers.number("cpus", "\(cpu.cpu)", "busy_ns") == cpu.times[.run])
    }
    for thread in sums.threads {
      let name = timeline.directory.threads[thread.thread].name
      #expect(answers.number("threads", name, "run_ns") ?? 0 == thread.times[.run])
      #expect(answers.number("threads", name, "sleep_ns") ?? 0 == thread.times[.sleep])
      #expect(answers.number("threads", name, "preempt_wait_ns") ?? 0 == thread.times[.preempt])
    }
  }

  @Test func `losses are problems in their place, and flag their columns`() throws {
    let file = ScratchFile()
    var trace = Self.story
    trace.batches[0].losses.append(
      Loss(
        stream: StreamID(0), reason: .kernelOverrun, count: 12, first: 510, last: 690))
    let timeline = try Self.open(trace, file)
    let problem = timeline.problem(after: 0)
    #expect(problem?.kind == .loss(.kernelOverrun, count: 12))
    #expect(problem?.window == TimelineWindow(510, 691) && problem?.lane == .cpu(0))
    #expect(timeline.problem(before: 510) == nil && timeline.losses.events == 12)
    let window = TimelineWindow(0, 1000)
    _ = try timeline.read(window, lanes: [.cpu(0), .cpu(1)])
    let cells = timeline.cells(.cpu(0), window, columns: 10)
    #expect(
      cells.map(\.isLost)
        == [5, 6].reduce(into: Array(repeating: false, count: 10)) {
          $0[$1] = true
        })
    #expect(cells[5].times[.unknown] > 0 && cells[5].times[.idle] < 100)
    #expect(timeline.cells(.cpu(1), window, columns: 10).allSatisfy { !$0.isLost })
  }

  @Test(arguments: [(1, 3), (256, 5000)])
  func `one CPU and 256 of them with 5,000 threads are lanes`(cpus: Int, threads: Int) throws {
    let file = ScratchFile()
    var synthetic = SyntheticTrace(seed: 9, cpus: cpus, threads: threads, processes: 0)
    try synthetic.write(to: file.descriptor, rounds: 2, events: max(500, 40 * threads / cpus))
    let trace = try OpenTrace(path: file.path)
    let timeline = Timeline(trace, grain: TimelineGrain())
    try timeline.readLevels()
    let directory = timeline.directory
    #expect(directory.cpus.count { $0.isSeen } == cpus)
    #expect(directory.threads.count > threads * 9 / 10)
    let places = directory.processes.flatMap(\.threads).sorted()
    #expect(places == Array(directory.threads.indices))
    let truth = try TimelineTruth(trace)
    let window = TimelineWindow(0, timeline.summary.end)
    var wrong = 0
    for lane in truth.table.lanes.prefix(300) {
      let steps = truth.steps(lane)
      for cell in timeline.cells(lane, window, columns: 8) where !cell.isRough {
        if !cell.tells(theSameAs: TimelineTruth.cell(steps, cell.window)) { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }
}
