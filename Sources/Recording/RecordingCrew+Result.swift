internal import Events
internal import TraceFile

extension RecordingCrew {
  func progress(elapsed: UInt64) -> RecordingProgress {
    let written = output.progress
    return RecordingProgress(
      elapsed: TimeSpan(nanoseconds: Int64(elapsed)), events: kernelEvents + programEvents,
      bytes: written.bytes, lost: losses.total, processes: programs?.summary.processes.count ?? 0)
  }

  /// What the recording came to, but for what only the end of the command tells.
  func result(
    end: RecordingResult.End, duration: TimeSpan, failure: TraceFileError?
  ) -> RecordingResult {
    let written = output.progress
    let streams = output.streams
    var lost = losses.all.map { key, sum in
      RecordingResult.LostEvents(
        stream: streams[Int(key.stream.index)], reason: key.reason, count: sum.count,
        isLowerBound: sum.isLowerBound)
    }
    if written.unwritten > 0, let machine = streams.first {
      lost.append(
        RecordingResult.LostEvents(
          stream: machine, reason: .diskFull, count: written.unwritten, isLowerBound: false))
    }
    lost.sort { ($0.count, $0.reason.rawValue) > ($1.count, $1.reason.rawValue) }
    let programs = self.programs?.summary
    return RecordingResult(
      end: end, duration: duration, events: kernelEvents + programEvents,
      kernelEvents: kernelEvents, programEvents: programEvents, bytes: written.bytes, lost: lost,
      rawBytes: rawBytes, recorderElapsed: duration, recorderTime: TimeSpan(nanoseconds: 0),
      systemCallCost: systemCallCost,
      commandStatus: nil, kernelUnavailable: sources.kernelUnavailable,
      programsUnavailable: programsUnavailable, sessionUnavailable: nil,
      droppedPrograms: programs?.dropped ?? [], shortages: programs?.shortages ?? [:],
      refusals: programs?.refusals ?? [:], outputFailure: failure,
      markedProcesses: programs?.processes.count ?? 0,
      unavailable: sources.tracefs == nil ? [] : sources.selection.unavailable,
      hasPriority: hasPriority)
  }
}
