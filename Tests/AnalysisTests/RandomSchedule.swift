import Events
import SyntheticTrace

@testable import Analysis

/// A machine on which threads run, are preempted, sleep and wake one another at random, with the
/// truth about where the time of each went.
struct RandomSchedule {
  struct Truth: Equatable {
    var run: UInt64 = 0
    var wakeup: UInt64 = 0
    var preempt: UInt64 = 0
    var sleep: UInt64 = 0
    var blocked: UInt64 = 0
    var slices: UInt64 = 0
    var wakeups: UInt64 = 0

    var delay: UInt64 { wakeup + preempt }
  }

  private enum State { case run, wakeup, preempt, sleep, blocked }

  private(set) var trace: HandMadeTrace
  private(set) var truth: [Truth]
  private(set) var end: UInt64
  private var states: [State]
  private var since: [UInt64]
  private var queues: [[Int]]
  private var current: [Int?]
  private var random: SeededGenerator
  private var time: UInt64 = 1000

  static let first: ThreadNumber = 100

  init(seed: UInt64, cpus: Int = 2, threads: Int = 9, steps: Int = 3000) {
    trace = HandMadeTrace(cpus: cpus)
    truth = Array(repeating: Truth(), count: threads)
    states = Array(repeating: .sleep, count: threads)
    since = Array(repeating: 0, count: threads)
    queues = Array(repeating: [], count: cpus)
    current = Array(repeating: nil, count: cpus)
    random = SeededGenerator(seed: seed)
    end = 0
    for thread in 0..<threads {
      trace.thread(Self.number(thread), "t\(Self.number(thread))", affinity: "0-\(cpus - 1)")
    }
    // Both CPUs are known to be idle from the start.
    for cpu in 0..<cpus { trace.change(UInt64(cpu) + 1, cpu: cpu, from: 0, 0, to: 0) }
    for _ in 0..<steps { step(random.below(cpus)) }
    end = time + 500
    for thread in 0..<threads { account(thread, at: end) }
  }

  static func number(_ thread: Int) -> ThreadNumber { first + ThreadNumber(thread) }

  private mutating func account(_ thread: Int, at key: UInt64) {
    let passed = key - since[thread]
    switch states[thread] {
    case .run: truth[thread].run += passed
    case .wakeup: truth[thread].wakeup += passed
    case .preempt: truth[thread].preempt += passed
    case .sleep: truth[thread].sleep += passed
    case .blocked: truth[thread].blocked += passed
    }
    since[thread] = key
  }

  private mutating func set(_ thread: Int, _ state: State) {
    account(thread, at: time)
    states[thread] = state
  }

  private mutating func step(_ cpu: Int) {
    time += 1 + UInt64(random.below(2000))
    let own = current[cpu].map(Self.number) ?? 0
    if random.once(in: 2) {
      let asleep = states.indices.filter { states[$0] == .sleep || states[$0] == .blocked }
      guard !asleep.isEmpty else { return }
      let woken = asleep[random.below(asleep.count)]
      // An idle CPU is woken by an interrupt.
      trace.wake(time, cpu: cpu, by: own, Self.number(woken), flags: own == 0 ? 0x08 : 0)
      set(woken, .wakeup)
      queues[cpu].append(woken)
      return
    }
    guard let next = queues[cpu].first else {
      if let thread = current[cpu] { leave(thread, cpu, to: nil) }
      return
    }
    queues[cpu].removeFirst()
    if let thread = current[cpu] {
      leave(thread, cpu, to: next)
    } else {
      trace.change(time, cpu: cpu, from: 0, 0, to: Self.number(next))
    }
    if states[next] == .wakeup { truth[next].wakeups += 1 }
    set(next, .run)
    current[cpu] = next
  }

  private mutating func leave(_ thread: Int, _ cpu: Int, to next: Int?) {
    let state: State = [.preempt, .sleep, .sleep, .blocked][next == nil ? 1 : random.below(4)]
    let letters: Int64 =
      switch state {
      case .preempt: KernelTypes.preempted
      case .blocked: KernelTypes.uninterruptible
      default: KernelTypes.sleeping
      }
    trace.change(
      time, cpu: cpu, from: Self.number(thread), letters, to: next.map(Self.number) ?? 0)
    truth[thread].slices += 1
    set(thread, state)
    if state == .preempt { queues[cpu].append(thread) }
    if next == nil { current[cpu] = nil }
  }

  /// The trace's batches without the events of a CPU in a span of time, which are told as lost.
  func without(cpu: Int, _ lost: ClosedRange<UInt64>, from batches: [Batch]) -> [Batch] {
    batches.map { batch in
      guard batch.stream == StreamID(UInt32(cpu)) else { return batch }
      let mask = batch.times.map { !lost.contains($0) }
      guard mask.contains(false) else { return batch }
      var kept = batch.keeping(mask)
      kept.losses.append(
        Loss(
          stream: batch.stream, reason: .kernelOverrun,
          count: UInt64(mask.count { !$0 }), first: lost.lowerBound, last: lost.upperBound))
      return kept
    }
  }
}
