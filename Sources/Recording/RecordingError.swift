package import Events
package import KernelTracing
package import ProgramTracing
package import TraceFile

/// Why nothing, or not all, could be recorded.
package enum RecordingError: Error {
  /// Neither the kernel nor a program can be traced.
  case noSource(kernel: KernelTracingError?)
  case cannotCreate(path: String, errno: Int32)
  case trace(TraceFileError)
  case kernel(KernelTracingError)
  case programs(ProgramTracingError)
  case events(EventsError)
  /// The command could not be executed.
  case cannotExecute(command: String, errno: Int32)
  case cannotStartThread
  /// `ulimit -v` leaves less address space than threads and their memory need.
  case addressSpace(limit: UInt64, needed: UInt64)
  case noSuchTarget(String)
  /// A directory holds the rings of several killed flight recorders: one at a time is recovered.
  case severalFlightRecorders([String])
}
