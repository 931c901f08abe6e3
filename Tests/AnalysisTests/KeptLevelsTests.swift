import Events
import Synchronization
import SyntheticTrace
import Testing
import TraceFile

@testable import Analysis

@Suite struct KeptLevelsTests {
  private static func timeline(_ seed: UInt64, _ file: ScratchFile) throws -> Timeline {
    Timeline(try TimelineCellsTests.synthetic(seed, file), grain: TimelineCellsTests.grain)
  }

  private static func kept(_ timeline: Timeline) throws -> [UInt8] {
    try timeline.readLevels()
    return try #require(try timeline.keptLevels())
  }

  /// Takes kept levels, lanes and all.
  private static func take(_ bytes: [UInt8], _ timeline: Timeline) throws -> Bool {
    try timeline.takeLevels(bytes) && timeline.load { _ in true }
  }

  /// What a timeline answers in random windows.
  private static func answers(
    _ timeline: Timeline, seed: UInt64, windows: Int = 60
  ) throws -> [String] {
    var random = SeededGenerator(seed: seed)
    let lanes = timeline.state.withLock { $0.table.lanes }
    var answers: [String] = []
    for _ in 0..<windows {
      let window = TimelineCellsTests.window(&random, timeline.summary.end)
      let lane = lanes[random.below(lanes.count)]
      let columns = 1 + random.below(40)
      answers.append("\(timeline.cells(lane, window, columns: columns))")
      if random.below(4) == 0 {
        let isRead = try timeline.read(window, lanes: [lane])
        answers.append("\(isRead) \(timeline.cells(lane, window, columns: columns))")
      }
      answers.append("\(timeline.numbers(.runnable, window, columns: columns))")
      let time = Int64(random.next() % UInt64(timeline.summary.end))
      if let item = try timeline.item(lane, at: time) {
        answers.append("\(try timeline.details(of: item))")
        answers.append(
          "\(String(describing: timeline.instance(of: item, longer: random.below(2) == 0)))")
      }
      let page = try timeline.events(at: .time(time), before: 3, after: 3)
      answers.append("\(page?.events.map(\.number) ?? [])")
      answers.append("\(timeline.levelSums(window))")
      answers.append("\(String(describing: timeline.problem(after: time)))")
    }
    answers.append("\(timeline.overview(columns: 50)) \(timeline.levels)")
    let directory = timeline.directory
    answers.append("\(directory.cpus) \(directory.threads) \(directory.processes)")
    answers.append("\(directory.counters) \(directory.spanNames)")
    answers.append("\(directory.softInterruptNames.sorted { $0.key < $1.key })")
    return answers
  }

  @Test(arguments: Array(UInt64(1)...6))
  func `a timeline out of kept levels answers as the one that read them`(seed: UInt64) throws {
    let file = ScratchFile()
    let fresh = try Self.timeline(seed, file)
    let bytes = try Self.kept(fresh)
    let loaded = Timeline(try OpenTrace(path: file.path), grain: TimelineCellsTests.grain)
    try #require(try Self.take(bytes, loaded))
    #expect(loaded.levels == .complete)
    let expected = try Self.answers(fresh, seed: seed)
    let found = try Self.answers(loaded, seed: seed)
    #expect(expected.count == found.count)
    let differing = zip(expected, found).first { $0 != $1 }
    #expect(differing == nil)
    #expect(try loaded.keptLevels() == nil)
    #expect(try loaded.keptLevels(most: .max) == bytes)
  }

  @Test func `levels are kept of handmade traces with nothing, one event and exits`() throws {
    var one = HandMadeTrace(cpus: 1)
    one.change(1000, cpu: 0, from: 7, KernelTypes.sleeping, to: 0)
    for trace in [HandMadeTrace(cpus: 1), one] {
      let file = ScratchFile()
      try trace.write(to: file.descriptor)
      let fresh = Timeline(try OpenTrace(path: file.path), grain: TimelineCellsTests.grain)
      let bytes = try Self.kept(fresh)
      let loaded = Timeline(try OpenTrace(path: file.path), grain: TimelineCellsTests.grain)
      #expect(try Self.take(bytes, loaded))
      #expect(try loaded.keptLevels(most: .max) == bytes)
    }
  }

  @Test func `levels are not kept before they are complete`() throws {
    let file = ScratchFile()
    #expect(try Self.timeline(1, file).keptLevels() == nil)
  }

  @Test func `all but lanes is known at once, and lanes say that they are not there yet`() throws {
    let file = ScratchFile()
    let fresh = try Self.timeline(3, file)
    let bytes = try Self.kept(fresh)
    let loaded = Timeline(try OpenTrace(path: file.path), grain: TimelineCellsTests.grain)
    try #require(try loaded.takeLevels(bytes))
    #expect(loaded.levels == .loading(0) && loaded.levels.areKnown)
    #expect(loaded.directory.threads == fresh.directory.threads)
    #expect(loaded.problemCount == fresh.problemCount)
    let window = TimelineWindow(0, loaded.summary.end)
    #expect(loaded.cells(.cpu(0), window, columns: 10).allSatisfy { $0.isUnread })
    #expect(loaded.overview(columns: 10).allSatisfy { $0.isUnread })
    // Other threads may have come to the end before this one stopped them.
    _ = loaded.load { _ in false }
    #expect(!loaded.keptAreBad)
    try loaded.readLevels()
    #expect(loaded.levels == .complete)
    #expect(
      loaded.cells(.cpu(0), window, columns: 10) == fresh.cells(.cpu(0), window, columns: 10))
  }

  @Test func `levels that turn out to be damaged later on are read from the events`() throws {
    let file = ScratchFile()
    let fresh = try Self.timeline(4, file)
    var bytes = try Self.kept(fresh)
    bytes[bytes.count - 3] ^= 1
    let loaded = Timeline(try OpenTrace(path: file.path), grain: TimelineCellsTests.grain)
    try #require(try loaded.takeLevels(bytes))
    try loaded.readLevels()
    #expect(loaded.levels == .complete)
    #expect(try loaded.keptLevels() == fresh.keptLevels())
  }

  @Test func `levels of another trace, or of one that has grown, are refused`() throws {
    let (file, other) = (ScratchFile(), ScratchFile())
    let bytes = try Self.kept(Self.timeline(1, file))
    #expect(try !Self.timeline(3, other).takeLevels(bytes))
    var synthetic = SyntheticTrace(seed: 1, cpus: 2, threads: 24, processes: 1, clock: .monotonic)
    let grown = ScratchFile()
    try synthetic.write(to: grown.descriptor, rounds: 10, events: 260)
    #expect(
      try !Timeline(OpenTrace(path: grown.path), grain: TimelineCellsTests.grain)
        .takeLevels(bytes))
  }

  @Test func `levels of another version are refused`() throws {
    let file = ScratchFile()
    let timeline = try Self.timeline(1, file)
    var bytes = try Self.kept(timeline)
    bytes[KeptLevels.magic.count] += 1
    #expect(try !timeline.takeLevels(bytes))
  }

  @Test func `levels that are cut anywhere are refused`() throws {
    let file = ScratchFile()
    let timeline = try Self.timeline(2, file)
    let bytes = try Self.kept(timeline)
    var taken = 0
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 300)) {
      if try Self.take(Array(bytes[..<length]), timeline) { taken += 1 }
    }
    #expect(taken == 0)
    #expect(try !timeline.takeLevels(bytes + [0]))
  }

  @Test func `levels with a byte that is another are refused`() throws {
    let file = ScratchFile()
    let timeline = try Self.timeline(2, file)
    let bytes = try Self.kept(timeline)
    var random = SeededGenerator(seed: 9)
    var taken = 0
    for _ in 0..<300 {
      var damaged = bytes
      damaged[random.below(bytes.count)] ^= UInt8(1 + random.below(255))
      if try Self.take(damaged, timeline) { taken += 1 }
    }
    #expect(taken == 0)
  }

  /// Opens the runs of kept levels, changes bytes in one of them, and seals them anew.
  private static func forged(_ bytes: [UInt8], _ random: inout SeededGenerator) throws -> [UInt8] {
    let header = KeptLevels.magic.count + 8 + 44
    var place = header
    var runs: [[UInt8]] = []
    while place < bytes.count {
      runs.append(try #require(try SealedBytes.open(bytes, at: &place, most: 1 << 24)))
    }
    let run = random.below(runs.count)
    for _ in 0..<1 + random.below(4) where !runs[run].isEmpty {
      let place = random.below(runs[run].count)
      switch random.below(3) {
      case 0: runs[run][place] = UInt8(random.below(256))
      case 1: runs[run][place] ^= 1 << UInt8(random.below(8))
      default: runs[run][place] = [0, 1, 0x7F, 0x80, 0xFF][random.below(5)]
      }
    }
    var forged = Array(bytes[..<header])
    for run in runs { try SealedBytes.seal(run, onto: &forged) }
    return forged
  }

  @Test(arguments: [UInt64(1), 2, 4])
  func `levels that were forged are refused or looked at without harm`(seed: UInt64) throws {
    let file = ScratchFile()
    let timeline = try Self.timeline(seed, file)
    let bytes = try Self.kept(timeline)
    var random = SeededGenerator(seed: seed)
    var (taken, refused) = (0, 0)
    for round in 0..<200 {
      let forged = try Self.forged(bytes, &random)
      guard try Self.take(forged, timeline) else {
        refused += 1
        continue
      }
      taken += 1
      if taken % 8 == 1 { _ = try Self.answers(timeline, seed: UInt64(round), windows: 20) }
    }
    #expect(refused > 30 && taken + refused == 200)
  }

  @Test func `levels take a bounded part of the trace, whatever has to go for that`() throws {
    let file = ScratchFile()
    var synthetic = SyntheticTrace(seed: 3, cpus: 4, threads: 400, processes: 1)
    try synthetic.write(to: file.descriptor, rounds: 60, events: 2000)
    let trace = try OpenTrace(path: file.path)
    let timeline = Timeline(trace, grain: TimelineGrain(eventsPerCell: 2, markDistance: 1 << 14))
    try timeline.readLevels()
    let before = timeline.state.withLock { $0.shift }
    let bytes = try #require(try timeline.keptLevels(most: 1 << 20))
    #expect(bytes.count <= 1 << 20)
    let after = timeline.state.withLock { $0.shift }
    #expect(after > before)
    let loaded = Timeline(try OpenTrace(path: file.path), grain: timeline.grain)
    try #require(try Self.take(bytes, loaded))
    #expect(loaded.state.withLock { $0.shift } == after)
  }
}
