import Glibc
import Testing

@testable import Events

@Suite struct PrintFormatTests {
  static let tracefs = "/sys/kernel/tracing/events"
  static let hasFormats =
    FormatText.contents(tracefs + "/sched/sched_switch/format")?.isEmpty == false

  let fields = [
    Field("state", .signed(bytes: 8)), Field("flags", .unsigned(bytes: 4)),
    Field("comm", .text(capacity: 16)), Field("small", .signed(bytes: 1)),
  ]

  /// What an argument comes to for a value of its field.
  func evaluate(_ argument: String, _ value: Int64) -> Int64? {
    let format = PrintFormat("\"%d\", \(argument)", fields: fields)
    guard format.isWhole, case .expression(let node)? = format.arguments.first else { return nil }
    return format.expressions.evaluate(node, value)
  }

  @Test(arguments: [
    ("REC->state & ((((0x00 | 0x01 | 0x02) + 1) << 1) - 1)", Int64(0xFF), Int64(7)),
    ("REC->state >> 3 & 7", 0xFF, 7), ("REC->flags & ~1U", 3, 2), ("1 + 2 * 3 - 4 / 2", 0, 5),
    ("(1 + 2) * 3 % 4", 0, 1), ("REC->state == 5 ? 10 : REC->state == 6 ? 20 : 30", 6, 20),
    ("REC->state < 0", -1, 1), ("(unsigned long)REC->state < 1", -1, 0), ("!REC->state", 0, 1),
    ("-REC->state", 5, -5), ("(u8)REC->state", 0x1FF, 0xFF), ("(s8)REC->state", 0xFF, -1),
    ("(unsigned int)(REC->state)", -1, 0xFFFF_FFFF), ("(int)REC->state", 0xFFFF_FFFF, -1),
    ("REC->state || 0 && 1", 0, 0), ("(1) << 4", 0, 16), ("010 + 0x10", 0, 24),
    ("__builtin_expect(!!(REC->state), 1)", 9, 1), ("REC->state / 0", 9, 0), ("'a'", 0, 97),
    ("( gfp_t)(((((1UL))) << (10))|((((1UL))) << (11)))", 0, 0xC00),
    ("REC->state - 9223372036854775807 - 2", 0, Int64.max), ("REC->state >> 1", -2, -1),
    ("(unsigned long)REC->state >> 63", -2, 1), ("HRTIMER_MODE_REL_PINNED_SOFT", 0, 7),
    ("REC->state != 3 ^ 1", 3, 1), ("REC->state % -1", Int64.min, 0),
    ("REC->state / -1", Int64.min, Int64.min),
  ])
  func `computes as C does`(argument: String, value: Int64, expected: Int64) {
    #expect(evaluate(argument, value) == expected)
  }

  @Test(arguments: [
    "REC->missing", "REC->state[0]", "jiffies_to_msecs(REC->state)", "REC->state +", "(REC->state",
    "sizeof(u32)", "SOME_ENUM", "", "({ int x; x; })", "\"a\" + 1", "REC->state ? \"a\" : 1",
    "__print_symbolic(REC->state, { 0, \"HI\" }", "REC->comm + 1",
  ])
  func `leaves what it does not understand`(argument: String) {
    #expect(evaluate(argument, 0) == nil)
  }

  @Test func `goes on behind what it does not understand`() {
    let format = PrintFormat(
      "\"%s %d %s %.*s %p\", __get_str(comm), odd(REC->state, \"a,b\"), REC->comm, 3, f(1), "
        + "(void *)REC->state",
      fields: fields)
    #expect(format.isWhole)
    #expect(
      format.arguments == [
        .plain(field: 2), .opaque, .plain(field: 2),
        format.arguments[3], .opaque, format.arguments[5],
      ])
    #expect(format.conversions.map(\.argument) == [0, 1, 2, 4, 5])
    #expect(format.conversions[3].takesWidth)
    #expect(format.conversions.last?.style == .hexadecimal)
  }

  @Test(arguments: [
    ("%d", PrintConversion.Style.decimal), ("%-08lu", .decimal), ("%#llx", .hexadecimal),
    ("%03o", .octal), ("%pS", .symbol), ("%ps", .symbol), ("%px", .hexadecimal),
    ("%p", .hexadecimal),
    ("%pI4", .other), ("%pU", .other), ("%16s", .text), ("%c", .character), ("%zu", .decimal),
  ])
  func `reads conversions`(format: String, style: PrintConversion.Style) {
    let (conversions, arguments) = PrintConversion.read(Array("a\(format) b%%c".utf8))
    #expect(conversions.map(\.style) == [style])
    #expect(conversions.first?.literal == Array("a".utf8))
    #expect(arguments == 1)
  }

  @Test func `bounds nesting and chains`() {
    let deep = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
    #expect(evaluate(deep, 0) == nil)
    let long = (0..<5000).map { _ in "REC->state" }.joined(separator: " + ")
    #expect(evaluate(long, 1) == nil)
    #expect(evaluate(String(repeating: "!", count: 5000) + "1", 0) == nil)
    let constants = (0..<5000).map { _ in "1" }.joined(separator: " + ")
    #expect(evaluate(constants, 0) == 5000)
  }

  @Test(.enabled(if: hasFormats, "needs tracefs and the right to read it"))
  func `understands every event of this machine`() {
    check(FormatText.all(below: Self.tracefs), atLeast: 100)
  }

  static let corpus: String? = {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    let path = "shared/corpora/ringbuffer-pages/debian12-6.1.192/formats.tar.gz"
    return ["../", "../../"].map { root.joined(separator: "/") + "/" + $0 + path }
      .first { unsafe access($0, R_OK) == 0 }
  }()

  @Test(.enabled(if: corpus != nil, "needs the corpus of ring-buffer pages"))
  func `understands every event of Linux 6.1`() throws {
    let command = "tar xzOf '\(try #require(Self.corpus))' --wildcards '*/format'"
    let text = try #require(FormatText.output(of: command))
    let formats = text.split(separator: "\nname: ").compactMap {
      FormatText("name: " + String($0), system: "linux61")
    }
    check(formats, atLeast: 1000)
  }

  /// That every format is read to its end and every list of names over one field finds it.
  private func check(_ formats: [FormatText], atLeast count: Int) {
    #expect(formats.count >= count)
    for format in formats where !format.type.printFormat.isEmpty {
      let print = PrintFormat(format.type.printFormat, fields: format.type.fields)
      #expect(print.isWhole, "\(format.type.qualifiedName)")
      if !print.isWhole { continue }
      let lists = print.conversions.filter { conversion in
        guard case .expression(let node) = print.arguments[conversion.argument] else {
          return false
        }
        return print.expressions.isText(node) && print.expressions.nodes[Int(node)].field >= 0
      }
      let names = FlagNames(format.type)
      let named = format.type.fields.indices.filter { names.hasNames(field: $0) }
      #expect(named.isEmpty == lists.isEmpty || lists.isEmpty, "\(format.type.qualifiedName)")
      for field in named {
        for value in [0, 1, -1, Int64.max, Int64.min] {
          var output: [UInt8] = []
          names.append(value, field: field, to: &output)
          #expect(!output.isEmpty, "\(format.type.qualifiedName)")
        }
      }
    }
  }

  @Test func `survives 20 000 random formats`() {
    var random = SplitMix(seed: 4)
    let words = [
      "REC->state", "REC->flags", "REC->comm", "__print_flags(", "__print_symbolic(",
      "__print_symbolic(REC->state, { 1, \"A\" })", "?", "REC->flags", "\"|\"", ",",
      "{ 1, \"A\" }", "{", "}", "(", ")", "?", ":", "0x10", "<<", ">>", "&", "|", "~", "-",
      "\"%s\"",
      "(u32)", "(gfp_t)", "/", "%", "\"", "'", "x", " ", "99999999999999999999", "é",
    ]
    var understood = 0
    for _ in 0..<20_000 {
      let text = "\"%s %d%x\", " + random.phrase(of: words, upTo: 16)
      let type = EventType(
        system: "s", name: "n", origin: .kernel, fields: fields, printFormat: text)
      let names = FlagNames(type)
      for field in fields.indices {
        var output: [UInt8] = []
        names.append(Int64(truncatingIfNeeded: random.next()), field: field, to: &output)
        if names.hasNames(field: field) { understood += 1 }
      }
    }
    #expect(understood > 0)
  }
}
