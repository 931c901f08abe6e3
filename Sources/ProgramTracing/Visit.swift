internal import CLinux
internal import CSwtrace
internal import Events
internal import Glibc

/// One pass over the chunks of one program.
///
/// ```
/// chunk ──pread──► arena ──RecordWalk──► table ──(state and sequence as before?)──► kept or undone
/// ```
struct Visit {
  /// CLOCK_MONOTONIC at its start.
  let now: UInt64
  /// Chunks that are still being written are read, too.
  var flushes: Bool
  /// Nothing comes any more: what is open now is lost.
  var isFinal: Bool
  /// Stamps after it are outside the session, by clock.
  var cutoff: (processor: UInt64, monotonic: UInt64) = (.max, .max)

  /// How long a thread may stay inside a record before those behind it are read first.
  static let patience: UInt64 = 1_000_000_000

  func cutoff(_ clock: ClockKind) -> UInt64 {
    clock == .processor ? cutoff.processor : cutoff.monotonic
  }
}

/// Where drained records go, and the names that the trace gives to types and streams.
struct DrainTarget: ~Copyable {
  var assembly: BatchAssembly
  var drained = DrainedPrograms()

  mutating func flush() {
    guard let batch = assembly.takeBatch() else { return }
    drained.events += UInt64(batch.count)
    for loss in batch.losses { drained.lost = drained.lost.addingClamped(loss.count ?? 0) }
    drained.batches.append(batch)
  }
}

/// The trace's own numbers of types and streams.
struct Interning {
  let types: (EventType) -> EventTypeID
  let streams: (EventStream) -> StreamID
}

extension TracedProgram {
  func stream(_ interning: borrowing Interning) -> StreamID {
    if let streamID { return streamID }
    let id = interning.streams(EventStream(source: .process(process), clock: layout.clock))
    streamID = id
    return id
  }

  /// Reads the chunks and losses of the session.
  func drain(
    _ visit: Visit, patterns: EventPatternList, into target: inout DrainTarget,
    interning: borrowing Interning
  ) throws(ProgramTracingError) {
    try readControl()
    filled = 0
    freeBytes = 0
    foundFree = 0
    freeChunks = 0
    writingChunks = 0
    hasOpenRecords = false
    for chunk in try takenChunks() {
      try drain(chunk.extent, chunk.chunk, size: chunk.size, visit, patterns, &target, interning)
    }
    if !open.isEmpty, visit.flushes || visit.isFinal {
      try drainOpenRecords(visit, patterns, &target, interning)
    }
    try readLosses(visit, &target, interning)
  }

  /// The session's chunks that somebody has taken, in the order in which they were.
  private func takenChunks() throws(ProgramTracingError) -> [TakenChunk] {
    var taken: [TakenChunk] = []
    for index in 0..<layout.extentCount {
      let word = controlWord(layout.extentWord(index))
      guard isOwn(word) else { continue }
      if extents[index]?.word != word { extents[index] = ExtentProgress(word: word) }
      guard let size = extents[index]?.chunkSize else {
        throw malformed("extent", layout.extentWord(index))
      }
      for chunk in 0..<Int(SWTRACE_EXTENT_SIZE) / size {
        if isFree(index, chunk) {
          freeBytes += size
          foundFree += size
          freeChunks += 1
          continue
        }
        if phase == .stopped, extents[index]?.chunks[chunk].isDrained == true { continue }
        let place = layout.extent(index) + UInt64(chunk * size + ChunkOffset.base)
        let base = try number(at: place)
        // Not yet backed, or taken this moment.
        if base != 0 {
          taken.append(TakenChunk(extent: index, chunk: chunk, size: size, base: base))
        }
      }
    }
    taken.sort { $0.base < $1.base }
    return taken
  }

  private func drain(
    _ extent: Int, _ chunk: Int, size: Int, _ visit: Visit, _ patterns: EventPatternList,
    _ target: inout DrainTarget, _ interning: borrowing Interning
  ) throws(ProgramTracingError) {
    let place = layout.extent(extent) + UInt64(chunk * size)
    if target.assembly.arena.room < 2 * size + 256 { target.flush() }
    let start = target.assembly.arena.used
    // A small chunk is copied at once, of a large one only what is new.
    let isSmall = size == 4096
    let top = Int(SWTRACE_CHUNK_HEADER)
    let headBytes = isSmall ? size : top
    guard
      try target.assembly.arena.copy(file, at: place, count: headBytes, place: start) == headBytes
    else { throw malformed("chunk", place) }
    let state = UInt32(truncatingIfNeeded: target.assembly.arena.word(at: start)) & 7
    switch Int32(state) {
    case SWTRACE_CHUNK_FREE, SWTRACE_CHUNK_CLAIMED: return
    case SWTRACE_CHUNK_WRITING: writingChunks += 1
    case SWTRACE_CHUNK_FULL, SWTRACE_CHUNK_DEAD: break
    default: throw malformed("chunk state", place)
    }
    // What was a chunk as large as its extent may have been cut after the control copy: its first part
    // is not to be taken for the whole.
    if size == Int(SWTRACE_EXTENT_SIZE) {
      let word = UInt32(truncatingIfNeeded: try number(at: layout.extentWord(extent)))
      guard word == extents[extent]?.word else { return }
    }
    guard
      let header = ChunkHeader(
        target.assembly.arena, at: start, chunkSize: size, slot: slot, generation: generation)
    else {
      // Given back unused while it was copied: its state tells.
      let word = UInt32(truncatingIfNeeded: target.assembly.arena.word(at: start))
      let again = UInt32(truncatingIfNeeded: try number(at: place))
      guard again != word else { throw malformed("chunk header", place) }
      return
    }
    var progress = extents[extent]?.chunks[chunk] ?? ChunkProgress()
    if progress.sequence != header.sequence {
      progress = ChunkProgress()
      progress.sequence = header.sequence
      progress.consumed = header.first
      progress.lastTime = header.base &- clockOffset
    }
    guard header.limit >= progress.consumed else { throw malformed("chunk position", place) }
    let isWriting = state == UInt32(SWTRACE_CHUNK_WRITING)
    if isWriting, !visit.flushes, !visit.isFinal { return }

    let count = header.limit - progress.consumed
    if count > 0 {
      // Where the thread may be writing, a second copy tells which records were whole in the first
      // (RecordWalk.earlier).
      let isTwofold = isWriting || !Machine.copiesInOrder
      var walkAt = start
      if isSmall {
        walkAt = start + progress.consumed
      } else {
        try copy(place, progress.consumed, count, to: start, &target)
      }
      var earlier = 0
      if isTwofold {
        earlier = walkAt
        walkAt = start + (isSmall ? size : (count + 7) & ~7)
        earlier = walkAt - earlier
        swtrace_fence()
        try copy(place, progress.consumed, count, to: walkAt, &target)
      }
      let mark = Mark(target.assembly)
      var walk = RecordWalk(
        place: walkAt, limit: walkAt + count, base: header.base,
        thread: hostThread(header.thread, &target), stream: 0, cutoff: visit.cutoff(layout.clock),
        clockOffset: clockOffset, lastTime: progress.lastTime, earlier: earlier)
      let found = try read(
        &walk, header, extent, chunk, walkAt - progress.consumed, &progress, visit, patterns,
        &target, interning)

      let again = UInt32(truncatingIfNeeded: try number(at: place))
      if again >> 3 != header.sequence {
        mark.restore(&target.assembly)
        return
      }
      open.append(contentsOf: found.open)
      guard open.count < 1 << 16 else { throw malformed("open records", place) }
      for loss in found.losses { target.assembly.add(loss) }
      if target.assembly.table.count > mark.count {
        target.assembly.arena.used = (walk.limit + 7) & ~7
      }
      filled += walk.place - walkAt
      progress.consumed += walk.place - walkAt
      progress.lastTime = walk.lastTime
      if progress.consumed < header.limit {
        hasOpenRecords = true
      }
    }
    extents[extent]?.chunks[chunk] = progress
    guard !isWriting, progress.consumed == header.limit else { return }
    try release(extent, chunk, size: size, header, visit)
  }

  private func copy(
    _ place: UInt64, _ from: Int, _ count: Int, to target: Int, _ drain: inout DrainTarget
  ) throws(ProgramTracingError) {
    let offset = place + UInt64(from)
    guard try drain.assembly.arena.copy(file, at: offset, count: count, place: target) == count
    else { throw malformed("chunk", offset) }
  }

  /// Lets the walk go on over what it cannot step over by itself.
  private func read(
    _ walk: inout RecordWalk, _ header: ChunkHeader, _ extent: Int, _ chunk: Int, _ origin: Int,
    _ progress: inout ChunkProgress, _ visit: Visit, _ patterns: EventPatternList,
    _ target: inout DrainTarget, _ interning: borrowing Interning
  ) throws(ProgramTracingError) -> (open: [OpenRecord], losses: [Loss]) {
    var found: (open: [OpenRecord], losses: [Loss]) = ([], [])
    let isWriting = Int32(header.state) == SWTRACE_CHUNK_WRITING
    let isOver = visit.isFinal || Int32(header.state) == SWTRACE_CHUNK_DEAD
    let startedAt = walk.place
    while true {
      let stop = try resolve(&walk, patterns, &target, interning)
      var step: Int
      var mark = OpenMark.record
      switch stop {
      case .end:
        progress.stuckSince = 0
        return found
      case .open(let size, let what):
        mark = what
        step = mark == .tail ? walk.limit - walk.place : size
        if size < 8 || size % 8 != 0 || size > walk.limit - walk.place { step = -1 }
      case .nothing:
        step = zeroes(from: walk.place, to: walk.limit, target)
        // Another header than in the earlier copy: it became whole meanwhile.
        if step == 0 { return found }
        // Nothing behind it yet: it may have been reserved this moment.
        if isWriting, !visit.isFinal, step == walk.limit - walk.place { return found }
      case .damaged, .unresolved: step = -1
      }
      guard step > 0 else {
        found.losses.append(
          loss(
            .damaged, count: nil, walk.thread, walk.lastTime, now, interning))
        walk.place = walk.limit
        return found
      }
      if isWriting, !visit.isFinal {
        // Live: wait for the thread, but not for ever.
        if walk.place > startedAt || progress.stuckSince == 0 {
          progress.stuckSince = visit.now
          return found
        }
        if visit.now - progress.stuckSince < Visit.patience { return found }
        progress.stuckSince = 0
      }
      if isOver {
        if torn.isAnother(mark, thread: walk.thread, order: header.order) {
          found.losses.append(
            loss(.openRecord, count: 1, walk.thread, walk.lastTime, walk.lastTime, interning))
        }
      } else {
        found.open.append(
          OpenRecord(
            extent: extent, chunk: chunk, sequence: header.sequence, offset: walk.place - origin,
            size: step, base: header.base, thread: walk.thread, after: walk.lastTime,
            since: visit.now, mark: mark, order: header.order))
      }
      walk.place += step
    }
  }

  /// Runs the walk, looking up markers on the way.
  func resolve(
    _ walk: inout RecordWalk, _ patterns: EventPatternList, _ target: inout DrainTarget,
    _ interning: borrowing Interning
  ) throws(ProgramTracingError) -> RecordWalk.Stop {
    if plansBatch != target.assembly.number {
      for index in plans.indices { plans[index].group = MarkerPlan.unresolved }
      plansBatch = target.assembly.number
    }
    while true {
      if let streamID { walk.stream = streamID.index }
      let stop = walk.run(
        target.assembly.arena, into: &target.assembly.table, plans: plans, codes: codes)
      guard case .unresolved(let id) = stop else { return stop }
      if id > descriptions.count {
        guard try readMarkers(patterns), id <= descriptions.count else { return .damaged }
        continue
      }
      guard wanted[id - 1] else {
        plans[id - 1].group = MarkerPlan.unwanted
        continue
      }
      let type = identifiers[id - 1] ?? interning.types(descriptions[id - 1].type)
      identifiers[id - 1] = type
      guard let group = target.assembly.group(for: type, codes: descriptions[id - 1].codes) else {
        return .damaged
      }
      plans[id - 1].group = group
      target.assembly.join(stream(interning))
    }
  }

  /// How many bytes of zero words there are from `place` on.
  private func zeroes(from place: Int, to limit: Int, _ target: borrowing DrainTarget) -> Int {
    var end = place
    while end < limit, target.assembly.arena.word(at: end) == 0 { end += 8 }
    return min(end, limit) - place
  }

  func loss(
    _ reason: Loss.Reason, count: UInt64?, _ thread: ThreadNumber, _ first: UInt64,
    _ last: UInt64, _ interning: borrowing Interning
  ) -> Loss {
    Loss(
      stream: stream(interning), reason: reason, count: count, thread: thread, first: first,
      last: max(first, last))
  }
}

/// A chunk that is not free.
private struct TakenChunk {
  var extent: Int
  var chunk: Int
  var size: Int
  var base: UInt64
}

/// Where a table stood before a chunk was read into it.
private struct Mark {
  let count: Int
  let isSorted: Bool
  let lastTime: UInt64
  let used: Int

  init(_ assembly: borrowing BatchAssembly) {
    count = assembly.table.count
    isSorted = assembly.table.isSorted
    lastTime = assembly.table.lastTime
    used = assembly.arena.used
  }

  func restore(_ assembly: inout BatchAssembly) {
    assembly.table.count = count
    assembly.table.isSorted = isSorted
    assembly.table.lastTime = lastTime
    assembly.arena.used = used
  }
}

/// What the recorder's machine promises about copies.
enum Machine {
  /// Loads of a copy happen in the order of addresses: a record whose header is there is whole.
  static var copiesInOrder: Bool {
    #if arch(x86_64)
      true
    #else
      false
    #endif
  }
}
