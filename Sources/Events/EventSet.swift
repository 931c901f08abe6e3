/// A word that stands for the kernel events that belong together.
package struct EventSet: Hashable, Sendable {
  package let name: String
  package let members: [EventPattern]
  package let summary: String

  /// The set of system calls, which single system calls narrow.
  package static let systemCalls = EventSet(
    name: "syscalls", members: patterns("raw_syscalls", "sys_enter", "sys_exit"),
    summary: "entry and exit of every system call")

  /// All sets, in the order in which they are listed.
  package static let all = [
    EventSet(
      name: "sched",
      members: patterns(
        "sched", "sched_switch", "sched_waking", "sched_wakeup", "sched_wakeup_new",
        "sched_migrate_task", "sched_process_fork", "sched_process_exec", "sched_process_exit")
        + patterns("task", "task_rename"),
      summary: "who runs, who waits, who wakes whom; start and end of threads"),
    systemCalls,
    EventSet(
      name: "irq",
      members: patterns(
        "irq", "irq_handler_entry", "irq_handler_exit", "softirq_raise", "softirq_entry",
        "softirq_exit"),
      summary: "interrupts and soft interrupts"),
    EventSet(
      name: "block",
      members: patterns("block", "block_rq_*", "block_bio_queue", "block_bio_complete"),
      summary: "requests to disks: queued, issued, complete, failed"),
    EventSet(
      name: "net",
      members: patterns(
        "net", "net_dev_queue", "net_dev_start_xmit", "net_dev_xmit", "netif_receive_skb",
        "netif_rx") + patterns("napi", "napi_poll")
        + patterns("skb", "kfree_skb", "consume_skb", "skb_copy_datagram_iovec")
        + patterns("tcp", "tcp_retransmit_skb"),
      summary: "packets: queued, sent, received, delivered, dropped"),
    EventSet(name: "timer", members: patterns("timer", "*"), summary: "timers, set and expired"),
    EventSet(
      name: "work", members: patterns("workqueue", "*"), summary: "work queues: queued, run"),
    EventSet(
      name: "power",
      members: patterns(
        "power", "cpu_idle", "cpu_idle_miss", "cpu_frequency", "cpu_frequency_limits",
        "suspend_resume"),
      summary: "idle states and frequencies of CPUs, suspend"),
    EventSet(
      name: "mm",
      members: patterns("exceptions", "page_fault_user", "page_fault_kernel")
        + patterns(
          "vmscan", "mm_vmscan_direct_reclaim_begin", "mm_vmscan_direct_reclaim_end",
          "mm_vmscan_kswapd_wake", "mm_vmscan_kswapd_sleep", "mm_vmscan_throttled")
        + patterns("compaction", "mm_compaction_begin", "mm_compaction_end")
        + patterns("migrate", "mm_migrate_pages") + patterns("oom", "mark_victim")
        + patterns("kmem", "rss_stat"),
      summary: "page faults, reclaim, compaction, resident sizes"),
  ]

  package static func named(_ name: String) -> EventSet? { all.first { $0.name == name } }

  package func contains(system: String, name: String) -> Bool {
    members.contains { $0.matches(system: system, name: name) }
  }

  private static func patterns(_ system: String, _ names: String...) -> [EventPattern] {
    names.map { EventPattern(system, $0) }
  }
}
