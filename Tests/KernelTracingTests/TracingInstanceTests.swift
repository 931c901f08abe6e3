import CLinux
import Events
import Glibc
import Testing

@testable import KernelTracing

@Suite(
  .enabled(if: Surroundings.tracefs != nil, "needs a tracefs in which instances can be made"),
  .serialized)
struct TracingInstanceTests {
  let tracefs: Tracefs
  let layout: PageLayout
  /// Prints and raw system calls: their formats are all that these tests decode.
  let trace: DecodedTrace

  init() throws {
    let tracefs = try #require(Surroundings.tracefs)
    let layout = try tracefs.pageLayout()
    var formats: [KernelEventFormat] = []
    for event in [KernelEventName(system: "ftrace", event: "print"), Self.enter, Self.exit] {
      formats.append(try tracefs.format(event))
    }
    trace = DecodedTrace(layout: layout, formats: formats)
    self.tracefs = tracefs
    self.layout = layout
  }

  static let enter = KernelEventName(system: "raw_syscalls", event: "sys_enter")
  static let exit = KernelEventName(system: "raw_syscalls", event: "sys_exit")

  private func decoder(_ instance: ScratchInstance, cpu: Int) throws -> PageDecoder {
    var formats = trace
    formats = DecodedTrace(
      layout: try instance.tracing.pageLayout(), formats: formats.formats.formats)
    return PageDecoder(formats.formats, stream: StreamID(UInt32(cpu)))
  }

  /// Writes numbered lines to an instance's trace_marker.
  private func mark(_ instance: ScratchInstance, _ count: Int) throws {
    let marker = unsafe open(instance.tracing.path + "/trace_marker", O_WRONLY | O_CLOEXEC)
    defer { close(marker) }
    for number in 0..<count {
      var text = "\(number)\n"
      text.withUTF8 { unsafe _ = Glibc.write(marker, $0.baseAddress, $0.count) }
    }
  }

  @Test(arguments: 0..<100)
  func `recorded and lost are what the kernel counted`(_ run: Int) throws {
    let instance = try ScratchInstance(tracefs, "count")
    // The kernel makes at least two sub-buffers, and one for the reader.
    let kibibytes = [16, 16, 32, 64][run % 4]
    try instance.tracing.set(overwriting: true)
    try instance.tracing.set(bufferKibibytesPerCPU: kibibytes)
    try instance.tracing.start()
    let emitted = 300 + 97 * run
    let cpus = try instance.tracing.cpus()
    var decoded = 0
    var losses: [Loss] = []
    var recorded: [Int: Int] = [:]
    for part in 0..<3 {
      try mark(instance, emitted / 3)
      if part == 2 { try instance.tracing.stop() }
      // Some runs drain between the parts, some only at the end.
      guard part == 2 || run % 3 == part else { continue }
      for cpu in cpus {
        var decoder = try decoder(instance, cpu: cpu)
        recorded[cpu, default: 0] += try instance.drain(cpu: cpu, &decoder)
        if let batch = decoder.takeBatch() {
          #expect(batch.contradiction(trace.types) == nil)
          losses += batch.losses
          decoded += batch.count
        }
      }
    }
    var overrun: UInt64 = 0
    for cpu in cpus {
      let statistics = try instance.tracing.statistics(cpu: cpu)
      #expect(statistics.entries == 0)
      #expect(statistics.read == UInt64(recorded[cpu] ?? 0))
      #expect(statistics.dropped == 0 && statistics.commitOverrun == 0)
      let own = losses.filter { $0.stream == StreamID(UInt32(cpu)) }
      let counted = own.reduce(0) { $0 + ($1.count ?? 0) }
      if own.allSatisfy({ $0.count != nil }) {
        #expect(counted == statistics.overrun)
      } else {
        #expect(counted < statistics.overrun)
      }
      overrun += statistics.overrun
    }
    #expect(losses.allSatisfy { $0.reason == .kernelOverrun && $0.first <= $0.last })
    #expect(decoded + Int(overrun) == emitted / 3 * 3)
  }

  @Test func `losses lie where the numbers jump`() throws {
    let instance = try ScratchInstance(tracefs, "place")
    try instance.tracing.set(bufferKibibytesPerCPU: 16)
    try instance.tracing.start()
    try mark(instance, 20_000)
    try instance.tracing.stop()
    for cpu in try instance.tracing.cpus() {
      var decoder = try decoder(instance, cpu: cpu)
      _ = try instance.drain(cpu: cpu, &decoder)
      guard let batch = decoder.takeBatch(), batch.count > 0 else { continue }
      for loss in batch.losses {
        #expect(!batch.times.contains { $0 > loss.first && $0 < loss.last })
      }
      if batch.count > 1000 { #expect(!batch.losses.isEmpty) }
    }
  }

  @Test(arguments: [4, 8, 16, 32, 64])
  func `sub-buffers of every size`(kibibytes: Int) throws {
    let instance = try ScratchInstance(tracefs, "subbuffer")
    guard try instance.tracing.set(subBufferKibibytes: kibibytes) else { return }
    try instance.tracing.set(bufferKibibytesPerCPU: 512)
    #expect(try instance.tracing.pageLayout().pageBytes == kibibytes << 10)
    #expect(try tracefs.pageLayout() == layout)
    try instance.tracing.start()
    try mark(instance, 5000)
    try instance.tracing.stop()
    var numbers: [Int] = []
    for cpu in try instance.tracing.cpus() {
      var decoder = try decoder(instance, cpu: cpu)
      _ = try instance.drain(cpu: cpu, &decoder)
      guard let batch = decoder.takeBatch() else { continue }
      #expect(batch.losses.isEmpty)
      numbers += trace.events(of: batch).compactMap {
        $0.text("buf").flatMap { Int($0.dropLast()) }
      }
    }
    #expect(numbers.sorted() == Array(0..<5000))
  }

  @Test(arguments: [TracingClock.processor, .monotonic])
  func `stamps lie between two readings of the same clock`(_ clock: TracingClock) throws {
    let instance = try ScratchInstance(tracefs, "clock")
    guard try instance.tracing.availableClocks().contains(clock.name) else { return }
    try instance.tracing.set(clock: clock)
    #expect(try instance.tracing.clock() == clock.name)
    if clock == .processor, TracingClock.choose(among: [clock.name]) != clock { return }
    try instance.tracing.start()
    let before = Self.ticks(clock)
    try mark(instance, 100)
    let after = Self.ticks(clock)
    try instance.tracing.stop()
    var count = 0
    for cpu in try instance.tracing.cpus() {
      var decoder = try decoder(instance, cpu: cpu)
      count += try instance.drain(cpu: cpu, &decoder)
      let times = decoder.takeBatch()?.times ?? []
      #expect(times.allSatisfy { $0 > before && $0 < after })
    }
    #expect(count == 100)
  }

  private static func ticks(_ clock: TracingClock) -> UInt64 {
    clock.kind == .processor
      ? swtrace_linux_processor_ticks() : swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
  }

  @Test func `a clock that there is not`() throws {
    let instance = try ScratchInstance(tracefs, "noclock")
    let clock = TracingClock(name: "sundial", kind: .monotonic)
    let available = try instance.tracing.availableClocks()
    #expect(throws: KernelTracingError.noSuchClock("sundial", available: available)) {
      try instance.tracing.set(clock: clock)
    }
  }

  @Test func `a recorder that is excluded does not see itself`() throws {
    let instance = try ScratchInstance(tracefs, "self")
    let own = swtrace_linux_thread_number()
    let filter = try #require(ThreadExclusion.filter(nil, excluding: [own]))
    for event in [Self.enter, Self.exit] {
      try instance.tracing.set(filter: filter, of: event)
      try instance.tracing.enable(event)
    }
    try instance.tracing.start()
    var seen = Set<ThreadNumber>()
    for _ in 0..<200 {
      for cpu in try instance.tracing.cpus() {
        var decoder = try decoder(instance, cpu: cpu)
        _ = try instance.drain(cpu: cpu, &decoder, atMost: 20)
        seen.formUnion(decoder.takeBatch()?.threads ?? [])
      }
    }
    try instance.tracing.stop()
    #expect(!seen.contains(own))
  }

  @Test func `the kernel's words for a filter that it refuses`() throws {
    let instance = try ScratchInstance(tracefs, "filter")
    #expect(
      throws: KernelTracingError.filterRefused(
        Self.enter, filter: "nothing == 1", message: "Field not found", column: 8)
    ) {
      try instance.tracing.set(filter: "nothing == 1", of: Self.enter)
    }
    try instance.tracing.set(filter: "id == 39 && common_pid != 1", of: Self.enter)
    #expect(
      try instance.tracing.text("events/raw_syscalls/sys_enter/filter")
        == "id == 39 && common_pid != 1\n")
    try instance.tracing.clearFilter(of: Self.enter)
    #expect(try instance.tracing.text("events/raw_syscalls/sys_enter/filter") == "none\n")
  }

  @Test func `events are switched on one by one and by system`() throws {
    let instance = try ScratchInstance(tracefs, "enable")
    let irq = try tracefs.events(of: "irq").map { KernelEventName(system: "irq", event: $0) }
    try instance.tracing.enable(irq + [Self.enter])
    #expect(try instance.tracing.enabledEvents() == (irq + [Self.enter]).sorted())
    try instance.tracing.disable(Self.enter)
    #expect(try instance.tracing.enabledEvents() == irq)
    try instance.tracing.disableAll()
    #expect(try instance.tracing.enabledEvents() == [])
    let missing = KernelEventName(system: "irq", event: "no_such")
    #expect(throws: KernelTracingError.noSuchEvent(missing)) {
      try instance.tracing.enable([missing])
    }
  }

  @Test func `an instance whose pages are open is not removed`() throws {
    let instance = try ScratchInstance(tracefs, "busy")
    let pipe = try instance.tracing.openPages(cpu: 0)
    #expect(
      throws: KernelTracingError.failed(.remove, path: instance.tracing.path, errno: EBUSY)
    ) {
      try instance.tracing.remove()
    }
    #expect(pipe.pageBytes == layout.pageBytes)
  }

  @Test func `a leftover's unread pages can be saved`() throws {
    // No name of swtrace's own: any recorder that starts meanwhile would clear it away.
    let name = "test-left-\(getpid())"
    do {
      let dead = try tracefs.createInstance(name)
      Surroundings.write("left behind\n", to: dead.path + "/trace_marker")
    }
    #expect(try tracefs.leftoverInstances(prefix: name) == [name])
    let claimed = try tracefs.claimInstance(name)
    try claimed.stop()
    var texts: [String] = []
    for cpu in try claimed.cpus() {
      let pipe = try claimed.openPages(cpu: cpu)
      var page = [UInt8](repeating: 0, count: pipe.pageBytes)
      while try unsafe page.withUnsafeMutableBytes({ try unsafe pipe.read(into: $0) }) > 0 {
        texts += trace.decode(page).batches.flatMap(trace.events).compactMap { $0.text("buf") }
      }
    }
    #expect(texts == ["left behind\n"])
    try claimed.remove()
    #expect(try tracefs.leftoverInstances(prefix: name) == [])
  }

  @Test func `nothing of the top level is changed`() async throws {
    let files = [
      "trace_clock", "tracing_on", "buffer_size_kb", "buffer_subbuf_size_kb", "buffer_percent",
      "current_tracer", "tracing_cpumask", "saved_cmdlines_size", "trace_options",
    ]
    let settings = { files.map { try? TracefsFiles.text(tracefs.root + "/" + $0) } }
    let before = settings()
    let instance = try ScratchInstance(tracefs, "settings")
    try instance.tracing.set(clock: .monotonic)
    try instance.tracing.set(bufferKibibytesPerCPU: 64)
    try instance.tracing.set(overwriting: true)
    _ = try instance.tracing.set(wakingPercent: 10)
    try instance.tracing.enable([Self.enter, Self.exit])
    try instance.tracing.disableAll()
    #expect(settings() == before)
    // In a process of its own: the instance has its number, and recordings of other tests probe too.
    await #expect(processExitsWith: .success) {
      let tracefs = try Tracefs.locate(mounting: false)
      let canRecord = tracefs.probe().canRecord
      let left = try tracefs.leftoverInstances(prefix: "swtrace-probe-\(getpid())")
      #expect(canRecord && left == [])
    }
    #expect(settings() == before)
  }

  @Test func `an instance that someone took away is reported`() throws {
    let instance = try tracefs.createInstance("swtrace-test-gone-\(getpid())")
    unsafe _ = rmdir(instance.path)
    #expect(
      throws: KernelTracingError.failed(.open, path: instance.path + "/tracing_on", errno: ENOENT)
    ) {
      try instance.stop()
    }
    #expect(throws: KernelTracingError.failed(.remove, path: instance.path, errno: ENOENT)) {
      try instance.remove()
    }
  }

  @Test func `arguments of a system call have names`() throws {
    let arguments = try #require(try tracefs.systemCallArguments("openat"))
    #expect(arguments.map(\.name) == ["dfd", "filename", "flags", "mode"])
    #expect(try tracefs.systemCallArguments("no_such_call") == nil)
  }
}
