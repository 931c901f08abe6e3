/// A source of events that is in order by itself: a CPU's kernel buffer, a process's markers.
package struct EventStream: Hashable, Sendable {
  package enum Source: Hashable, Sendable {
    /// The kernel's ring buffer of one CPU. `buffer` names the instance where several are drained
    /// (0 is the first).
    case cpu(Int, buffer: Int)
    case process(TracedProcess)
    /// swtrace's own readings of the machine's state.
    case machine
  }

  package var source: Source
  package var clock: ClockKind

  package init(source: Source, clock: ClockKind) {
    self.source = source
    self.clock = clock
  }
}

/// A process whose markers make a stream.
package struct TracedProcess: Hashable, Sendable {
  /// As the recording host numbers it.
  package var pid: ProcessNumber
  /// As the process itself sees it, different inside a pid namespace.
  package var namespacePid: ProcessNumber
  /// Random number of this registration: tells an exec, and a pid used again, apart.
  package var nonce: UInt64
  /// Start, in ticks of the stream's clock.
  package var start: UInt64
  package var executable: String

  package init(
    pid: ProcessNumber, namespacePid: ProcessNumber, nonce: UInt64, start: UInt64,
    executable: String
  ) {
    self.pid = pid
    self.namespacePid = namespacePid
    self.nonce = nonce
    self.start = start
    self.executable = executable
  }
}
