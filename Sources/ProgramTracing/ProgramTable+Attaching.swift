internal import CLinux
internal import CSwtrace
internal import Events
internal import Glibc

extension ProgramTable {
  /// Takes part in a program: finds the session's slot or claims one, gives it memory, switches the
  /// wanted markers on.
  ///
  /// Comes back later where the program is still starting.
  mutating func attach(_ program: TracedProgram, _ now: UInt64) throws(ProgramTracingError) {
    guard program.pid != getpid() else {
      program.phase = .ignored  // a recorder is linked with markers, and never records itself
      return
    }
    try program.readControl()
    let isAlive = !program.isSuspect
    if !program.isReady, isAlive { return }
    let session = identifier
    var isIn = program.findSlot(of: session)
    // Who joined by itself inherited the session from a process that is wanted: its environment or its
    // parent's slot says so, also when it has left that process's descendants, or has ended.
    let isWanted = isIn || options.admits.map { isAlive && $0(program.pid) } ?? true
    guard isWanted else {
      program.phase = isAlive ? .ignored : .ended
      return
    }
    let lines = patternLines
    program.memoryLimit = MemoryLimit(
      group: program.own { $0.memoryLimit(program.pid) }, addressSpace: nil
    ).share(.max)
    let quota = UInt64(min(options.budget, program.memoryLimit))
    if !isIn, !isStopped, program.isArmed {
      try program.readMarkersNow(options.patterns)
      let taken: Bool? = try program.locked { () throws(ProgramTracingError) -> Bool in
        try program.readControl()
        return try program.takeOverArmedSlot(for: session, patterns: lines, quota: quota)
      }
      // Another recorder is at it: come back.
      guard let taken else { return }
      isIn = taken
    }
    if !isAlive, !isIn {
      // Nothing of it is this session's: swept away, unless others have to read it.
      program.phase = .ended
      removeFile(of: program)
      return
    }
    guard isAlive else {
      program.phase = .attached
      try program.readMarkersNow(options.patterns)
      report(program)
      return
    }
    guard !isStopped, !isStrict(program.pid) else {
      program.phase = isIn ? .attached : .ignored
      return
    }
    let mayPopulate = isUnfiltered(program.pid)
    try program.readMarkersNow(options.patterns)
    let isDone: Bool? = try program.locked { () throws(ProgramTracingError) -> Bool in
      try program.readControl()
      if !isIn {
        guard
          try program.claimSlot(
            for: session, patterns: lines, quota: quota, populates: mayPopulate)
        else { return false }
      } else if mayPopulate {
        try program.allowPopulating()
      }
      try program.readControl()
      try program.backMarkers()
      return true
    }
    guard let isDone else { return }
    guard isDone else { throw .noSlot(path: program.file.path) }
    program.phase = .attached
    program.completeAt = now
    provision(program)
    try program.switchOn()
    try program.switchOffUnwanted()
    report(program)
  }

  /// Gives a program memory ahead of its need, within the session's budget.
  mutating func provision(_ program: TracedProgram) {
    let wanted = program.wantedBytes(first: firstMeasure)
    guard
      program.freeBytes < wanted / 2 || program.freeChunks < program.writingChunks
        || program.isDry
    else { return }
    program.isDry = false
    let spent = programs.reduce(0) { $0 + ($1.phase == .ended ? 0 : $1.provisioned) }
    let limit = min(options.budget - spent, program.memoryLimit - program.provisioned)
    guard limit >= 4096 else { return }
    let first = firstMeasure
    attempt(program) { (table, program) throws(ProgramTracingError) in
      let number = try program.locked { () throws(ProgramTracingError) -> Int32 in
        try program.readControl()
        return try program.provision(first: first, limit: limit)
      }
      guard let number, number != 0 else { return }
      table.target.drained.shortages.append(
        ProgramShortage(pid: program.pid, path: program.file.path, errno: number))
    }
  }

  private mutating func report(_ program: TracedProgram) {
    guard !program.isReported else { return }
    program.isReported = true
    let pid = program.pid
    let told = program.own { proc in
      (
        line: proc.read(pid, "cmdline", limit: 1 << 12), parent: proc.parent(pid),
        comm: proc.text(pid, "comm"), cgroups: proc.read(pid, "cgroup")
      )
    }
    let words = (told?.line ?? []).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    target.drained.processes.append(
      FoundProcess(
        process: program.process, parent: told?.parent ?? 0, uid: program.file.owner,
        comm: told?.comm ?? program.programName, commandLine: words.joined(separator: " "),
        cgroups: told?.cgroups ?? [], clock: program.layout.clock,
        time: program.now))
  }

  private func isStrict(_ process: ProcessNumber) -> Bool { proc.seccomp(process) == 1 }
  private func isUnfiltered(_ process: ProcessNumber) -> Bool { proc.seccomp(process) == 0 }
}

extension TracedProgram {
  /// Reads all marker descriptions that there are.
  func readMarkersNow(_ patterns: EventPatternList) throws(ProgramTracingError) {
    while try readMarkers(patterns) {}
  }
}
