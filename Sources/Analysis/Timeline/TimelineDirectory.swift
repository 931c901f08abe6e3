package import Events

/// Who and what there is on a timeline, as far as it has been read; places in its arrays stay what
/// they are while more is added.
package struct TimelineDirectory: Sendable {
  package var cpus: [TimelineCPU] = []
  /// In the order in which they were seen first, without the thread 0 of idle CPUs.
  package var threads: [TimelineThread] = []
  /// In the order in which they were seen first.
  package var processes: [TimelineProcess] = []
  package var counters: [TimelineCounter] = []
  /// Names of spans, `system:name`.
  package var spanNames: [String] = []
  /// Names of interrupt lines, and of soft interrupts' vectors.
  package var hardInterruptNames: [Int32: String] = [:]
  package var softInterruptNames: [Int32: String] = [:]
  /// Grows whenever anything else here changes.
  package var revision: UInt64 = 0

  package init() {}
}

/// A CPU with its place in the machine, -1 where that was not recorded.
package struct TimelineCPU: Hashable, Sendable {
  package var number: Int
  package var core = -1
  package var package = -1
  package var node = -1
  package var lastLevelCache = -1
  /// Whether events of it were seen.
  package var isSeen = false
  package var hasHardInterrupts = false
  package var hasSoftInterrupts = false

  package init(number: Int) {
    self.number = number
  }
}

/// A thread's one life.
package struct TimelineThread: Hashable, Sendable {
  package var number: ThreadNumber
  /// 0 where it is not known.
  package var process: ProcessNumber = 0
  /// As the kernel has it, made safe for a terminal; the last one in its life.
  package var name = ""
  /// What it was called before, 16 names at most.
  package var earlierNames: [String] = []
  package var cgroup = ""
  /// Of the first and the last thing that is known of it; nanoseconds since the start of the trace.
  package var firstSeen: Int64
  package var lastSeen: Int64
  /// How long it ran in all, and waited for a CPU.
  package var runTime: UInt64 = 0
  package var runnableTime: UInt64 = 0
  package var isKernelThread = false
  package var isGone = false
  /// Whether its system calls were seen, and how deep its spans were nested.
  package var hasSystemCalls = false
  package var spanDepth = 0
  /// Place of its process in `TimelineDirectory.processes`.
  package var processPlace = 0

  package init(number: ThreadNumber, firstSeen: Int64) {
    self.number = number
    self.firstSeen = firstSeen
    lastSeen = firstSeen
  }
}

/// A process with its threads; those whose process is not known are one each.
package struct TimelineProcess: Hashable, Sendable {
  /// 0 where it is not known.
  package var number: ProcessNumber
  package var name = ""
  package var executable = ""
  /// Places of its threads in `TimelineDirectory.threads`.
  package var threads: [Int] = []
  package var runTime: UInt64 = 0
  package var firstSeen: Int64 = 0
  package var lastSeen: Int64 = 0

  package init(number: ProcessNumber) {
    self.number = number
  }
}

/// A counter of a program: a field of an event.
package struct TimelineCounter: Hashable, Sendable {
  /// `system:name`, with the field behind it where it has several.
  package var name: String
  package var process: ProcessNumber
  package var isWhole = true

  package init(name: String, process: ProcessNumber) {
    self.name = name
    self.process = process
  }
}

/// What a trace is as a whole; known as soon as it is open.
package struct TimelineSummary: Sendable {
  /// The trace's own name, in 32 hexadecimal digits.
  package var identifier = ""
  package var hostName = ""
  package var kernelRelease = ""
  package var commandLine: [String] = []
  /// CPUs that the machine can have.
  package var cpus = 0
  /// Its events lie before this, in nanoseconds since its start.
  package var end: Int64 = 0
  /// While the recorder's sources were on; from 0 to the end where that is not known.
  package var recorded = TimelineWindow(0, 0)
  /// CLOCK_REALTIME at the start, nanoseconds since 1970.
  package var startTime: Int64 = 0
  /// Events and readings of the machine's state; the former alone.
  package var events: UInt64 = 0
  package var recordedEvents: UInt64 = 0
  package var bytes: UInt64 = 0
  /// Whether it stops within a block.
  package var isCut = false
  /// Whether the trace has its end: no recorder is writing it.
  package var isComplete = true
  /// Kinds of events that are there.
  package var sources: Set<TimelineSource> = []
  package var types: [EventType] = []

  package init() {}
}

/// Kinds of events on which lanes and columns depend.
package enum TimelineSource: Hashable, Sendable, CaseIterable {
  case switches, wakings, systemCalls, hardInterrupts, softInterrupts, block, network, frequency
  case spans, counters, markers
}
