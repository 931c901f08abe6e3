internal import Events
internal import TraceFile

/// `--rotate`: a recording in many traces, of which the newest are kept.
final class TraceRotation {
  private let options: RecordingOptions
  private let limit: UInt64
  private let preamble: Preamble
  private let clock: RecorderClock
  private var traces: TraceSequence
  /// The trace that is being written.
  private(set) var file: OutputFile
  private(set) var failure: RecordingError?
  /// Reference tick at which the trace that is being written was begun.
  private(set) var begun: UInt64

  /// nil where one trace is all that was asked for.
  init?(
    _ options: RecordingOptions, _ file: OutputFile, preamble: Preamble, clock: RecorderClock
  ) {
    guard options.flightRecorderBytes == nil, let limit = options.rotationBytes,
      case .file(let path) = options.output
    else { return nil }
    self.options = options
    self.limit = limit
    self.preamble = preamble
    self.clock = clock
    self.file = file
    begun = clock.ticks
    traces = TraceSequence(path, keeping: options.rotationCount)
    traces.advance()
  }

  var newest: String? { traces.kept.last }
  var count: Int { traces.count }

  /// Begins another trace where this one is large enough; true where it did.
  func turn(_ output: TraceOutput, recorderNanoseconds: UInt64) -> Bool {
    guard failure == nil, output.currentBytes >= limit else { return false }
    do throws(RecordingError) {
      let next = try OutputFile(.file(traces.next), owner: options.owner)
      let reading = clock.read()
      var preamble = self.preamble
      preamble.identifier = .random()
      preamble.reading = reading
      do throws(TraceFileError) {
        try output.rotate(
          to: next.descriptor, preamble: preamble,
          totals: TraceTotals(
            reading: reading, recorderNanoseconds: recorderNanoseconds,
            recorded: begun...max(begun, reading.ticks(of: clock.reference))))
      } catch {
        next.discard()
        throw .trace(error)
      }
      file = next
      begun = reading.ticks(of: clock.reference)
    } catch {
      // It goes on in the trace that there is.
      failure = error
      return false
    }
    traces.advance()
    return true
  }
}
