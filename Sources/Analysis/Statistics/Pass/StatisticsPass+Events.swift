import Events

extension StatisticsPass {
  /// Takes a stretch's events.
  mutating func takeRuns(
    _ stretch: borrowing MergedStretch, _ tables: TraceTables, _ clock: TraceClock
  ) {
    let places = unsafe places
    // Of a few CPUs everything is at hand.
    let isWide = stretch.slots.count > 16
    unsafe places.withUnsafeBufferPointer { places in
      unsafe stretch.runs.withUnsafeBufferPointer { runs in
        for place in runs.indices {
          if isWide { unsafe foresee(runs, place, places) }
          let run = unsafe runs[place]
          unsafe takeRun(places[Int(run.slot)], run, tables, clock)
        }
      }
    }
    events &+= UInt64(stretch.events)
  }

  @inline(__always)
  private mutating func takeRun(
    _ records: UnsafeMutablePointer<EventRecord>, _ run: MergedRun, _ tables: TraceTables,
    _ clock: TraceClock
  ) {
    let end = Int(run.end)
    var position = Int(run.start)
    while position < end {
      let record = unsafe records + position
      if unsafe record.pointee.key > nextAside {
        unsafe takeAside(beforeEvent: record.pointee.key, tables, clock)
      }
      if unsafe record.pointee.comesAfterCalls { unsafe settle(record.pointee.state.cpu) }
      switch unsafe record.pointee.state.role {
      case .systemCallEnter:
        if position &+ 1 < end, unsafe takeCall(record) {
          position &+= 2
          continue
        }
        unsafe takeEnter(record)
      case .systemCallExit: unsafe takeExit(record)
      case .schedSwitch: unsafe takeSwitch(record)
      case .schedWaking, .schedWakeup: unsafe take(record.pointee.state)
      default: unsafe takeRare(record, Int(run.slot), position, tables)
      }
      if hasPeriods { unsafe takePeriod(record, Int(run.slot), position) }
      position &+= 1
    }
  }

  /// Takes what calls tell that were counted before: their thread has the CPU, and is in none.
  @inline(__always)
  private mutating func settle(_ cpu: UInt16) {
    let dense = tracking.settle(cpu)
    if dense > 0, dense < calls.count { calls[dense].start = 0 }
  }

  // Each kind of event has a function of its own: in one of all, what is small is not inlined.

  @inline(never)
  private mutating func takeEnter(_ record: UnsafeMutablePointer<EventRecord>) {
    let state = unsafe record.pointee.state
    let dense = tracking.takeCall(
      state.thread, on: state.cpu, Int32(truncatingIfNeeded: state.value), at: state.key)
    if tracking.threads.changes.count > 0 { takeChanges() }
    enterCall(
      dense, state.value, at: state.key, CallArguments(place: unsafe record.pointee.second))
  }

  /// Takes a call whose exit comes right after its enter; false where they are to be taken one by
  /// one.
  @inline(never)
  private mutating func takeCall(_ record: UnsafeMutablePointer<EventRecord>) -> Bool {
    let enter = unsafe record.pointee.state
    let exit = unsafe (record + 1).pointee.state
    guard exit.role == .systemCallExit, !hasFilter, !hasPeriods, exit.thread == enter.thread,
      exit.value == enter.value, enter.value == Int64(Int32(truncatingIfNeeded: enter.value)),
      unsafe record[1].key <= nextAside, window.counts(endAt: exit.key)
    else { return false }
    let start = max(1, enter.key)
    guard
      let dense = tracking.takeWholeCall(enter.thread, on: enter.cpu, from: start, to: exit.key)
    else { return false }
    if dense < calls.count { calls[dense].start = 0 }
    endCall(
      Int32(truncatingIfNeeded: enter.value), from: start, to: exit.key,
      returned: unsafe record[1].second, dense, enter.thread,
      CallArguments(place: unsafe record.pointee.second))
    return true
  }

  @inline(never)
  private mutating func takeExit(_ record: UnsafeMutablePointer<EventRecord>) {
    let state = unsafe record.pointee.state
    let dense = tracking.takeCall(state.thread, on: state.cpu, -1, at: state.key)
    if tracking.threads.changes.count > 0 { takeChanges() }
    exitCall(dense, state.thread, state.value, unsafe record.pointee.second, at: state.key)
  }

  @inline(never)
  private mutating func takeSwitch(_ record: UnsafeMutablePointer<EventRecord>) {
    let state = unsafe record.pointee.state
    take(state)
    guard state.cpu.isKnownCPU else { return }
    let cpu = Int(state.cpu)
    cpus.reach(cpu)
    cpus[cpu].isSeen = true
    if window.counts(endAt: state.key) { cpus[cpu].switches &+= 1 }
    let priority = unsafe record.pointee.second
    guard state.b != 0, priority != EventRecord.noPriority, !isPastWindow else { return }
    let dense = tracking.threads.index(of: state.b)
    threads.withRow(threads.row(dense)) { $0.priority = Int32(truncatingIfNeeded: priority) }
  }

  @inline(__always)
  private mutating func take(_ record: StateRecord) {
    tracking.take(record)
    if tracking.threads.changes.count > 0 { takeChanges() }
  }

  /// Counts events where no index does.
  mutating func count(_ stretch: borrowing MergedStretch) {
    for run in stretch.runs {
      guard let batch = slots[Int(run.slot)].batch else { continue }
      for position in Int(run.start)..<Int(run.end)
      where rare.eventMask?.admits(Int(run.slot), position) ?? true {
        let time = slots[Int(run.slot)].time(position)
        guard window.counts(endAt: time) else { continue }
        let type = unsafe Int(batch.groups[Int(batch.groupOf[position])].type.index)
        counts[type].count &+= 1
        counts[type].see(time)
      }
    }
  }

  /// An event that may begin or end a period.
  private mutating func takePeriod(
    _ record: UnsafeMutablePointer<EventRecord>, _ slot: Int, _ position: Int
  ) {
    guard let masks = rare.periodMasks, let batch = slots[slot].batch else { return }
    // What the recorder tells of the machine did not happen at that time.
    let type = batch.groups[Int(unsafe record.pointee.group)].type
    if types[Int(type.index)].origin == .machine { return }
    let ends = masks.end.admits(slot, position)
    let begins = masks.begin.admits(slot, position)
    guard ends || begins else { return }
    tracking.now = unsafe max(tracking.now, record.pointee.state.key)
    let thread = unsafe record.pointee.state.thread
    // An event that is both ends one and begins the next.
    if ends { endPeriod(thread) }
    if begins { beginPeriod(thread) }
  }

  /// Gives a thread that only its program's markers tell of the program's name.
  private mutating func complete(
    _ thread: ThreadNumber, _ batch: FlatBatch, _ position: Int, _ tables: TraceTables
  ) {
    let dense = tracking.threads.index(of: thread)
    let label = tracking.threads.table[dense].label
    guard dense != 0, label.name == 0 || label.process == 0 else { return }
    tracking.threads.table[dense].label = live.completed(
      label, of: thread, cpu: Batch.unknownCPU, batch.stream(at: position), tables)
  }

  /// Events beside switches, wakings and system calls.
  @inline(never)
  private mutating func takeRare(
    _ place: UnsafeMutablePointer<EventRecord>, _ slot: Int, _ position: Int,
    _ tables: TraceTables
  ) {
    let event = unsafe place.pointee
    var record = event.state
    switch event.role {
    case .other: return
    case .blockIssue: return issueRequest(event)
    case .blockComplete:
      take(record)
      completeRequest(event, slot)
      return
    case .interruptExit, .softInterruptExit, .softInterruptEntry, .interruptEntry:
      return takeInterrupt(event, slot)
    default: break
    }
    guard let batch = slots[slot].batch else { return }
    let (group, row) = (Int(event.group), Int(event.row))
    if record.role == .other {
      return takeBeside(batch, group, row, position, time: record.key, tables)
    }
    switch record.role {
    case .machineThread:
      record.value = machineValue(batch.groups[group], row)
      if tracking.now != rare.lastReading { rare.lastEvent = tracking.now }
    case .spanBegin, .spanEnd:
      record.setProcess(tables.process(of: batch.stream(at: position))?.pid ?? 0)
    default: break
    }
    take(record)
    switch record.role {
    case .spanBegin:
      complete(record.thread, batch, position, tables)
      beginSpan(record, batch.groups[group], row)
    case .spanEnd: endSpan(record, batch.groups[group], row)
    case .schedMigrate: noteMigration(record, batch.groups[group], row)
    case .processFork:
      groups.noteFork(parent: record.a, child: record.b)
      rare.throttles.noteFork(parent: record.a, child: record.b)
      if rare.chosen?.contains(record.a) == true { rare.chosen?.insert(record.b) }
      noteProcess(of: record.b, parent: record.a, at: event.key)
    case .machineThread:
      rare.lastReading = tracking.now
      noteThread(record, batch.groups[group], row)
    default: break
    }
  }

  private mutating func takeInterrupt(_ event: EventRecord, _ slot: Int) {
    take(event.state)
    if event.role == .interruptEntry, !rare.interrupts.isNamed(event.state.value),
      let batch = slots[slot].batch
    {
      rare.interrupts.name(
        event.state.value, batch.groups[Int(event.group)], known, Int(event.row))
    }
    if event.role == .softInterruptEntry { rare.interrupts.enter(event.state, window) }
    if blame.isWanted { takeInterruptEdge(event.state.cpu) }
  }

  /// A child of fork is a process of its own; one of clone is where it is no thread of its parent's.
  ///
  /// The flags of clone3 are in the program's memory.
  private mutating func noteProcess(
    of child: ThreadNumber, parent: ThreadNumber, at key: UInt64
  ) {
    // Its name first: whose number it was is forgotten.
    live.advance(toBefore: key &+ 1) { tracking.apply($0) }
    let dense = tracking.threads.index(of: child)
    guard dense != 0, tracking.threads.table[dense].label.process == 0,
      let caller = tracking.threads.known(parent), caller < calls.count, calls[caller].start != 0
    else { return }
    let names = rare.options.systemCallNames
    let number = Int(calls[caller].number)
    switch names.indices.contains(number) ? names[number] : "" {
    case "fork", "vfork": tracking.threads.table[dense].label.process = child
    case "clone" where calls[caller].hasArguments:
      let sharesThreadGroup = calls[caller].arguments[0] & 0x10000 != 0
      tracking.threads.table[dense].label.process =
        sharesThreadGroup ? tracking.threads.table[caller].label.process : child
    default: break
    }
  }

  private mutating func noteMigration(_ record: StateRecord, _ group: FlatGroup, _ row: Int) {
    guard window.counts(endAt: record.key) else { return }
    let dense = tracking.threads.index(of: record.a)
    guard !isIsolated || isChosen(dense),
      admits(dense, cpu: record.cpu, start: record.key, end: record.key, .wakeup)
    else { return }
    threads.withRow(threads.row(dense)) { $0.migrations &+= 1 }
    if let target = UInt16(exactly: record.b), target.isKnownCPU {
      cpus.reach(Int(target))
      cpus[Int(target)].migrationsIn &+= 1
    }
    let field = known[group.type].fields[3]
    if field >= 0 {
      let source = Int(group.columns[field].integer(row, signed: true))
      guard source >= 0, source < Int(Batch.unknownCPU) else { return }
      cpus.reach(source)
      cpus[source].migrationsOut &+= 1
    }
  }

  /// A thread's state letter and the number of its affinity, as a record has them.
  private mutating func machineValue(_ group: FlatGroup, _ row: Int) -> Int64 {
    let fields = known[group.type].fields
    let letter = group.columns[fields[4]].text(row)?.first ?? 0
    let affinity = tracking.affinities.intern(group.columns[fields[5]].text(row) ?? [])
    if affinity >= 0 { idle.learn(affinity, tracking.affinities) }
    return Int64(letter) | Int64(affinity) << 8
  }

  private mutating func noteThread(_ record: StateRecord, _ group: FlatGroup, _ row: Int) {
    let fields = known[group.type].fields
    guard fields.count > 7 else { return }
    // A thread that is only named has no path.
    if fields[6] >= 0, let path = group.columns[fields[6]].text(row), !path.isEmpty {
      groups.note(cgroup: path, of: record.a)
      rare.throttles.note(path, of: record.a)
    }
    let dense = tracking.threads.index(of: record.a)
    guard fields[7] >= 0, dense != 0, threads.known(dense) != nil else { return }
    let priority = Int32(
      truncatingIfNeeded: group.columns[fields[7]].integer(row, signed: true))
    threads.withRow(threads.row(dense)) { if $0.priority < 0 { $0.priority = priority } }
  }

  private mutating func noteFact(_ key: [UInt8], _ value: [UInt8]) {
    if key == Array("narrowed to".utf8) {
      let threads = String(decoding: value, as: UTF8.self).split(separator: " ")
      rare.chosen = (rare.chosen ?? []).union(threads.compactMap { ThreadNumber($0) })
    } else if key == Array("recorder threads".utf8) {
      let threads = String(decoding: value, as: UTF8.self).split(separator: " ")
      tracking.worst.own.formUnion(threads.compactMap { ThreadNumber($0) })
    } else {
      let words = String(decoding: key, as: UTF8.self).split(separator: " ")
      guard words.count == 2, words[0] == "recorded" else { return }
      let name = words[1].split(separator: ":")
      guard name.count == 2 else { return }
      rare.asked[EventName(String(name[0]), String(name[1]))] = value == Array("narrowed".utf8)
    }
    isIsolated = rare.chosen != nil && rare.asked[EventName("sched", "sched_switch")] == true
  }

  /// Events that state tracking passes by.
  @inline(never)
  private mutating func takeBeside(
    _ batch: FlatBatch, _ group: Int, _ row: Int, _ position: Int, time: UInt64,
    _ tables: TraceTables
  ) {
    let flat = batch.groups[group]
    let fields = known[flat.type].fields
    let cpu = unsafe batch.cpus[position]
    let thread = unsafe batch.threads[position]
    func integer(_ place: Int) -> Int64 {
      guard place < fields.count, fields[place] >= 0 else { return 0 }
      return flat.columns[fields[place]].integer(row, signed: false)
    }
    func text(_ place: Int) -> [UInt8] {
      guard place < fields.count, fields[place] >= 0 else { return [] }
      return flat.columns[fields[place]].text(row) ?? []
    }
    switch known[flat.type].role {
    case .softInterruptRaise: rare.interrupts.raise(integer(0), cpu: cpu, at: time)
    case .blockInsert:
      rare.disks.insert(
        DiskPlace(device: integer(0), sector: UInt64(bitPattern: integer(1))), by: thread,
        at: time)
    case .netQueue: rare.net.queue(UInt64(bitPattern: integer(0)), at: time)
    case .netTransmit:
      rare.net.transmit(
        UInt64(bitPattern: integer(0)), bytes: integer(1), failed: integer(2) != 0,
        device: text(3), at: time, window)
    case .netReceive:
      rare.net.receive(
        UInt64(bitPattern: integer(0)), bytes: integer(1), device: text(2), at: time, window)
    case .netCopy: rare.net.copy(UInt64(bitPattern: integer(0)), at: time, window)
    case .frequency:
      let number = Int(integer(1))
      guard number >= 0, number < Int(Batch.unknownCPU) else { return }
      cpus.reach(number)
      cpus[number].run(at: UInt64(bitPattern: integer(0)), from: time, window)
    case .cpuTime:
      let number = Int(integer(0))
      guard number >= 0, number < Int(Batch.unknownCPU), time <= window.to else { return }
      cpus.reach(number)
      let steal = UInt64(bitPattern: integer(1))
      if time <= window.from || cpus[number].stealFirst == .max {
        cpus[number].stealFirst = steal
      }
      cpus[number].stealLast = steal
    case .cpuQuota:
      rare.throttles.note(text(0), throttled: UInt64(bitPattern: integer(1)), at: time)
      // A group without a limit says -1.
      if fields[2] >= 0, fields[3] >= 0,
        let quota = UInt64(exactly: flat.columns[fields[2]].integer(row, signed: true)),
        quota > 0, quota < 1 << 40, integer(3) > 0, integer(3) < 1 << 40
      {
        rare.throttles.limit(text(0), quota: quota * 1000, period: UInt64(integer(3)) * 1000)
        beginQuotas()
      }
    case .machineBlockDevice:
      tracking.devices[integer(0) << 20 | (integer(1) & 0xF_FFFF)] = text(2)
    case .machineFact: noteFact(text(0), text(1))
    case .counter:
      complete(thread, batch, position, tables)
      takeCounter(batch, flat, row, position, thread: thread, at: time)
    default: break
    }
  }
}
