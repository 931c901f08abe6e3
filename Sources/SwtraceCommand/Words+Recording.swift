internal import Analysis
internal import Events
internal import Glibc
internal import KernelTracing
internal import ProgramTracing
internal import Recording
internal import TraceFile

/// What a recording has to say.
extension Words {
  static func lost(_ result: RecordingResult, status: ExitStatus) -> Problem {
    let remedies = Set(result.lost.compactMap { remedy($0.reason) }).sorted()
    return Problem(
      "--fail-on-loss", "\(Figure.count(result.lostCount, "event")) lost",
      hint: remedies.isEmpty ? nil : remedies.joined(separator: "; "), status: status)
  }

  static func nothingRecorded(_ file: String, _ result: RecordingResult) -> Problem {
    let time = Figure.seconds(Timestamp(nanoseconds: result.duration.nanoseconds))
    return Problem(
      file, "not written: no marked program ran in these \(time) s",
      hint: "swtrace list-markers --file PROGRAM tells whether it has markers; for the kernel: "
        + (result.kernelUnavailable == nil ? "without --no-kernel" : "sudo swtrace record"))
  }

  /// Lines about what was not recorded as it was asked for.
  static func notes(on result: RecordingResult) -> [String] {
    var notes: [String] = []
    if let kernel = result.kernelUnavailable {
      let problem = problem(kernel)
      notes.append(
        "markers only, the kernel could not be traced: \(problem.what): \(problem.why)"
          + (problem.hint.map { " (\($0))" } ?? ""))
    }
    if let programs = result.programsUnavailable {
      let problem = problem(programs)
      notes.append("no markers could be recorded: \(problem.what): \(problem.why)")
    }
    if let session = result.sessionUnavailable {
      let problem = problem(session)
      notes.append("swtrace sessions could not list it: \(problem.what): \(problem.why)")
    }
    if let error = result.rotationFailure {
      let problem = problem(error, options: RecordingOptions())
      notes.append("no further trace could be begun: \(problem.what): \(problem.why)")
    }
    if let error = result.snapshotFailure {
      let problem = problem(error, options: RecordingOptions())
      notes.append("a snapshot could not be written: \(problem.what): \(problem.why)")
    }
    if !result.unavailable.isEmpty {
      notes.append("not in this kernel: \(result.unavailable.joined(separator: ", "))")
    }
    for program in result.droppedPrograms.prefix(4) {
      let problem = problem(program.reason)
      notes.append("program \(program.pid) is not read any more: \(problem.what): \(problem.why)")
    }
    if result.droppedPrograms.count > 4 {
      notes.append("and \(result.droppedPrograms.count - 4) more programs")
    }
    notes += few(result.shortages) { "no memory for its buffers: \(system($0))" }
    notes += few(result.refusals) { "\(Figure.count($0, "marker")) found no room and stay off" }
    switch result.end {
    case .sizeLimit: notes.append("stopped: the trace has the size of --max-size")
    case .diskNearlyFull: notes.append("stopped: 5 % of the disk are left")
    case .sourceGone: notes.append("stopped: what was recorded is gone")
    case .command, .duration, .interrupted, .stopped, .outputFailed: break
    }
    if result.rawBytes > 0 {
      notes.append("\(ByteCount(bytes: result.rawBytes).text) were left as the kernel wrote them")
    }
    if !result.hasPriority {
      notes.append("not at high priority, so events may be lost under load (sudo, or CAP_SYS_NICE)")
    }
    return notes.map { TerminalText.escaped($0) }
  }

  /// What there is to say of the first few programs, and of how many more.
  private static func few<Value>(
    _ programs: [ProcessNumber: Value], _ words: (Value) -> String
  ) -> [String] {
    let shown = programs.sorted { $0.key < $1.key }.prefix(4)
    let more = programs.count - shown.count
    return shown.map { "program \($0.key): \(words($0.value))" }
      + (more > 0 ? ["and \(Figure.count(UInt64(more), "more program"))"] : [])
  }
}
