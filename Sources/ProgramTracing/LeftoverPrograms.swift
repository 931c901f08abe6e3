internal import CLinux
internal import CSwtrace
package import Events
internal import Glibc

/// What sessions whose recorders were killed, and programs that no recorder came to, have left in
/// programs' files.
///
/// Each file is copied as it is and read from the copy: nothing of a living program changes, and what
/// a hostile one does meanwhile does not matter.
package struct LeftoverPrograms: Sendable {
  package var drained = DrainedPrograms()
  /// Earliest reading of the clocks in a file of which something was taken.
  package var start: ClockReading?
  /// Files of which something was taken.
  package var files = 0

  /// Which slots of a program's file are left over.
  private enum Choice {
    /// Those of these sessions, and those that SWTRACE_RECORD armed.
    case sessions(Set<SessionIdentifier>)
    /// All: nobody reads the file any more.
    case all
  }

  /// Reads what dead sessions and armed programs left in a directory.
  ///
  /// `armedToo`: also what programs recorded that SWTRACE_RECORD armed.
  package init(
    inDirectory path: String, armedToo: Bool, types: (EventType) -> EventTypeID,
    streams: (EventStream) -> StreamID
  ) throws(ProgramTracingError) {
    let directory = try TrustedDirectory(path, owner: nil)
    var dead: Set<SessionIdentifier> = []
    for place in [path, ProgramDirectories.root] {
      guard let sessions = try? TrustedDirectory(place, owner: nil).sessions() else { continue }
      for found in sessions where !found.isAlive { dead.insert(found.description.identifier) }
    }
    let reader = Reader(choice: .sessions(dead), armedToo: armedToo)
    for name in try directory.names() where name.hasPrefix(RegistryName.prefix) {
      do throws(ProgramTracingError) {
        let file = try ConfinedFile(name, in: directory, writable: false)
        try read(file, reader, types, streams)
      } catch {
        drained.dropped.append(
          DroppedProgram(pid: 0, path: "\(path)/\(name)", reason: error))
      }
    }
  }

  /// Reads everything in one file of a program, or in the core dump of one.
  package init(
    inFile path: String, types: (EventType) -> EventTypeID, streams: (EventStream) -> StreamID
  ) throws(ProgramTracingError) {
    let descriptor = unsafe swtrace_linux_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
    guard descriptor >= 0 else { throw .system(call: "open", path: path, errno: errno) }
    let file = try ConfinedFile(descriptor, path: path, owner: nil, links: nil)
    let reader = Reader(choice: .all, armedToo: true)
    if DumpedProcess.isCoreDump(file) {
      var found = self
      try DumpedProcess(file).eachRegistry(of: file) { (memory) throws(ProgramTracingError) in
        try found.read(memory, reader, types, streams)
      }
      self = found
    } else {
      try read(file, reader, types, streams)
    }
  }

  private struct Reader {
    var choice: Choice
    var armedToo: Bool

    func wants(_ slot: TracedProgram.SlotState) -> Bool {
      guard slot.state != UInt32(SWTRACE_SLOT_FREE) else { return false }
      if slot.flags & SWTRACE_SLOT_ENVIRONMENT != 0 { return armedToo }
      switch choice {
      case .sessions(let sessions): return sessions.contains(slot.session)
      case .all: return true
      }
    }
  }

  private mutating func read(
    _ file: borrowing ConfinedFile, _ reader: Reader, _ types: (EventType) -> EventTypeID,
    _ streams: (EventStream) -> StreamID
  ) throws(ProgramTracingError) {
    let glance = try LeftoverFile.copy(of: file, whole: false)
    let program = try TracedProgram(glance, place: nil, proc: .nothing)
    try program.readControl()
    let slots = (0..<program.layout.slotCount).filter { reader.wants(program.slotState($0)) }
    guard !slots.isEmpty else { return }
    files += 1
    let own = program.layout.start
    if start.map({ own.monotonic < $0.monotonic }) ?? true { start = own }
    for index in slots {
      let copy = try TracedProgram(
        LeftoverFile.copy(of: file, whole: true), place: nil, proc: .nothing)
      try read(slot: index, of: copy, types, streams)
    }
  }

  private mutating func read(
    slot index: Int, of program: TracedProgram, _ types: (EventType) -> EventTypeID,
    _ streams: (EventStream) -> StreamID
  ) throws(ProgramTracingError) {
    try program.readControl()
    program.slot = index
    program.generation = program.slotState(index).generation
    program.phase = .stopped
    let all = EventPatternList([EventPatternList.Rule(.everything)])
    var target = DrainTarget(assembly: BatchAssembly(arenaSize: ProgramTable.arenaSize))
    let now = swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
    var fault: ProgramTracingError?
    withoutActuallyEscaping(types) { types in
      withoutActuallyEscaping(streams) { streams in
        let interning = Interning(types: types, streams: streams)
        do throws(ProgramTracingError) {
          try program.readMarkersNow(all)
          try program.drain(
            Visit(now: now, flushes: true, isFinal: true), patterns: all, into: &target,
            interning: interning)
        } catch {
          fault = error
        }
        target.flush()
      }
    }
    drained.batches += target.drained.batches
    drained.events += target.drained.events
    drained.lost = drained.lost.addingClamped(target.drained.lost)
    drained.threads += target.drained.threads
    if target.drained.events > 0 || target.drained.lost > 0 {
      drained.processes.append(
        FoundProcess(
          process: program.process, parent: 0, uid: program.file.owner, comm: program.programName,
          commandLine: program.layout.executable, cgroups: [], clock: program.layout.clock,
          time: program.layout.start.ticks(of: program.layout.clock)))
    }
    if let fault { throw fault }
  }
}

/// Copies of programs' files in memory of one's own.
enum LeftoverFile {
  /// What is copied of a file, holes left out.
  private static let most: UInt64 = 1 << 30

  /// Memory that a copy is made in, of this size.
  static func memory(named path: String, size: UInt64) throws(ProgramTracingError) -> ConfinedFile {
    let descriptor = swtrace_linux_memory()
    guard descriptor >= 0 else { throw .system(call: "memfd_create", path: path, errno: errno) }
    guard ftruncate(descriptor, Int(clamping: size)) == 0 else {
      let number = errno
      close(descriptor)
      throw .system(call: "ftruncate", path: path, errno: number)
    }
    return try ConfinedFile(descriptor, path: path, owner: nil, links: nil)
  }

  /// A copy of a file, or of its first megabyte: what says which sessions are in it.
  static func copy(
    of file: borrowing ConfinedFile, whole: Bool
  ) throws(ProgramTracingError) -> ConfinedFile {
    let size = try file.status().size
    let copy = try memory(named: file.path, size: min(size, 1 << 40))
    let end = whole ? size : min(size, 1 << 20)
    var copied: UInt64 = 0
    var offset: UInt64 = 0
    let part = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
    defer { unsafe part.deallocate() }
    while offset < end {
      let from = lseek(file.descriptor, Int(clamping: offset), 3 /* SEEK_DATA */)
      guard from >= 0, UInt64(from) < end else { break }
      let hole = lseek(file.descriptor, from, 4 /* SEEK_HOLE */)
      let to = min(hole > from ? UInt64(hole) : end, end)
      offset = UInt64(from)
      while offset < to {
        let piece = unsafe UnsafeMutableRawBufferPointer(
          rebasing: part[..<Int(min(to - offset, UInt64(part.count)))])
        let got = try unsafe file.read(into: piece, at: offset)
        guard got > 0 else { return copy }
        copied += UInt64(got)
        guard copied <= most else {
          throw .untrustedFile(path: file.path, reason: .tooLarge(size))
        }
        guard unsafe pwrite(copy.descriptor, piece.baseAddress, got, Int(offset)) == got else {
          throw .system(call: "pwrite", path: file.path, errno: errno)
        }
        offset += UInt64(got)
      }
    }
    return copy
  }
}
