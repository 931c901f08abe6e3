internal import CSwtrace
internal import Events

extension TracedProgram {
  /// Gives back a chunk of which everything was taken, as far as that is known to be safe.
  func release(
    _ extent: Int, _ chunk: Int, size: Int, _ header: ChunkHeader, _ visit: Visit
  ) throws(ProgramTracingError) {
    let isDead = Int32(header.state) == SWTRACE_CHUNK_DEAD
    let top = Int(SWTRACE_CHUNK_HEADER)
    let inside = open.filter {
      $0.extent == extent && $0.chunk == chunk && $0.sequence == header.sequence
    }
    guard phase == .attached, !visit.isFinal else {
      extents[extent]?.chunks[chunk].isDrained = inside.isEmpty || isDead
      return
    }
    if inside.isEmpty || isDead {
      // Open records of earlier owners, around which it was given free, bound it still.
      let bounds = open.contains { $0.extent == extent && $0.chunk == chunk && $0.isEnclosed }
      let lower = bounds ? header.first : top
      let upper = bounds ? header.end : size
      try giveBack(
        extent, chunk, size: size, from: lower, to: upper, dirty: header.first..<header.limit)
      freeBytes += size
      freeChunks += 1
      return
    }
    guard inside.allSatisfy({ visit.now - $0.since > Visit.patience }) else { return }
    // A record was left for good (longjmp) or will be closed late: the largest range beside such
    // records is free.
    var ranges: [Range<Int>] = []
    var from = header.first
    for record in inside.sorted(by: { $0.offset < $1.offset }) {
      if record.offset > from { ranges.append(from..<record.offset) }
      from = record.offset + record.size
    }
    if header.end > from { ranges.append(from..<header.end) }
    guard let largest = ranges.max(by: { $0.count < $1.count }), largest.count >= 512 else {
      return
    }
    for index in open.indices
    where open[index].extent == extent && open[index].chunk == chunk
      && open[index].sequence == header.sequence
    {
      open[index].isEnclosed = true
    }
    let dirty = largest.lowerBound..<max(largest.lowerBound, min(largest.upperBound, header.limit))
    try giveBack(
      extent, chunk, size: size, from: largest.lowerBound, to: largest.upperBound, dirty: dirty)
    freeBytes += largest.count
    freeChunks += 1
  }

  /// Takes records that were completed after those behind them, and counts those that never will be.
  func drainOpenRecords(
    _ visit: Visit, _ patterns: EventPatternList, _ target: inout DrainTarget,
    _ interning: borrowing Interning
  ) throws(ProgramTracingError) {
    var kept: [OpenRecord] = []
    for record in open {
      guard let size = extents[record.extent]?.chunkSize else { continue }
      let place = layout.extent(record.extent) + UInt64(record.chunk * size)
      let words = try file.bytes(at: place, count: 8)
      let word = UInt32(words.number(at: 0, bytes: 4))
      let isSame = word >> 3 == record.sequence || record.isEnclosed
      let isDead = Int32(word & 7) == SWTRACE_CHUNK_DEAD && word >> 3 == record.sequence
      let offset = place + UInt64(record.offset)
      let header = isSame ? try file.bytes(at: offset, count: 8).number(at: 0, bytes: 8) : 0
      if header == 0 || header >> 63 != 0 {
        if visit.isFinal || isDead || !isSame {
          if torn.isAnother(record.mark, thread: record.thread, order: record.order) {
            target.assembly.add(
              loss(.openRecord, count: 1, record.thread, record.after, record.after, interning))
          }
        } else {
          if visit.now - record.since < Visit.patience { hasOpenRecords = true }
          kept.append(record)
        }
        continue
      }
      if target.assembly.arena.room < record.size + 16 { target.flush() }
      let start = target.assembly.arena.used
      swtrace_fence()
      guard
        try target.assembly.arena.copy(file, at: offset, count: record.size, place: start)
          == record.size
      else { throw malformed("record", offset) }
      var walk = RecordWalk(
        place: start, limit: start + record.size, base: record.base, thread: record.thread,
        stream: 0, cutoff: visit.cutoff(layout.clock), clockOffset: clockOffset,
        lastTime: record.after)
      if try resolve(&walk, patterns, &target, interning) != RecordWalk.Stop.end {
        target.assembly.add(
          loss(.damaged, count: 1, record.thread, record.after, record.after, interning))
      }
      target.assembly.arena.used = start + (record.size + 7) & ~7
    }
    open = kept
  }

  /// A count of losses, which a damaged program may have made of anything.
  ///
  /// Nobody hits a marker more than once a nanosecond on any of so many `processors`.
  private func losses(
    at offset: UInt64, processors: UInt64, _ visit: Visit
  ) throws(ProgramTracingError) -> UInt64 {
    let count = controlNumber(offset)
    guard count / processors <= visit.now else { throw malformed("lost", offset) }
    return count
  }

  /// Tells losses that the program counted since the last time.
  func readLosses(
    _ visit: Visit, _ target: inout DrainTarget, _ interning: borrowing Interning
  ) throws(ProgramTracingError) {
    for index in 0..<layout.noteCount {
      let offset = layout.note(index)
      let state = Int32(bitPattern: controlWord(offset))
      guard state == SWTRACE_NOTE_OPEN || state == SWTRACE_NOTE_CLOSED,
        controlWord(offset + NoteOffset.slot) == UInt32(slot),
        controlWord(offset + NoteOffset.generation) == generation
      else { continue }
      let told = notesTold[index] ?? 0
      let count = try losses(at: offset + NoteOffset.count, processors: 1, visit)
      let isClosed = state == SWTRACE_NOTE_CLOSED
      guard isClosed || visit.flushes || visit.isFinal else { continue }
      if count > told {
        let thread = hostThread(
          ThreadNumber(bitPattern: controlWord(offset + NoteOffset.tid)), &target)
        report(
          count &- told, thread, controlNumber(offset + NoteOffset.first),
          controlNumber(offset + NoteOffset.last), visit,
          &target, interning)
      }
      notesTold[index] = isClosed ? 0 : max(count, told)
      if isClosed { try apply(.store(UInt32(SWTRACE_NOTE_FREE)), at: offset, "note") }
    }
    let own = layout.slot(slot)
    let processors = UInt64(SWTRACE_CPU_UNKNOWN)
    let count = try losses(at: own + SlotOffset.lost, processors: processors, visit)
    if count > slotLossTold {
      report(
        count &- slotLossTold, 0, controlNumber(own + SlotOffset.lostFirst),
        controlNumber(own + SlotOffset.lostLast), visit, &target,
        interning)
      slotLossTold = count
    }
    guard let field = MemoryLayout<swtrace_registry>.offset(of: \.lost_unregistered) else { return }
    let unregistered = try losses(at: UInt64(field), processors: processors, visit)
    if unregistered > unregisteredTold {
      report(
        unregistered &- unregisteredTold, 0, controlNumber(UInt64(field) + 8),
        controlNumber(UInt64(field) + 16), visit, &target, interning)
      unregisteredTold = unregistered
    }
    let refused = controlWord(RegistryLayout.refusedField)
    if refused > refusedTold {
      target.drained.refusals.append(RefusedMarkers(pid: pid, count: refused - refusedTold))
      refusedTold = refused
    }
  }

  private func report(
    _ count: UInt64, _ thread: ThreadNumber, _ first: UInt64, _ last: UInt64, _ visit: Visit,
    _ target: inout DrainTarget, _ interning: borrowing Interning
  ) {
    isDry = true
    let cutoff = visit.cutoff(layout.clock)
    target.assembly.add(
      loss(
        .programBufferFull, count: count, thread, min(first &- clockOffset, cutoff),
        min(last &- clockOffset, cutoff), interning))
  }
}
