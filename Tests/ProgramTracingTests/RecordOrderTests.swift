import Testing

@testable import ProgramTracing

@Suite struct RecordOrderTests {
  @Test func `rows come in the order of their times, equal ones as they came`() {
    var generator = SystemRandomNumberGenerator()
    for round in 0..<300 {
      let count = round < 3 ? round : Int.random(in: 1...400, using: &generator)
      let spread = UInt64.random(in: 1...500, using: &generator)
      let run = Int.random(in: 1...60, using: &generator)
      var times: [UInt64] = []
      var time: UInt64 = 0
      for row in 0..<count {
        if row % run == 0 { time = UInt64.random(in: 0...spread, using: &generator) }
        time += UInt64.random(in: 0...3, using: &generator)
        times.append(time)
      }
      let expected = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }.map { times[$0] }
      let order = unsafe times.withUnsafeMutableBufferPointer { buffer -> [UInt32] in
        guard let first = buffer.baseAddress else { return [] }
        return unsafe RecordOrder.byTime(first, count: count)
      }
      #expect(order.map { times[Int($0)] } == expected)
      #expect(Set(order).count == count)
    }
  }
}
