import Events

extension EventText {
  /// Writes a stretch; `tables`, `known` and `clock` are the trace's at this point.
  mutating func append(
    _ stretch: borrowing MergedStretch, _ tables: TraceTables, _ known: EventRoles,
    _ clock: TraceClock, learning: Bool
  ) throws(AnalysisError) {
    update(tables, known)
    for loss in stretch.losses {
      if loss.first >= live.nextKey { live.advance(to: loss.first) }
      append(loss, tables, clock)
    }
    prepareSlots(stretch, known, clock, learning: learning)
    try updateMasks(stretch, tables, clock)
    for run in stretch.runs {
      guard let batch = stretch.slots[Int(run.slot)] else { continue }
      append(batch, slots[Int(run.slot)], Int(run.start)..<Int(run.end), tables)
    }
  }

  mutating func prepareSlots(
    _ stretch: borrowing MergedStretch, _ known: EventRoles, _ clock: TraceClock, learning: Bool
  ) {
    while slots.count < stretch.slots.count { slots.append(PrintedSlot()) }
    for (slot, batch) in stretch.slots.enumerated() {
      guard let batch else {
        if slots[slot].serial != 0 { slots[slot] = PrintedSlot() }
        continue
      }
      guard slots[slot].serial != stretch.serials[slot] else { continue }
      if learning { live.learn(from: batch, known, teaching: false) }
      slots[slot] = PrintedSlot(batch, serial: stretch.serials[slot], clock: clock)
    }
  }

  private mutating func append(
    _ batch: FlatBatch, _ slot: PrintedSlot, _ range: Range<Int>,
    _ tables: TraceTables
  ) {
    let isMasked = slot.isMasked
    for position in range {
      if isMasked, !slot.mask[position] { continue }
      let group = unsafe Int(batch.groupOf[position])
      let type = slot.types[group]
      guard !programs[type].isHidden else { continue }
      let key = unsafe batch.keys[position]
      if key >= live.nextKey { live.advance(to: key) }
      let thread = unsafe batch.threads[position]
      let cpu = unsafe batch.cpus[position]
      var label = live.label(of: thread)
      if thread == 0 || label.name == 0 || label.process == 0 {
        label = complete(label, of: thread, cpu: cpu, batch.stream(at: position), tables)
      }
      room = programs[type].room
      output.reserve(room)
      beginLine(time: slot.times[position], cpu: cpu, thread: thread, label)
      output.put(programs[type].name, of: pieces)
      let row = unsafe Int(batch.rows[position])
      let firstColumn = slot.firstColumn[group]
      for operation in programs[type].operations {
        put(operation, slot.columns, firstColumn, row)
      }
      if let rest = slot.remainders[group] { append(remainder: rest, row) }
      if isJSON, !programs[type].named.isEmpty {
        appendSymbols(programs[type].named, slot.columns, firstColumn, row)
      }
      endLine()
    }
  }

  /// A label as far as it can be told from where the event comes from.
  @inline(never)
  mutating func complete(
    _ label: ThreadLabel, of thread: ThreadNumber, cpu: UInt16, _ stream: StreamID,
    _ tables: TraceTables
  ) -> ThreadLabel {
    live.completed(label, of: thread, cpu: cpu, stream, tables)
  }

  /// Writes a line's columns up to the event's name.
  @inline(__always)
  mutating func beginLine(
    time: Int64, cpu: UInt16, thread: ThreadNumber, _ label: ThreadLabel
  ) {
    switch format {
    case .text: beginText(time: time, cpu: cpu, thread: thread, label)
    case .json, .ndjson: beginObject(time: time, cpu: cpu, thread: thread, label)
    case .csv: beginRow(time: time, cpu: cpu, thread: thread, label)
    }
    written &+= 1
  }

  @inline(__always)
  mutating func endLine() {
    switch format {
    case .text: output.put(UInt8(ascii: "\n"))
    case .json: output.put(frame.afterFields, of: pieces)
    case .ndjson:
      output.put(frame.afterFields, of: pieces)
      output.put(UInt8(ascii: "\n"))
    case .csv: output.put(UInt8(ascii: "\""), UInt8(ascii: "\n"))
    }
  }

  @inline(__always)
  private mutating func beginText(
    time: Int64, cpu: UInt16, thread: ThreadNumber, _ label: ThreadLabel
  ) {
    let (seconds, fraction) = time.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    var width = 6
    if time < 0 {
      output.put(UInt8(ascii: "-"))
      width = 5
    }
    var bound: UInt64 = 10
    while width > 1 {
      if seconds < bound { output.put(UInt8(ascii: " ")) }
      bound &*= 10
      width &-= 1
    }
    output.put(decimal: seconds)
    output.put(UInt8(ascii: "."))
    output.put(nineDigits: fraction)
    output.put(UInt8(ascii: " "), UInt8(ascii: "["))
    if cpu == Batch.unknownCPU {
      output.put(UInt8(ascii: "?"), UInt8(ascii: "?"))
      output.put(UInt8(ascii: "?"))
    } else {
      if cpu < 100 { output.put(UInt8(ascii: "0")) }
      if cpu < 10 { output.put(UInt8(ascii: "0")) }
      output.put(decimal: UInt64(cpu))
    }
    output.put(UInt8(ascii: "]"), UInt8(ascii: " "))
    let start = output.count
    if label.name == 0 {
      output.put(UInt8(ascii: "?"))
    } else {
      output.put(namePiece(label.name), of: pieces)
    }
    output.put(UInt8(ascii: "-"))
    output.put(decimal: Int64(thread))
    output.pad(from: start, to: 22)
    output.put(UInt8(ascii: " "))
  }

  @inline(__always)
  private mutating func beginObject(
    time: Int64, cpu: UInt16, thread: ThreadNumber, _ label: ThreadLabel
  ) {
    if format == .json {
      if written > 0 { output.put(UInt8(ascii: ",")) }
      output.put(UInt8(ascii: "\n"))
    }
    output.put(frame.beforeTime, of: pieces)
    output.put(decimal: time)
    output.put(frame.beforeCPU, of: pieces)
    if cpu == Batch.unknownCPU {
      output.put(frame.null, of: pieces)
    } else {
      output.put(decimal: UInt64(cpu))
    }
    output.put(frame.beforeProcess, of: pieces)
    if label.process == Self.noNumber || (label.process == 0 && thread != 0) {
      output.put(frame.null, of: pieces)
    } else {
      output.put(decimal: Int64(label.process))
    }
    output.put(frame.beforeThread, of: pieces)
    if thread == Self.noNumber {
      output.put(frame.null, of: pieces)
    } else {
      output.put(decimal: Int64(thread))
    }
    output.put(frame.beforeComm, of: pieces)
    if label.name == 0 {
      output.put(frame.null, of: pieces)
    } else {
      output.put(UInt8(ascii: "\""))
      output.put(namePiece(label.name), of: pieces)
      output.put(UInt8(ascii: "\""))
    }
  }

  @inline(__always)
  private mutating func beginRow(
    time: Int64, cpu: UInt16, thread: ThreadNumber, _ label: ThreadLabel
  ) {
    output.put(decimal: time)
    output.put(UInt8(ascii: ","))
    if cpu != Batch.unknownCPU { output.put(decimal: UInt64(cpu)) }
    output.put(UInt8(ascii: ","))
    if label.process != Self.noNumber, label.process != 0 || thread == 0 {
      output.put(decimal: Int64(label.process))
    }
    output.put(UInt8(ascii: ","))
    if thread != Self.noNumber { output.put(decimal: Int64(thread)) }
    output.put(UInt8(ascii: ","), UInt8(ascii: "\""))
    if label.name != 0 { output.put(namePiece(label.name), of: pieces) }
    output.put(UInt8(ascii: "\""))
  }

  /// The piece of a thread's name, escaped for the format.
  @inline(__always)
  mutating func namePiece(_ name: UInt32) -> Piece {
    let number = Int(name)
    if number < names.count, let known = names[number] { return known }
    return addNamePiece(number)
  }

  @inline(never)
  private mutating func addNamePiece(_ number: Int) -> Piece {
    while names.count <= number { names.append(nil) }
    let piece = pieces.add(
      OutputBytes.escaped(Array(live.names.texts[number].prefix(64)), escaping))
    names[number] = piece
    return piece
  }
}
