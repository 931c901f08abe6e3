import Glibc
import Testing

/// Processes killed at any instruction: what was committed is there, what was in flight is counted.
@Suite struct KilledTests {
  /// Every place that the runtime names, and the numbers of the passes at which the end comes.
  static let places: [(place: String, passes: [Int])] = [
    ("attach", [1]), ("fill", [1]), ("register", [1, 2]), ("publish", [1]), ("provision", [1, 2]),
    ("activate", [1]), ("ready", [1]), ("thread", [1, 2]),
    ("bit", [1, 2, 5]), ("claim", [1, 2, 5]), ("prepare", [1, 2, 5]), ("install", [1, 2, 5]),
    ("moved", [1, 2, 5]), ("retire", [1, 3]), ("tail", [1, 4]),
    ("reserve", [1, 77, 5100]), ("stamp", [1, 77, 5100]), ("clock", [1, 77, 5100]),
    ("write", [1, 77, 5100]), ("commit", [1, 77, 5100]), ("exit", [1]), ("unregister", [1]),
  ]

  static let kills = places.flatMap { place, passes in passes.map { "\(place):\($0)" } }

  /// Places that a signal handler can interrupt once main runs.
  static let interruptible = [
    "thread", "bit", "claim", "prepare", "install", "moved", "retire", "tail", "reserve", "stamp",
    "clock", "write", "commit", "exit",
  ]

  private func run(_ environment: [String], buffer: String = "8M") throws -> (
    side: SideFile, end: Command.End, processes: [LeftTrace.Process]
  ) {
    let side = SideFile()
    let (end, trace) = try TracedProgram("killed", linking: .testpoints).run(
      [side.path], buffer: buffer, environment: environment, reading: .counts(of: "killed:hit"))
    return (side, end, trace.processes)
  }

  /// Holds a process against what it had committed.
  private func check(_ process: LeftTrace.Process, _ side: SideFile, writers: ClosedRange<Int>) {
    #expect(process.damaged == 0)
    for number in writers {
      let committed = side[number]
      let left = process.writer(number) ?? .init(number: number, count: 0, last: 0)
      #expect(left.missing == 0 && left.repeated == 0, "\(left)")
      #expect(left.last == committed || left.last == committed + 1, "\(left) \(committed)")
    }
  }

  @Test func `every place that the runtime names is tried`() throws {
    let script = "cat \(TracedProgram.package)/Sources/CSwtrace/*.c \(TracedProgram.include)/*.h"
    let text = try Command.run(["sh", "-c", script])
    let named = Set(
      text.split(separator: "\n").compactMap { line -> String? in
        let parts = line.split(separator: "\"")
        guard parts.count > 1, parts[0].hasSuffix("SWTRACE_TESTPOINT(") else { return nil }
        return String(parts[1])
      })
    #expect(named == Set(Self.places.map(\.place) + ["loss"]))
  }

  @Test(arguments: kills)
  func `a kill at a named place loses nothing that was committed`(place: String) throws {
    let (side, end, processes) = try run(["SWTRACE_KILL_AT=\(place)"])
    #expect(end.status == 128 + SIGKILL)
    #expect(processes.count <= 1)
    guard let process = processes.first else {
      #expect((1...3).allSatisfy { side[$0] == 0 })
      return
    }
    check(process, side, writers: 1...3)
    #expect(process.lost == 0)
    // An event on its way from chunk to chunk is open in both.
    #expect(process.open <= (place.hasPrefix("moved") ? 2 : 1))
    if place.hasPrefix("commit") || place.hasPrefix("unregister") { #expect(process.open == 0) }
    if ["reserve", "stamp", "clock", "write", "tail"].contains(String(place.prefix { $0 != ":" })) {
      #expect(process.open == 1)
      #expect(process.count == side[1] + side[2])
    }
  }

  @Test func `a kill while losses are counted keeps what was counted`() throws {
    for pass in [1, 2, 500] {
      let (side, end, processes) = try run(["SWTRACE_KILL_AT=loss:\(pass)"], buffer: "256K")
      #expect(end.status == 128 + SIGKILL)
      let process = try #require(processes.first)
      let done = side[1] + side[2]
      #expect(process.lost == pass)
      #expect(process.accounted >= done && process.accounted <= done + 2)
      #expect(process.writers.allSatisfy { $0.missing == 0 && $0.repeated == 0 })
    }
  }

  @Test(arguments: interruptible)
  func `a handler at a named place loses nothing and harms nothing`(place: String) throws {
    for pass in ["1", "2", "60"] where place != "exit" || pass == "1" {
      let (side, end, processes) = try run(["SWTRACE_SIGNAL_AT=\(place):\(pass)"])
      #expect(end.status == 0)
      #expect(side[0] == 1)
      let process = try #require(processes.first)
      check(process, side, writers: 1...3)
      #expect(process.count == side[1] + side[2] + side[3])
      #expect(process.open == 0 && process.lost == 0)
      if pass == "1" { #expect(side[3] == 200) }
    }
  }

  @Test(arguments: interruptible)
  func `a kill in a handler at a named place loses at most one event a level`(place: String) throws
  {
    for kill in ["stamp", "write", "claim", "install", "tail", "moved"] {
      let (side, _, processes) = try run(
        ["SWTRACE_SIGNAL_AT=\(place):3", "SWTRACE_KILL_AT=\(kill):9"])
      let process = try #require(processes.first)
      check(process, side, writers: 1...3)
      #expect(process.lost == 0 && process.open <= 4)
    }
  }
}
