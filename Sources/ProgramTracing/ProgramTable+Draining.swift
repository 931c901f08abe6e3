internal import CLinux
internal import Events
internal import Glibc

extension ProgramTable {
  /// One pass: what appeared, what was written, memory ahead.
  mutating func drain(_ interning: borrowing Interning) -> DrainedPrograms {
    let now = swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
    if !isStopped { scan(now) }
    for program in programs where program.phase == .attached && now >= program.nextVisit {
      visit(program, now, interning)
    }
    removeEnded()
    if target.assembly.isEmpty {
      heldSince = 0
    } else if heldSince == 0 {
      heldSince = now
    }
    let isOld = heldSince != 0 && now - heldSince >= Self.holdInterval
    if isOld || target.assembly.arena.used > Self.batchBytes {
      target.flush()
      heldSince = 0
    }
    return take(now)
  }

  private mutating func take(_ now: UInt64) -> DrainedPrograms {
    if target.assembly.isEmpty {
      completeUpTo =
        programs.lazy.filter { $0.phase == .attached }.map { $0.completeAt }
        .min() ?? now
    }
    var due = now + Self.longestInterval
    var attached = 0
    for program in programs {
      if program.phase == .attached {
        attached += 1
        due = min(due, program.nextVisit)
      } else if program.phase == .starting {
        due = min(due, now + Self.shortestInterval)
      }
    }
    if heldSince != 0 { due = min(due, heldSince + Self.holdInterval) }
    target.drained.programs = attached
    target.drained.completeUpTo = completeUpTo
    target.drained.nextPoll = TimeSpan(
      nanoseconds: Int64(max(due, now + Self.shortestInterval) - now))
    defer { target.drained = DrainedPrograms() }
    return target.drained
  }

  private mutating func visit(
    _ program: TracedProgram, _ now: UInt64, _ interning: borrowing Interning
  ) {
    let isFlush = now >= program.nextFlush || program.isSuspect
    var isOver = false
    if isFlush, program.isSuspect || now >= program.nextMapCheck {
      program.nextMapCheck = now + Self.flushInterval
      isOver = !program.isShared || program.isUnmapped
    }
    let visit = Visit(now: now, flushes: isFlush, isFinal: isOver)
    let patterns = options.patterns
    // A program that fills much gets batches of its own.
    let isLarge = program.filled > 512 << 10
    if isLarge, target.assembly.hasEvents { target.flush() }
    do throws(ProgramTracingError) {
      try program.drain(visit, patterns: patterns, into: &target, interning: interning)
      if isFlush, try program.readMarkers(patterns) { try program.switchOn() }
    } catch {
      if program.streamID == nil { _ = program.stream(interning) }
      drop(program, error)
      return
    }
    if isLarge || target.assembly.arena.used > Self.batchBytes { target.flush() }
    if isFlush {
      program.nextFlush = now + Self.flushInterval
      if !program.hasOpenRecords { program.completeAt = now }
    }
    if isOver {
      program.phase = .ended
      removeFile(of: program)
      return
    }
    pace(program, now)
    if program.phase == .attached, !program.isSuspect { provision(program) }
  }

  /// The next visit comes when a quarter of what is free will have been filled, at the rate since the
  /// last one; a program that was idle is come to more and more rarely.
  private func pace(_ program: TracedProgram, _ now: UInt64) {
    let elapsed = now - program.lastVisit
    program.lastVisit = now
    if program.isDry || program.foundFree * 8 < program.filled {
      program.interval = Self.shortestInterval
    } else if program.filled > 0 {
      let (scaled, overflow) = elapsed.multipliedReportingOverflow(
        by: UInt64(program.filled + program.freeBytes) / 4)
      program.interval =
        overflow
        ? Self.longestInterval
        : min(scaled / UInt64(program.filled), program.interval * 2, Self.longestInterval)
    } else {
      program.interval = min(program.interval * 2, Self.longestInterval)
    }
    program.interval = max(program.interval, Self.shortestInterval)
    program.nextVisit = now + program.interval
  }
}
