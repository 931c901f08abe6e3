/// What is kept of the machine's state beside the events: read when a recording starts and ends,
/// and when it changes, each row stamped with the instant at which it was read.
///
/// They are events like all others, of origin `machine`, in a stream of source `.machine`.
package enum MachineEvents {
  /// A thread's name, kin and place.
  package static let thread = EventType(
    system: "machine", name: "thread", origin: .machine,
    fields: [
      Field("tid", .signed(bytes: 4)), Field("pid", .signed(bytes: 4)),
      Field("ppid", .signed(bytes: 4)), Field("comm", .string),
      Field("start_boottime_ns", .unsigned(bytes: 8)), Field("state", .string),
      Field("affinity", .string), Field("cgroup", .string), Field("policy", .signed(bytes: 4)),
      Field("priority", .signed(bytes: 4)), Field("namespace_pid", .signed(bytes: 4)),
      Field("run_ns", .unsigned(bytes: 8)), Field("run_delay_ns", .unsigned(bytes: 8)),
      Field("slices", .unsigned(bytes: 8)),
    ])

  /// A process: its program and who runs it.
  package static let process = EventType(
    system: "machine", name: "process", origin: .machine,
    fields: [
      Field("pid", .signed(bytes: 4)), Field("executable", .string),
      Field("command_line", .string), Field("uid", .unsigned(bytes: 4)),
    ])

  /// A CPU's place in the machine.
  package static let cpu = EventType(
    system: "machine", name: "cpu", origin: .machine,
    fields: [
      Field("cpu", .unsigned(bytes: 4)), Field("online", .bool),
      Field("core", .signed(bytes: 4)), Field("package", .signed(bytes: 4)),
      Field("node", .signed(bytes: 4)), Field("last_level_cache", .signed(bytes: 4)),
      Field("model", .string), Field("max_frequency_khz", .unsigned(bytes: 8)),
    ])

  /// A CPU's times out of /proc/stat.
  package static let cpuTime = EventType(
    system: "machine", name: "cpu_time", origin: .machine,
    fields: [
      Field("cpu", .unsigned(bytes: 4)), Field("user_ns", .unsigned(bytes: 8)),
      Field("system_ns", .unsigned(bytes: 8)), Field("idle_ns", .unsigned(bytes: 8)),
      Field("iowait_ns", .unsigned(bytes: 8)), Field("irq_ns", .unsigned(bytes: 8)),
      Field("softirq_ns", .unsigned(bytes: 8)), Field("steal_ns", .unsigned(bytes: 8)),
    ])

  /// A control group that limits CPU time or CPUs.
  package static let cgroup = EventType(
    system: "machine", name: "cgroup", origin: .machine,
    fields: [
      Field("path", .string), Field("cpus", .string), Field("quota_us", .signed(bytes: 8)),
      Field("period_us", .unsigned(bytes: 8)), Field("periods", .unsigned(bytes: 8)),
      Field("throttled_periods", .unsigned(bytes: 8)), Field("throttled_ns", .unsigned(bytes: 8)),
    ])

  /// A block device or partition by its number.
  package static let blockDevice = EventType(
    system: "machine", name: "block_device", origin: .machine,
    fields: [
      Field("major", .unsigned(bytes: 4)), Field("minor", .unsigned(bytes: 4)),
      Field("name", .string), Field("sectors", .unsigned(bytes: 8)), Field("rotational", .bool),
      Field("scheduler", .string),
    ])

  /// A network interface.
  package static let interface = EventType(
    system: "machine", name: "interface", origin: .machine,
    fields: [
      Field("index", .unsigned(bytes: 4)), Field("name", .string),
      Field("mtu", .unsigned(bytes: 4)), Field("address", .string),
    ])

  /// An open descriptor, as sampled at this instant.
  package static let descriptor = EventType(
    system: "machine", name: "descriptor", origin: .machine,
    fields: [
      Field("pid", .signed(bytes: 4)), Field("fd", .signed(bytes: 4)), Field("target", .string),
    ])

  /// An interrupt line and what it belongs to.
  package static let interrupt = EventType(
    system: "machine", name: "interrupt", origin: .machine,
    fields: [Field("irq", .unsigned(bytes: 4)), Field("name", .string)])

  /// A fact about the whole machine or recording by its key: `printk_format 0xffff…`, `recorded
  /// sched:sched_switch`, `narrowed to` for the threads that are followed, `recorder threads` for its own.
  package static let fact = EventType(
    system: "machine", name: "fact", origin: .machine,
    fields: [Field("key", .string), Field("value", .string)])

  package static let all = [
    thread, process, cpu, cpuTime, cgroup, blockDevice, interface, descriptor, interrupt, fact,
  ]
}
