internal import CLinux
internal import Events
internal import Glibc
internal import ProgramTracing
internal import TraceFile

/// The newest events in memory, and the traces that are made of them while recording goes on.
///
/// ```
///  encoders ─► ring-NAME     newest blocks, in memory that survives the recorder
///           └► tables-NAME   types, streams, formats: what explains them
///  snapshot: note the time, copy the ring ─► wait until all before it is encoded, and copy that ─► trace
/// ```
final class FlightRecorder {
  /// How long a snapshot waits for what was recorded before its moment.
  private static let patience: UInt64 = 5_000_000_000

  let output: TraceOutput
  private let preamble: Preamble
  private let clock: RecorderClock
  private let options: RecordingOptions
  private let files: (tables: Int32, ring: Int32)
  private var traces: TraceSequence?
  /// Traces that were written and are still kept.
  private(set) var written: [RecordingResult.Snapshot] = []
  private(set) var failure: RecordingError?

  init(
    _ options: RecordingOptions, capacity: UInt64, presence: SessionPresence, preamble: Preamble,
    clock: RecorderClock
  ) throws(RecordingError) {
    self.options = options
    self.preamble = preamble
    self.clock = clock
    if case .file(let path) = options.output {
      traces = TraceSequence(path, keeping: options.rotationCount)
    }
    do throws(ProgramTracingError) {
      files = try presence.makeFlightFiles()
    } catch {
      throw .programs(error)
    }
    do throws(TraceFileError) {
      output = try TraceOutput(
        tables: files.tables, ring: files.ring, capacity: capacity, preamble: preamble)
    } catch {
      close(files.tables)
      close(files.ring)
      throw .trace(error)
    }
  }

  deinit {
    close(files.tables)
    close(files.ring)
  }

  /// Writes what is in the ring into a file of somebody's who asked for it.
  func answer(_ request: ControlRequest, _ crew: borrowing RecordingCrew) {
    guard request.descriptor >= 0 else {
      request.answer("error \(EBADF)")
      return
    }
    do throws(TraceFileError) {
      let outcome = try snapshot(to: request.descriptor, crew)
      request.answer("snapshot \(outcome.events) \(outcome.fellOut) \(outcome.bytes)")
    } catch {
      request.answer("error \(error.errorNumber)")
    }
  }

  /// Writes what is in the ring beside the others that this recording wrote, for a reason.
  ///
  /// With `--rotate` no more of it than that, the newest.
  func write(because cause: RecordingResult.Snapshot.Cause, _ crew: borrowing RecordingCrew) {
    guard let name = traces?.next else { return }
    do throws(RecordingError) {
      let file = try OutputFile(.file(name), owner: options.owner)
      do throws(TraceFileError) {
        let outcome = try snapshot(
          to: file.descriptor, newest: options.rotationBytes ?? .max, crew)
        traces?.advance()
        written.append(
          RecordingResult.Snapshot(
            path: name, cause: cause, events: outcome.events, bytes: outcome.bytes,
            fellOut: outcome.fellOut))
        written.removeFirst(written.count - (traces?.kept.count ?? 0))
      } catch {
        file.discard()
        throw .trace(error)
      }
    } catch {
      failure = failure ?? error
    }
  }

  private func snapshot(
    to descriptor: Int32, newest bytes: UInt64 = .max, _ crew: borrowing RecordingCrew
  ) throws(TraceFileError) -> FlightSnapshot.Outcome {
    let cut = clock.read()
    // What is held now is copied before it falls out for what comes while the rest is waited for.
    guard var contents = try output.flightContents() else { throw .notATrace }
    let deadline = monotonicNanoseconds() + Self.patience
    while output.watermark < cut.ticks(of: clock.reference), monotonicNanoseconds() < deadline {
      usleep(10_000)
      try output.extend(&contents)
    }
    try output.extend(&contents)
    contents.keep(newest: bytes)
    let snapshot = output.flightSnapshot(contents)
    let start = snapshot.start ?? preamble.reading
    let walk = crew.machine(at: start.ticks(of: clock.reference)) { reading in
      reading.addFact("flight_recorder fell_out", snapshot.contents.fellOut.text)
    }
    return try snapshot.write(
      to: descriptor, preamble: preamble, cut: cut, walk: walk,
      recorderNanoseconds: swtrace_linux_process_cpu_time())
  }
}

extension FlightRing.FellOut {
  /// As a fact of the trace tells it.
  var text: String { "events=\(events) blocks=\(blocks) bytes=\(bytes) lost=\(lost)" }
}

extension TraceFileError {
  /// The system's number for it, as far as there is one.
  var errorNumber: Int32 {
    switch self {
    case .cannotOpen(_, let number), .cannotRead(_, let number), .cannotWrite(_, let number): number
    case .outOfMemory: ENOMEM
    default: EIO
    }
  }
}
