internal import CLinux
internal import Events
internal import Glibc
internal import KernelTracing

/// The kernel's side of a recording: instances with their events, and what drains them.
final class KernelRecording {
  static let prefix = "swtrace-"

  private let tracefs: Tracefs
  let clock: TracingClock
  private(set) var sources: [KernelSource] = []
  private var held: [(instance: TracingInstance, plan: KernelPlan.Instance, cpus: [Int])] = []
  private var pipes: [KernelPipe] = []
  /// Threads that are followed where all events, or system calls, are narrowed.
  var following: [ThreadNumber] = []

  init(tracefs: Tracefs, clock: TracingClock) {
    self.tracefs = tracefs
    self.clock = clock
  }

  /// Where a session's instances lie, those included that it may not need.
  static func instancePaths(_ tracefs: Tracefs, session: String) -> [String] {
    ["", ".1"].map { "\(tracefs.root)/instances/\(prefix)\(session)\($0)" }
  }

  /// The session whose instance has this name.
  static func session(ofInstance name: String) -> String {
    let session = name.dropFirst(prefix.count)
    return String(session.hasSuffix(".1") ? session.dropLast(2) : session)
  }

  /// Makes the instances and all that drains them; nothing is recorded yet.
  func prepare(
    _ plan: KernelPlan, session: String, options: RecordingOptions, clock: RecorderClock,
    output: TraceOutput, budget: QueueBudget,
    wake: @escaping @Sendable (Int) -> @Sendable () -> Void
  ) throws(KernelTracingError) {
    let undecoded = output.intern(PageFormats.undecoded)
    for (number, part) in plan.instances.enumerated() {
      let suffix = number == 0 ? "" : ".\(number)"
      let instance = try tracefs.createInstance(Self.prefix + session + suffix)
      held.append((instance, part, []))
      try instance.stop()
      try instance.set(clock: self.clock)
      try configureBuffers(instance, options, instances: plan.instances.count)
      let layout = try instance.pageLayout()
      var known: [(KernelEventFormat, EventTypeID)] = []
      for event in part.events {
        guard let format = plan.formats[event] else { continue }
        known.append((format, output.intern(format.type)))
      }
      let formats = PageFormats(layout: layout, formats: known, undecoded: undecoded)
      let wanted = options.cpus.map(Set.init)
      let cpus = try instance.cpus().filter { wanted?.contains($0) ?? true }
      held[number].cpus = cpus
      for cpu in cpus {
        let pipe = KernelPipe(try instance.openPages(cpu: cpu))
        pipes.append(pipe)
        let stream = output.add(
          EventStream(source: .cpu(cpu, buffer: number), clock: self.clock.kind))
        let drain = KernelDrain(
          source: output.addSource(completeThrough: 0), cpu: cpu, descriptor: pipe.descriptor,
          pageBytes: pipe.pageBytes, clock: clock,
          interval: TimeSpan(nanoseconds: options.flushInterval.nanoseconds / 2), budget: budget,
          encoderWake: wake(sources.count))
        sources.append(
          KernelSource(drain: drain, stream: stream, clock: self.clock.kind, formats: formats))
      }
    }
  }

  private func configureBuffers(
    _ instance: TracingInstance, _ options: RecordingOptions, instances: Int
  ) throws(KernelTracingError) {
    try instance.set(overwriting: true)
    _ = try instance.set(recordingThreadGroups: true)
    // Larger sub-buffers mean fewer system calls; a small buffer keeps several of them.
    let perCPU =
      (options.bufferBytes ?? Self.defaultBufferBytes(cpus: CPUList.online().numbers.count))
    let page = min(64 << 10, max(4 << 10, perCPU / 16))
    var size = 4 << 10
    while size * 2 <= page { size *= 2 }
    _ = try instance.set(subBufferKibibytes: size >> 10)
    try instance.set(bufferKibibytesPerCPU: max(1, perCPU >> 10))
    _ = try instance.set(wakingPercent: 10)
  }

  /// 4 MiB, but no more than 1/32 of memory for all CPUs together.
  static func defaultBufferBytes(cpus: Int) -> Int {
    let memory = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    return max(64 << 10, min(4 << 20, memory / 32 / max(1, cpus)))
  }

  /// Switches the events on; `excluded` threads never appear in system calls.
  func enable(
    excluding excluded: [ThreadNumber]
  ) throws(KernelTracingError) {
    for part in held {
      if part.plan.followsThreads {
        try part.instance.follow(following)
      }
      for event in part.plan.events {
        let own = part.plan.filters[event]
        let isSystemCall = EventSet.systemCalls.contains(system: event.system, name: event.event)
        let filter =
          isSystemCall ? ThreadExclusion.filter(own, excluding: excluded) : own
        if let filter { try part.instance.set(filter: filter, of: event) }
      }
      try part.instance.enable(part.plan.events)
    }
    for part in held { try part.instance.start() }
  }

  /// Switches everything off: nothing new comes into the buffers.
  func stop() {
    for part in held { try? part.instance.stop() }
    for part in held { try? part.instance.disableAll() }
  }

  /// What the kernel itself counts of each stream.
  func statistics() -> [(source: KernelSource, counts: BufferStatistics)] {
    var result: [(source: KernelSource, counts: BufferStatistics)] = []
    var source = 0
    for part in held {
      for cpu in part.cpus {
        if let counts = try? part.instance.statistics(cpu: cpu) {
          result.append((sources[source], counts))
        }
        source += 1
      }
    }
    return result
  }

  /// What only the kernel's own tables tell: formats of texts, its counts of each buffer, and which
  /// events it was asked for, also those that never occur.
  func facts(into reading: inout MachineReading) {
    for part in held {
      for event in part.plan.events {
        reading.addFact(
          "recorded \(event.system):\(event.event)", part.plan.followsThreads ? "narrowed" : "all")
      }
      if part.plan.followsThreads {
        reading.addFact("narrowed to", following.map { "\($0)" }.joined(separator: " "))
      }
    }
    let own = ProcFile.names(in: "/proc/self/task")
    reading.addFact("recorder threads", own.joined(separator: " "))
    for (source, counts) in statistics() {
      reading.addFact(
        "kernel_statistics stream \(source.stream.index)",
        "read=\(counts.read) entries=\(counts.entries) overrun=\(counts.overrun) "
          + "commit_overrun=\(counts.commitOverrun) dropped=\(counts.dropped)")
    }
    for format in (try? tracefs.printkFormats()) ?? [] {
      reading.addFact("printk_format 0x" + String(format.address, radix: 16), format.text)
    }
  }

  /// Closes the buffers and removes the instances; nothing of them stays.
  func remove() {
    pipes = []
    for part in held {
      for attempt in 0..<50 {
        do throws(KernelTracingError) {
          try part.instance.remove()
          break
        } catch {
          if attempt < 49 { usleep(20_000) }
        }
      }
    }
    held = []
  }
}

/// Owns a CPU's page pipe for as long as its drain runs.
final class KernelPipe: Sendable {
  private let pipe: PagePipe

  init(_ pipe: consuming PagePipe) {
    self.pipe = pipe
  }

  var descriptor: Int32 { pipe.descriptor }
  var pageBytes: Int { pipe.pageBytes }
}
