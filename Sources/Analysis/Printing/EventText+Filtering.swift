import Events

extension EventText {
  /// Makes the masks of batches that have none yet, or of whose threads a name was learned since.
  mutating func updateMasks(
    _ stretch: borrowing MergedStretch, _ tables: TraceTables, _ clock: TraceClock
  ) throws(AnalysisError) {
    guard filter != nil else { return }
    let needsNames = !filterNeeds.isDisjoint(with: [.comm, .process])
    for (number, batch) in stretch.slots.enumerated() {
      guard let batch, let source = batch.source else { continue }
      let slot = slots[number]
      if !slot.isMasked, needsNames {
        slot.threads = Set((0..<batch.count).map { unsafe batch.threads[$0] })
      }
      let learned = live.learned[min(slot.learned, live.learned.count)...]
      slot.learned = live.learned.count
      if slot.isMasked, !needsNames || !learned.contains(where: slot.threads.contains) { continue }
      let derived = derivedColumns(of: batch, source, slot, tables, needsNames: needsNames)
      do {
        slot.mask =
          try filter?.mask(
            of: source, types: tables.types, derived: derived,
            answers: moments?.answers(batch, clock) ?? [:]) ?? slot.mask
      } catch {
        throw .filter(error)
      }
      slot.isMasked = true
    }
  }

  private mutating func derivedColumns(
    of batch: FlatBatch, _ source: Batch, _ slot: PrintedSlot, _ tables: TraceTables,
    needsNames: Bool
  ) -> DerivedColumns {
    var derived = DerivedColumns()
    if filterNeeds.contains(.time) { derived.times = slot.times }
    if filterNeeds.contains(.cpu) {
      derived.cpus = (0..<batch.count).map { unsafe batch.cpus[$0] }
    }
    guard needsNames else { return derived }
    var labels = live.labels(of: batch)
    for position in labels.indices {
      let thread = unsafe batch.threads[position]
      if thread == 0 || labels[position].name == 0 || labels[position].process == 0 {
        labels[position] = complete(
          labels[position], of: thread, cpu: unsafe batch.cpus[position],
          batch.stream(at: position), tables)
      }
      let process = labels[position].process
      derived.processes.append(
        process == 0 && thread != 0 ? DerivedColumns.unknownProcess : process)
    }
    derived.comms = labels.map { $0.name == 0 ? DerivedColumns.unknownName : $0.name }
    derived.names = live.names.texts
    return derived
  }
}
