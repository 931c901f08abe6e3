import Glibc
import Testing

@testable import Events

@Suite struct FlagNamesTests {
  static let types: [String: EventType] = {
    var types: [String: EventType] = [:]
    let text = FormatText.fixture("print-formats/formats.txt")
    for part in text.split(separator: "system: ") {
      guard let end = part.firstIndex(of: "\n") else { continue }
      if let format = FormatText(String(part[end...].dropFirst()), system: String(part[..<end])) {
        types[format.type.name] = format.type
      }
    }
    return types
  }()

  func shown(_ value: Int64, _ type: EventType, _ field: String) -> String? {
    guard let index = type.index(ofField: field) else { return nil }
    var output: [UInt8] = []
    FlagNames(type).append(value, field: index, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  @Test(arguments: [
    (Int64(0), "R"), (1, "S"), (2, "D"), (4, "T"), (8, "t"), (0x10, "X"), (0x20, "Z"), (0x40, "P"),
    (0x80, "I"), (0x100, "R+"), (0x102, "D+"), (3, "S|D"),
  ])
  func `gives the scheduler's letters`(state: Int64, expected: String) throws {
    #expect(shown(state, try #require(Self.types["sched_switch"]), "prev_state") == expected)
  }

  @Test(
    arguments: [
      ("softirq_raise", "vec", Int64(3), "NET_RX"), ("softirq_raise", "vec", 12, "0xc"),
      ("irq_handler_exit", "ret", 0, "unhandled"), ("irq_handler_exit", "ret", 1, "handled"),
      ("irq_handler_exit", "irq", 36, "36"), ("block_rq_issue", "dev", 254 << 20 | 1, "254,1"),
      ("block_rq_issue", "ioprio", 2 << 13 | 4, "be,0,4"),
      ("hrtimer_start", "mode", 10, "ABS|PINNED|HARD"),
      ("hrtimer_start", "mode", 99, "0x63"), ("timer_start", "flags", 0x28_0000, "D|I"),
      ("timer_start", "flags", 5, "5"), ("kmalloc", "ptr", -1, "0xffffffffffffffff"),
      ("kmalloc", "gfp_flags", 0, "none"), ("kmalloc", "bytes_req", 12, "12"),
      ("kmalloc", "node", -1, "-1"), ("sched_switch", "next_prio", 120, "120"),
    ] as [(String, String, Int64, String)])
  func `shows values by name, or in the format's own way`(
    event: String, field: String, value: Int64, expected: String
  ) throws {
    #expect(shown(value, try #require(Self.types[event]), field) == expected)
  }

  func made(_ format: String, _ type: FieldType = .signed(bytes: 4)) -> EventType {
    EventType(
      system: "s", name: "n", origin: .kernel, fields: [Field("f", type), Field("g", type)],
      printFormat: format)
  }

  @Test func `falls back to the number where the text leaves names unresolved`() {
    let type = made("\"%s\", __print_symbolic(REC->f, { SOME_ENUM, \"some\" }, { 2, \"two\" })")
    #expect(shown(2, type, "f") == "two")
    #expect(shown(7, type, "f") == "7")
    #expect(shown(-7, type, "f") == "-7")
  }

  @Test func `shows hexadecimal, octal and addresses as the format does`() {
    let type = made("\"f=%lx g=%o\", (unsigned long)REC->f, REC->g")
    #expect(shown(255, type, "f") == "0xff")
    #expect(shown(0o755, type, "g") == "0755")
    let pointer = made("\"%ps\", (void *)REC->f", .unsigned(bytes: 8))
    #expect(FlagNames(pointer).style(ofField: 0) == .symbol)
    #expect(shown(255, pointer, "f") == "0xff")
    let plain = EventType(
      system: "s", name: "n", origin: .program, fields: [Field("f", .pointer(bytes: 8))])
    #expect(shown(255, plain, "f") == "0xff")
    let large = EventType(
      system: "s", name: "n", origin: .program, fields: [Field("f", .unsigned(bytes: 8))])
    #expect(shown(-1, large, "f") == "18446744073709551615")
  }

  @Test func `keeps the number where the text says nothing`() {
    let type = made("\"%d(%s)\", REC->f, REC->f > 5 ? \"many\" : \"-\"")
    #expect(shown(6, type, "f") == "many")
    #expect(shown(4, type, "f") == "4")
  }

  @Test func `does not name a field after another one's value`() {
    let type = made("\"%s\", __print_symbolic(REC->f ? REC->g : 0, { 1, \"one\" })")
    #expect(!FlagNames(type).hasNames(field: 0))
    #expect(!FlagNames(type).hasNames(field: 1))
  }

  @Test func `finds the value of a name`() throws {
    let softirq = try #require(Self.types["softirq_raise"])
    #expect(FlagNames(softirq).value(named: Array("NET_RX".utf8), field: 0) == 3)
    #expect(FlagNames(softirq).value(named: Array("NET".utf8), field: 0) == nil)
    let switches = try #require(Self.types["sched_switch"])
    let state = try #require(switches.index(ofField: "prev_state"))
    #expect(FlagNames(switches).value(named: Array("D".utf8), field: state) == nil)
  }

  // The kernel's own text.

  @Test func `agrees with the kernel's text of 75 events`() {
    let compared = compare(
      FormatText.fixture("print-formats/text.txt"), FormatText.fixture("print-formats/fields.txt"),
      types: Self.types)
    #expect(compared == 85)
  }

  static let tracefs = "/sys/kernel/tracing"
  static let canTrace = unsafe access(tracefs + "/instances", W_OK) == 0

  /// A process that another test is about to start holds what is open here until its exec.
  static func remove(_ instance: String) {
    for _ in 0..<500 {
      if unsafe rmdir(instance) == 0 || errno != EBUSY { return }
      usleep(10_000)
    }
  }

  @Test(
    .enabled(if: canTrace, "needs root and tracefs"))
  func `agrees with the text of this machine's kernel`() {
    // No name of swtrace's own: any recorder that starts meanwhile would clear it away.
    let instance = "\(Self.tracefs)/instances/test-events-\(getpid())"
    guard unsafe mkdir(instance, 0o700) == 0 else { return }
    defer { Self.remove(instance) }
    var types: [String: EventType] = [:]
    for (system, event) in [
      ("sched", "sched_switch"), ("irq", "softirq_raise"), ("irq", "irq_handler_exit"),
      ("timer", "hrtimer_start"), ("timer", "timer_start"), ("block", "block_rq_issue"),
      ("kmem", "kmalloc"),
    ] {
      let path = "\(Self.tracefs)/events/\(system)/\(event)/format"
      if let text = FormatText.contents(path), let format = FormatText(text, system: system) {
        types[event] = format.type
      }
      write("1", to: "\(instance)/events/\(system)/\(event)/enable")
    }
    guard let text = FormatText.contents("\(instance)/options/fields") else { return }
    // Each pause makes events, also where nobody else does.
    for _ in 0..<10 { usleep(10_000) }
    write("0", to: "\(instance)/tracing_on")
    #expect(text.hasPrefix("0"))
    let shown = FormatText.contents("\(instance)/trace") ?? ""
    write("1", to: "\(instance)/options/fields")
    let raw = FormatText.contents("\(instance)/trace") ?? ""
    #expect(compare(stripped(shown), stripped(raw), types: types) > 10)
  }

  private func write(_ text: String, to path: String) {
    let descriptor = unsafe open(path, O_WRONLY)
    guard descriptor >= 0 else { return }
    _ = unsafe Glibc.write(descriptor, text, text.utf8.count)
    close(descriptor)
  }

  /// Lines without thread, CPU, flags and time.
  private func stripped(_ trace: String) -> String {
    trace.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      var rest = line[...]
      while let space = rest.firstIndex(of: " ") {
        let word = rest[..<space]
        rest = rest[space...].drop { $0 == " " }
        if word.hasSuffix(":"), word.first?.isNumber == true { break }
      }
      return String(rest)
    }.joined(separator: "\n")
  }

  /// Compares every named value with the kernel's; how many there were.
  private func compare(_ shown: String, _ raw: String, types: [String: EventType]) -> Int {
    let (texts, values) = (shown.split(separator: "\n"), raw.split(separator: "\n"))
    #expect(texts.count == values.count)
    var compared = 0
    let namesOfTypes = types.mapValues { FlagNames($0) }
    for (text, value) in zip(texts, values) {
      guard let colon = text.firstIndex(of: ":"), let type = types[String(text[..<colon])],
        let names = namesOfTypes[type.name]
      else { continue }
      for (index, field) in type.fields.enumerated() {
        guard let expected = kernelText(text, field.name, of: type.name),
          let number = rawValue(value, field)
        else { continue }
        var output: [UInt8] = []
        names.append(number, field: index, to: &output)
        let own = String(decoding: output, as: UTF8.self)
        #expect(own == (expected.isEmpty ? String(number) : expected), "\(text)")
        compared += 1
      }
    }
    return compared
  }

  /// The value in `name=0x1f (31)`, or in `name=(0)`, as the field's type has it.
  private func rawValue(_ line: Substring, _ field: Field) -> Int64? {
    for word in line.split(separator: " ") where word.hasPrefix("\(field.name)=0x") {
      guard let bits = UInt64(word.dropFirst(field.name.utf8.count + 3), radix: 16),
        let width = field.type.width
      else { return nil }
      let unused = UInt64(64 - 8 * width)
      if case .signed = field.type { return Int64(bitPattern: bits << unused) >> Int64(unused) }
      return Int64(bitPattern: bits)
    }
    return nil
  }

  private func kernelText(_ line: Substring, _ field: String, of event: String) -> String? {
    let words = line.split(separator: " ")
    func value(_ prefix: String) -> String? {
      words.last { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
    switch (event, field) {
    case ("sched_switch", "prev_state"): return value("prev_state=")
    case ("softirq_raise", "vec"): return value("[action=").map { String($0.dropLast()) }
    case ("irq_handler_exit", "ret"): return value("ret=")
    case ("hrtimer_start", "mode"): return value("mode=")
    case ("timer_start", "flags"): return value("flags=")
    case ("kmalloc", "gfp_flags"): return value("gfp_flags=")
    case ("block_rq_issue", "dev"), ("block_rq_complete", "dev"): return String(words[1])
    case ("block_rq_issue", "ioprio"), ("block_rq_complete", "ioprio"):
      return String(words[words.count - 2])
    default: return nil
    }
  }
}
