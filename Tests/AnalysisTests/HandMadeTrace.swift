import Events

@testable import Analysis

/// A trace of a machine's CPUs, written event by event; a tick is a nanosecond.
struct HandMadeTrace {
  var batches: [Batch]
  var machine: Batch
  let tables: TraceTables
  let clock: TraceClock
  private var rotation = 0

  init(cpus: Int = 4, types: [EventType] = [], streams: [EventStream] = []) {
    let processors = (0..<cpus).map {
      EventStream(source: .cpu($0, buffer: 0), clock: .monotonic)
    }
    let machineStream = EventStream(source: .machine, clock: .monotonic)
    tables = TraceTables(
      types: KernelTypes.all + types, streams: processors + [machineStream] + streams)
    clock = TraceClock(
      reference: .monotonic,
      start: ClockReading(processor: 0, monotonic: 0, realtime: 0, boottime: 0))
    batches = (0..<cpus).map { Batch(stream: StreamID(UInt32($0))) }
    machine = Batch(stream: StreamID(UInt32(cpus)))
  }

  /// Types given to the initialiser are numbered after the kernel's.
  static func id(ofExtra index: Int) -> EventTypeID {
    EventTypeID(UInt32(KernelTypes.all.count + index))
  }

  /// Appends a kernel event; `flags` is common_flags.
  mutating func add(
    _ type: EventType, _ time: UInt64, cpu: Int, thread: ThreadNumber, flags: Int64 = 0,
    _ values: FieldValue...
  ) {
    batches[cpu].append(
      KernelTypes.id(type), of: type, time: time, thread: thread,
      values: [.integer(flags)] + values)
  }

  mutating func thread(
    _ tid: ThreadNumber, pid: ProcessNumber? = nil, parent: ProcessNumber = 1, _ comm: String,
    state: String = "S", affinity: String = "", cgroup: String = "/", at time: UInt64 = 0
  ) {
    let type = MachineEvents.thread
    var values = [FieldValue](repeating: .integer(0), count: type.fields.count)
    let given: [(String, FieldValue)] = [
      ("tid", .integer(Int64(tid))), ("pid", .integer(Int64(pid ?? tid))),
      ("ppid", .integer(Int64(parent))), ("comm", .text(comm)), ("state", .text(state)),
      ("affinity", .text(affinity)), ("cgroup", .text(cgroup)),
    ]
    for (name, value) in given {
      if let field = type.index(ofField: name) { values[field] = value }
    }
    machine.append(KernelTypes.id(type), of: type, time: time, values: values)
  }

  mutating func device(_ major: Int64, _ minor: Int64, _ name: String) {
    let type = MachineEvents.blockDevice
    machine.append(
      KernelTypes.id(type), of: type, time: 0,
      values: [
        .integer(major), .integer(minor), .text(name), .integer(0), .integer(0), .text("none"),
      ])
  }

  mutating func cgroup(_ path: String, throttled: Int64, at time: UInt64) {
    let type = MachineEvents.cgroup
    machine.append(
      KernelTypes.id(type), of: type, time: time,
      values: [
        .text(path), .text(""), .integer(20_000), .integer(100_000), .integer(0), .integer(0),
        .integer(throttled),
      ])
  }

  mutating func change(
    _ time: UInt64, cpu: Int, from previous: ThreadNumber, _ state: Int64, to next: ThreadNumber
  ) {
    add(
      KernelTypes.schedSwitch, time, cpu: cpu, thread: previous, .text("t\(previous)"),
      .integer(Int64(previous)), .integer(120), .integer(state), .text("t\(next)"),
      .integer(Int64(next)), .integer(120))
  }

  mutating func wake(
    _ time: UInt64, cpu: Int, by waker: ThreadNumber, _ thread: ThreadNumber, flags: Int64 = 0,
    target: Int? = nil, _ type: EventType = KernelTypes.waking
  ) {
    add(
      type, time, cpu: cpu, thread: waker, flags: flags, .text("t\(thread)"),
      .integer(Int64(thread)), .integer(120), .integer(Int64(target ?? cpu)))
  }

  /// `arguments` are the call's first ones.
  mutating func enter(
    _ time: UInt64, cpu: Int, _ thread: ThreadNumber, _ call: Int64, _ arguments: UInt64...
  ) {
    let given = arguments.flatMap { argument in
      (0..<8).map { UInt8(truncatingIfNeeded: argument >> (8 * $0)) }
    }
    add(
      KernelTypes.sysEnter, time, cpu: cpu, thread: thread, .integer(call),
      .bytes(given + [UInt8](repeating: 0, count: 48 - given.count)))
  }

  mutating func fork(
    _ time: UInt64, cpu: Int, _ parent: ThreadNumber, _ child: ThreadNumber, _ comm: String
  ) {
    add(
      KernelTypes.fork, time, cpu: cpu, thread: parent, .text("t\(parent)"),
      .integer(Int64(parent)), .text(comm), .integer(Int64(child)))
  }

  /// What the recorder tells of itself; the type is the last one of those that were given.
  mutating func fact(_ key: String, _ value: String) {
    machine.append(
      EventTypeID(UInt32(tables.types.count - 1)), of: MachineEvents.fact, time: 0,
      values: [.text(key), .text(value)])
  }

  mutating func exit(
    _ time: UInt64, cpu: Int, _ thread: ThreadNumber, _ call: Int64, _ result: Int64 = 0
  ) {
    add(
      KernelTypes.sysExit, time, cpu: cpu, thread: thread, .integer(call), .integer(result))
  }

  var all: [Batch] { (machine.count > 0 ? [machine] : []) + batches.filter { $0.count > 0 } }

  var roles: EventRoles {
    var roles = EventRoles()
    roles.update(tables.types)
    return roles
  }
}
