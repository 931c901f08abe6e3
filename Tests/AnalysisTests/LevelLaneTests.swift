import SyntheticTrace
import Testing

@testable import Analysis

@Suite struct LevelLaneTests {
  @Test(arguments: Array(UInt64(1)...20))
  func `nodes of every level are sums of stretches, also after the finest was given up`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    var lane = LevelLane(unsaid: .none, shift: 3)
    var stretches: [LaneStretch] = []
    var time: Int64 = 0
    var size = 0
    for number in 0..<400 {
      if random.once(in: 3) { time += Int64(random.below(200)) }
      let end = time + 1 + Int64(random.below(random.once(in: 20) ? 5000 : 30))
      let state = [LaneState.run, .sleep, .wakeup][random.below(3)]
      let occupant = Int32(random.below(3)) - 1
      stretches.append(LaneStretch(state, occupant, time, end))
      lane.add(
        LevelState(occupant: occupant, state: state), from: UInt64(time), to: UInt64(end),
        unsaid: .none, size: &size)
      time = end
      if number == 250 { size -= lane.dropFinest() }
    }
    #expect(lane.shift == 5)
    #expect(size == lane.levels.reduce(0) { $0 + $1.size })
    var wrong = 0
    for level in 0..<6 {
      let bits = lane.shift + UInt64(level) * LevelLane.step
      let rest = lane.openNodes(level, [], unsaid: .none)
      var expected = Set<UInt64>()
      let nodes = level < lane.levels.count ? lane.levels[level] : LevelNodes()
      for part in [nodes, rest] {
        var cursor = LevelCursor(part, shift: bits, fromRun: 0)
        while let node = cursor.next() {
          let start = Int64(node.cell << bits)
          let window = TimelineWindow(start, start + 1 << Int64(bits))
          let naive = LaneSteps(stretches, in: window, unsaid: .none).cells(window, columns: 1)[0]
          let cell = TimelineCell(node, window, through: LevelState())
          if !cell.tells(theSameAs: naive) { wrong += 1 }
          expected.insert(node.cell)
        }
      }
      // No cell with a change is missing.
      for stretch in stretches where !expected.contains(UInt64(stretch.start) >> bits) {
        let start = (stretch.start >> Int64(bits)) << Int64(bits)
        let window = TimelineWindow(start, start + 1 << Int64(bits))
        let naive = LaneSteps(stretches, in: window, unsaid: .none).cells(window, columns: 1)[0]
        if naive.changes > 0 { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }
}
