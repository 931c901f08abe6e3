package import Events

/// What a trace says of itself before anything else.
package struct Preamble: Hashable, Sendable {
  /// The version of the format that this room writes.
  package static let currentVersion: UInt16 = 1

  package var identifier: TraceIdentifier
  package var formatVersion: UInt16
  package var hostName: String
  /// As `uname -r` and `uname -v` print it.
  package var kernelRelease: String
  package var kernelVersion: String
  /// As `uname -m` prints it: `x86_64`.
  package var machine: String
  package var bootIdentifier: String
  /// The command whose run is recorded, empty where there is none.
  package var commandLine: [String]
  /// The program that wrote the trace: `swtrace 0.1.0`.
  package var creator: String
  /// CPUs that the machine can have.
  package var cpus: Int
  /// All clocks at the start.
  package var reading: ClockReading
  /// The clock of watermarks, and of times that belong to no stream.
  package var referenceClock: ClockKind

  package init(
    identifier: TraceIdentifier, hostName: String = "", kernelRelease: String = "",
    kernelVersion: String = "", machine: String = "", bootIdentifier: String = "",
    commandLine: [String] = [], creator: String = "", cpus: Int = 0, reading: ClockReading,
    referenceClock: ClockKind
  ) {
    self.identifier = identifier
    formatVersion = Preamble.currentVersion
    self.hostName = hostName
    self.kernelRelease = kernelRelease
    self.kernelVersion = kernelVersion
    self.machine = machine
    self.bootIdentifier = bootIdentifier
    self.commandLine = commandLine
    self.creator = creator
    self.cpus = cpus
    self.reading = reading
    self.referenceClock = referenceClock
  }
}
