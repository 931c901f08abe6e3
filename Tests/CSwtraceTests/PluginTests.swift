import Testing

/// Marked objects that are loaded and dropped while they are recorded, and markers inside malloc.
@Suite struct PluginTests {
  private static func host() throws -> TracedProgram {
    try TracedProgram("plugin-host", linking: .sharedObject)
  }
  private static func plugin(_ name: String) throws -> String {
    try TracedProgram("plugin", options: ["-DPLUGIN=\"\(name)\""], linking: .sharedObject).path
  }

  @Test func `names stay right over 10,000 loads of two objects of one provider`() throws {
    let (end, trace) = try Self.host().run(
      ["5000", Self.plugin("one"), Self.plugin("two")], recording: "plugin:*", buffer: "16M")
    #expect(end.output == "hits 10000\n")
    let process = try trace.process
    let names = ["one", "one-loaded", "two", "two-loaded", "host"].map { ("plugin:\($0)", 5000) }
    #expect(process.names == Dictionary(uniqueKeysWithValues: names))
    #expect(process.refused == 0 && process.lost == 0 && process.damaged == 0)
    for name in ["one", "two"] {
      let fields = process.events.filter { $0.name == "plugin:\(name)" }.map(\.fields)
      #expect(fields == (1...5000).map { "writer=1 number=\($0)" })
    }
  }

  @Test func `an object that comes later is switched on by its name`() throws {
    let (_, trace) = try Self.host().run(
      ["10", Self.plugin("one"), Self.plugin("two")], recording: "two")
    #expect(try trace.process.names == ["plugin:two": 10])
  }

  @Test func `a session that comes and goes sees the objects that are there`() throws {
    try TestRecorder.prepare()
    let scratch = ScratchDirectory()
    let program = try Self.host().start(
      ["100000", Self.plugin("one"), Self.plugin("two")], in: scratch)
    let file = try scratch.processFiles(count: 1)[0]
    let slots = try (0..<12).map { _ in
      let slot = try TestRecorder.attach(to: file, "plugin:*", extents: 1)
      try TestRecorder.switchOff(file, slot: slot)
      return slot
    }
    let trace = try LeftTrace(in: scratch.path, slots: slots)
    #expect(try program.wait().output == "hits 200000\n")
    let process = try trace.process
    let known = Set(["one", "one-loaded", "two", "two-loaded", "host"].map { "plugin:\($0)" })
    #expect(process.count > 100 && process.damaged == 0 && process.refused == 0)
    #expect(Set(process.names.keys) == known)
    for event in process.events {
      let isWhole =
        switch event.name {
        case "plugin:host": event.fields.hasPrefix("i=")
        case "plugin:one", "plugin:two": event.fields.hasPrefix("writer=1 number=")
        default: event.fields == "writer=0"
        }
      #expect(isWhole, "\(event)")
    }
  }

  @Test func `a thread may outlive an object that brought the runtime along`() throws {
    let plugin = try TracedProgram("plugin", options: ["-DPLUGIN=\"own\""]).path
    let host = try TracedProgram("plugin-thread", linking: .nothing)
    let (end, trace) = try host.run([plugin, "20"], recording: "plugin:*")
    #expect(end.output == "ended\n")
    let hits = trace.processes.reduce(0) { $0 + ($1.names["plugin:own"] ?? 0) }
    #expect(hits == 20)
  }

  @Test func `a marker inside malloc does not call itself`() throws {
    let wrapper = try TracedProgram("malloc-wrapper", linking: .sharedObject).path
    let scratch = ScratchDirectory()
    let words = ["/bin/ls", "-la", "/usr/lib"]
    let expected = try Command.run(words)
    let seen = try Command.run(
      words,
      environment: [
        "LD_PRELOAD=\(wrapper)", "SWTRACE_DIR=\(scratch.path)", "SWTRACE_RECORD=libc:*",
      ])
    #expect(seen == expected)
    let process = try LeftTrace(in: scratch.path).process
    let mallocs = try #require(process.names["libc:malloc"])
    #expect(mallocs > 50 && process.names["libc:free"] != nil)
    #expect(process.lost == 0 && process.open == 0 && process.damaged == 0)
  }
}
