internal import CSwtrace
internal import Events

extension TracedProgram {
  /// What the control copy says of a slot.
  struct SlotState {
    var session: SessionIdentifier
    var state: UInt32
    var generation: UInt32
    var flags: UInt32
  }

  func slotState(_ index: Int) -> SlotState {
    let offset = layout.slot(index)
    return SlotState(
      session: SessionIdentifier(high: controlNumber(offset), low: controlNumber(offset + 8)),
      state: controlWord(offset + SlotOffset.state),
      generation: controlWord(offset + SlotOffset.generation),
      flags: controlWord(offset + SlotOffset.flags))
  }

  /// Whether the constructor has read the session files.
  var isReady: Bool {
    controlWord(UInt64(MemoryLayout<swtrace_registry>.offset(of: \.state) ?? 0))
      != UInt32(SWTRACE_PROCESS_STARTING)
  }

  /// The slot in which the session is, by the control copy.
  func findSlot(of session: SessionIdentifier) -> Bool {
    for index in 0..<layout.slotCount {
      let state = slotState(index)
      if state.session == session, state.state == UInt32(SWTRACE_SLOT_ACTIVE) {
        slot = index
        generation = state.generation
        return true
      }
    }
    return false
  }

  /// Claims a slot for the session; false where every one is in use.
  ///
  /// A free slot, or one whose session has ended while a thread that sleeps since still holds a chunk
  /// of it. Only under the lock.
  func claimSlot(
    for session: SessionIdentifier, patterns: [UInt8], quota: UInt64, populates: Bool
  ) throws(ProgramTracingError) -> Bool {
    guard
      let index = firstSlot(in: UInt32(SWTRACE_SLOT_FREE))
        ?? firstSlot(in: UInt32(SWTRACE_SLOT_STOPPED))
    else { return false }
    try seal(slot: index)
    let offset = layout.slot(index)
    slot = index
    generation = slotState(index).generation &+ 1
    try apply(.store(UInt32(SWTRACE_SLOT_CLAIMED)), at: offset + SlotOffset.state, "slot")

    let fits = patterns.count <= Int(SWTRACE_PATTERNS_SIZE)
    let flags = (populates ? SWTRACE_SLOT_POPULATE : 0) | (fits ? 0 : SWTRACE_SLOT_LONG)
    if fits {
      try write(
        patterns, at: layout.patternsOffset + UInt64(index) * UInt64(SWTRACE_PATTERNS_SIZE),
        "patterns")
    }
    var identifier: [UInt8] = []
    identifier.append(littleEndian: session.high)
    identifier.append(littleEndian: session.low)
    try write(identifier, at: offset, "slot")
    var body: [UInt8] = []
    body.append(littleEndian: generation)
    body.append(littleEndian: flags)
    body.append(littleEndian: UInt32(fits ? patterns.count : 0))
    body.append(littleEndian: quota)
    body.append(littleEndian: UInt64(0))  // backed
    for word in [0, 0, 0, UInt32(SWTRACE_CLASSES - 1)] { body.append(littleEndian: word) }
    body.append(
      contentsOf: [UInt8](repeating: 0, count: Int(RegistryLayout.slotSize) - 20 - body.count))
    try write(body, at: offset + SlotOffset.generation, "slot")
    try apply(.store(UInt32(SWTRACE_SLOT_ACTIVE)), at: offset + SlotOffset.state, "slot")
    return true
  }

  private func firstSlot(in state: UInt32) -> Int? {
    (0..<layout.slotCount).first { slotState($0).state == state }
  }

  /// Makes a slot fit for another session: what threads still hold of earlier ones takes no records.
  ///
  /// A thread that sleeps since an earlier session holds one chunk of this slot, and one on its way may
  /// have taken another. Closed, such a chunk sends its thread on to the slow path, which sees that
  /// the generation is another and leaves it. Extents of the last session stay for its recorder to
  /// read; older ones are freed as soon as no thread has a chunk there. Only under the lock.
  private func seal(slot index: Int) throws(ProgramTracingError) {
    let last = slotState(index).generation
    let own = (slot, generation, extents)
    defer { (slot, generation, extents) = own }
    var earlier: Set<UInt32> = []
    for extent in 0..<layout.extentCount {
      let word = controlWord(layout.extentWord(extent))
      guard word != 0, swtrace_extent_slot(word) == UInt32(index),
        let progress = ExtentProgress(word: word)
      else { continue }
      if swtrace_extent_generation(word) != last & 0xffff {
        earlier.insert(swtrace_extent_generation(word))
      }
      for chunk in progress.chunks.indices {
        if isFree(extent, chunk), try takeAway(extent, chunk, size: progress.chunkSize) { continue }
        try close(extent, chunk, size: progress.chunkSize)
      }
    }
    for old in earlier {
      (slot, generation, extents) = (index, old, [:])
      _ = try reclaim(discarding: true)
    }
    try freeNotes(slot: index, before: last)
  }

  /// Lets no further record into a chunk.
  private func close(_ extent: Int, _ chunk: Int, size: Int) throws(ProgramTracingError) {
    let place = layout.extent(extent) + UInt64(chunk * size)
    let header = try file.bytes(at: place, count: Int(SWTRACE_CHUNK_HEADER))
    let isClosed = mapping.apply(.setBit(31), at: place + UInt64(ChunkOffset.closed))
    // A chunk without memory cannot be closed, and nobody has it.
    guard isClosed || header.allSatisfy({ $0 == 0 }) else { throw malformed("closed", place) }
  }

  /// Frees the notes of losses of sessions before `generation`, whose recorders are long gone.
  private func freeNotes(slot index: Int, before generation: UInt32) throws(ProgramTracingError) {
    for note in 0..<layout.noteCount {
      let offset = layout.note(note)
      guard controlWord(offset) == UInt32(SWTRACE_NOTE_CLOSED),
        controlWord(offset + NoteOffset.slot) == UInt32(index),
        controlWord(offset + NoteOffset.generation) != generation
      else { continue }
      try apply(.store(UInt32(SWTRACE_NOTE_FREE)), at: offset, "note")
    }
  }

  /// Whether the slot is still this session's, ended.
  func isStopped(slot index: Int, generation: UInt32) -> Bool {
    let state = slotState(index)
    return state.state == UInt32(SWTRACE_SLOT_STOPPED) && state.generation == generation
  }

  /// Lets the program back chunks by itself when none is free: it was seen without seccomp.
  func allowPopulating() throws(ProgramTracingError) {
    try apply(.setBit(0), at: layout.slot(slot) + SlotOffset.flags, "slot flags")
  }

  /// Ends a session in this program: no marker is on for it any more, no chunk takes records.
  func stop(slot index: Int, generation: UInt32, at time: UInt64) throws(ProgramTracingError) {
    try switchOff(slot: index)
    var stamp: [UInt8] = []
    stamp.append(littleEndian: time)
    try write(stamp, at: layout.slot(index) + SlotOffset.stoppedAt, "slot")
    try apply(
      .store(UInt32(SWTRACE_SLOT_STOPPED)), at: layout.slot(index) + SlotOffset.state, "slot")
    try readControl()
    for extent in 0..<layout.extentCount {
      let word = controlWord(layout.extentWord(extent))
      guard word != 0, swtrace_extent_slot(word) == UInt32(index),
        swtrace_extent_generation(word) == generation & 0xffff,
        let progress = ExtentProgress(word: word)
      else { continue }
      for chunk in progress.chunks.indices where !isFree(extent, chunk) {
        let place = layout.extent(extent) + UInt64(chunk * progress.chunkSize)
        let state = try file.bytes(at: place, count: 4).number(at: 0, bytes: 4) & 7
        if state == UInt64(SWTRACE_CHUNK_WRITING) || state == UInt64(SWTRACE_CHUNK_CLAIMED) {
          try apply(.setBit(31), at: place + UInt64(ChunkOffset.closed), "closed")
        }
      }
    }
  }

  /// Whether the control copy has a chunk's free bit set.
  func isFree(_ extent: Int, _ chunk: Int) -> Bool {
    controlWord(layout.freeWord(extent, chunk: chunk)) >> UInt32(chunk % 32) & 1 != 0
  }
}
