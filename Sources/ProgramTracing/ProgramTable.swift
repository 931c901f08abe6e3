internal import CLinux
internal import Events
internal import Glibc

/// The programs of a session and what has been read of them: all that `ProgramSession` guards.
struct ProgramTable: ~Copyable {
  let options: ProgramSession.Options
  let identifier: SessionIdentifier
  let proc = ProcFilesystem()
  /// An epoll descriptor over the directories' watch and the processes.
  let descriptor: Int32
  let patternLines: [UInt8]
  private let watch: DirectoryWatch
  var session: SessionFile?
  var directories: [WatchedDirectory] = []
  var programs: [TracedProgram] = []
  /// Files that have been looked at.
  var known: Set<ConfinedFile.Identity> = []
  /// Sessions whose recorders have died, with where their files lie.
  var dead: [SessionIdentifier: (directory: WatchedDirectory, file: String)] = [:]
  var target: DrainTarget
  var heldSince: UInt64 = 0
  var completeUpTo: UInt64 = 0
  var nextSearch: UInt64 = 0
  /// Files that were refused and told about.
  var rejected: Set<String> = []
  var isListed = false
  var isStopped = false
  /// Bytes a program gets before it has shown what it needs.
  let firstMeasure: Int

  static let flushInterval: UInt64 = 400_000_000
  static let searchInterval: UInt64 = 5_000_000_000
  static let shortestInterval: UInt64 = 1_000_000
  static let longestInterval: UInt64 = 400_000_000
  /// How long records wait for others to make a batch with.
  static let holdInterval: UInt64 = 200_000_000
  /// Batches are made of about this many bytes of records, or of what came within a flush interval.
  static let arenaSize = 8 << 20
  static let batchBytes = 4 << 20

  init(
    _ options: ProgramSession.Options, _ identifier: SessionIdentifier
  ) throws(ProgramTracingError) {
    guard FileName.isAllowed(options.name), options.name.utf8.count < 64 else {
      throw .badName(options.name)
    }
    let lines = options.patterns.sessionLines
    let watch = try DirectoryWatch()
    let session = try Self.publish(options, identifier, lines)
    let epoll = swtrace_linux_epoll()
    guard epoll >= 0 else { throw .system(call: "epoll_create1", path: "", errno: errno) }
    self.options = options
    self.identifier = identifier
    self.watch = consume watch
    self.session = consume session
    patternLines = lines
    descriptor = epoll
    firstMeasure = max(16 << 10, min(options.budget / 1024, 256 << 10))
    target = DrainTarget(assembly: BatchAssembly(arenaSize: Self.arenaSize))
    follow(self.watch.descriptor)
    let places = options.directories
    for path in [places.sessions] + places.registries { openDirectory(path, creating: true) }
    if let parent = places.parent { watchParent(parent) }
    findDeadSessions()
  }

  deinit {
    session?.withdraw()
    close(descriptor)
  }

  private static func publish(
    _ options: ProgramSession.Options, _ identifier: SessionIdentifier, _ lines: [UInt8]
  ) throws(ProgramTracingError) -> SessionFile {
    let places = options.directories
    let own = try TrustedDirectory(
      creating: places.sessions, mode: places.sessionsAreForAll ? 0o755 : 0o700)
    for found in try own.sessions() where found.isAlive && found.description.name == options.name {
      throw .sessionExists(name: options.name)
    }
    return try SessionFile(
      identifier, named: options.name,
      wishes: SessionFile.Wishes(
        patterns: lines, only: options.isSelective, quota: UInt64(options.budget),
        budget: UInt64(options.budget),
        startBytes: UInt32(max(256 << 10, min(options.budget / 64, 1 << 20))),
        readableByAll: places.sessionsAreForAll), in: own)
  }

  func follow(_ other: Int32) {
    _ = swtrace_linux_follow(descriptor, other)
  }

  /// Lets go of programs that have ended.
  ///
  /// A descriptor that is only closed stays waited for where a forked child has a copy of it: it is
  /// told of for ever, under a number that is another program's by then.
  mutating func removeEnded() {
    for program in programs where program.phase == .ended {
      known.remove(program.file.identity)
      if program.pidfd >= 0 { _ = swtrace_linux_unfollow(descriptor, program.pidfd) }
    }
    programs.removeAll { $0.phase == .ended }
  }

  // MARK: Directories

  private var parentWatch: Int32?
  private var parent: String?

  private mutating func openDirectory(_ path: String, creating: Bool) {
    guard !directories.contains(where: { $0.directory.path == path }) else { return }
    do throws(ProgramTracingError) {
      let owner = path.split(separator: "/").last.flatMap {
        ProgramDirectories.owner(ofDirectory: String($0))
      }
      let directory =
        creating && (owner == nil || owner == geteuid())
        ? try TrustedDirectory(creating: path, mode: 0o700)
        : try TrustedDirectory(path, owner: owner)
      let number = try watch.add(path)
      directories.append(WatchedDirectory(directory, watch: number))
    } catch {
      target.drained.dropped.append(DroppedProgram(pid: 0, path: path, reason: error))
    }
  }

  private mutating func watchParent(_ path: String) {
    parent = path
    parentWatch = try? watch.add(path)
    listParent()
  }

  private mutating func listParent() {
    guard let parent, let listing = unsafe opendir(parent) else { return }
    defer { unsafe closedir(listing) }
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { bytes in
        unsafe String(cString: UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self))
      }
      if ProgramDirectories.owner(ofDirectory: name) != nil {
        openDirectory(parent + "/" + name, creating: false)
      }
    }
  }

  // MARK: Discovery

  /// Takes in what appeared since the last time.
  mutating func scan(_ now: UInt64) {
    takeEndedProcesses()
    let news = watch.take()
    if !isListed || news.overflowed {
      isListed = true
      listParent()
      for directory in directories { list(directory) }
    }
    for (number, name) in news.appeared {
      if number == parentWatch, let parent {
        guard ProgramDirectories.owner(ofDirectory: name) != nil else { continue }
        let before = directories.count
        openDirectory(parent + "/" + name, creating: false)
        if directories.count > before { list(directories[before]) }
      } else if let directory = directories.first(where: { $0.watch == number }) {
        adopt(name, in: directory)
      }
    }
    let suspects = programs.contains { $0.isSuspect }
    if options.directories.searchesProcesses || suspects, now >= nextSearch {
      search()
      let cost = swtrace_linux_nanoseconds(CLOCK_MONOTONIC) - now
      let isUrgent = suspects || programs.contains { $0.isMarked }
      nextSearch = now + max(isUrgent ? 500_000_000 : Self.searchInterval, 50 * cost)
    }
    for program in programs where program.phase == .starting {
      attempt(program) { (table, program) throws(ProgramTracingError) in
        try table.attach(program, now)
      }
    }
    clearDeadSessions()
  }

  private mutating func list(_ directory: WatchedDirectory) {
    directory.directory.sweepUnfinished()
    guard let names = try? directory.directory.names() else { return }
    for name in names { adopt(name, in: directory) }
  }

  /// Does something with a program and drops the program where it breaks the rules.
  mutating func attempt(
    _ program: TracedProgram,
    _ body: (inout ProgramTable, TracedProgram) throws(ProgramTracingError) -> Void
  ) {
    do throws(ProgramTracingError) {
      try body(&self, program)
    } catch {
      drop(program, error)
    }
  }

  mutating func drop(_ program: TracedProgram, _ reason: ProgramTracingError) {
    target.drained.dropped.append(
      DroppedProgram(pid: program.pid, path: program.file.path, reason: reason))
    if let stream = program.streamID {
      let now = program.now
      target.assembly.add(
        Loss(stream: stream, reason: .hostileProducer, count: nil, first: now, last: now))
    }
    program.phase = .ended
  }

  /// Programs whose pidfd tells that they have ended.
  private mutating func takeEndedProcesses() {
    var ready = [Int32](repeating: -1, count: 64)
    while true {
      let count = unsafe swtrace_linux_ready(descriptor, &ready, 64)
      var ended = 0
      for number in ready.prefix(Int(max(count, 0))) where number != watch.descriptor {
        guard let program = programs.first(where: { $0.pidfd == number }) else { continue }
        if swtrace_linux_unfollow(descriptor, number) == 0 { ended += 1 }
        program.isSuspect = true
        program.nextVisit = 0
        program.nextMapCheck = 0
      }
      if ended == 0 { return }
    }
  }
}
