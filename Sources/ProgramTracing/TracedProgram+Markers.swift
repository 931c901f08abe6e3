internal import CSwtrace
internal import Events

extension TracedProgram {
  /// Reads descriptions of markers that were registered since the last time.
  ///
  /// Returns whether there were any.
  func readMarkers(_ patterns: EventPatternList) throws(ProgramTracingError) -> Bool {
    let at = RegistryLayout.markersField
    let word = try file.bytes(at: UInt64(at), count: 8).number(at: 0, bytes: 8)
    let count = Int(word & 0xffff_ffff)
    let used = Int(word >> 32)
    let known = descriptions.count
    guard count > known else { return false }
    guard count <= layout.markerCapacity, used <= layout.tableCapacity else {
      throw malformed("marker count", UInt64(at))
    }
    let switches = try file.bytes(
      at: layout.switchWord(known + 1), count: (count - known) * 8)
    var places: [Int] = []
    for index in 0..<count - known {
      let entry = Int(switches.number(at: index * 8 + 4, bytes: 4))
      // Registered, its description not yet written: it and those behind it come next time.
      if entry == 0 { break }
      guard entry <= used else {
        throw malformed("marker entry", layout.switchWord(known + index + 1))
      }
      places.append(entry - 1)
    }
    guard let lowest = places.min() else { return false }
    let table = try file.bytes(at: layout.tableOffset + UInt64(lowest), count: used - lowest)
    let head = MemoryLayout<swtrace_entry>.size - MemoryLayout<swtrace_description>.size
    for place in places {
      guard let description = MarkerDescription(table, at: place - lowest + head) else {
        throw malformed("marker description", layout.tableOffset + UInt64(place))
      }
      plans.append(MarkerPlan(codes: description.codes, firstCode: codes.count))
      codes.append(contentsOf: description.codes)
      wanted.append(patterns.includes(description.type))
      identifiers.append(nil)
      descriptions.append(description)
    }
    return true
  }

  /// Sets the session's bit in the switch of each wanted marker.
  func switchOn() throws(ProgramTracingError) {
    let words = try switchWords()
    for id in words.indices where wanted[id] && words[id] >> UInt32(slot) & 1 == 0 {
      try apply(.setBit(UInt32(slot)), at: layout.switchWord(id + 1), "switch")
    }
  }

  /// Whether slot `index` has a marker on that the session wants.
  func hasWantedMarker(on index: Int) throws(ProgramTracingError) -> Bool {
    let words = try switchWords()
    return words.indices.contains { wanted[$0] && words[$0] >> UInt32(index) & 1 != 0 }
  }

  /// Clears the session's bit in the switch of each marker that it does not want.
  func switchOffUnwanted() throws(ProgramTracingError) {
    let words = try switchWords()
    for id in words.indices where !wanted[id] && words[id] >> UInt32(slot) & 1 != 0 {
      try apply(.clearBit(UInt32(slot)), at: layout.switchWord(id + 1), "switch")
    }
  }

  /// Clears the bit of slot `slot` in every switch.
  func switchOff(slot: Int) throws(ProgramTracingError) {
    let words = try switchWords()
    for id in words.indices where words[id] >> UInt32(slot) & 1 != 0 {
      try apply(.clearBit(UInt32(slot)), at: layout.switchWord(id + 1), "switch")
    }
  }

  /// Sets or clears the bit by which each marker asks whether its process is registered at all.
  func markForRegistration(_ on: Bool) throws(ProgramTracingError) {
    isMarked = on
    for (id, word) in try switchWords().enumerated() where (word >> 31 != 0) != on {
      try apply(on ? .setBit(31) : .clearBit(31), at: layout.switchWord(id + 1), "switch")
    }
  }

  private func switchWords() throws(ProgramTracingError) -> [UInt32] {
    guard !descriptions.isEmpty else { return [] }
    let bytes = try file.bytes(at: layout.switchWord(1), count: descriptions.count * 8)
    return descriptions.indices.map { UInt32(bytes.number(at: $0 * 8, bytes: 4)) }
  }

  /// Gives the program room for more markers ahead of its need: it may not touch memory that is not
  /// backed.
  ///
  /// Only under the lock.
  func backMarkers() throws(ProgramTracingError) {
    let parts: [(field: Int?, offset: UInt64, capacity: Int, used: Int)] = [
      (
        MemoryLayout<swtrace_registry>.offset(of: \.markers_backed), layout.markersOffset,
        layout.markerCapacity * 8, descriptions.count * 8
      ),
      (
        MemoryLayout<swtrace_registry>.offset(of: \.table_backed), layout.tableOffset,
        layout.tableCapacity, Int(controlNumber(UInt64(RegistryLayout.markersField)) >> 32)
      ),
    ]
    for part in parts {
      guard let field = part.field else { continue }
      let backed = Int(controlWord(UInt64(field)))
      let step = 1 << 16
      guard backed - part.used < 1 << 13, backed <= part.capacity - step else { continue }
      // The program's own constructors may raise the word meanwhile: back further than is said.
      let ahead = min(part.capacity - backed, 16 * step)
      guard allocate(part.offset + UInt64(backed), ahead) == 0 else { continue }
      try apply(.addShifted(16), at: UInt64(field), "backed")
    }
  }
}
