package import Events

/// Makes state records of batches: one for each thread that encodes.
package struct StateRecordReader {
  private var tables: TraceTables
  private var clock: TraceClock
  private var roles = EventRoles()
  private var states: [SchedulerStates?] = []
  /// Columns that are laid out, by type.
  private var columns: [[Int]] = []

  package init(tables: TraceTables, clock: TraceClock) {
    self.tables = TraceTables()
    self.clock = clock
    update(tables: tables)
  }

  /// Takes the trace's tables as they are now; they only grow.
  package mutating func update(tables: TraceTables) {
    self.tables = tables
    roles.update(tables.types)
    while columns.count < tables.types.count {
      let type = tables.types[columns.count]
      let known = roles[EventTypeID(UInt32(columns.count))]
      columns.append(known.neededFields)
      states.append(known.role == .schedSwitch ? SchedulerStates(type) : nil)
    }
  }

  package mutating func update(clock: TraceClock) {
    self.clock = clock
  }

  /// The records of a batch; nil where its parts contradict each other.
  package mutating func read(_ batch: Batch) -> StateRecords? {
    guard
      let flat = FlatBatch(batch, tables: tables, clock: clock, choice: .some(columns))
    else { return nil }
    var result = StateRecords(
      records: [], losses: flat.losses, names: ThreadNames(), affinities: [], devices: [:],
      events: flat.count)
    result.names.learn(from: flat, roles)
    readRecords(flat, into: &result)
    return result
  }

  private mutating func readRecords(_ batch: FlatBatch, into result: inout StateRecords) {
    let readers = batch.groups.map { GroupReader($0, roles[$0.type]) }
    // In a CPU's own stream a thread's calls lie between its switches: the switch tells the last.
    let folds = batch.isOneCPU
    let wanted = readers.reduce(1) {
      $0 + ($1.role == .other || (folds && $1.isCall) ? 0 : $1.rows)
    }
    let switchType = batch.groups.first { roles[$0.type].role == .schedSwitch }.map {
      Int($0.type.index)
    }
    var meanings = switchType.flatMap { states[$0] } ?? SchedulerStates.bare
    result.records = unsafe [StateRecord](unsafeUninitializedCapacity: wanted) { buffer, count in
      unsafe readers.withUnsafeBufferPointer { [tables] readers in
        unsafe Self.fill(buffer, &count, from: batch, readers, tables, folds: folds, &meanings)
      }
    }
    if let switchType { states[switchType] = meanings }
    readMachine(batch, into: &result)
  }

  private static func fill(
    _ buffer: UnsafeMutableBufferPointer<StateRecord>, _ count: inout Int, from batch: FlatBatch,
    _ readers: UnsafeBufferPointer<GroupReader>, _ tables: TraceTables, folds: Bool,
    _ meanings: inout SchedulerStates
  ) {
    // Position of the last enter or exit since the last switch, -1 none.
    var call = -1
    var written = 0
    let events = batch.count
    let keys = unsafe batch.keys
    let groupOf = unsafe batch.groupOf
    let rows = unsafe batch.rows
    for position in 0..<events {
      let group = unsafe Int(groupOf[position])
      let role = unsafe readers[group].role
      if role == .other { continue }
      if folds, role == .systemCallEnter || role == .systemCallExit {
        call = position
        continue
      }
      var record = StateRecord(
        key: unsafe keys[position], thread: unsafe batch.threads[position],
        cpu: unsafe batch.cpus[position], role: role, flags: 0, a: 0, b: 0, value: 0)
      unsafe readers[group].fill(&record, row: Int(rows[position]))
      if role == .schedSwitch {
        record.value = Int64(meanings.meaning(record.value).rawValue)
        if call >= 0 {
          if unsafe batch.threads[call] == record.a {
            record.flags = StateRecord.hasCall
            record.value |= unsafe readers[Int(groupOf[call])].call(Int(rows[call])) << 8
          }
          call = -1
        }
      } else if role == .spanBegin || role == .spanEnd {
        record.setProcess(tables.process(of: batch.stream(at: position))?.pid ?? 0)
      }
      unsafe buffer.initializeElement(at: written, to: record)
      written &+= 1
    }
    if call >= 0 {
      let role = unsafe readers[Int(groupOf[call])].role
      let number = unsafe readers[Int(groupOf[call])].call(Int(rows[call]))
      // At the end, where it is in order.
      let record = StateRecord(
        key: unsafe keys[events - 1], thread: unsafe batch.threads[call],
        cpu: unsafe batch.cpus[call], role: role, flags: 0, a: 0, b: 0, value: number)
      unsafe buffer.initializeElement(at: written, to: record)
      written &+= 1
    }
    count = written
  }

  /// Rows of the machine's state whose texts are needed.
  private func readMachine(_ batch: FlatBatch, into result: inout StateRecords) {
    for group in batch.groups {
      let known = roles[group.type]
      switch known.role {
      case .machineThread: readAffinities(group, known, into: &result)
      case .machineBlockDevice:
        for row in 0..<group.rows {
          let major = group.columns[known.fields[0]].integer(row, signed: false)
          let minor = group.columns[known.fields[1]].integer(row, signed: false)
          result.devices[major << 20 | (minor & 0xF_FFFF)] =
            group.columns[known.fields[2]].text(row)
        }
      case .cpuQuota:
        for row in 0..<group.rows where known.fields[2] >= 0 {
          // A group without a limit says -1.
          if group.columns[known.fields[2]].integer(row, signed: true) > 0 {
            result.hasQuotas = true
          }
        }
      default: break
      }
    }
  }

  /// A thread's state and affinity go into its record's value; records of a type are in the order
  /// of its rows.
  private func readAffinities(
    _ group: FlatGroup, _ known: KnownType, into result: inout StateRecords
  ) {
    var numbers: [[UInt8]: Int] = [:]
    var row = 0
    for place in result.records.indices where result.records[place].role == .machineThread {
      guard row < group.rows else { return }
      let affinity = group.columns[known.fields[5]].text(row) ?? []
      let number = numbers[affinity] ?? result.affinities.count
      if number == result.affinities.count {
        numbers[affinity] = number
        result.affinities.append(affinity)
      }
      let letter = group.columns[known.fields[4]].text(row)?.first ?? 0
      result.records[place].value = Int64(letter) | Int64(number) << 8
      row += 1
    }
  }
}

extension SchedulerStates {
  fileprivate static var bare: SchedulerStates {
    SchedulerStates(EventType(system: "", name: "", origin: .kernel, fields: []))
  }
}

extension KnownType {
  /// Fields that state tracking looks at: not the names that a switch tells.
  fileprivate var neededFields: [Int] {
    let needed =
      switch role {
      case .schedSwitch: 3
      case .systemCallEnter, .systemCallExit: 1
      case .blockComplete: 2
      case .schedMigrate: 3
      case .machineThread: 6
      case .cpuQuota: 3
      case .softInterruptRaise, .blockInsert, .blockIssue, .netQueue, .netTransmit, .netReceive,
        .netCopy, .frequency, .cpuTime, .machineFact, .counter:
        0
      default: fields.count
      }
    return fields.prefix(needed).filter { $0 >= 0 }
  }
}
