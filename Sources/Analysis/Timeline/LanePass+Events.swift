import Events

extension LanePass {
  mutating func takeRuns(
    _ stretch: borrowing MergedStretch, _ tables: TraceTables, _ clock: TraceClock
  ) {
    let views = unsafe slots.map { unsafe $0.view }
    unsafe views.withUnsafeBufferPointer { views in
      unsafe stretch.runs.withUnsafeBufferPointer { runs in
        for place in runs.indices {
          let run = unsafe runs[place]
          guard let view = unsafe views[Int(run.slot)] else { continue }
          for position in Int(run.start)..<Int(run.end) {
            if unsafe view.keys[position] > nextAside {
              unsafe takeAside(before: view.keys[position], tables, clock)
            }
            let group = unsafe Int(view.groupOf[position])
            switch unsafe view.readers[group].role {
            case .systemCallEnter: unsafe takeEnter(view, position, group)
            case .systemCallExit: unsafe takeExit(view, position, group)
            default: unsafe takeOther(view, position, Int(run.slot), group)
            }
          }
        }
      }
    }
  }

  // Each kind of event has a function of its own: in one of all, what is small is not inlined.

  @inline(never)
  private mutating func takeEnter(_ view: SlotView, _ position: Int, _ group: Int) {
    let call = unsafe Int32(
      truncatingIfNeeded: view.readers[group].first.integer(Int(view.rows[position]), signed: true))
    let dense = unsafe tracking.takeCall(
      view.threads[position], on: view.cpus[position], call, at: view.times[position])
    if tracking.threads.changes.count > 0 { takeChanges() }
    enterCall(dense, call)
  }

  @inline(never)
  private mutating func takeExit(_ view: SlotView, _ position: Int, _ group: Int) {
    let call = unsafe Int32(
      truncatingIfNeeded: view.readers[group].first.integer(Int(view.rows[position]), signed: true))
    let dense = unsafe tracking.takeCall(
      view.threads[position], on: view.cpus[position], -1, at: view.times[position])
    if tracking.threads.changes.count > 0 { takeChanges() }
    exitCall(dense, call)
  }

  @inline(never)
  private mutating func takeOther(
    _ view: SlotView, _ position: Int, _ slot: Int, _ group: Int
  ) {
    let row = unsafe Int(view.rows[position])
    let role = unsafe view.readers[group].role
    switch role {
    case .other:
      if unsafe view.readers[group].eventRole == .counter, let batch = slots[slot].batch {
        unsafe takeCounter(
          batch.groups[group], row, thread: view.threads[position], at: view.times[position])
      } else if unsafe view.readers[group].eventRole == .cpuQuota {
        takeQuota(slot, group, row)
      }
      return
    case .spanBegin, .spanEnd:
      guard let batch = slots[slot].batch else { return }
      let type = Int64(batch.groups[group].type.index)
      unsafe takeSpan(
        type, begins: role == .spanBegin, thread: view.threads[position],
        at: view.times[position])
      return
    default: break
    }
    var record = StateRecord(
      key: unsafe view.times[position], thread: unsafe view.threads[position],
      cpu: unsafe view.cpus[position], role: role, flags: 0, a: 0, b: 0, value: 0)
    unsafe view.readers[group].fill(&record, row: row)
    if role == .schedSwitch {
      guard let batch = slots[slot].batch else { return }
      let type = Int(batch.groups[group].type.index)
      record.value = Int64((meanings[type]?.meaning(record.value) ?? .sleeping).rawValue)
    } else if role == .machineThread {
      guard let batch = slots[slot].batch else { return }
      let letter = batch.groups[group].text(known[batch.groups[group].type].fields[4], row)
      record.value = Int64(letter?.first ?? 0) | -1 << 8
    }
    tracking.take(record)
    if role == .processFork, learnsNames { takeFork(of: record.b, by: record.a) }
    if role == .machineThread { takeGroup(of: record.a, slot, group, row) }
    if role == .machineThread, let dense = tracking.threads.known(record.a), dense != 0 {
      let life = life(dense, at: tracking.now)
      lives[life].isKernelThread = tracking.threads.table[dense].isKernel
    }
    if tracking.threads.changes.count > 0 { takeChanges() }
    if watched != nil { watched?.take(record, origin: origin) }
  }

  @inline(never)
  private mutating func takeFork(of child: ThreadNumber, by parent: ThreadNumber) {
    parents[child] = parent
    throttles.noteFork(parent: parent, child: child)
  }

  /// The control group of a thread.
  private mutating func takeGroup(of thread: ThreadNumber, _ slot: Int, _ group: Int, _ row: Int) {
    guard learnsNames, let flat = slots[slot].batch?.groups[group],
      let path = flat.text(known[flat.type].fields[6], row), !path.isEmpty
    else { return }
    throttles.note(path, of: thread)
  }

  private mutating func takeQuota(_ slot: Int, _ group: Int, _ row: Int) {
    guard learnsNames, let flat = slots[slot].batch?.groups[group] else { return }
    let fields = known[flat.type].fields
    guard fields[2] >= 0, fields[3] >= 0, let path = flat.text(fields[0], row) else { return }
    func microseconds(_ field: Int) -> UInt64? {
      // A group without a limit says -1.
      UInt64(exactly: flat.columns[fields[field]].integer(row, signed: true))
        .flatMap { $0 > 0 && $0 < 1 << 40 ? $0 : nil }
    }
    guard let quota = microseconds(2), let period = microseconds(3) else { return }
    throttles.limit(path, quota: quota * 1000, period: period * 1000)
    hasQuotas = true
    tracking.hasQuotas = true
  }

  // MARK: system calls

  @inline(__always)
  private mutating func enterCall(_ dense: Int, _ number: Int32) {
    calls.reach(dense)
    if calls[dense].start != LaneCall.nothing { endCall(dense) }
    calls[dense].start = tracking.now
    calls[dense].number = number
    calls[dense].gaps = tracking.threads.gaps
    calls[dense].isSeen = true
  }

  @inline(__always)
  private mutating func exitCall(_ dense: Int, _ number: Int32) {
    calls.reach(dense)
    if calls[dense].start != LaneCall.nothing {
      endCall(dense)
    } else if !calls[dense].isSeen {
      // It was in the call when observation began.
      let life = life(dense, at: tracking.now)
      calls[dense].isSeen = true
      tell(
        table.row(callsOf: life), .inside, number, from: origin &+ lives[life].firstSeen,
        to: tracking.now)
    }
  }

  @inline(__always)
  mutating func endCall(_ dense: Int) {
    let call = calls[dense]
    calls[dense].start = LaneCall.nothing
    guard dense != 0 else { return }
    let life = life(dense, at: call.start)
    let row = table.row(callsOf: life)
    let certain = certainEnd(of: call, tracking.now)
    tell(row, .inside, call.number, from: call.start, to: certain)
    if certain < tracking.now { tell(row, .unknown, -1, from: certain, to: tracking.now) }
  }

  /// Until when it is certain that a call went on.
  @inline(__always)
  func certainEnd(of call: LaneCall, _ end: UInt64) -> UInt64 {
    guard call.gaps != tracking.threads.gaps else { return end }
    return min(end, max(tracking.threads.changes.gapTime(after: call.gaps), call.start))
  }

  // MARK: spans and counters

  private mutating func takeSpan(
    _ type: Int64, begins: Bool, thread: ThreadNumber, at key: UInt64
  ) {
    tracking.now = max(tracking.now, key)
    let name = tracking.spans.name(ofType: type)
    let dense = tracking.threads.index(of: thread)
    guard dense != 0, name >= 0 else { return }
    let life = life(dense, at: tracking.now)
    lives[life].lastSeen = max(lives[life].lastSeen, time(tracking.now))
    while spans.count <= dense { spans.append([]) }
    if begins {
      guard spans[dense].count < LaneTable.mostDepth else { return }
      spans[dense].append(LaneSpan(name: name, start: tracking.now))
      return
    }
    guard let place = spans[dense].lastIndex(where: { $0.name == name }) else { return }
    endSpans(dense, life, downTo: place)
  }

  /// Ends the spans of a thread from a depth on.
  mutating func endSpans(_ dense: Int, _ life: Int, downTo depth: Int) {
    while spans[dense].count > depth, let span = spans[dense].popLast() {
      let row = table.row(spansOf: life, depth: spans[dense].count)
      tell(row, .inside, span.name, from: span.start, to: tracking.now)
    }
  }

  private mutating func takeCounter(
    _ group: FlatGroup, _ row: Int, thread: ThreadNumber, at key: UInt64
  ) {
    tracking.now = max(tracking.now, key)
    let type = Int(group.type.index)
    let dense = tracking.threads.index(of: thread)
    let process = tracking.threads.table[dense].label.process
    for field in counterFields[type] {
      guard let value = group.columns[field].value(row, as: types[type].fields[field].type)
      else { continue }
      let number = table.number(
        of: LaneTable.CounterPlace(type: type, field: field, process: process))
      let amount: Double
      switch value {
      case .number(let number), .named(let number, _): amount = Double(number)
      case .unsigned(let number): amount = Double(number)
      case .float(let value):
        guard value.isFinite else { continue }
        amount = value
        isFloat.insert(number)
      case .text: continue
      }
      numbers.append(NumberChange(row: number + 1, time: time(tracking.now), value: amount))
    }
  }
}

extension FlatGroup {
  func text(_ field: Int, _ row: Int) -> [UInt8]? {
    field >= 0 ? columns[field].text(row) : nil
  }
}
