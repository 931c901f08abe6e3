package import Events

/// What is to be recorded, where to, and until when.
package struct RecordingOptions: Sendable {
  package enum Output: Sendable, Hashable {
    case file(String)
    case standardOutput
  }

  package enum Priority: Sendable, Hashable {
    case low, normal, high
  }

  /// Whose events are kept.
  package enum Scope: Sendable, Hashable {
    case machine
    /// System calls and markers of the command or `targets` only; the rest of the machine stays.
    case only
    /// Nothing but the command or `targets`.
    case isolate
  }

  package struct Targets: Sendable, Hashable {
    package var processes: [ProcessNumber] = []
    package var threads: [ThreadNumber] = []
    package var users: [UInt32] = []
    package var isEmpty: Bool { processes.isEmpty && threads.isEmpty && users.isEmpty }

    package init() {}
  }

  package struct Credentials: Sendable, Hashable {
    package var user: UInt32
    package var group: UInt32
    package var groups: [UInt32]

    package init(user: UInt32, group: UInt32, groups: [UInt32]) {
      self.user = user
      self.group = group
      self.groups = groups
    }
  }

  package var output: Output = .file("trace.swt")
  /// Who owns the file, where not the caller: the user behind sudo.
  package var owner: (user: UInt32, group: UInt32)?
  package var command: [String] = []
  package var commandLine: [String] = []
  package var credentials: Credentials?
  package var duration: TimeSpan?
  /// Ends the command when the duration is over.
  package var endsCommand = false

  package var selections: [String] = []
  package var recordsKernel = true
  package var recordsMarkers = true
  package var filter: String?
  package var scope = Scope.machine
  package var targets = Targets()
  package var cpus: [Int]?

  /// Kernel buffer of each CPU.
  package var bufferBytes: Int?
  package var priority = Priority.high
  package var maximumBytes: UInt64?
  package var flushInterval = TimeSpan(seconds: 1)
  package var queueBytes = 256 << 20
  package var sessionName: String?
  /// A trace of this size is ended and another begun.
  package var rotationBytes: UInt64?
  /// How many of these traces are kept; nil: all.
  package var rotationCount: Int?
  /// It runs apart from the terminal that it was started from.
  package var isDetached = false
  /// Bytes of the ring in which the newest events stay; nil: they are written to the output.
  package var flightRecorderBytes: UInt64?
  /// With a flight recorder: an event that matches has a snapshot written.
  package var snapshotCondition: String?

  /// The tracefs to use, nil to look for it.
  package var tracefsRoot: String?
  package var usesProcessorClock = true

  package init() {}
}
