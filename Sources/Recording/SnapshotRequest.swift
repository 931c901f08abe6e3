internal import Events
internal import Glibc
package import ProgramTracing

/// A snapshot of another recorder's flight recorder, asked for from outside.
package enum SnapshotRequest {
  /// What was written.
  package struct Outcome: Sendable, Hashable {
    package var events: UInt64
    /// Older events that were there no more.
    package var fellOut: UInt64
    package var bytes: UInt64
  }

  /// Has the recorder write what it holds into the output of `options`, which the caller makes: so
  /// nobody gets a file written where he could not write one himself.
  package static func take(
    of recorder: FoundRecorder, into options: RecordingOptions, while isWanted: () -> Bool
  ) throws(RecordingError) -> Outcome {
    let file = try OutputFile(options.output, owner: options.owner)
    let answer: String
    do throws(ProgramTracingError) {
      answer = try recorder.ask("snapshot", passing: file.descriptor, while: isWanted)
    } catch {
      file.discard()
      throw .programs(error)
    }
    let words = answer.split(separator: " ")
    if words.count == 4, words[0] == "snapshot", let events = UInt64(words[1]),
      let fellOut = UInt64(words[2]), let bytes = UInt64(words[3])
    {
      return Outcome(events: events, fellOut: fellOut, bytes: bytes)
    }
    file.discard()
    let number = words.count == 2 && words[0] == "error" ? Int32(words[1]) : nil
    throw .programs(
      .system(call: "snapshot", path: recorder.status.name, errno: number ?? EPROTO))
  }
}
