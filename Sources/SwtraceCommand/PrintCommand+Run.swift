internal import Analysis
internal import ArgumentParser
internal import Events
internal import Glibc
internal import KernelTracing
internal import TraceFile

extension PrintCommand {
  mutating func run() throws {
    let format = try printFormat()
    let bounds = try (
      from: from.map { try Quantity.place($0, option: "--from") },
      to: to.map { try Quantity.place($0, option: "--to") }
    )
    var output = StandardOutput()
    let outcome: PrintOutcome
    do {
      switch try TraceInput(file) {
      case .file(let path):
        let trace = try OpenTrace(path: path, decodePages: LatePages.decode)
        outcome = try print(trace, format, bounds, to: &output)
      case .stream(let descriptor, let name):
        outcome = try print(descriptor, name: name, format, bounds, to: &output)
      }
    } catch AnalysisError.filter(let error) {
      throw Words.problem(error, option: "--where")
    } catch let error as AnalysisError {
      output.flush()
      throw Words.problem(error, path: file)
    }
    try output.close()
    try tell(outcome)
  }

  private func filter() throws(Problem) -> Filter? {
    guard let text = condition else { return nil }
    do throws(EventsError) {
      return try Filter(parsing: text)
    } catch {
      throw Words.problem(error, option: "--where")
    }
  }

  private func printFormat() throws(Problem) -> OutputFormat {
    switch format {
    case "text": return .text
    case "json": return .json
    case "ndjson": return .ndjson
    case "csv": return .csv
    default:
      throw Words.wrongChoice("--format", format, among: ["text", "json", "ndjson", "csv"])
    }
  }

  private func print(
    _ trace: OpenTrace, _ format: OutputFormat, _ bounds: (from: TimePoint?, to: TimePoint?),
    to output: inout StandardOutput
  ) throws -> PrintOutcome {
    let preamble = trace.reader.preamble
    let length = trace.end - Timestamp(nanoseconds: 0)
    let start = Int64(clamping: preamble.reading.realtime)
    let window = EventWindow(
      from: bounds.from?.instant(length: length, startOfTrace: start),
      to: bounds.to?.instant(length: length, startOfTrace: start))
    let options = PrintOptions(
      format, window: window, filter: try filter(),
      systemCallNames: SystemCallTable(machine: preamble.machine)?.names ?? [])
    return try unsafe trace.print(options) { unsafe output.take($0) }
  }

  private func print(
    _ descriptor: Int32, name: String, _ format: OutputFormat,
    _ bounds: (from: TimePoint?, to: TimePoint?), to output: inout StandardOutput
  ) throws -> PrintOutcome {
    let window = try EventWindow(
      from: bounds.from.map { try Self.instant($0, option: "--from", name: name) },
      to: bounds.to.map { try Self.instant($0, option: "--to", name: name) })
    let options = PrintOptions(
      format, window: window, filter: try filter(),
      systemCallNames: SystemCallTable(machine: Machine.architecture)?.names ?? [])
    var arrived = 0
    let outcome = try unsafe StreamedPrinting.print(
      options, decodePages: LatePages.decode,
      from: { buffer throws(AnalysisError) in
        do throws(TraceFileError) {
          let count = try unsafe TraceInput.read(descriptor, into: buffer)
          arrived += count
          return count
        } catch {
          throw .file(error)
        }
      },
      to: { bytes in
        let goesOn = unsafe output.take(bytes)
        output.flush()
        return goesOn
      })
    let isNoTrace = outcome.written == 0 && outcome.damage.contains { $0.offset == 0 }
    if arrived == 0 || isNoTrace { throw Words.problem(.notATrace, path: name) }
    return outcome
  }

  /// A place in a trace whose end is not known yet.
  private static func instant(
    _ place: TimePoint, option: String, name: String
  ) throws(Problem) -> Timestamp {
    guard case .sinceStart(let span) = place else { throw Words.placeNeedsEnd(option) }
    return Timestamp(nanoseconds: span.nanoseconds)
  }

  /// Says on standard error what of the trace could not be printed.
  private func tell(_ outcome: PrintOutcome) throws {
    let problems = Words.problems(with: outcome, path: file)
    for problem in problems { problem.show() }
    if problems.contains(where: { $0.status != .good }) {
      throw ExitCode(ExitStatus.failure.rawValue)
    }
  }
}
