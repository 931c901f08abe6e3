package import Events

/// What a pass over the programs brought.
package struct DrainedPrograms: Sendable {
  package var batches: [Batch] = []
  package var events: UInt64 = 0
  package var lost: UInt64 = 0
  /// Programs and threads found since the last pass, with what was read of them while they lived.
  package var processes: [FoundProcess] = []
  package var threads: [FoundThread] = []
  package var dropped: [DroppedProgram] = []
  package var shortages: [ProgramShortage] = []
  package var refusals: [RefusedMarkers] = []
  /// Programs that the session is recording now.
  package var programs = 0
  /// CLOCK_MONOTONIC in nanoseconds; all that programs wrote before it is in batches.
  package var completeUpTo: UInt64 = 0
  /// When to come again, as the fill rate wants it.
  package var nextPoll = TimeSpan(milliseconds: 100)

  package init() {}
}

/// A traced process, as it was when it was found.
package struct FoundProcess: Hashable, Sendable {
  package var process: TracedProcess
  package var parent: ProcessNumber
  package var uid: UInt32
  package var comm: String
  package var commandLine: String
  /// As /proc/PID/cgroup has them; empty where it was not seen alive.
  package var cgroups: [UInt8]
  package var clock: ClockKind
  /// Instant in ticks of the process's clock.
  package var time: UInt64
}

/// A thread that wrote events.
package struct FoundThread: Hashable, Sendable {
  package var thread: ThreadNumber
  package var process: ProcessNumber
  package var namespaceThread: ThreadNumber
  package var comm: String
  package var clock: ClockKind
  /// Instant in ticks of the process's clock.
  package var time: UInt64
}

/// A program whose memory broke the rules and is not read any more.
package struct DroppedProgram: Hashable, Sendable {
  package var pid: ProcessNumber
  package var path: String
  package var reason: ProgramTracingError
}

/// Markers of a program for which its registry had no room: they stay off.
package struct RefusedMarkers: Hashable, Sendable {
  package var pid: ProcessNumber
  /// Those that were not told before.
  package var count: UInt32
}

/// A program that could not be given memory for its buffers.
package struct ProgramShortage: Hashable, Sendable {
  package var pid: ProcessNumber
  package var path: String
  package var errno: Int32
}
