package import Events

/// A deterministic trace of a machine that never was: CPUs on which threads run, wake one another,
/// make system calls and are interrupted, and processes with markers.
///
/// The same seed and sizes give the same events, everywhere.
package struct SyntheticTrace: Sendable {
  package let cpus: Int
  package let threads: Int
  package let clock: ClockKind
  /// Ticks per second of the clock.
  package let frequency: UInt64
  package let types: [EventType]
  /// One of each CPU, then one of each process.
  package let streams: [EventStream]
  /// Time of the first event.
  package let start: UInt64

  /// What a machine says of itself before its first event; nil for one that says nothing.
  package let machine: Batch?

  private var random: SeededGenerator
  private var machines: [SyntheticCPU]
  private var processes: [SyntheticProcess]

  /// A machine of some CPUs and threads, with some processes that hit markers.
  ///
  /// `eventsPerSecond` is what one CPU, or one process, makes on average. With `topology` the trace
  /// tells of nodes, caches and control groups.
  package init(
    seed: UInt64, cpus: Int = 4, threads: Int = 64, processes: Int = 2,
    eventsPerSecond: Int = 500_000, systemCalls: Int = 6, clock: ClockKind = .processor,
    topology: SyntheticTopology? = nil
  ) {
    precondition(cpus >= 1 && threads >= cpus && processes >= 0 && eventsPerSecond >= 1)
    self.cpus = cpus
    self.threads = threads
    self.clock = clock
    frequency = clock == .processor ? 2_450_000_000 : 1_000_000_000
    start = 4_000_000_000_000
    let interval = max(50, frequency / UInt64(eventsPerSecond))
    let start = start
    var random = SeededGenerator(seed: seed)
    machines = (0..<cpus).map { cpu in
      SyntheticCPU(
        cpu: cpu, threads: (0..<threads).filter { $0 % cpus == cpu }.map { 1000 + Int32($0) },
        time: start + UInt64(cpu) * 7, interval: interval, systemCalls: systemCalls,
        random: &random)
    }
    let processes = (0..<processes).map { number in
      SyntheticProcess(
        number: number, pid: 1000 + Int32(number % threads), time: start + UInt64(number) * 13,
        interval: interval)
    }
    self.processes = processes
    self.random = random
    types = SyntheticTypes.all + (topology == nil ? [] : SyntheticTopology.types)
    let traced =
      (0..<cpus).map { EventStream(source: .cpu($0, buffer: 0), clock: clock) }
      + processes.map { process in
        EventStream(
          source: .process(
            TracedProcess(
              pid: process.pid, namespacePid: process.pid, nonce: 0x5EED + UInt64(process.number),
              start: 1000, executable: "/usr/bin/synthetic-\(process.number)")),
          clock: clock)
      }
    streams = traced + (topology == nil ? [] : [EventStream(source: .machine, clock: clock)])
    machine = topology?.batch(
      of: StreamID(UInt32(traced.count)), cpus: cpus, threads: threads, at: start)
  }

  /// Streams of CPUs and processes.
  private var tracedStreams: Range<Int> { 0..<streams.count - (machine == nil ? 0 : 1) }

  /// The next `count` events of a stream.
  package mutating func batch(of stream: StreamID, events count: Int) -> Batch {
    var batch = Batch(stream: stream)
    let number = Int(stream.index)
    if number < cpus {
      machines[number].append(count, to: &batch, &random)
    } else {
      processes[number - cpus].append(count, to: &batch, &random)
    }
    return batch
  }

  /// `rounds` batches of `events` events of each stream, with a loss in every seventh unless
  /// `isComplete`.
  package mutating func batches(rounds: Int, events: Int, isComplete: Bool = false) -> [Batch] {
    var batches: [Batch] = []
    for round in 0..<rounds {
      for stream in tracedStreams {
        var batch = batch(of: StreamID(UInt32(stream)), events: events)
        if !isComplete, (round * streams.count + stream) % 7 == 6, let first = batch.times.first {
          batch.losses.append(
            Loss(
              stream: batch.stream, reason: stream < cpus ? .kernelOverrun : .programBufferFull,
              count: round % 2 == 0 ? UInt64(10 + stream) : nil, first: first - 50, last: first))
        }
        batches.append(batch)
      }
    }
    return batches
  }

  /// The next `count` events of each stream, gathered into one batch in the order of their times.
  package mutating func gathered(events count: Int) -> Batch {
    let parts = tracedStreams.map { batch(of: StreamID(UInt32($0)), events: count) }
    return Batch(gathering: parts)
  }
}
