internal import CLinux
internal import CSwtrace
internal import Events
internal import Glibc

/// Sessions whose recorders were killed.
package enum DeadSessions {
  /// Switches the dead sessions of this user off in every program.
  ///
  /// What they recorded stays where it is, for `recover` or the next recorder. Returns how many
  /// programs were switched off.
  @discardableResult
  package static func switchOff(in places: ProgramDirectories) -> Int {
    var dead: Set<SessionIdentifier> = []
    for path in places.ofSessions {
      guard let directory = try? TrustedDirectory(path, owner: nil),
        directory.owner == geteuid(), let sessions = try? directory.sessions()
      else { continue }
      for found in sessions where !found.isAlive { dead.insert(found.description.identifier) }
    }
    guard !dead.isEmpty else { return 0 }
    var count = 0
    for path in places.ofPrograms {
      guard let directory = try? TrustedDirectory(path, owner: nil),
        let names = try? directory.names()
      else { continue }
      for name in names where name.hasPrefix(RegistryName.prefix) {
        if (try? switchOff(name, in: directory, dead)) ?? false { count += 1 }
      }
    }
    return count
  }

  private static func switchOff(
    _ name: String, in directory: borrowing TrustedDirectory, _ dead: Set<SessionIdentifier>
  ) throws(ProgramTracingError) -> Bool {
    let file = try ConfinedFile(name, in: directory, writable: true)
    // Nobody hits a marker in a file that nobody maps.
    guard swtrace_linux_is_shared(file.descriptor) != 0 else { return false }
    let program = try TracedProgram(file, place: nil, proc: .nothing)
    try program.readControl()
    var isOff = false
    for index in 0..<program.layout.slotCount {
      let slot = program.slotState(index)
      guard slot.state == UInt32(SWTRACE_SLOT_ACTIVE), dead.contains(slot.session) else { continue }
      try program.readMarkersNow(EventPatternList())
      try program.stop(slot: index, generation: slot.generation, at: program.now)
      isOff = true
    }
    return isOff
  }

  /// Whether this user has sessions whose recorders were killed.
  package static func exist(in places: ProgramDirectories) -> Bool {
    if FoundRecorder.all(in: places).contains(where: { !$0.isAlive && $0.status.user == geteuid() })
    {
      return true
    }
    guard let directory = try? TrustedDirectory(places.sessions, owner: geteuid()),
      let sessions = try? directory.sessions()
    else { return false }
    return sessions.contains { !$0.isAlive }
  }

  /// Removes what dead sessions have in directories: their own files, their slots in living programs,
  /// the files of dead programs that no living session has to read.
  ///
  /// `armedToo`: also the files of dead programs that SWTRACE_RECORD armed.
  package static func clear(in paths: [String], armedToo: Bool) {
    var dead: Set<SessionIdentifier> = []
    var living: Set<SessionIdentifier> = []
    for path in paths + [ProgramDirectories.root] {
      guard let sessions = try? TrustedDirectory(path, owner: nil).sessions() else { continue }
      for found in sessions {
        if found.isAlive {
          living.insert(found.description.identifier)
        } else {
          dead.insert(found.description.identifier)
        }
      }
    }
    for path in paths {
      guard let directory = own(path), let names = try? directory.names() else { continue }
      for name in names where name.hasPrefix(RegistryName.prefix) {
        try? clear(name, in: directory, dead: dead, living: living, armedToo: armedToo)
      }
    }
    // Only now: while its file is there a session is known to be dead.
    for path in paths {
      guard let directory = own(path), let sessions = try? directory.sessions() else { continue }
      for found in sessions where !found.isAlive {
        unsafe unlinkat(directory.descriptor, found.file, 0)
      }
      directory.sweepUnfinished()
      forgetRecorders(in: path)
    }
  }

  /// The files of the flight recorders in a directory whose recorders were killed.
  package static func flightRecorders(in path: String) -> [(ring: String, tables: String)] {
    guard let directory = own(path), let names = try? directory.names() else { return [] }
    var found: [(ring: String, tables: String)] = []
    for name in names where name.hasPrefix(RecorderFile.prefix) {
      let session = name.dropFirst(RecorderFile.prefix.count)
      let ring = FlightFile.ring.rawValue + session
      let tables = FlightFile.tables.rawValue + session
      guard names.contains(ring), names.contains(tables),
        let file = try? ConfinedFile(name, in: directory, writable: false),
        swtrace_linux_is_locked(file.descriptor) == 0
      else { continue }
      found.append(("\(path)/\(ring)", "\(path)/\(tables)"))
    }
    return found
  }

  /// Removes the files of dead recorders themselves.
  package static func forgetRecorders(in path: String) {
    guard let directory = own(path), let names = try? directory.names() else { return }
    for name in names where name.hasPrefix(RecorderFile.prefix) {
      RecorderFile.removeDead(name, in: directory)
    }
  }

  /// A directory in which the caller may remove things.
  private static func own(_ path: String) -> TrustedDirectory? {
    guard let directory = try? TrustedDirectory(path, owner: nil),
      geteuid() == 0 || directory.owner == geteuid()
    else { return nil }
    return directory
  }

  private static func clear(
    _ name: String, in directory: borrowing TrustedDirectory, dead: Set<SessionIdentifier>,
    living: Set<SessionIdentifier>, armedToo: Bool
  ) throws(ProgramTracingError) {
    let file = try ConfinedFile(name, in: directory, writable: true)
    let identity = file.identity
    let program = try TracedProgram(file, place: nil, proc: .nothing)
    try program.readMarkersNow(EventPatternList())
    try program.clear(dead)
    guard !program.isShared else { return }
    try program.readControl()
    let isWanted = (0..<program.layout.slotCount).contains { index in
      let slot = program.slotState(index)
      guard slot.state != UInt32(SWTRACE_SLOT_FREE) else { return false }
      return slot.flags & SWTRACE_SLOT_ENVIRONMENT != 0
        ? !armedToo : living.contains(slot.session)
    }
    if !isWanted { directory.remove(name, identity: identity) }
  }
}
