import Events
import Testing

@testable import KernelTracing

@Suite struct KernelEventFormatTests {
  struct Declaration: Sendable, CustomTestStringConvertible {
    var text: String
    var size: Int
    var signed = false
    var longBytes = 8
    var name: String
    var type: FieldType
    var typeName: String
    var testDescription: String { text }
  }

  static let declarations = [
    Declaration(
      text: "pid_t prev_pid", size: 4, signed: true, name: "prev_pid", type: .signed(bytes: 4),
      typeName: "pid_t"),
    Declaration(
      text: "unsigned long long x", size: 8, name: "x", type: .unsigned(bytes: 8),
      typeName: "unsigned long long"),
    Declaration(
      text: "char comm[16]", size: 16, name: "comm", type: .text(capacity: 16),
      typeName: "char[16]"),
    Declaration(
      text: "char comm[TASK_COMM_LEN]", size: 16, signed: true, name: "comm",
      type: .text(capacity: 16), typeName: "char[TASK_COMM_LEN]"),
    Declaration(
      text: "char name[32 + 1]", size: 33, name: "name", type: .text(capacity: 33),
      typeName: "char[32 + 1]"),
    Declaration(
      text: "unsigned long args[6]", size: 48, name: "args", type: .array(.unsigned64, count: 6),
      typeName: "unsigned long[6]"),
    Declaration(
      text: "unsigned long args[6]", size: 24, longBytes: 4, name: "args",
      type: .array(.unsigned32, count: 6), typeName: "unsigned long[6]"),
    Declaration(
      text: "u8 ht_capa[(int)sizeof(struct ieee80211_ht_cap)]", size: 26, name: "ht_capa",
      type: .array(.unsigned8, count: 26),
      typeName: "u8[(int)sizeof(struct ieee80211_ht_cap)]"),
    Declaration(
      text: "odd_t x[3]", size: 12, signed: true, name: "x", type: .array(.signed32, count: 3),
      typeName: "odd_t[3]"),
    Declaration(
      text: "struct in6_addr addr", size: 16, name: "addr", type: .array(.unsigned8, count: 16),
      typeName: "struct in6_addr"),
    Declaration(
      text: "const char *const * argv", size: 8, name: "argv", type: .pointer(bytes: 8),
      typeName: "char *const *"),
    Declaration(
      text: "struct mm_struct* mm", size: 4, longBytes: 4, name: "mm", type: .pointer(bytes: 4),
      typeName: "struct mm_struct*"),
    Declaration(text: "bool success", size: 1, name: "success", type: .bool, typeName: "bool"),
    Declaration(
      text: "enum hrtimer_mode mode", size: 4, name: "mode", type: .unsigned(bytes: 4),
      typeName: "enum hrtimer_mode"),
    Declaration(
      text: "double load", size: 8, signed: true, name: "load", type: .float(bytes: 8),
      typeName: "double"),
    Declaration(
      text: "__data_loc char[] filename", size: 4, name: "filename", type: .string,
      typeName: "__data_loc char[]"),
    Declaration(
      text: "__rel_loc char[] filename", size: 4, name: "filename", type: .string,
      typeName: "__rel_loc char[]"),
    Declaration(
      text: "__data_loc char[] text", size: 8, signed: true, name: "text", type: .string,
      typeName: "__data_loc char[]"),
    Declaration(
      text: "__data_loc u8[] cdb", size: 4, name: "cdb", type: .sequence(.unsigned8),
      typeName: "__data_loc u8[]"),
    Declaration(
      text: "__data_loc unsigned long[] mask", size: 4, longBytes: 4, name: "mask",
      type: .sequence(.unsigned32), typeName: "__data_loc unsigned long[]"),
    Declaration(
      text: "__data_loc cpumask_t cpumask", size: 4, name: "cpumask",
      type: .sequence(.unsigned64), typeName: "__data_loc cpumask_t"),
    Declaration(
      text: "__data_loc struct odd[] items", size: 4, name: "items", type: .bytes,
      typeName: "__data_loc struct odd[]"),
  ]

  static func format(_ lines: [String], name: String = "odd") -> String {
    """
    name: \(name)
    ID: 777
    format:
    \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
    \tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
    \tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;
    \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

    \(lines.joined(separator: "\n"))

    print fmt: "x=%d\\n", REC->x

    """
  }

  @Test(arguments: declarations)
  func `declarations become field types`(_ case: Declaration) throws {
    let line =
      "\tfield:\(`case`.text);\toffset:8;\tsize:\(`case`.size);\tsigned:\(`case`.signed ? 1 : 0);"
    let format = try KernelEventFormat(
      parsing: Self.format([line]), system: "test", longBytes: `case`.longBytes)
    #expect(
      format.type.fields.last
        == Field(`case`.name, `case`.type, typeName: `case`.typeName))
    #expect(format.fixedBytes == 8 + `case`.size)
  }

  @Test func `common fields stand where batches have them`() throws {
    let format = try KernelEventFormat(parsing: Self.format([]), system: "test")
    #expect(format.id == 777)
    #expect(format.type.qualifiedName == "test:odd")
    #expect(format.type.fields.map(\.name) == ["common_flags", "common_preempt_count"])
    #expect(format.threadOffset == 4)
    #expect(format.type.printFormat == #""x=%d\n", REC->x"#)
  }

  @Test(arguments: [
    ("char buf[]", "print", FieldType.string), ("char buf[]", "raw_data", .bytes),
    ("char buf", "print", .string), ("u32 buf[]", "bprint", .sequence(.unsigned32)),
    ("unsigned long args[]", "funcgraph_entry", .sequence(.unsigned64)),
  ])
  func `a last field without size takes the rest`(
    declaration: String, name: String, type: FieldType
  ) throws {
    let format = try KernelEventFormat(
      parsing: Self.format(["\tfield:\(declaration);\toffset:12;\tsize:0;\tsigned:0;"], name: name),
      system: "ftrace")
    #expect(format.type.fields.last?.type == type)
    #expect(format.placements.last?.storage == .rest)
    #expect(format.fixedBytes == 8)
  }

  @Test func `a kernel stack has as many addresses as there are`() throws {
    let format = try KernelEventFormat(
      parsing: Self.format(
        [
          "\tfield:int size;\toffset:8;\tsize:4;\tsigned:1;",
          "\tfield:unsigned long caller[8];\toffset:16;\tsize:64;\tsigned:0;",
        ], name: "kernel_stack"), system: "ftrace")
    #expect(format.type.fields.last?.type == .sequence(.unsigned64))
    #expect(format.fixedBytes == 12)
  }

  @Test func `bit fields share a word from its lowest bit up`() throws {
    let format = try KernelEventFormat(
      parsing: Self.format([
        "\tfield:unsigned int a:3;\toffset:8;\tsize:4;\tsigned:0;",
        "\tfield:int b:5;\toffset:8;\tsize:4;\tsigned:1;",
      ]), system: "test")
    #expect(format.type.fields.suffix(2).map(\.name) == ["a", "b"])
    #expect(format.type.fields.suffix(2).map(\.typeName) == ["unsigned int:3", "int:5"])
    #expect(
      format.placements.suffix(2).map(\.bits) == [
        FieldPlacement.Bits(shift: 0, count: 3, signed: false),
        FieldPlacement.Bits(shift: 3, count: 5, signed: true),
      ])
  }

  @Test(arguments: [
    "", "name: x\n", "ID: 5\n", "name: x\nID: 99999\n", "name: x\nID: -1\n",
    format(["\tfield:int x;\toffset:8;\tsize:-4;\tsigned:1;"]),
    format(["\tfield:int x;\toffset:99999999999999999999;\tsize:4;\tsigned:1;"]),
    format(["\tfield:int x;\toffset:70000;\tsize:4;\tsigned:1;"]),
    format(["\tfield:int x;\tsize:4;\tsigned:1;"]),
    format(["\tfield:__data_loc char[] x;\toffset:8;\tsize:2;\tsigned:1;"]),
    format(["\tfield:unsigned x:9;\toffset:8;\tsize:1;\tsigned:0;", "\tfield"]),
    format((0..<40).map { "\tfield:char x\($0)[60000];\toffset:8;\tsize:60000;\tsigned:1;" }),
  ])
  func `texts that are no formats are refused`(_ text: String) {
    #expect(throws: KernelTracingError.self) {
      try KernelEventFormat(parsing: text, system: "test")
    }
  }

  @Test func `mutated formats are read or refused`() throws {
    let path = "/formats/linux-6.18/events/sched/sched_process_exec/format"
    let text = try Surroundings.bytes(Surroundings.fixtures + path)
    var random = SeededRandom(seed: 7)
    var read = 0
    for _ in 0..<2000 {
      var mutant = text
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<mutant.count, using: &random)
        mutant[place] = UInt8.random(in: 0...255, using: &random)
      }
      if let format = try? KernelEventFormat(
        parsing: String(decoding: mutant, as: UTF8.self), system: "test")
      {
        read += 1
        #expect(format.fixedBytes <= KernelEventFormat.largestRecord)
      }
    }
    #expect(read > 200 && read < 2000)
  }
}

/// Repeatable random numbers.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
