internal import Events
internal import Glibc
internal import ProgramTracing
internal import Synchronization

/// Finds marked programs and takes their events, on a thread of its own at high priority.
final class ProgramDrain: Sendable {
  let session: ProgramSession
  private let source: Int
  private let output: TraceOutput
  private let encoder: Encoder
  private let clock: RecorderClock
  private let stop = Signal()
  private let state = Mutex(State())

  struct State {
    var processes: Set<ProcessNumber> = []
    var found: [FoundProcess] = []
    var threads: [FoundThread] = []
    var dropped: [DroppedProgram] = []
    var shortages: [ProcessNumber: Int32] = [:]
    var refusals: [ProcessNumber: UInt64] = [:]
    var events: UInt64 = 0
    var lost: UInt64 = 0
    var filter: RecordingFilter?
  }

  /// Publishes the session: programs that start from now on find it by themselves.
  init(
    _ options: ProgramSession.Options, source: Int, output: TraceOutput, encoder: Encoder,
    clock: RecorderClock, filter: RecordingFilter?
  ) throws(ProgramTracingError) {
    session = try ProgramSession(options)
    self.source = source
    self.output = output
    self.encoder = encoder
    self.clock = clock
    state.withLock { $0.filter = filter }
  }

  func finish() {
    stop.raise()
  }

  /// What was found since the last call.
  func takeFound() -> (processes: [FoundProcess], threads: [FoundThread]) {
    state.withLock { state in
      defer { (state.found, state.threads) = ([], []) }
      return (state.found, state.threads)
    }
  }

  var summary: State { state.withLock { $0 } }

  func run() {
    while !stop.isRaised {
      let news = drain()
      let rest = max(1, Int32(clamping: news.nextPoll.nanoseconds / 1_000_000))
      Readiness.wait(for: [session.descriptor, stop.descriptor], milliseconds: rest)
    }
    let rest = session.stop(types: output.intern, streams: output.add)
    give(note(rest), completeThrough: UInt64.max)
  }

  /// One pass over the programs; also made once before anything is recorded, so that those that
  /// run already are switched on.
  @discardableResult func drain() -> DrainedPrograms {
    let news = session.drain(types: output.intern, streams: output.add)
    give(note(news), completeThrough: clock.ticks(at: news.completeUpTo))
    return news
  }

  /// Keeps what was learnt; returns the batches as they are to be recorded.
  private func note(_ news: DrainedPrograms) -> [Batch] {
    state.withLock { state in
      for process in news.processes { state.processes.insert(process.process.pid) }
      state.found += news.processes
      state.threads += news.threads
      state.dropped += news.dropped
      for shortage in news.shortages { state.shortages[shortage.pid] = shortage.errno }
      for refusal in news.refusals {
        state.refusals[refusal.pid, default: 0] += UInt64(refusal.count)
      }
      state.events += news.events
      state.lost = state.lost.addingClamped(news.lost)
      guard state.filter != nil else { return news.batches }
      for process in news.processes { state.filter?.learn(process.process.pid, process.comm) }
      for thread in news.threads { state.filter?.learn(thread.thread, thread.comm) }
      let (types, streams) = (output.types, output.streams)
      return news.batches.map { batch in
        state.filter?.keep(of: batch, types: types) { stream in
          guard case .process(let process) = streams[Int(stream.index)].source else { return nil }
          return process.pid
        } ?? batch
      }
    }
  }

  private func give(_ batches: [Batch], completeThrough: UInt64) {
    let batches = ProgramBatches(batches, completeThrough: completeThrough)
    while !encoder.programs.give(batches) {
      encoder.wake.raise()
      usleep(1000)
    }
    encoder.wake.raise()
  }
}
