import Events
import TraceFile

extension TimelineDirectory {
  /// What a pass has told so far of threads, CPUs and counters; the rest is as it was.
  mutating func update(_ pass: borrowing LanePass, _ trace: OpenTrace) {
    revision += 1
    while cpus.count < max(trace.reader.preamble.cpus, pass.table.cpus) {
      cpus.append(TimelineCPU(number: cpus.count))
    }
    for number in cpus.indices {
      cpus[number].isSeen = pass.table.row(of: .cpu(number)) != nil
      cpus[number].hasHardInterrupts = pass.table.row(of: .hardInterrupts(cpu: number)) != nil
      cpus[number].hasSoftInterrupts = pass.table.row(of: .softInterrupts(cpu: number)) != nil
    }
    threads.reserveCapacity(pass.lives.count)
    var places: [ProcessNumber: Int] = [:]
    processes = []
    for (place, life) in pass.lives.enumerated() {
      if place == threads.count {
        threads.append(
          TimelineThread(number: life.number, firstSeen: Int64(clamping: life.firstSeen)))
      }
      threads[place].take(life, pass, place)
      enter(place, &places, pass)
    }
    spanNames = pass.tracking.spans.names
    counters = pass.table.counters.enumerated().map { number, counter in
      var made = TimelineCounter(
        name: pass.types[counter.type].qualifiedName, process: counter.process)
      if pass.counterFields[counter.type].count > 1 {
        made.name += ".\(pass.types[counter.type].fields[counter.field].name)"
      }
      made.isWhole = !pass.isFloat.contains(Int32(number))
      return made
    }
  }

  /// Puts a thread among those of its process.
  private mutating func enter(
    _ place: Int, _ places: inout [ProcessNumber: Int], _ pass: borrowing LanePass
  ) {
    let thread = threads[place]
    let known = thread.process != 0 ? places[thread.process] : nil
    let number = known ?? processes.count
    if known == nil {
      var process = TimelineProcess(number: thread.process)
      process.firstSeen = thread.firstSeen
      process.name = thread.name
      process.executable = pass.live.names.executables[thread.process].map(safeText) ?? ""
      processes.append(process)
      if thread.process != 0 { places[thread.process] = number }
    }
    threads[place].processPlace = number
    processes[number].threads.append(place)
    processes[number].runTime += thread.runTime
    processes[number].firstSeen = min(processes[number].firstSeen, thread.firstSeen)
    processes[number].lastSeen = max(processes[number].lastSeen, thread.lastSeen)
    if thread.number == thread.process { processes[number].name = thread.name }
  }
}

extension TimelineThread {
  fileprivate mutating func take(_ life: ThreadLife, _ pass: borrowing LanePass, _ place: Int) {
    process = life.label.process
    name = safeText(pass.live.names.texts[Int(life.label.name)])
    earlierNames = life.earlierNames.map { safeText(pass.live.names.texts[Int($0)]) }
    lastSeen = Int64(clamping: life.lastSeen)
    runTime = life.runTime
    runnableTime = life.runnableTime
    isKernelThread = life.isKernelThread
    isGone = life.isGone
    hasSystemCalls = pass.table.hasCalls(place)
    spanDepth = pass.table.spanDepth(place)
  }
}

/// Bytes of a trace as a terminal may have them.
func safeText(_ bytes: [UInt8]) -> String {
  var output: [UInt8] = []
  TerminalText.append(bytes.span, to: &output)
  return String(decoding: output, as: UTF8.self)
}
