package import Events
internal import Glibc
internal import Synchronization

/// A recording of markers: a published session, the programs that it found, and their buffers.
///
/// ```
/// init: published ──► [ wait on descriptor ── drain(…) ]* ──► stop(…) ──► release
/// ```
/// Every call may come from any thread; one at a time runs.
package final class ProgramSession: Sendable {
  /// What a session records, and with how much memory.
  package struct Options: Sendable {
    /// One path component of `A-Z a-z 0-9 . _ -`, at most 63 bytes, not starting with a dot.
    package var name: String
    package var patterns: EventPatternList
    package var directories: ProgramDirectories
    /// Bytes of buffers in all programs together.
    package var budget: Int
    /// Programs join by themselves only if SWTRACE_SESSION names the session; others if admitted.
    package var isSelective: Bool
    /// Whether markers of the process with this number are wanted; nil: all.
    package var admits: (@Sendable (ProcessNumber) -> Bool)?

    package init(
      name: String, patterns: EventPatternList, directories: ProgramDirectories,
      budget: Int = 64 << 20, isSelective: Bool = false,
      admits: (@Sendable (ProcessNumber) -> Bool)? = nil
    ) {
      self.name = name
      self.patterns = patterns
      self.directories = directories
      self.budget = budget
      self.isSelective = isSelective
      self.admits = admits
    }
  }

  package let options: Options
  package let identifier: SessionIdentifier
  /// Readable when a program appeared or ended: to be waited on beside `nextPoll`.
  package let descriptor: Int32
  private let lock = Mutex<Void>(())
  /// Touched only under `lock`.
  private nonisolated(unsafe) var table: ProgramTable

  /// Publishes the session: programs that start from now on are traced from their beginning.
  ///
  /// Dead sessions and what they left are cleared away.
  package init(_ options: Options) throws(ProgramTracingError) {
    let identifier = SessionIdentifier.random()
    let table = try ProgramTable(options, identifier)
    self.options = options
    self.identifier = identifier
    descriptor = table.descriptor
    unsafe self.table = table
  }

  /// The variable that lets a command join a selective session: name and value.
  package var environment: (name: String, value: String) { ("SWTRACE_SESSION", identifier.text) }

  /// Looks for programs, reads what they wrote, gives them memory ahead.
  ///
  /// `types` and `streams` give the trace's numbers; the same type or stream has to get the same
  /// number every time.
  package func drain(
    types: (EventType) -> EventTypeID, streams: (EventStream) -> StreamID
  ) -> DrainedPrograms {
    withoutActuallyEscaping(types) { types in
      withoutActuallyEscaping(streams) { streams in
        lock.withLock { _ in
          unsafe table.drain(Interning(types: types, streams: streams))
        }
      }
    }
  }

  /// Ends the session in all programs and returns the rest of what they wrote.
  ///
  /// Stamps after the instant at which the last marker was switched off are outside.
  package func stop(
    types: (EventType) -> EventTypeID, streams: (EventStream) -> StreamID
  ) -> DrainedPrograms {
    withoutActuallyEscaping(types) { types in
      withoutActuallyEscaping(streams) { streams in
        lock.withLock { _ in
          unsafe table.stop(Interning(types: types, streams: streams))
        }
      }
    }
  }

  /// Processes executed another program, or containers started: /proc is searched again at the next
  /// pass.
  package func processesChanged() {
    lock.withLock { _ in unsafe table.nextSearch = 0 }
  }
}
