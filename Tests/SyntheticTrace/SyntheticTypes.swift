package import Events

/// The event types of a synthetic trace, as a kernel and a program would describe theirs.
///
/// Their numbers are their positions in `all`.
package enum SyntheticTypes {
  package static let all: [EventType] = [
    kernel(
      "sched", "sched_switch",
      [
        Field("prev_comm", .text(capacity: 16), typeName: "char[16]"), pid("prev_pid"),
        number("prev_prio"), Field("prev_state", .signed(bytes: 8), typeName: "long"),
        Field("next_comm", .text(capacity: 16), typeName: "char[16]"), pid("next_pid"),
        number("next_prio"),
      ],
      print: switchFormat),
    kernel("sched", "sched_waking", wakeFields, print: wakeFormat),
    kernel("sched", "sched_wakeup", wakeFields, print: wakeFormat),
    kernel(
      "raw_syscalls", "sys_enter",
      [
        Field("id", .signed(bytes: 8), typeName: "long"),
        Field("args", .array(.unsigned64, count: 6), typeName: "unsigned long[6]"),
      ],
      print: "\"NR %ld (%lx, %lx)\", REC->id, REC->args[0], REC->args[1]"),
    kernel(
      "raw_syscalls", "sys_exit",
      [
        Field("id", .signed(bytes: 8), typeName: "long"),
        Field("ret", .signed(bytes: 8), typeName: "long"),
      ],
      print: "\"NR %ld = %ld\", REC->id, REC->ret"),
    kernel(
      "irq", "irq_handler_entry", [number("irq"), Field("name", .string, typeName: "char[]")],
      print: "\"irq=%d name=%s\", REC->irq, __get_str(name)"),
    kernel(
      "irq", "irq_handler_exit", [number("irq"), number("ret")],
      print: "\"irq=%d ret=%s\", REC->irq, REC->ret ? \"handled\" : \"unhandled\""),
    kernel("block", "block_rq_issue", blockFields, print: blockFormat),
    kernel("block", "block_rq_complete", blockFields, print: blockFormat),
    marker(
      "request_begin", .begin, [Field("id", .unsigned(bytes: 8)), Field("path", .string)], 41),
    marker(
      "request_end", .end, [Field("id", .unsigned(bytes: 8)), Field("status", .signed(bytes: 4))],
      57),
    marker("queue_depth", .counter, [Field("depth", .signed(bytes: 4))], 63),
    marker(
      "sample", .event,
      [
        Field("load", .float(bytes: 8)), Field("ratio", .float(bytes: 4)), Field("ok", .bool),
        Field("at", .pointer(bytes: 8)), Field("raw", .bytes),
        Field("values", .sequence(.signed16)),
      ], 80),
  ]

  package static let schedSwitch = EventTypeID(0)
  package static let schedWaking = EventTypeID(1)
  package static let schedWakeup = EventTypeID(2)
  package static let sysEnter = EventTypeID(3)
  package static let sysExit = EventTypeID(4)
  package static let irqEntry = EventTypeID(5)
  package static let irqExit = EventTypeID(6)
  package static let blockIssue = EventTypeID(7)
  package static let blockComplete = EventTypeID(8)
  package static let requestBegin = EventTypeID(9)
  package static let requestEnd = EventTypeID(10)
  package static let queueDepth = EventTypeID(11)
  package static let sample = EventTypeID(12)

  static func type(_ id: EventTypeID) -> EventType { all[Int(id.index)] }

  private static let wakeFields = [
    Field("comm", .text(capacity: 16), typeName: "char[16]"), pid("pid"), number("prio"),
    number("target_cpu"),
  ]
  private static let blockFields = [
    Field("dev", .unsigned(bytes: 4), typeName: "dev_t"),
    Field("sector", .unsigned(bytes: 8), typeName: "sector_t"),
    Field("nr_sector", .unsigned(bytes: 4), typeName: "unsigned int"),
    Field("rwbs", .text(capacity: 10), typeName: "char[10]"),
  ]
  private static let wakeFormat =
    "\"comm=%s pid=%d prio=%d target_cpu=%03d\", REC->comm, REC->pid, REC->prio, REC->target_cpu"
  private static let blockFormat = "\"%d sector %llu\", REC->dev, REC->sector"
  private static let switchFormat = """
    "prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s%s ==> next_comm=%s next_pid=%d \
    next_prio=%d", REC->prev_comm, REC->prev_pid, REC->prev_prio, (REC->prev_state & 0xff) ? \
    __print_flags(REC->prev_state & 0xff, "|", { 0x01, "S" }, { 0x02, "D" }, { 0x10, "X" }) : \
    "R", REC->prev_state & 0x100 ? "+" : "", REC->next_comm, REC->next_pid, REC->next_prio
    """

  private static func kernel(
    _ system: String, _ name: String, _ fields: [Field], print: String
  ) -> EventType {
    EventType(
      system: system, name: name, origin: .kernel,
      fields: [
        Field("common_flags", .unsigned(bytes: 1), typeName: "unsigned char"),
        Field("common_preempt_count", .unsigned(bytes: 1), typeName: "unsigned char"),
      ] + fields, printFormat: print)
  }

  private static func marker(
    _ name: String, _ kind: EventType.Kind, _ fields: [Field], _ line: UInt32
  ) -> EventType {
    EventType(
      system: "synthetic", name: name, kind: kind, origin: .program, fields: fields,
      source: EventType.Source(file: "synthetic.c", line: line))
  }

  private static func pid(_ name: String) -> Field {
    Field(name, .signed(bytes: 4), typeName: "pid_t")
  }

  private static func number(_ name: String) -> Field {
    Field(name, .signed(bytes: 4), typeName: "int")
  }
}
