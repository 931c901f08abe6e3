internal import CLinux
internal import CSwtrace
internal import Events
internal import Glibc

/// Names of programs' files (swtrace_layout.h).
enum RegistryName {
  static let prefix = "process-"
  static let memory = "memfd:swtrace-process"
  /// What both have, as it is looked for in /proc/PID/maps.
  static let needle = Array("process".utf8)

  static func matches(_ name: String) -> Bool {
    name.hasPrefix(prefix) || name.hasSuffix(memory)
  }
}

extension ProgramTable {
  /// Takes in a program's file that lies in a watched directory.
  mutating func adopt(_ name: String, in directory: WatchedDirectory) {
    guard name.hasPrefix(RegistryName.prefix) else { return }
    var identity: ConfinedFile.Identity?
    do throws(ProgramTracingError) {
      let file = try ConfinedFile(name, in: directory.directory, writable: true)
      guard known.insert(file.identity).inserted else { return }
      identity = file.identity
      let isShared = swtrace_linux_is_shared(file.descriptor) != 0
      do throws(ProgramTracingError) {
        try take(TracedProgram(file, place: (directory, name), proc: proc))
      } catch {
        // What a dead program left unreadable is of no use to anybody.
        if !isShared, let identity { directory.directory.remove(name, identity: identity) }
        throw error
      }
    } catch {
      if case .system(_, _, let number) = error, number == ENOENT || number == EWOULDBLOCK {
        return
      }
      let path = directory.directory.path + "/" + name
      guard identity != nil || rejected.insert(path).inserted else { return }
      target.drained.dropped.append(DroppedProgram(pid: 0, path: path, reason: error))
    }
  }

  private mutating func take(_ program: TracedProgram) throws(ProgramTracingError) {
    identify(program, candidates: [program.layout.pid])
    programs.append(program)
    let now = swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
    attempt(program) { (table, program) throws(ProgramTracingError) in
      try table.attach(program, now)
    }
  }

  /// Finds the process that maps the program's file: never by its number alone.
  private mutating func identify(_ program: TracedProgram, candidates: [ProcessNumber]) {
    guard program.isShared else {
      program.isSuspect = true
      return
    }
    var buffer: [UInt8] = []
    let others = candidates.contains { maps(program, $0, &buffer) } ? [] : proc.processes()
    let holder =
      candidates.first { others.isEmpty && maps(program, $0, &buffer) }
      ?? others.first {
        maps(program, $0, &buffer) && proc.namespaceNumbers($0).last == program.layout.pid
      }
    guard let holder else {
      program.isSuspect = true
      return
    }
    program.pid = holder
    program.pidfd = swtrace_linux_pidfd_open(holder)
    if program.pidfd >= 0, maps(program, holder, &buffer) {
      follow(program.pidfd)
    } else {
      program.isSuspect = true
    }
    if program.layout.clock == .monotonic {
      let ahead = proc.monotonicOffset(holder) &- proc.monotonicOffset(getpid())
      program.clockOffset = UInt64(bitPattern: ahead)
    }
  }

  private func maps(
    _ program: TracedProgram, _ process: ProcessNumber, _ buffer: inout [UInt8]
  ) -> Bool {
    guard
      case .success(let files) = proc.mappedFiles(
        of: process, containing: RegistryName.needle, buffer: &buffer)
    else { return false }
    return files.contains { program.isSame($0) }
  }

  /// Searches all processes for registries that lie in no watched directory, for those that map the
  /// registry of another process without one of their own, and for those that nobody maps any more.
  mutating func search() {
    var buffer: [UInt8] = []
    var holders: [ConfinedFile.Identity.InodeNumber: [MappedFile]] = [:]
    for process in proc.processes() where process != getpid() {
      guard
        case .success(let files) = proc.mappedFiles(
          of: process, containing: RegistryName.needle, buffer: &buffer)
      else { continue }
      for file in files where RegistryName.matches(file.name) {
        holders[file.identity.inode, default: []].append(file)
      }
    }
    if options.directories.searchesProcesses {
      for files in holders.values { files.first.map { adopt($0) } }
    }
    for program in programs where program.phase != .ended {
      let own = holders[program.file.identity.inode, default: []].filter { program.isSame($0) }
      if own.isEmpty {
        if program.isSuspect { program.isUnmapped = true }
        continue
      }
      let strangers = own.filter { file in
        file.process != program.pid
          && !programs.contains { $0.pid == file.process && $0 !== program }
      }
      attempt(program) { (_, program) throws(ProgramTracingError) in
        try program.markForRegistration(!strangers.isEmpty)
      }
    }
  }

  /// Takes in a file that is known from a process's maps: a memfd, a deleted one, or one in another
  /// mount namespace.
  private mutating func adopt(_ mapped: MappedFile) {
    guard !programs.contains(where: { $0.isSame(mapped) }),
      rejected.insert("\(mapped.identity.inode) \(mapped.name)").inserted
    else { return }
    let entries = ["map_files/\(mapped.range)", "root\(mapped.path)"]
    var number: Int32 = ENOENT
    for entry in entries {
      let path = "\(proc.root)/\(mapped.process)/\(entry)"
      let descriptor = unsafe swtrace_linux_open(
        path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0)
      guard descriptor >= 0 else {
        if errno != ENOENT { number = errno }
        continue
      }
      do throws(ProgramTracingError) {
        let file = try ConfinedFile(
          descriptor, path: path, owner: proc.owner(mapped.process), links: nil)
        guard known.insert(file.identity).inserted else { return }
        let program = try TracedProgram(file, place: nil, proc: proc)
        program.isElsewhere = !mapped.isInUsualPlace
        program.isMemory = mapped.name.hasSuffix(RegistryName.memory)
        identify(program, candidates: [mapped.process, program.layout.pid])
        programs.append(program)
        let now = swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
        attempt(program) { (table, program) throws(ProgramTracingError) in
          try table.attach(program, now)
        }
      } catch {
        target.drained.dropped.append(
          DroppedProgram(pid: mapped.process, path: mapped.path, reason: error))
      }
      return
    }
    target.drained.dropped.append(
      DroppedProgram(
        pid: mapped.process, path: mapped.path,
        reason: .system(call: "open", path: mapped.path, errno: number)))
  }
}

extension TracedProgram {
  /// Whether a line of somebody's maps is this program's file.
  ///
  /// File systems that number devices differently in maps and in stat agree on the inode and on the
  /// random part of the name.
  func isSame(_ mapped: MappedFile) -> Bool {
    guard mapped.identity.inode == file.identity.inode else { return false }
    if mapped.identity.device == file.identity.device { return true }
    return place.map { mapped.name == $0.name } ?? false
  }
}

extension MappedFile {
  /// Memory without a name, or a file in some `/dev/shm/swtrace-<uid>`, a container's included.
  fileprivate var isInUsualPlace: Bool {
    if name.hasSuffix(RegistryName.memory) { return true }
    let parts = path.split(separator: "/")
    return parts.count == 4 && parts[0] == "dev" && parts[1] == "shm"
      && ProgramDirectories.owner(ofDirectory: String(parts[2])) != nil
  }
}

extension ConfinedFile.Identity {
  typealias InodeNumber = UInt64
}
