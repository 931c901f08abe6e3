internal import CSwtrace
internal import Events

extension TracedProgram {
  /// Whether SWTRACE_RECORD armed it and no recorder has come to it yet, by the control copy.
  var isArmed: Bool {
    !isElsewhere && (0..<layout.slotCount).contains { isArmed(slotState($0)) }
  }

  private func isArmed(_ slot: SlotState) -> Bool {
    slot.state == UInt32(SWTRACE_SLOT_ACTIVE) && slot.flags & SWTRACE_SLOT_ENVIRONMENT != 0
  }

  /// Takes over the slot that SWTRACE_RECORD armed, with everything that was recorded there since the
  /// first constructor; false where there is none, or none of its markers is wanted.
  ///
  /// The slot stays as it is and gets the session's identifier: no marker goes off meanwhile, none is
  /// recorded twice. The identifier is written last; until then it is nobody's. Only under the lock,
  /// with a fresh control copy.
  func takeOverArmedSlot(
    for session: SessionIdentifier, patterns: [UInt8], quota: UInt64
  ) throws(ProgramTracingError) -> Bool {
    guard let index = try wantedArmedSlot() else { return false }
    let offset = layout.slot(index)
    let fits = patterns.count <= Int(SWTRACE_PATTERNS_SIZE)
    if fits {
      try write(
        patterns, at: layout.patternsOffset + UInt64(index) * UInt64(SWTRACE_PATTERNS_SIZE),
        "patterns")
    }
    var size: [UInt8] = []
    size.append(littleEndian: UInt32(fits ? patterns.count : 0))
    size.append(littleEndian: max(quota, controlNumber(offset + SlotOffset.quota)))
    try write(size, at: offset + SlotOffset.patternsSize, "slot")
    if !fits { try apply(.setBit(1), at: offset + SlotOffset.flags, "slot flags") }
    var identifier: [UInt8] = []
    identifier.append(littleEndian: session.high)
    identifier.append(littleEndian: session.low)
    try write(identifier, at: offset, "slot")
    try apply(.clearBit(2), at: offset + SlotOffset.flags, "slot flags")
    slot = index
    generation = slotState(index).generation
    return true
  }

  private func wantedArmedSlot() throws(ProgramTracingError) -> Int? {
    for index in 0..<layout.slotCount {
      if isArmed(slotState(index)), try hasWantedMarker(on: index) { return index }
    }
    return nil
  }
}
