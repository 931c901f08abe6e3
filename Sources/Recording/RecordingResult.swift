package import Events
package import KernelTracing
package import ProgramTracing
package import TraceFile

/// What a recording came to.
package struct RecordingResult: Sendable {
  /// Events lost in one place for one reason.
  package struct LostEvents: Sendable, Hashable {
    package var stream: EventStream
    package var reason: Loss.Reason
    package var count: UInt64
    /// Whether more was lost than could be counted.
    package var isLowerBound: Bool
  }

  /// A trace that a flight recorder wrote by itself.
  package struct Snapshot: Sendable, Hashable {
    package enum Cause: Sendable, Hashable {
      case signal, condition, commandFailed
    }

    package var path: String
    package var cause: Cause
    package var events: UInt64
    package var bytes: UInt64
    package var fellOut: UInt64
  }

  /// Why it ended.
  package enum End: Sendable, Hashable {
    case command, duration, interrupted, stopped, sizeLimit, diskNearlyFull, outputFailed,
      sourceGone
  }

  package var end: End
  package var duration: TimeSpan
  package var events: UInt64
  package var kernelEvents: UInt64
  package var programEvents: UInt64
  package var bytes: UInt64
  package var lost: [LostEvents]
  package var rawBytes: UInt64
  /// From the recorder's start to the trace's end, preparations included.
  package var recorderElapsed: TimeSpan
  /// CPU time of all of the recorder's threads, user and system.
  package var recorderTime: TimeSpan
  /// What tracing adds to one system call here; nil where system calls were not traced.
  package var systemCallCost: TimeSpan?
  /// The command's exit status as a shell would tell it.
  package var commandStatus: Int32?
  /// Why the kernel was not recorded although it was asked for.
  package var kernelUnavailable: KernelTracingError?
  package var programsUnavailable: ProgramTracingError?
  /// Why others cannot see, stop or name this recording.
  package var sessionUnavailable: ProgramTracingError?
  package var droppedPrograms: [DroppedProgram]
  /// Programs that could not be given memory for their buffers, and why.
  package var shortages: [ProcessNumber: Int32] = [:]
  /// Markers of programs that found no room and stay off.
  package var refusals: [ProcessNumber: UInt64] = [:]
  package var outputFailure: TraceFileError?
  package var markedProcesses: Int
  /// Words of -e that name something this kernel cannot record.
  package var unavailable: [String]
  /// The drain threads run at the priority that was asked for.
  package var hasPriority: Bool

  /// Traces that a rotating recording has begun, and the last of them.
  package var files = 1
  package var newestFile: String?
  package var rotationFailure: RecordingError?
  package var snapshots: [Snapshot] = []
  package var snapshotFailure: RecordingError?
  /// Nothing was recorded and there was nothing that could have been: no file was left.
  package var isDiscarded = false

  package var lostCount: UInt64 { lost.reduce(0) { $0.addingClamped($1.count) } }
}
