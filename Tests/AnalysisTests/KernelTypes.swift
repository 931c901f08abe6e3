import Events

/// Kernel event types as this room finds them in traces, for batches made by hand.
enum KernelTypes {
  static let switchFormat =
    #"""
    "prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s%s ==> next_comm=%s next_pid=%d next_prio=%d", REC->prev_comm, REC->prev_pid, REC->prev_prio, (REC->prev_state & ((((0x00000000 | 0x00000001 | 0x00000002 | 0x00000004 | 0x00000008 | 0x00000010 | 0x00000020 | 0x00000040) + 1) << 1) - 1)) ? __print_flags(REC->prev_state & ((((0x00000000 | 0x00000001 | 0x00000002 | 0x00000004 | 0x00000008 | 0x00000010 | 0x00000020 | 0x00000040) + 1) << 1) - 1), "|", { 0x00000001, "S" }, { 0x00000002, "D" }, { 0x00000004, "T" }, { 0x00000008, "t" }, { 0x00000010, "X" }, { 0x00000020, "Z" }, { 0x00000040, "P" }, { 0x00000080, "I" }) : "R", REC->prev_state & (((0x00000000 | 0x00000001 | 0x00000002 | 0x00000004 | 0x00000008 | 0x00000010 | 0x00000020 | 0x00000040) + 1) << 1) ? "+" : "", REC->next_comm, REC->next_pid, REC->next_prio
    """#
  /// `prev_state` of a thread that was preempted, and of others.
  static let preempted: Int64 = 0x100
  static let sleeping: Int64 = 1
  static let uninterruptible: Int64 = 2
  static let stopped: Int64 = 4
  static let dead: Int64 = 0x10

  private static func kernel(
    _ system: String, _ name: String, _ fields: [Field], format: String = ""
  ) -> EventType {
    EventType(
      system: system, name: name, origin: .kernel,
      fields: [Field("common_flags", .unsigned(bytes: 1))] + fields, printFormat: format)
  }

  private static let pid = FieldType.signed(bytes: 4)
  private static let comm = FieldType.text(capacity: 16)

  static let schedSwitch = kernel(
    "sched", "sched_switch",
    [
      Field("prev_comm", comm), Field("prev_pid", pid), Field("prev_prio", pid),
      Field("prev_state", .signed(bytes: 8)), Field("next_comm", comm), Field("next_pid", pid),
      Field("next_prio", pid),
    ], format: switchFormat)
  private static let wakeFields = [
    Field("comm", comm), Field("pid", pid), Field("prio", pid), Field("target_cpu", pid),
  ]
  static let waking = kernel("sched", "sched_waking", wakeFields)
  static let wakeup = kernel("sched", "sched_wakeup", wakeFields)
  static let wakeupNew = kernel("sched", "sched_wakeup_new", wakeFields)
  static let migrate = kernel(
    "sched", "sched_migrate_task",
    [
      Field("comm", .string), Field("pid", pid), Field("prio", pid), Field("orig_cpu", pid),
      Field("dest_cpu", pid),
    ])
  static let fork = kernel(
    "sched", "sched_process_fork",
    [
      Field("parent_comm", .string), Field("parent_pid", pid), Field("child_comm", .string),
      Field("child_pid", pid),
    ])
  static let exec = kernel(
    "sched", "sched_process_exec",
    [Field("filename", .string), Field("pid", pid), Field("old_pid", pid)])
  static let exit = kernel(
    "sched", "sched_process_exit", [Field("comm", comm), Field("pid", pid), Field("prio", pid)])
  static let rename = kernel(
    "task", "task_rename",
    [
      Field("pid", pid), Field("oldcomm", comm), Field("newcomm", comm),
      Field("oom_score_adj", .signed(bytes: 2)),
    ])
  static let sysEnter = kernel(
    "raw_syscalls", "sys_enter",
    [Field("id", .signed(bytes: 8)), Field("args", .array(.unsigned64, count: 6))])
  static let sysExit = kernel(
    "raw_syscalls", "sys_exit",
    [Field("id", .signed(bytes: 8)), Field("ret", .signed(bytes: 8))])
  static let interruptEntry = kernel(
    "irq", "irq_handler_entry", [Field("irq", pid), Field("name", .string)])
  static let interruptExit = kernel(
    "irq", "irq_handler_exit", [Field("irq", pid), Field("ret", pid)])
  static let softEntry = kernel(
    "irq", "softirq_entry", [Field("vec", .unsigned(bytes: 4))],
    format:
      #""vec=%u [action=%s]", REC->vec, __print_symbolic(REC->vec, { 0, "HI" }, { 1, "TIMER" }, { 2, "NET_TX" }, { 3, "NET_RX" }, { 4, "BLOCK" })"#
  )
  static let softExit = kernel(
    "irq", "softirq_exit", [Field("vec", .unsigned(bytes: 4))])
  static let blockComplete = kernel(
    "block", "block_rq_complete",
    [Field("dev", .unsigned(bytes: 4)), Field("sector", .unsigned(bytes: 8))])

  static let all = [
    schedSwitch, waking, wakeup, wakeupNew, migrate, fork, exec, exit, rename, sysEnter, sysExit,
    interruptEntry, interruptExit, softEntry, softExit, blockComplete, MachineEvents.thread,
    MachineEvents.process, MachineEvents.blockDevice, MachineEvents.cgroup,
  ]

  /// The type's number in a trace whose types are `all`.
  static func id(_ type: EventType) -> EventTypeID {
    EventTypeID(UInt32(all.firstIndex(of: type) ?? all.count))
  }
}
