import Events
import SyntheticTrace
import Testing

@testable import Analysis

@Suite struct OwnCallsTests {
  private static func flat(_ batch: Batch, _ trace: HandMadeTrace) throws -> FlatBatch {
    var roles = EventRoles()
    roles.update(trace.tables.types)
    let flat = try #require(
      FlatBatch(batch, tables: trace.tables, clock: trace.clock, callsTogether: roles))
    flat.fillOrder()
    return flat
  }

  private static func order(_ trace: HandMadeTrace) throws -> [UInt64] {
    let flat = try flat(try #require(trace.all.first { $0.count > 1 }), trace)
    return (0..<flat.count).map { unsafe flat.order[$0] }
  }

  @Test func `calls of the thread on the CPU come with the next other event`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.change(10, cpu: 0, from: 1, KernelTypes.sleeping, to: 7)
    trace.enter(20, cpu: 0, 7, 0)
    trace.exit(30, cpu: 0, 7, 0, 1)
    trace.wake(40, cpu: 0, by: 7, 8)
    trace.enter(50, cpu: 0, 7, 1)
    trace.change(60, cpu: 0, from: 7, KernelTypes.sleeping, to: 9)
    trace.enter(70, cpu: 0, 9, 1)
    #expect(try Self.order(trace) == [10, 40, 40, 40, 60, 60, 70])
  }

  @Test func `calls of whom no switch brought keep their place`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.enter(5, cpu: 0, 7, 0)
    trace.change(10, cpu: 0, from: 7, KernelTypes.sleeping, to: 8)
    trace.enter(20, cpu: 0, 9, 0)
    trace.exit(30, cpu: 0, 8, 0, 1)
    trace.wake(40, cpu: 0, by: 8, 7)
    #expect(try Self.order(trace) == [5, 10, 20, 30, 40])
  }

  @Test func `a batch in which events were lost keeps its order`() throws {
    var trace = HandMadeTrace(cpus: 1)
    trace.change(10, cpu: 0, from: 1, KernelTypes.sleeping, to: 7)
    trace.enter(20, cpu: 0, 7, 0)
    trace.wake(40, cpu: 0, by: 7, 8)
    var batch = try #require(trace.all.first { $0.count > 1 })
    batch.losses = [
      Loss(stream: batch.stream, reason: .kernelOverrun, count: 1, first: 15, last: 18)
    ]
    let flat = try Self.flat(batch, trace)
    let keepsOrder = unsafe flat.order == flat.keys
    #expect(keepsOrder)
  }

  /// All events of a machine with losses, given out with calls together.
  private struct Told {
    var order: [(key: UInt64, stream: UInt32, position: Int, isCall: Bool)] = []
    /// How many events had been given out when a loss was told.
    var losses: [(loss: PlacedLoss, after: Int)] = []

    init(seed: UInt64, limits: [UInt64]) throws {
      var trace = SyntheticTrace(seed: seed, cpus: 5, threads: 40, processes: 1)
      let tables = TraceTables(types: trace.types, streams: trace.streams)
      let clock = TraceClock(reference: .processor, start: trace.reading(at: trace.start))
      var roles = EventRoles()
      roles.update(trace.types)
      var merge = RunMerge(callsTogether: true)
      for (order, batch) in trace.batches(rounds: 4, events: 300).enumerated() {
        let flat = try #require(
          FlatBatch(batch, tables: tables, clock: clock, callsTogether: roles))
        merge.add(flat.losses)
        merge.add(flat, order: UInt64(order), range: 0..<flat.count)
      }
      var stretch = MergedStretch()
      for limit in limits.map(Optional.some) + [nil] {
        while true {
          merge.merge(before: nil, end: limit, most: 100, into: &stretch)
          if stretch.isEmpty { break }
          for loss in stretch.losses { losses.append((loss, order.count)) }
          for run in stretch.runs {
            let batch = try #require(stretch.slots[Int(run.slot)])
            for position in Int(run.start)..<Int(run.end) {
              let type = roles[batch.groups[unsafe Int(batch.groupOf[position])].type]
              let key = unsafe batch.keys[position]
              if let limit { #expect(key < limit) }
              order.append(
                (
                  key, batch.stream(at: position).index, position,
                  type.role == .systemCallEnter || type.role == .systemCallExit
                ))
            }
          }
        }
        if let limit {
          #expect(merge.earliest ?? .max >= limit)
          isComplete.append(order.count)
        }
      }
    }

    /// How many had been given out at each limit.
    var isComplete: [Int] = []
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func `nothing but calls leaves its place, and none goes over a limit or a loss's end`(
    seed: UInt64
  ) throws {
    let start = SyntheticTrace(seed: seed).start
    var random = SeededGenerator(seed: seed)
    let limits = (0..<6).map { _ in start + random.next() % 2_000_000 }.sorted()
    let told = try Told(seed: seed, limits: limits)
    #expect(told.order.count == 4 * 6 * 300)
    let others = told.order.filter { !$0.isCall }.map(\.key)
    #expect(others == others.sorted())
    for stream in 0..<UInt32(6) {
      let own = told.order.filter { $0.stream == stream }.map(\.key)
      #expect(own == own.sorted())
    }
    let inPlace = zip(told.order, told.order.dropFirst()).filter { $0.key <= $1.key }.count
    #expect(inPlace < told.order.count - 100, "no call was given out with a later event")
    for (limit, count) in zip(limits, told.isComplete) {
      #expect(told.order.dropFirst(count).allSatisfy { $0.key >= limit })
    }
    #expect(!told.losses.isEmpty)
    for (loss, after) in told.losses {
      #expect(told.order.prefix(after).allSatisfy { $0.key < loss.first })
      #expect(told.order.dropFirst(after).allSatisfy { $0.key >= loss.first })
      let late = told.order.firstIndex { $0.key > loss.last } ?? told.order.count
      #expect(told.order.dropFirst(late).allSatisfy { $0.key > loss.last })
    }
  }
}
