import Events
import Glibc
import Testing

@testable import KernelTracing

/// A tree of files like a tracefs.
struct FakeTracefs: ~Copyable {
  let root = Surroundings.scratchDirectory()

  init(files: [String: String] = [:]) {
    Surroundings.write("", to: root + "/events/enable")
    mkdir(root + "/instances", 0o755)
    for (path, text) in files { Surroundings.write(text, to: root + "/" + path) }
  }

  deinit { Surroundings.remove(root) }

  private func mkdir(_ path: String, _ mode: mode_t) { unsafe _ = Glibc.mkdir(path, mode) }
}

@Suite struct TracefsTests {
  static let tree = Surroundings.fixtures + "/formats/linux-6.18"

  @Test func `events of a tree`() throws {
    let tracefs = Tracefs(root: Self.tree)
    let systems = try tracefs.systems()
    #expect(systems.contains("sched") && !systems.contains("header_page"))
    #expect(try tracefs.events(of: "raw_syscalls") == ["sys_enter", "sys_exit"])
    let format = try tracefs.format(KernelEventName(system: "sched", event: "sched_switch"))
    #expect(format.type.qualifiedName == "sched:sched_switch")
    #expect(format.type.index(ofField: "prev_state") != nil)
    #expect(format.type.printFormat.contains("__print_flags"))
    #expect(try tracefs.pageLayout().pageBytes == 4096)
  }

  @Test(arguments: [
    ("sched", "no_such"), ("nowhere", "x"), ("..", "x"), ("sched", "../sched_switch"), ("", ""),
    ("sched/", "sched_switch"),
  ])
  func `an event that is not there`(system: String, event: String) {
    let name = KernelEventName(system: system, event: event)
    #expect(throws: KernelTracingError.noSuchEvent(name)) {
      try Tracefs(root: Self.tree).format(name)
    }
  }

  @Test func `names that the kernel remembers`() throws {
    let fake = FakeTracefs(files: [
      "saved_cmdlines": "1 init\n77 a b\nnonsense\n12x y\n",
      "saved_tgids": "78 77\n1 1\nbad\n",
      "printk_formats":
        "0xffffffff828195af : \"thaw\\n\\\"x\\\"\"\nnonsense\n0xzz : \"x\"\n0x12 : \"\"\n",
      "available_events": "sched:sched_switch\nirq:irq_handler_exit\nbad\n",
      "per_cpu/cpu10/stats": "", "per_cpu/cpu2/stats": "",
    ])
    let tracefs = Tracefs(root: fake.root)
    #expect(
      try tracefs.savedCommandLines() == [
        SavedCommandLine(thread: 1, name: "init"), SavedCommandLine(thread: 77, name: "a b"),
      ])
    #expect(
      try tracefs.savedThreadGroups() == [
        SavedThreadGroup(thread: 78, process: 77), SavedThreadGroup(thread: 1, process: 1),
      ])
    #expect(
      try tracefs.printkFormats() == [
        PrintkFormat(address: 0xffff_ffff_8281_95af, text: "thaw\n\"x\""),
        PrintkFormat(address: 0x12, text: ""),
      ])
    #expect(
      try tracefs.events() == [
        KernelEventName(system: "irq", event: "irq_handler_exit"),
        KernelEventName(system: "sched", event: "sched_switch"),
      ])
    #expect(try tracefs.cpus() == [2, 10])
  }

  @Test func `the first place that is a tracefs`() throws {
    let fake = FakeTracefs()
    #expect(
      try Tracefs.locate(["/nowhere", fake.root, "/elsewhere"], mounting: false).root == fake.root)
    #expect(throws: KernelTracingError.notMounted(roots: ["/nowhere", "/elsewhere"])) {
      try Tracefs.locate(["/nowhere", "/elsewhere"], mounting: false)
    }
    #expect(throws: KernelTracingError.failed(.mount, path: "/nowhere", errno: ENOENT)) {
      try Tracefs.locate(["/nowhere"], mounting: true)
    }
    let file = fake.root + "/file"
    Surroundings.write("", to: file)
    #expect(throws: KernelTracingError.failed(.list, path: file + "/events", errno: ENOTDIR)) {
      try Tracefs.locate([file], mounting: false)
    }
  }

  @Test func `a tree without instances says what it lacks`() {
    let abilities = Tracefs(root: Self.tree).probe()
    #expect(!abilities.canRecord)
    let path = Self.tree
    #expect(
      abilities.listingError
        == .failed(.open, path: path + "/available_events", errno: ENOENT))
    #expect(
      abilities.instanceError
        == .failed(
          .create, path: "\(path)/instances/swtrace-probe-\(getpid())", errno: ENOENT))
  }

  @Test func `an instance is its recorder's until that ends`() throws {
    let fake = FakeTracefs()
    let tracefs = Tracefs(root: fake.root)
    var instance: TracingInstance? = try tracefs.createInstance("swtrace-a")
    let path = fake.root + "/instances/swtrace-a"
    #expect(instance?.path == path)
    #expect(try tracefs.leftoverInstances(prefix: "swtrace-") == [])
    #expect(throws: KernelTracingError.instanceInUse(path: path)) {
      try tracefs.createInstance("swtrace-a")
    }
    #expect(throws: KernelTracingError.instanceInUse(path: path)) {
      try tracefs.claimInstance("swtrace-a")
    }
    instance = nil
    #expect(try tracefs.leftoverInstances(prefix: "swtrace-") == ["swtrace-a"])
    #expect(try tracefs.leftoverInstances(prefix: "other-") == [])
    #expect(throws: KernelTracingError.failed(.create, path: path, errno: EEXIST)) {
      try tracefs.createInstance("swtrace-a")
    }
    try tracefs.claimInstance("swtrace-a").remove()
    #expect(try tracefs.leftoverInstances(prefix: "") == [])
  }

  @Test(arguments: [
    "", ".", "..", "a/b", "../x", "-rf\n", ".hidden", "ä", String(repeating: "x", count: 65),
  ])
  func `names of instances are one plain component`(_ name: String) {
    let fake = FakeTracefs()
    let root = fake.root
    #expect(throws: KernelTracingError.badName(name)) {
      try Tracefs(root: root).createInstance(name)
    }
  }

  @Test func `settings that a kernel lacks are told from those that fail`() throws {
    let fake = FakeTracefs()
    let instance = try Tracefs(root: fake.root).createInstance("swtrace-b")
    #expect(try instance.set(subBufferKibibytes: 16) == false)
    #expect(try instance.set(wakingPercent: 50) == false)
    #expect(
      throws: KernelTracingError.failed(
        .open, path: instance.path + "/tracing_on", errno: ENOENT)
    ) {
      try instance.start()
    }
    Surroundings.write("local [global] x86-tsc\n", to: instance.path + "/trace_clock")
    #expect(try instance.availableClocks() == ["local", "global", "x86-tsc"])
    #expect(try instance.clock() == "global")
    Surroundings.write("7 (expanded: 1408)\n", to: instance.path + "/per_cpu/cpu0/buffer_size_kb")
    #expect(try instance.bufferKibibytes(cpu: 0) == 7)
    Surroundings.write("X\n", to: instance.path + "/per_cpu/cpu1/buffer_size_kb")
    #expect(throws: KernelTracingError.self) { try instance.bufferKibibytes(cpu: 1) }
  }

  @Test func `statistics`() {
    let text = """
      entries: 338
      overrun: 13507
      commit overrun: 1
      bytes: 16512
      oldest event ts:    24.601603
      now ts:    24.757584
      dropped events: 2
      read events: 18446744073709551615

      """
    let statistics = BufferStatistics(parsing: text)
    #expect(statistics.entries == 338)
    #expect(statistics.overrun == 13507)
    #expect(statistics.commitOverrun == 1)
    #expect(statistics.bytes == 16512)
    #expect(statistics.dropped == 2)
    #expect(statistics.read == .max)
    #expect(BufferStatistics(parsing: "entries: -1\nx\n") == BufferStatistics())
  }
}
