import Testing

@testable import Events

@Suite struct EventSetTests {
  @Test func `has exactly the scheduler's tracepoints that are needed`() {
    let sched = EventSet.named("sched")
    #expect(
      sched?.members.map(\.text) == [
        "sched:sched_switch", "sched:sched_waking", "sched:sched_wakeup",
        "sched:sched_wakeup_new", "sched:sched_migrate_task", "sched:sched_process_fork",
        "sched:sched_process_exec", "sched:sched_process_exit", "task:task_rename",
      ])
    #expect(sched?.contains(system: "sched", name: "sched_stat_runtime") == false)
  }

  @Test func `knows the sets by name`() {
    #expect(
      EventSet.all.map(\.name)
        == ["sched", "syscalls", "irq", "block", "net", "timer", "work", "power", "mm"])
    #expect(EventSet.named("all") == nil)
    for set in EventSet.all { #expect(EventSet.named(set.name) == set) }
  }

  @Test func `the irq set leaves tasklets out`() {
    let irq = EventSet.named("irq")
    #expect(irq?.contains(system: "irq", name: "softirq_raise") == true)
    #expect(irq?.contains(system: "irq", name: "irq_handler_exit") == true)
    #expect(irq?.contains(system: "irq", name: "tasklet_entry") == false)
  }
}
