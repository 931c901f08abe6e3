import Events
import Synchronization
import TraceFile

/// A trace opened to be looked at over time.
///
/// Opening reads no event. `readLevels` reads all of them once, in the thread that calls it, and
/// keeps what it found; meanwhile every other thread may ask, and gets what is known so far, the
/// rest flagged. What reads the file says so and throws; the rest answers from memory.
///
/// All times are nanoseconds since the start of the trace.
package final class Timeline: Sendable {
  let trace: OpenTrace
  package let systemCallNames: [String]
  let grain: TimelineGrain
  package let summary: TimelineSummary
  let state: Mutex<TimelineState>

  /// Opens a trace; `systemCallNames` gives those of a machine, by number.
  package convenience init(
    path: String, decodePages: PageDecoding? = nil,
    systemCallNames: (_ machine: String) -> [String] = { _ in [] }
  ) throws(AnalysisError) {
    let trace = try OpenTrace(path: path, decodePages: decodePages)
    self.init(
      trace, systemCallNames: systemCallNames(trace.reader.preamble.machine),
      grain: TimelineGrain())
  }

  init(
    _ trace: OpenTrace, systemCallNames: [String] = [], grain: TimelineGrain
  ) {
    self.trace = trace
    self.grain = grain
    self.systemCallNames = systemCallNames
    summary = TimelineSummary(trace)
    state = Mutex(TimelineState(trace, grain))
  }

  /// How far the levels are.
  package var levels: LevelsState { state.withLock { $0.levels } }

  /// How many events were lost, as far as that is known.
  package var losses: LossCount { state.withLock { $0.lossCount } }

  /// Who and what there is, as far as it was read.
  package var directory: TimelineDirectory { state.withLock { $0.directory } }

  /// Reads all events that were not read yet, or what is left of kept levels; `progress` hears the
  /// share that is done, now and then, and says whether to go on.
  ///
  /// Only one thread at a time may call it.
  package func readLevels(
    _ progress: (Double) -> Bool = { _ in true }
  ) throws(AnalysisError) {
    if case .loading = levels, load(progress) || !keptAreBad { return }
    try readAll(progress)
  }
}
