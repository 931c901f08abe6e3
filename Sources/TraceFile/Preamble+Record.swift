internal import Events

extension Preamble {
  func write(to record: inout PartBytes) {
    record.append(reading: reading)
    record.append(UInt32(truncatingIfNeeded: max(cpus, 0)))
    record.append(UInt32(referenceClock.rawValue))
    for text in [
      hostName, kernelRelease, kernelVersion, machine, bootIdentifier, creator,
    ] {
      record.append(text: text)
    }
    record.append(UInt32(truncatingIfNeeded: commandLine.count))
    for argument in commandLine { record.append(text: argument) }
  }

  init(_ record: UnsafeRawBufferPointer, of header: BlockHeader) throws(Malformation) {
    var cursor = unsafe ByteCursor(record)
    let reading = cursor.reading()
    let cpus = cursor.next(UInt32.self)
    guard let clock = ClockKind(rawValue: UInt8(truncatingIfNeeded: cursor.next(UInt32.self)))
    else { throw Malformation("reference clock") }
    self.init(identifier: header.identifier, reading: reading, referenceClock: clock)
    formatVersion = header.version
    self.cpus = Int(cpus)
    hostName = cursor.text()
    kernelRelease = cursor.text()
    kernelVersion = cursor.text()
    machine = cursor.text()
    bootIdentifier = cursor.text()
    creator = cursor.text()
    let arguments = Int(cursor.next(UInt32.self))
    guard arguments <= cursor.left / 4 else { throw Malformation("command line") }
    for _ in 0..<arguments { commandLine.append(cursor.text()) }
    if cursor.isShort { throw Malformation("preamble") }
  }
}

extension TraceTotals {
  /// Ends a trace: "swtend", carriage return, newline.
  static let magic: UInt64 = 0x0A0D_646E_6574_7773
  /// Length of the block and magic, at the very end of the trace.
  static let trailerBytes = 16
  /// No later version's end block is longer.
  static let longestBlock: UInt64 = 1 << 16

  func write(index: UInt64, blockBytes: UInt64, to record: inout PartBytes) {
    record.append(index)
    record.append(events)
    record.append(lost)
    record.append(uncountedLosses)
    record.append(blocks)
    record.append(recorderNanoseconds)
    record.append(reading: reading)
    record.append(recorded?.lowerBound ?? 0)
    record.append(recorded?.upperBound ?? 0)
    record.append(blockBytes)
    record.append(TraceTotals.magic)
  }

  init(_ record: UnsafeRawBufferPointer, index: inout UInt64) throws(Malformation) {
    var cursor = unsafe ByteCursor(record)
    index = cursor.next(UInt64.self)
    let events = cursor.next(UInt64.self)
    let lost = cursor.next(UInt64.self)
    let uncountedLosses = cursor.next(UInt64.self)
    let blocks = cursor.next(UInt64.self)
    let recorderNanoseconds = cursor.next(UInt64.self)
    self.init(reading: cursor.reading(), recorderNanoseconds: recorderNanoseconds)
    if cursor.left >= TraceTotals.trailerBytes + 16 {
      let (start, end) = (cursor.next(UInt64.self), cursor.next(UInt64.self))
      if start > 0, start <= end { recorded = start...end }
    }
    self.events = events
    self.lost = lost
    self.uncountedLosses = uncountedLosses
    self.blocks = blocks
    if cursor.isShort || cursor.left < TraceTotals.trailerBytes { throw Malformation("totals") }
  }
}
