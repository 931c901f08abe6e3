package import Events

/// Reads the machine's state out of /proc and /sys into a batch of machine events.
package struct MachineReading {
  let proc: String
  let sys: String
  let time: UInt64
  private let identifiers: [EventTypeID]
  let ownNamespace: [UInt8]?
  private(set) package var batch: Batch

  /// `identifiers` are those of `MachineEvents.all`, in its order.
  package init(
    proc: String = "/proc", sys: String = "/sys", stream: StreamID, identifiers: [EventTypeID],
    time: UInt64
  ) {
    self.proc = proc
    self.sys = sys
    self.time = time
    self.identifiers = identifiers
    ownNamespace = ProcFile.link("\(proc)/self/ns/pid")
    batch = Batch(stream: stream)
  }

  /// Everything that the analysis of a trace may want to know; at its start and at its end.
  package mutating func readAll() {
    readProcesses()
    readCPUs()
    readCPUTimes()
    readCgroups()
    readBlockDevices()
    readInterfaces()
    readInterrupts()
  }

  mutating func add(_ type: EventType, thread: ThreadNumber = 0, _ values: [FieldValue]) {
    guard let index = MachineEvents.all.firstIndex(of: type) else { return }
    batch.append(identifiers[index], of: type, time: time, thread: thread, values: values)
  }

  package mutating func addFact(_ key: String, _ value: String) {
    add(MachineEvents.fact, [.text(key), .text(value)])
  }
}

extension MachineReading {
  mutating func addProcess(
    _ pid: ProcessNumber, executable: String, commandLine: String, user: UInt32
  ) {
    add(
      MachineEvents.process, thread: pid,
      [.integer(Int64(pid)), .text(executable), .text(commandLine), .integer(Int64(user))])
  }

  /// A thread of which no more is known than its name and kin.
  mutating func addThread(
    _ tid: ThreadNumber, of pid: ProcessNumber, parent: ProcessNumber, name: String,
    namespaceNumber: ThreadNumber, cgroup: [UInt8] = []
  ) {
    add(
      MachineEvents.thread, thread: tid,
      [
        .integer(Int64(tid)), .integer(Int64(pid)), .integer(Int64(parent)), .text(name),
        .integer(0), .text(""), .text(""), .bytes(cgroup), .integer(-1), .integer(0),
        .integer(Int64(namespaceNumber)), .integer(0), .integer(0), .integer(0),
      ])
  }
}
