internal import Events

/// What the manual says of tables, of the words in them and of the options' values.
extension StatsCommand {
  static let tableSections = [
    Manual.Section(
      "TABLES",
      tableTexts.map { name, text in
        let sets = needs(of: name)
        return .item(name, sets.isEmpty ? text : "\(text) Needs \(sets).")
      })
  ]

  /// The sets that a table's columns are made from.
  private static func needs(of table: String) -> String {
    var sets: [String] = []
    var hasMarkers = false
    for needs in ColumnNeeds.of(table) {
      for set in needs.sets where !sets.contains(set) { sets.append(set) }
      hasMarkers = hasMarkers || needs.markers
    }
    return ((hasMarkers ? ["markers"] : []) + sets).joined(separator: ", ")
  }

  private static let tableTexts: [(String, String)] = [
    (
      "overview",
      """
      At most twelve lines: length, events, losses by place, how busy the CPUs were, the worst \
      wait of each kind with its cause, and what to type next. The worst are those that record tells \
      at its end: of 1 ms and more, ranked by how many times 1 ms (waits for a CPU, interrupts), 5 ms \
      (spans) or 10 ms (waits in D) they took; waits of the recorder's own threads, of kernel threads \
      in D and for a child by vfork are none. busy, irq and softirq are shares of the time in which \
      CPUs were observed, as in the table cpus; what damage took \
      from the file is lost too. throttled is the control group that \
      its CPU quota kept from running longest: the kernel's count at the end less that at the start, \
      all CPUs together. It is not told in a window that leaves one of them out, nor before the trace \
      has its end.
      """
    ),
    (
      "events",
      """
      Count, rate, first and last instant of each type of event. Out of the trace's index alone, \
      unless --where, --from or --to narrow.
      """
    ),
    (
      "threads",
      """
      Run time and its share of one CPU, slices, run delay, preempt wait, switches by the \
      thread's own will and not, migrations, waits in D, sleep, last CPU, priority; throttled where \
      a CPU quota kept threads waiting.
      """
    ),
    ("processes", "The same of all threads of a process together."),
    (
      "cpus",
      """
      Busy, idle, hard and soft interrupts, steal, switches, run queue average and greatest \
      length, migrations, frequency, violation. busy %, of the overview and in view too, is busy / \
      (busy + idle): of the time in which the CPU was observed. Where events were lost, or more than \
      1 % of the window was not observed, it is busy / the length of the window, a lower bound (≥); \
      of what --where chooses it is busy / the length of the window.
      """
    ),
    ("states", "Time and share of each state of threads, and the distribution of each."),
    (
      "syscalls",
      """
      Duration of each system call, errors by errno, where the time went, bytes of calls that move \
      some, the slowest with its arguments. Calls that wait by design stand last.
      """
    ),
    (
      "irq",
      """
      Handler time of hard and soft interrupts, how long soft ones were raised before, on how many \
      CPUs, and time stolen from threads.
      """
    ),
    (
      "block",
      """
      Of each device and operation: service (issue to complete), queue (insert to issue), \
      bytes, sequential share, errors.
      """
    ),
    ("net", "Of each device: packets, bytes, queue to transmit, receive to socket."),
    (
      "locks",
      """
      Of each futex of a process: waits, their time, how many threads waited, and who ended most \
      waits. A futex word does not tell its owner, and a lock that is free makes no system call: owner \
      and hold are those of PI futexes alone. The owner is who had the lock most often while others \
      waited; hold is from the end of a FUTEX_LOCK_PI that returned 0 to its thread's \
      FUTEX_UNLOCK_PI, for locks that were not free.
      """
    ),
    (
      "spans",
      """
      Wall and self time of spans, where the time went, the span around, rate, the slowest.
      """
    ),
    ("counters", "Last, least, greatest and average value over time, and change per second."),
    (
      "waits",
      """
      Blame: what the waiting went into, most first. With 'in span "NAME"' in --where all time of \
      these spans, that of the spans inside with them, else all waits for a CPU, in D and for locks. --by makes rows for who waited.
      """
    ),
    (
      "periods",
      """
      Stretches of a thread from an event that --begin chooses to the next that --end chooses, \
      with the columns of spans.
      """
    ),
  ]

  static let definitionSections = [
    Manual.Section(
      "STATES OF A THREAD",
      [
        .item("run", "It has a CPU, interrupts that it meanwhile suffers included."),
        .item(
          "wakeup latency",
          """
          t(on a CPU) - t(first sched_waking after it left its CPU in a state other than R). \
          Wakings of threads that are runnable or running do not count.
          """),
        .item(
          "preempt wait",
          """
          t(on a CPU) - t(left it in state R), by preemption in the kernel (R+) or on its way \
          back to the program (R).
          """),
        .item("yield", "The same where it left in state R, without +, in sched_yield."),
        .item("new", "t(on a CPU) - t(sched_wakeup_new), once in a life."),
        .item(
          "throttled",
          """
          A wait for a CPU, of any of these kinds, of 1 ms and more, of a thread whose control group, \
          or the nearest one above it, has a CPU quota and had run nine tenths of it and more in the \
          period in which the wait began, where the wait goes on to the next period. When periods \
          begin is seen by the first such wait, which has to last a tenth of one. Groups and quotas \
          are those at the start of the trace.
          """),
        .item("run delay", "Wakeup latency and preempt wait together."),
        .item(
          "D-io",
          """
          t(waking) - t(left in state D), where the waker, or the interrupts and kworkers that led \
          to it, completed a request of a disk (block_rq_complete).
          """),
        .item("D-other", "Every other wait in D. Without events of disks one column D is both."),
        .item("sleep", "Off the CPU in state S or I until the waking; lock: that part in futex."),
        .item(
          "stopped",
          "In state T or t, until the waking; of spans and system calls it is in sleep."),
        .item("dead", "It ended (X, Z): not told about, and the thread's number may come again."),
        .item(
          "unknown",
          """
          After events were lost, until the thread is seen again; and from a waking on where the CPU \
          whose queue the thread was in went idle before the thread was seen to run: it has run \
          unseen.
          """),
        .item(
          "prev_state",
          """
          The letter of sched_switch that says how a thread left its CPU, as the kernel's own format \
          names the bits, which differ from version to version: R ran on and gave way (R+ preempted \
          in the kernel), S and I sleep, D waits in D, T and t stopped, X and Z dead, P parked (sleep).
          """),
        .item(
          "slices",
          """
          voluntary + involuntary: times that it left its CPU. Involuntary is state R, preempted or \
          yielding, as the kernel counts.
          """),
      ]),
    Manual.Section(
      "OTHER WORDS",
      [
        .item(
          "percentiles",
          """
          Nearest rank: the value of rank ceil(q n) of n, within 1.6 %, never below the least nor \
          above the greatest. Where n (1 - q) < 10 it stands in brackets. Count, sum, least and \
          greatest are exact.
          """),
        .item(
          "windows",
          """
          --from and --to clip times: sum of max(0, min(end, to) - max(start, from)). Durations \
          count instances that end in from <= end < to, at full length. What is open at an edge is \
          censored: counted, never in a percentile, and a greatest value of it is marked ≥.
          """),
        .item(
          "lost events",
          """
          After a loss every thread that may have run there is unknown until it is seen again. \
          Counts and run time are then lower bounds (≥); waits, sleep and idle time have the \
          unknown time added and are upper bounds (≤). Instances across a loss are unpaired: \
          counted, in no percentile. A CPU that is not observed is not idle: before its first event \
          nothing is known of it.
          """),
        .item(
          "--where",
          """
          Chooses instances after states were tracked over all events: comm, pid, tid and cpu are \
          those of the instance's own thread, dur and state its own. What lacks a field does \
          not match. 'waker of (EXPR)' is what a thread did while it ended a wait that EXPR \
          chooses; 'within TIME after (EXPR)' what began at most so long after an event that EXPR \
          chooses. For these two the trace is read twice, so it has to be a file.
          """),
        .item(
          "violation",
          """
          Time within waits for a CPU of 50 us and more in which a CPU idled that the thread's \
          affinity allows, as the kernel tells it when the recording begins: without the CPUs that \
          the cpuset of its control group forbids.
          """),
        .item(
          "steal",
          """
          (steal at the end - steal at the start) of the kernel's count of each CPU (/proc/stat), by \
          the readings nearest to the window; of the overview the share of all CPUs' time.
          """),
        .item(
          "frequency",
          "Sum of f(i) t(i) / sum of t(i), where f(i) of power:cpu_frequency held for t(i)."),
        .item(
          "sequential share",
          """
          Requests whose first sector is the one behind the last sector of the request that the \
          device was given before, of all that were complete.
          """),
        .item(
          "run queue",
          "Threads that wait for the CPU, without the one that runs; the average is over time."),
        .item(
          "waker",
          """
          Who ends a wait: the thread that sched_waking is of, or the interrupt where its \
          common_flags tell of a hard or soft one, never the thread that was interrupted.
          """),
        .item(
          "off-CPU",
          """
          Of a system call, exit - enter = on-CPU + runnable + blocked: what its thread ran, waited \
          for a CPU, and slept or was in D meanwhile.
          """),
        .item(
          "waiting",
          """
          Calls that wait by design: poll, epoll_wait, select, nanosleep, wait4, accept, recvmsg \
          and their kin, futex FUTEX_WAIT, and a read that slept. Others are sorted by on-CPU + \
          runnable + D.
          """),
        .item(
          "spans",
          """
          Self time is the wall time without that of the spans inside. Wall = run + runnable + D-io \
          + D-other + sleep + suspended + unknown; lock is a part of sleep. suspended is the time in \
          which a span of a task was on no thread: from when its task was last seen on one to when it \
          was seen on another. unknown is what its thread did unseen. A begin without end is censored, \
          an end without begin is an orphan.
          """),
        .item(
          "blame",
          """
          Each nanosecond of a wait is charged to one leaf: a wait for a CPU to the threads that had \
          the CPU whose queue it was in and to the interrupts that it handled, one for a quota to \
          throttled; a sleep to what its waker did meanwhile, and on along the chain (at most 32 \
          links, and of each waker the 64 things that it did last: what is before them is its own); \
          a wait in D to the disk or the system call: of the request that was complete last, of \
          those that the thread inserted itself where there are any, queue (insert to issue) and \
          service (issue to complete), and the device alone for what is beside it. A chain that comes \
          back to who waits is cut: cycle. Leaves add up to the waits. Of a wait in which more threads \
          had the CPU than are remembered one by one, a window has its share of each.
          """),
      ]),
  ]

  static let formats = Manual.Section(
    "FORMATS",
    [
      .item(
        "text", "Columns that fit; a column whose events were not recorded is told in a line."),
      .item(
        "json",
        """
        {"version":1,"trace":{"file","host","kernel","clock","start_unix_ns","duration_ns",\
        "cpus","events","lost","bytes","processes","threads"},"tables":{NAME:[row,...]}}. \
        Durations end in _ns and are integers; what is not known is null, and not_recorded says \
        why. lower_bounds, upper_bounds and bracketed name keys of a row.
        """),
      .item("ndjson", "The same rows, one object a line, with version, table, by and key."),
      .item("csv", "The same columns; a header line for each table."),
      .item(
        "--every",
        """
        Text and md begin each part with its times. json is an object a line, with part {from_ns,to_ns}; \
        ndjson and csv have from_ns and to_ns in each row, and csv of one table one header.
        """),
      .item("md", "A table of Markdown."),
    ])

  static let times = Manual.Section(
    "TIMES",
    [
      .text(
        """
        All times count from the start of the trace, when the recorder began to set itself up; its \
        length is that of the recording, which began a little later: 3.001 s from +0.084. --from and \
        --to count from that start (4.8s, 250ms), from the end (-2s), in percent of what is between \
        them (50%), or name an instant (2026-07-27T14:03:05Z).
        """)
    ])
}
