internal import CLinux
internal import Events
internal import Glibc
internal import KernelTracing
package import ProgramTracing
internal import TraceFile

/// Leftovers of killed recorders and of programs that nobody recorded, made into a trace.
package enum Recovery {
  /// What was recovered.
  package struct Outcome: Sendable {
    package var events: UInt64 = 0
    package var lost: UInt64 = 0
    package var processes = 0
    package var bytes: UInt64 = 0
    /// Files that could not be read, and why.
    package var dropped: [DroppedProgram] = []
    /// Nothing was there: no trace was written.
    package var isEmpty = true
  }

  private static let prefix = "leftover-"
  private static let mostLeftovers = 8

  /// Makes a trace of what is at `path`: a directory of leftovers, one file, or a core dump.
  ///
  /// What a directory of one's own held is removed from it once it is in the trace.
  package static func run(
    path: String, into options: RecordingOptions
  ) throws(RecordingError) -> Outcome {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      throw .programs(.system(call: "open", path: path, errno: errno))
    }
    var found = RecoveredEvents()
    guard status.st_mode & S_IFMT == S_IFDIR else {
      if let tables = tables(ofRing: path) {
        found = try Self.found((path, tables))
      } else if isTrace(path) {
        do throws(TraceFileError) {
          try found.addTrace(path)
        } catch {
          throw .trace(error)
        }
      } else {
        do throws(ProgramTracingError) {
          try found.addProgram(inFile: path)
        } catch {
          throw .programs(error)
        }
      }
      return try write(found, to: options)
    }
    let places = ProgramDirectories.ofEnvironment
    // Programs of root's sessions lie in their users' directories.
    let isOwn = absolute(path) == absolute(places.sessions)
    let directories =
      isOwn ? [path] + places.ofPrograms.filter { absolute($0) != absolute(path) } : [path]
    let rings = directories.flatMap { DeadSessions.flightRecorders(in: $0) }
    if rings.count > 1 { throw .severalFlightRecorders(rings.map(\.ring)) }
    if let ring = rings.first { found = try Self.found(ring) }
    let leftovers = try gather(directories, isOwn ? places : nil, into: &found)
    let outcome = try write(found, to: options)
    leftovers.remove()
    DeadSessions.clear(in: directories, armedToo: true)
    return outcome
  }

  /// What the ring of a flight recorder and its tables hold.
  private static func found(
    _ flight: (ring: String, tables: String)
  ) throws(RecordingError) -> RecoveredEvents {
    do throws(TraceFileError) {
      return try RecoveredEvents(ring: flight.ring, tables: flight.tables)
    } catch {
      throw .trace(error)
    }
  }

  /// The tables beside a flight recorder's ring; nil where the path is of no ring.
  private static func tables(ofRing path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let name = parts.last, name.hasPrefix(FlightFile.ring.rawValue) else { return nil }
    let session = name.dropFirst(FlightFile.ring.rawValue.count)
    return (parts.dropLast().map(String.init) + [FlightFile.tables.rawValue + session])
      .joined(separator: "/")
  }

  /// Saves what killed recorders left, before a new recorder clears it away: as a trace beside the
  /// sessions' files, where `recover` finds it.
  static func saveLeftovers() {
    let places = ProgramDirectories.ofEnvironment
    var found = RecoveredEvents()
    let path = places.sessions
    if DeadSessions.exist(in: places) {
      for flight in DeadSessions.flightRecorders(in: path) {
        guard let ring = try? Self.found(flight) else { continue }
        save(ring, in: path)
      }
      for directory in places.ofPrograms {
        try? found.addPrograms(inDirectory: directory, armedToo: false)
      }
    }
    let instances = kernelLeftovers(places, into: &found)
    save(found, in: path)
    instances.remove()
    DeadSessions.forgetRecorders(in: path)
  }

  private static func save(_ found: RecoveredEvents, in path: String) {
    guard !found.isEmpty, ProgramDirectories.ofEnvironment.prepare() else { return }
    forget(path)
    var options = RecordingOptions()
    options.output = .file(
      "\(path)/\(prefix)\(String(TraceIdentifier.random().high, radix: 16)).swt")
    _ = try? write(found, to: options)
  }

  /// Files and instances from which everything was taken.
  private struct Leftovers {
    var traces: [String] = []
    var instances: [TracingInstance] = []

    func remove() {
      for trace in traces { unsafe unlink(trace) }
      for instance in instances { try? instance.remove() }
    }
  }

  private static func gather(
    _ directories: [String], _ own: ProgramDirectories?, into found: inout RecoveredEvents
  ) throws(RecordingError) -> Leftovers {
    var leftovers = Leftovers()
    for (index, directory) in directories.enumerated() {
      do throws(ProgramTracingError) {
        try found.addPrograms(inDirectory: directory, armedToo: true)
      } catch {
        // The one that was named has to be there.
        if index == 0 { throw .programs(error) }
      }
      for name in ProcFile.names(in: directory).sorted()
      where name.hasPrefix(prefix) && name.hasSuffix(".swt") {
        do throws(TraceFileError) {
          try found.addTrace("\(directory)/\(name)")
          leftovers.traces.append("\(directory)/\(name)")
        } catch {
          continue
        }
      }
    }
    if let own { leftovers.instances = kernelLeftovers(own, into: &found).instances }
    return leftovers
  }

  private static func absolute(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// Takes the unread pages of instances whose recorders were killed.
  ///
  /// With a directory of one's own those of its sessions: others are others' to recover.
  private static func kernelLeftovers(
    _ places: ProgramDirectories, into found: inout RecoveredEvents
  ) -> Leftovers {
    var leftovers = Leftovers()
    guard let tracefs = try? Tracefs.locate(mounting: false),
      let names = try? tracefs.leftoverInstances(prefix: KernelRecording.prefix)
    else { return leftovers }
    let dead = FoundRecorder.all(in: places).filter { !$0.isAlive }.map(\.status)
    found.readings += dead.map(\.reading)
    for name in names {
      let session = KernelRecording.session(ofInstance: name)
      guard places.searchesProcesses || dead.contains(where: { $0.name == session }),
        let instance = try? tracefs.claimInstance(name)
      else { continue }
      try? instance.stop()
      try? instance.disableAll()
      // What cannot be read is no use to anybody.
      try? found.addKernel(instance, of: tracefs)
      leftovers.instances.append(instance)
    }
    return leftovers
  }

  /// Removes the oldest saved leftovers, so that a recorder that is killed again and again does not
  /// fill the memory.
  private static func forget(_ path: String) {
    var aged: [(path: String, time: Int)] = []
    for name in ProcFile.names(in: path) where name.hasPrefix(prefix) {
      var status = stat()
      guard unsafe stat("\(path)/\(name)", &status) == 0 else { continue }
      aged.append(("\(path)/\(name)", status.st_mtim.tv_sec))
    }
    aged.sort { $0.time > $1.time }
    for old in aged.dropFirst(mostLeftovers - 1) { unsafe unlink(old.path) }
  }

  private static func isTrace(_ path: String) -> Bool {
    (try? TraceReader(path: path)) != nil
  }

  private static func write(
    _ found: RecoveredEvents, to options: RecordingOptions
  ) throws(RecordingError) -> Outcome {
    var outcome = Outcome()
    outcome.dropped = found.dropped
    guard !found.isEmpty else { return outcome }
    let isProcessor = found.streams.contains { $0.clock == .processor }
    let clock = RecorderClock(usesProcessorCounter: isProcessor)
    let end = clock.read()
    let readings = found.readings.filter { $0.monotonic > 0 && $0.monotonic < end.monotonic }
      .sorted { $0.monotonic < $1.monotonic }
    var preamble = Machine.preamble(options, clock: clock)
    if let first = readings.first { preamble.reading = first }
    let file = try OutputFile(options.output, owner: options.owner)
    do throws(TraceFileError) {
      try write(found, readings, end, clock, preamble, to: file.descriptor, &outcome)
    } catch {
      file.discard()
      throw .trace(error)
    }
    outcome.isEmpty = false
    for batch in found.batches where found.streams[Int(batch.stream.index)].source != .machine {
      outcome.events += UInt64(batch.count)
    }
    for batch in found.batches {
      for loss in batch.losses { outcome.lost = outcome.lost.addingClamped(loss.count ?? 0) }
    }
    for case .process in found.streams.map(\.source) { outcome.processes += 1 }
    return outcome
  }

  private static func write(
    _ found: RecoveredEvents, _ readings: [ClockReading], _ end: ClockReading,
    _ clock: RecorderClock, _ preamble: Preamble, to descriptor: Int32, _ outcome: inout Outcome
  ) throws(TraceFileError) {
    let first = preamble.reading.ticks(of: clock.reference)
    var types = found.types
    let machine = StreamID(UInt32(found.streams.count))
    let streams = found.streams + [EventStream(source: .machine, clock: clock.reference)]
    let identifiers = MachineEvents.all.map { types.intern($0) }
    var reading = MachineReading(stream: machine, identifiers: identifiers, time: first)
    for process in found.processes {
      reading.addProcess(
        process.process.pid, executable: process.process.executable,
        commandLine: process.commandLine, user: process.uid)
      reading.addThread(
        process.process.pid, of: process.process.pid, parent: process.parent, name: process.comm,
        namespaceNumber: process.process.namespacePid)
    }
    for thread in found.threads {
      reading.addThread(
        thread.thread, of: thread.process, parent: 0, name: thread.comm,
        namespaceNumber: thread.namespaceThread)
    }
    if let fellOut = found.ring?.fellOut {
      reading.addFact("flight_recorder fell_out", fellOut.text)
    }
    var writer = try TraceWriter(descriptor: descriptor, preamble: preamble)
    try writer.append(types: types.types[...])
    try writer.append(streams: streams[...])
    if let formats = found.ringFormats { try writer.append(pageFormats: formats) }
    for reading in readings.dropFirst() { try writer.append(reading: reading) }
    var blocks = try BlockEncoder()
    if reading.batch.count > 0 { try writer.append(try blocks.encode(reading.batch)) }
    if let ring = found.ring {
      outcome.events = try ring.append(
        to: &writer, types: types.types, streams: streams, cut: { _ in UInt64.max })
    }
    for batch in found.batches { try writer.append(try blocks.encode(batch)) }
    try writer.finish(TraceTotals(reading: end))
    outcome.bytes = writer.bytesWritten
  }
}
