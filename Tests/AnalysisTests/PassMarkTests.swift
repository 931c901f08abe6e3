import Events
import Synchronization
import Testing
import TraceFile

@testable import Analysis

@Suite struct PassMarkTests {
  private static let dead: Int64 = 16

  /// Threads run on two CPUs in turns; after a while most die, and the rest go on.
  private static var shrinking: HandMadeTrace {
    var trace = HandMadeTrace(cpus: 2)
    var time: UInt64 = 100
    var threads: [ThreadNumber] = [0, 0]
    for turn in 0..<900 {
      let cpu = turn % 2
      let isLate = turn >= 600
      let number = isLate ? turn % 20 * 15 + 7 : turn % 300
      let last = threads[cpu]
      let dies = turn >= 300 && !isLate && last % 15 != 8
      trace.change(
        time, cpu: cpu, from: last, dies ? dead : KernelTypes.sleeping,
        to: ThreadNumber(number + 1))
      threads[cpu] = ThreadNumber(number + 1)
      time += 10 + UInt64(turn % 3)
    }
    return trace
  }

  @Test func `a pass that goes on from a mark tells what the whole pass told`() throws {
    let file = ScratchFile()
    try Self.shrinking.write(to: file.descriptor, blockLength: 20)
    let trace = try OpenTrace(path: file.path)
    let truth = try TimelineTruth(trace)
    let timeline = Timeline(trace, grain: TimelineGrain(eventsPerCell: 4, markDistance: 1))
    try timeline.readLevels()
    let marks = timeline.state.withLock { $0.marks.count }
    try #require(marks > 2)
    var wrong: [TimelineLane] = []
    for start in stride(from: Int64(0), to: truth.end, by: 97) {
      let window = TimelineWindow(start, start + 60)
      guard try timeline.read(window, lanes: truth.table.lanes) else { throw Unread() }
      for lane in truth.table.lanes {
        let steps = truth.steps(lane)
        for cell in timeline.cells(lane, window, columns: 30)
        where !cell.tells(theSameAs: TimelineTruth.cell(steps, cell.window)) { wrong.append(lane) }
      }
    }
    #expect(wrong.isEmpty)
  }

  private struct Unread: Error {}
}
