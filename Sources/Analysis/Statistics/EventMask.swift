import Events

/// Which events of the batches in the slots of a merge a filter chooses.
struct EventMask {
  private struct Slot {
    var serial: UInt64 = 0
    /// How many names had been learned.
    var learned = 0
    var threads: Set<ThreadNumber> = []
    var mask: [Bool] = []
  }

  private var filter: FilterEvaluation
  private let needs: FilterNeeds
  private var slots: [Slot] = []

  private let moments: FilterMoments?

  init(_ filter: Filter, _ moments: FilterMoments? = nil) {
    self.moments = moments
    self.filter = FilterEvaluation(filter)
    needs = filter.needs
  }

  @inline(__always)
  func admits(_ slot: Int, _ position: Int) -> Bool {
    position < slots[slot].mask.count && slots[slot].mask[position]
  }

  /// Makes the masks of batches that have none yet, or of whose threads a name was learned since.
  mutating func update(
    _ stretch: borrowing MergedStretch, _ live: inout LiveNames, _ tables: TraceTables,
    _ clock: TraceClock
  ) throws(AnalysisError) {
    let needsNames = !needs.isDisjoint(with: [.comm, .process])
    while slots.count < stretch.slots.count { slots.append(Slot()) }
    for (number, batch) in stretch.slots.enumerated() {
      guard let batch, let source = batch.source else { continue }
      let serial = stretch.serials[number]
      let isNew = slots[number].serial != serial
      if isNew, needsNames {
        slots[number].threads = Set((0..<batch.count).map { unsafe batch.threads[$0] })
      }
      let learned = live.learned[min(slots[number].learned, live.learned.count)...]
      slots[number].learned = live.learned.count
      if !isNew, !needsNames || !learned.contains(where: slots[number].threads.contains) {
        continue
      }
      slots[number].serial = serial
      let derived = derived(of: batch, &live, tables, clock, needsNames: needsNames)
      do {
        slots[number].mask = try filter.mask(
          of: source, types: tables.types, derived: derived,
          answers: moments?.answers(batch, clock) ?? [:])
      } catch {
        throw .filter(error)
      }
    }
  }

  private func derived(
    of batch: FlatBatch, _ live: inout LiveNames, _ tables: TraceTables, _ clock: TraceClock,
    needsNames: Bool
  ) -> DerivedColumns {
    var derived = DerivedColumns()
    if needs.contains(.time) {
      derived.times = unsafe clock.nanoseconds(batch.keys, count: batch.count)
    }
    if needs.contains(.cpu) { derived.cpus = (0..<batch.count).map { unsafe batch.cpus[$0] } }
    guard needsNames else { return derived }
    for (position, label) in live.labels(of: batch).enumerated() {
      let thread = unsafe batch.threads[position]
      let label = live.completed(
        label, of: thread, cpu: unsafe batch.cpus[position], batch.stream(at: position), tables)
      derived.processes.append(
        label.process == 0 && thread != 0 ? DerivedColumns.unknownProcess : label.process)
      derived.comms.append(label.name == 0 ? DerivedColumns.unknownName : label.name)
    }
    derived.names = live.names.texts
    return derived
  }
}

extension LiveNames {
  /// A label as far as it can be told from where an event comes from.
  mutating func completed(
    _ label: ThreadLabel, of thread: ThreadNumber, cpu: UInt16, _ stream: StreamID,
    _ tables: TraceTables
  ) -> ThreadLabel {
    var label = label
    if let process = tables.process(of: stream) {
      if label.process == 0 { label.process = process.pid }
      if label.name == 0 { label.name = intern(process.shortName) }
    } else if thread == 0, label.name == 0, cpu != Batch.unknownCPU {
      label.name = intern(Array("swapper/\(cpu)".utf8))
    }
    return label
  }
}

extension TracedProcess {
  /// The executable's name, as short as the kernel would have it.
  var shortName: [UInt8] {
    let path = Array(executable.utf8)
    let start = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return Array(path[start...].prefix(15))
  }
}
