internal import Events
internal import Glibc
internal import TraceFile

/// `--rotate`: a recording in many traces, of which the newest are kept.
final class TraceRotation {
  private let options: RecordingOptions
  private let path: String
  private let limit: UInt64
  private let preamble: Preamble
  private let clock: RecorderClock
  private var kept: [String]
  private var number = 1
  /// The trace that is being written.
  private(set) var file: OutputFile
  private(set) var failure: RecordingError?
  /// Reference tick at which the trace that is being written was begun.
  private(set) var begun: UInt64

  /// nil where one trace is all that was asked for.
  init?(
    _ options: RecordingOptions, _ file: OutputFile, preamble: Preamble, clock: RecorderClock
  ) {
    guard let limit = options.rotationBytes, case .file(let path) = options.output else {
      return nil
    }
    self.options = options
    self.path = path
    self.limit = limit
    self.preamble = preamble
    self.clock = clock
    self.file = file
    begun = clock.ticks
    kept = [path]
  }

  var newest: String { kept.last ?? path }
  var count: Int { number }

  /// Begins another trace where this one is large enough; true where it did.
  func turn(_ output: TraceOutput, recorderNanoseconds: UInt64) -> Bool {
    guard failure == nil, output.currentBytes >= limit else { return false }
    let name = FlightRecorder.numbered(path, number)
    do throws(RecordingError) {
      let next = try OutputFile(.file(name), owner: options.owner)
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
    number += 1
    kept.append(name)
    if let most = options.rotationCount {
      while kept.count > most { unsafe unlink(kept.removeFirst()) }
    }
    return true
  }
}
