import Events

/// What a well-known event means to state tracking, and in which order its fields are asked for.
enum EventRole: UInt8 {
  case other
  case schedSwitch, schedWaking, schedWakeup, schedWakeupNew, schedMigrate
  case processFork, processExec, processExit, taskRename
  case systemCallEnter, systemCallExit
  case interruptEntry, interruptExit, softInterruptEntry, softInterruptExit
  case blockComplete
  case machineThread, machineProcess, machineBlockDevice
  case spanBegin, spanEnd
  // What statistics look at beside state tracking.
  case softInterruptRaise, blockInsert, blockIssue
  case netQueue, netTransmit, netReceive, netCopy
  case frequency, cpuTime, cpuQuota, machineFact, counter
}

/// A type that is known by its name and fields.
struct KnownType {
  var role: EventRole
  /// Positions of the fields that the role names, in its order; -1 for an optional one that is
  /// missing.
  var fields: [Int]

  static let unknown = KnownType(role: .other, fields: [])
}

/// Which of a trace's types are known, found by name and fields, never by number.
struct EventRoles {
  private(set) var types: [KnownType] = []

  /// Looks at the types that were added since.
  mutating func update(_ all: [EventType]) {
    for type in all[types.count...] { types.append(KnownType(type)) }
  }

  subscript(id: EventTypeID) -> KnownType {
    let number = Int(id.index)
    return number < types.count ? types[number] : .unknown
  }

  func has(_ role: EventRole) -> Bool { types.contains { $0.role == role } }
}

/// A role's event and the fields that it needs; those after `required` may be missing.
private struct EventShape {
  var role: EventRole
  var name: String
  var fields: [String]
  var required: Int

  init(_ role: EventRole, _ name: String, _ fields: [String], optional: [String] = []) {
    self.role = role
    self.name = name
    self.fields = fields + optional
    required = fields.count
  }
}

private let flags = "common_flags"

/// Fields of these shapes that are texts, beside names.
private let textFields: Set<String> = [
  "filename", "name", "executable", "affinity", "cgroup", "rwbs", "key", "value", "path",
]

private let shapes: [String: EventShape] = Dictionary(
  uniqueKeysWithValues: [
    EventShape(
      .schedSwitch, "sched:sched_switch", ["prev_pid", "prev_state", "next_pid"],
      optional: ["prev_comm", "next_comm", "prev_prio", "next_prio"]),
    EventShape(.schedWaking, "sched:sched_waking", ["pid"], optional: ["target_cpu", flags]),
    EventShape(.schedWakeup, "sched:sched_wakeup", ["pid"], optional: ["target_cpu", flags]),
    EventShape(
      .schedWakeupNew, "sched:sched_wakeup_new", ["pid"], optional: ["target_cpu", flags]),
    EventShape(
      .schedMigrate, "sched:sched_migrate_task", ["pid", "dest_cpu"],
      optional: [flags, "orig_cpu"]),
    EventShape(
      .processFork, "sched:sched_process_fork", ["parent_pid", "child_pid"],
      optional: ["child_comm", flags]),
    EventShape(.processExec, "sched:sched_process_exec", ["pid"], optional: ["filename", flags]),
    EventShape(.processExit, "sched:sched_process_exit", ["pid"], optional: [flags]),
    EventShape(.taskRename, "task:task_rename", ["pid", "newcomm"], optional: [flags]),
    EventShape(.systemCallEnter, "raw_syscalls:sys_enter", ["id"], optional: ["args"]),
    EventShape(.systemCallExit, "raw_syscalls:sys_exit", ["id"], optional: ["ret"]),
    EventShape(.interruptEntry, "irq:irq_handler_entry", ["irq"], optional: ["name"]),
    EventShape(.interruptExit, "irq:irq_handler_exit", ["irq"]),
    EventShape(.softInterruptEntry, "irq:softirq_entry", ["vec"]),
    EventShape(.softInterruptExit, "irq:softirq_exit", ["vec"]),
    EventShape(.softInterruptRaise, "irq:softirq_raise", ["vec"]),
    EventShape(
      .blockComplete, "block:block_rq_complete", ["dev"],
      optional: [flags, "sector", "nr_sector", "rwbs", "error"]),
    EventShape(.blockInsert, "block:block_rq_insert", ["dev", "sector"]),
    EventShape(
      .blockIssue, "block:block_rq_issue", ["dev", "sector"],
      optional: ["nr_sector", "rwbs", "bytes"]),
    EventShape(.netQueue, "net:net_dev_queue", ["skbaddr", "len"], optional: ["name"]),
    EventShape(.netTransmit, "net:net_dev_xmit", ["skbaddr", "len"], optional: ["rc", "name"]),
    EventShape(.netReceive, "net:netif_receive_skb", ["skbaddr", "len"], optional: ["name"]),
    EventShape(.netCopy, "skb:skb_copy_datagram_iovec", ["skbaddr"]),
    EventShape(.frequency, "power:cpu_frequency", ["state", "cpu_id"]),
    EventShape(
      .machineThread, "machine:thread", ["tid", "pid", "ppid", "comm", "state", "affinity"],
      optional: ["cgroup", "priority"]),
    EventShape(.cpuTime, "machine:cpu_time", ["cpu", "steal_ns"]),
    EventShape(
      .cpuQuota, "machine:cgroup", ["path", "throttled_ns"], optional: ["quota_us", "period_us"]),
    EventShape(.machineFact, "machine:fact", ["key", "value"]),
    EventShape(.machineProcess, "machine:process", ["pid", "executable"]),
    EventShape(.machineBlockDevice, "machine:block_device", ["major", "minor", "name"]),
  ].map { ($0.name, $0) })

extension KnownType {
  fileprivate init(_ type: EventType) {
    self = .unknown
    switch (type.origin, type.kind) {
    case (.program, .begin): self = KnownType(role: .spanBegin, fields: [type.stackField])
    case (.program, .end): self = KnownType(role: .spanEnd, fields: [type.stackField])
    case (.program, .counter): self = KnownType(role: .counter, fields: [])
    case (.program, _): break
    default:
      guard let shape = shapes[type.qualifiedName],
        (type.origin == .machine) == (type.system == "machine")
      else { return }
      let positions = shape.fields.map { type.index(ofField: $0) ?? -1 }
      guard !positions.prefix(shape.required).contains(-1) else { return }
      for (name, position) in zip(shape.fields, positions) where position >= 0 {
        guard
          type.fields[position].type.suits(fieldNamed: name, isState: shape.role == .frequency)
        else { return }
      }
      self = KnownType(role: shape.role, fields: positions)
    }
  }
}

extension EventType {
  /// Position of the field that tells whose a span is, -1 where it is the thread's: the first field
  /// of the spans of Swift programs.
  var stackField: Int {
    fields.first?.name == "span" && fields.first?.type == .unsigned(bytes: 8) ? 0 : -1
  }
}

extension FieldType {
  /// Names and texts are text, all else is an integer.
  fileprivate func suits(fieldNamed name: String, isState: Bool) -> Bool {
    if name == "args" { return self == .array(.unsigned64, count: 6) }
    let isText =
      name.hasSuffix("comm") || (name == "state" && !isState)
      || textFields.contains(name)
    switch self {
    case .unsigned, .signed, .bool, .pointer: return !isText
    case .text, .string: return isText
    case .float, .array, .sequence, .bytes: return false
    }
  }
}
