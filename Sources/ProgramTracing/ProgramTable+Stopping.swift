internal import CLinux
internal import CSwtrace
internal import Events
internal import Glibc

extension ProgramTable {
  /// How long threads may take to complete the records that they are in when the session stops.
  static let stopPatience: UInt64 = 100_000_000

  /// Ends the session in all programs and reads the rest.
  mutating func stop(_ interning: borrowing Interning) -> DrainedPrograms {
    guard !isStopped else { return DrainedPrograms() }
    session?.withdraw()
    let begun = swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
    nextSearch = .max
    scan(begun)
    // A program that read the session's file just before it went is in it, or will be in a moment.
    while programs.contains(where: { $0.phase == .starting }),
      swtrace_linux_nanoseconds(CLOCK_MONOTONIC) - begun < Self.stopPatience
    {
      usleep(1000)
      scan(begun)
    }
    isStopped = true

    let patterns = options.patterns
    for program in programs where program.phase == .attached {
      attempt(program) { (_, program) throws(ProgramTracingError) in
        try program.readMarkersNow(patterns)
        try program.switchOff(slot: program.slot)
      }
    }
    var clocks = [UInt64](repeating: 0, count: 4)
    unsafe swtrace_linux_read_clocks(&clocks)
    let cutoff = (processor: clocks[0], monotonic: clocks[1])
    for program in programs where program.phase == .attached {
      program.phase = .stopped
      let time =
        program.layout.clock == .processor
        ? cutoff.processor : cutoff.monotonic &+ program.clockOffset
      attempt(program) { (_, program) throws(ProgramTracingError) in
        try program.stop(slot: program.slot, generation: program.generation, at: time)
      }
    }
    _ = swtrace_linux_global_barrier()

    let deadline = swtrace_linux_nanoseconds(CLOCK_MONOTONIC) + Self.stopPatience
    while true {
      let now = swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
      let isLast = now >= deadline
      for program in programs where program.phase == .stopped && (isLast || !program.isQuiet) {
        let visit = Visit(now: now, flushes: true, isFinal: isLast, cutoff: cutoff)
        read(program, visit, interning)
      }
      if isLast || programs.allSatisfy({ $0.phase != .stopped || $0.isQuiet }) { break }
      usleep(1000)
    }
    finish(cutoff, interning)
    target.flush()
    removeEnded()
    for directory in directories { directory.directory.sweepUnfinished() }
    session = nil
    target.drained.completeUpTo = swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
    defer { target.drained = DrainedPrograms() }
    return target.drained
  }

  private mutating func read(
    _ program: TracedProgram, _ visit: Visit, _ interning: borrowing Interning
  ) {
    let patterns = options.patterns
    do throws(ProgramTracingError) {
      try program.drain(visit, patterns: patterns, into: &target, interning: interning)
      program.isQuiet = !program.hasOpenRecords && program.open.isEmpty
      if target.assembly.arena.used > Self.batchBytes { target.flush() }
    } catch {
      if program.streamID == nil { _ = program.stream(interning) }
      drop(program, error)
    }
  }

  /// Takes the session's memory back from living programs, removes the files of dead ones.
  private mutating func finish(
    _ cutoff: (processor: UInt64, monotonic: UInt64), _ interning: borrowing Interning
  ) {
    for program in programs where program.phase == .stopped {
      if !program.isShared || program.isUnmapped {
        let now = swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
        read(program, Visit(now: now, flushes: true, isFinal: true, cutoff: cutoff), interning)
        removeFile(of: program)
        program.phase = .ended
        continue
      }
      attempt(program) { (_, program) throws(ProgramTracingError) in
        _ = try program.locked { () throws(ProgramTracingError) -> Bool in
          guard try program.reclaim(discarding: false),
            program.isStopped(slot: program.slot, generation: program.generation)
          else { return false }
          try program.apply(
            .store(UInt32(SWTRACE_SLOT_FREE)),
            at: program.layout.slot(program.slot) + SlotOffset.state, "slot")
          return true
        }
      }
      program.phase = .ended
    }
  }

  /// Removes the file of a program that nobody maps, unless another session has still to read it.
  mutating func removeFile(of program: TracedProgram) {
    guard let place = program.place, program.isUnmapped || !program.isShared else { return }
    let own = identifier
    var living: Set<SessionIdentifier>?
    let isFree = try? program.locked { () throws(ProgramTracingError) -> Bool in
      try program.readControl()
      if program.findSlot(of: own) {
        try program.apply(
          .store(UInt32(SWTRACE_SLOT_FREE)),
          at: program.layout.slot(program.slot) + SlotOffset.state, "slot")
      }
      for index in 0..<program.layout.slotCount {
        let slot = program.slotState(index)
        guard slot.state != UInt32(SWTRACE_SLOT_FREE), slot.session != own else { continue }
        let others = living ?? livingSessions(near: place.directory)
        living = others
        if slot.flags & SWTRACE_SLOT_ENVIRONMENT != 0 || others.contains(slot.session) {
          return false
        }
      }
      return true
    }
    if isFree == true {
      place.directory.directory.remove(place.name, identity: program.file.identity)
    }
  }

  // MARK: Dead sessions

  /// Sessions whose recorders live, as far as their files can be seen from here.
  func livingSessions(near directory: WatchedDirectory) -> Set<SessionIdentifier> {
    var living: Set<SessionIdentifier> = []
    var seen: Set<String> = []
    func add(_ place: borrowing TrustedDirectory) {
      guard seen.insert(place.path).inserted, let found = try? place.sessions() else { return }
      for session in found where session.isAlive { living.insert(session.description.identifier) }
    }
    for watched in directories { add(watched.directory) }
    add(directory.directory)
    if let root = try? TrustedDirectory(ProgramDirectories.root, owner: 0) { add(root) }
    return living
  }

  /// Notes the sessions of this user whose recorders have died.
  mutating func findDeadSessions() {
    for directory in directories where directory.directory.owner == geteuid() {
      guard let sessions = try? directory.directory.sessions() else { continue }
      for found in sessions where !found.isAlive {
        dead[found.description.identifier] = (directory, found.file)
      }
    }
  }

  /// Switches dead sessions off in the programs that are known, then removes their files.
  mutating func clearDeadSessions() {
    guard !dead.isEmpty else { return }
    let ids = Set(dead.keys)
    for program in programs where program.phase != .ended && program.phase != .starting {
      attempt(program) { (_, program) throws(ProgramTracingError) in
        try program.clear(ids)
      }
    }
    guard !programs.contains(where: { $0.phase == .starting }) else { return }
    for (_, place) in dead {
      unsafe unlinkat(place.directory.directory.descriptor, place.file, 0)
    }
    dead = [:]
  }
}

extension TracedProgram {
  /// Ends sessions that nobody records any more and takes their memory back.
  func clear(_ sessions: Set<SessionIdentifier>) throws(ProgramTracingError) {
    try readControl()
    let own = (slot, generation, extents)
    defer { (slot, generation, extents) = own }
    for index in 0..<layout.slotCount {
      let state = slotState(index)
      guard state.state != UInt32(SWTRACE_SLOT_FREE), sessions.contains(state.session) else {
        continue
      }
      try stop(slot: index, generation: state.generation, at: now)
      _ = try locked { () throws(ProgramTracingError) -> Bool in
        (slot, generation, extents) = (index, state.generation, [:])
        guard try reclaim(discarding: true),
          isStopped(slot: index, generation: state.generation)
        else { return false }
        try apply(
          .store(UInt32(SWTRACE_SLOT_FREE)), at: layout.slot(index) + SlotOffset.state, "slot")
        return true
      }
    }
  }
}
