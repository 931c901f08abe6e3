import Events

extension TimelineDirectory {
  /// What does not follow from the table of lanes.
  func put(to output: inout KeptBytes) {
    output.put(revision)
    output.put(UInt64(cpus.count))
    for cpu in cpus {
      for number in [cpu.core, cpu.package, cpu.node, cpu.lastLevelCache] {
        output.put(signed: Int64(number))
      }
    }
    output.put(UInt64(processes.count))
    for process in processes {
      output.put(signed: Int64(process.number))
      output.put(process.name)
      output.put(process.executable)
    }
    output.put(UInt64(threads.count))
    for thread in threads {
      output.put(signed: Int64(thread.number))
      output.put(signed: Int64(thread.process))
      output.put(UInt64(thread.processPlace))
      output.put(thread.name)
      output.put(UInt64(thread.earlierNames.count))
      for name in thread.earlierNames { output.put(name) }
      output.put(thread.cgroup)
      output.put(UInt64(thread.firstSeen))
      output.put(UInt64(thread.lastSeen))
      output.put(thread.runTime)
      output.put(thread.runnableTime)
      output.put((thread.isKernelThread ? 1 : 0) | (thread.isGone ? 2 : 0) as UInt64)
    }
    output.put(UInt64(counters.count))
    for counter in counters {
      output.put(counter.name)
      output.put(signed: Int64(counter.process))
      output.put(UInt64(counter.isWhole ? 1 : 0))
    }
    output.put(UInt64(spanNames.count))
    for name in spanNames { output.put(name) }
    for names in [hardInterruptNames, softInterruptNames] {
      output.put(UInt64(names.count))
      for line in names.keys.sorted() {
        output.put(signed: Int64(line))
        output.put(names[line] ?? "")
      }
    }
  }

  init(_ input: inout KeptReader) {
    revision = UInt64(input.next(UInt32.self))
    for number in 0..<input.count(ofBytes: 4) {
      var cpu = TimelineCPU(number: number)
      cpu.core = Int(input.signed(Int32.self))
      cpu.package = Int(input.signed(Int32.self))
      cpu.node = Int(input.signed(Int32.self))
      cpu.lastLevelCache = Int(input.signed(Int32.self))
      cpus.append(cpu)
    }
    for _ in 0..<input.count(ofBytes: 3) {
      var process = TimelineProcess(number: input.signed(ProcessNumber.self))
      process.name = input.safeText()
      process.executable = input.safeText()
      processes.append(process)
    }
    for place in 0..<input.count(ofBytes: 11) { enter(TimelineThread(&input, processes), place) }
    for _ in 0..<input.count(ofBytes: 3) {
      var counter = TimelineCounter(
        name: input.safeText(), process: input.signed(ProcessNumber.self))
      counter.isWhole = input.next() == 1
      counters.append(counter)
    }
    spanNames = (0..<input.count()).map { _ in input.safeText() }
    hardInterruptNames = input.names()
    softInterruptNames = input.names()
  }

  private mutating func enter(_ thread: TimelineThread, _ place: Int) {
    threads.append(thread)
    guard processes.indices.contains(thread.processPlace) else { return }
    let isFirst = processes[thread.processPlace].threads.isEmpty
    processes[thread.processPlace].threads.append(place)
    processes[thread.processPlace].runTime &+= thread.runTime
    processes[thread.processPlace].lastSeen = max(
      processes[thread.processPlace].lastSeen, thread.lastSeen)
    processes[thread.processPlace].firstSeen =
      isFirst
      ? thread.firstSeen : min(processes[thread.processPlace].firstSeen, thread.firstSeen)
  }

  /// Fills in what follows from the table.
  mutating func complete(_ table: LaneTable) {
    for number in cpus.indices {
      cpus[number].isSeen = table.row(of: .cpu(number)) != nil
      cpus[number].hasHardInterrupts = table.row(of: .hardInterrupts(cpu: number)) != nil
      cpus[number].hasSoftInterrupts = table.row(of: .softInterrupts(cpu: number)) != nil
    }
    for place in threads.indices {
      threads[place].hasSystemCalls = table.hasCalls(place)
      threads[place].spanDepth = table.spanDepth(place)
    }
  }
}

extension TimelineThread {
  fileprivate init(_ input: inout KeptReader, _ processes: [TimelineProcess]) {
    self.init(number: input.signed(ThreadNumber.self), firstSeen: 0)
    process = input.signed(ProcessNumber.self)
    processPlace = input.place(in: processes.count)
    name = input.safeText()
    earlierNames = (0..<input.count()).map { _ in input.safeText() }
    cgroup = input.safeText()
    firstSeen = Int64(input.time())
    lastSeen = Int64(input.time())
    runTime = input.time()
    runnableTime = input.time()
    let flags = input.next()
    isKernelThread = flags & 1 != 0
    isGone = flags & 2 != 0
  }
}

extension KeptReader {
  /// A text that a terminal may have, whatever stands there.
  fileprivate mutating func safeText() -> String { Analysis.safeText(run()) }

  fileprivate mutating func names() -> [Int32: String] {
    var names: [Int32: String] = [:]
    for _ in 0..<count(ofBytes: 2) {
      let line = signed(Int32.self)
      names[line] = safeText()
    }
    return names
  }
}

extension LaneTable {
  func put(to output: inout KeptBytes) {
    output.put(UInt64(lanes.count))
    for lane in lanes {
      switch lane {
      case .cpu(let cpu): output.put(0, cpu)
      case .hardInterrupts(let cpu): output.put(1, cpu)
      case .softInterrupts(let cpu): output.put(2, cpu)
      case .state(let thread): output.put(3, thread)
      case .systemCalls(let thread): output.put(4, thread)
      case .spans(let thread, _): output.put(5, thread)
      }
    }
    output.put(UInt64(counters.count))
    for counter in counters {
      output.put(counter.type, counter.field)
      output.put(signed: Int64(counter.process))
    }
  }

  init(_ input: inout KeptReader, types: [EventType]) {
    self.init()
    for number in 0..<input.count(ofBytes: 2) {
      let kind = input.next()
      let row = row(kind, &input)
      guard row == number else {
        input.refuse()
        return
      }
    }
    for number in 0..<input.count(ofBytes: 3) {
      let type = input.place(in: types.count)
      guard !input.isBad else { return }
      let field = input.place(in: types[type].fields.count)
      let process = input.signed(ProcessNumber.self)
      guard self.number(of: CounterPlace(type: type, field: field, process: process)) == number
      else {
        input.refuse()
        return
      }
    }
  }

  /// The row of a lane that is entered, each once.
  private mutating func row(_ kind: UInt64, _ input: inout KeptReader) -> Int? {
    let place: Int
    switch kind {
    case 0...2:
      place = input.place(in: Int(Batch.unknownCPU))
      return Int(row(cpu: place, Int(kind)))
    case 3: return Int(row(stateOf: input.place(in: threads + 1)))
    case 4, 5:
      place = input.place(in: threads)
      guard !input.isBad else { return nil }
      if kind == 4 { return Int(row(callsOf: place)) }
      guard spanDepth(place) < Self.mostDepth else { return nil }
      return Int(row(spansOf: place, depth: spanDepth(place)))
    default: return nil
    }
  }
}

extension KeptBytes {
  fileprivate mutating func put(_ first: UInt64, _ second: Int) {
    put(first)
    put(UInt64(second))
  }

  fileprivate mutating func put(_ first: Int, _ second: Int) {
    put(UInt64(first))
    put(UInt64(second))
  }
}
