import Events
import Testing

@testable import KernelTracing

@Suite struct PageDecoderTests {
  static func layout(_ bytes: Int = 4096, longBytes: Int = 8) throws -> PageLayout {
    try #require(
      PageLayout(
        pageBytes: bytes, commitOffset: 8, longBytes: longBytes, dataOffset: 8 + longBytes))
  }

  static func trace(_ layout: PageLayout, _ lines: [String] = []) throws -> DecodedTrace {
    let numbers = ["\tfield:u64 x;\toffset:8;\tsize:8;\tsigned:0;"]
    let texts = [
      "\tfield:__data_loc char[] name;\toffset:8;\tsize:4;\tsigned:0;",
      "\tfield:__rel_loc u32[] list;\toffset:12;\tsize:4;\tsigned:0;",
      "\tfield:int y;\toffset:16;\tsize:4;\tsigned:1;",
    ]
    return DecodedTrace(
      layout: layout,
      formats: [
        try format(7, "number", numbers), try format(8, "texts", texts),
        try format(9, "odd", lines),
      ])
  }

  static func format(_ id: Int, _ name: String, _ lines: [String]) throws -> KernelEventFormat {
    var format = try KernelEventFormat(
      parsing: KernelEventFormatTests.format(lines, name: name), system: "test")
    format.id = UInt16(id)
    return format
  }

  static let number: [UInt8] = .record(7).adding(UInt64(99))

  @Test func `an empty page has no events`() throws {
    let trace = try Self.trace(Self.layout())
    let (batches, outcomes) = trace.decode(SyntheticPage(trace.formats.layout, time: 5).bytes())
    #expect(batches.isEmpty)
    #expect(outcomes == [PageOutcome()])
  }

  @Test(arguments: [4096, 8192, 16384, 65536, 4096 * 5], [4, 8])
  func `a page of any size is read to its end`(bytes: Int, longBytes: Int) throws {
    let trace = try Self.trace(Self.layout(bytes, longBytes: longBytes))
    var page = SyntheticPage(trace.formats.layout, time: 1000)
    let count = (bytes - trace.formats.layout.dataOffset) / 20
    for index in 0..<count {
      page.append(.record(7, thread: Int32(index)).adding(UInt64(index * 3)), delta: 2)
    }
    let (batches, outcomes) = trace.decode(page.bytes())
    #expect(outcomes == [PageOutcome(events: count)])
    let batch = try #require(batches.first)
    #expect(batches.count == 1)
    #expect(batch.contradiction(trace.types) == nil)
    #expect(batch.times == (1...count).map { UInt64(1000 + 2 * $0) })
    #expect(batch.threads == (0..<count).map { Int32($0) })
    #expect(batch.groups[0].columns[2].widened(signed: false) == (0..<count).map { Int64(3 * $0) })
    #expect(batch.groups[0].columns[0].bytes == [UInt8](repeating: 1, count: count))
  }

  @Test func `time extends, stamps and discarded events move the clock`() throws {
    let trace = try Self.trace(Self.layout())
    let start: UInt64 = 0x0800_0000_0000_0010
    var page = SyntheticPage(trace.formats.layout, time: start)
    page.append(Self.number, delta: 5)
    page.appendTimeExtend(1 << 40 | 3)
    page.append(Self.number, delta: 0)
    page.appendDiscarded(12, delta: 10)
    page.append(Self.number, delta: 1)
    page.appendDiscarded(0, delta: 1)
    page.append(Self.number, delta: 1)
    // The stamp has 59 bits; the topmost 5 are those of the time before.
    page.appendStamp(0x77)
    page.append(Self.number, delta: 0)
    page.appendStamp(1)
    page.append(Self.number, delta: 2)
    page.appendEnd()
    page.append(Self.number)
    let (batches, outcomes) = trace.decode(page.bytes())
    let extended = start + 5 + (1 << 40 | 3)
    #expect(outcomes == [PageOutcome(events: 6)])
    #expect(
      batches.flatMap(\.times) == [
        start + 5, extended, extended + 11, extended + 12, 0x1000_0000_0000_0077,
        0x1800_0000_0000_0003,
      ])
  }

  @Test(arguments: [0, 1 << 63, UInt64.max - 3])
  func `extreme times stay sorted`(start: UInt64) throws {
    let trace = try Self.trace(Self.layout())
    var page = SyntheticPage(trace.formats.layout, time: start)
    page.append(Self.number, delta: 0)
    page.append(.record(7).adding(UInt64(1)), delta: 0)
    page.append(.record(7).adding(UInt64(2)), delta: 0x7ff_ffff)
    let (batches, _) = trace.decode(page.bytes())
    #expect(batches.count == 1)
    #expect(batches[0].contradiction(trace.types) == nil)
    #expect(batches[0].streams.isEmpty)
    let last = start &+ 0x7ff_ffff
    #expect(batches[0].times == (last < start ? [last, start, start] : [start, start, last]))
    let values = batches[0].groups[0].columns[2].widened(signed: false)
    #expect(values == (last < start ? [2, 99, 1] : [99, 1, 2]))
  }

  @Test(arguments: [4, 8])
  func `missed events are losses between the pages`(longBytes: Int) throws {
    let trace = try Self.trace(Self.layout(longBytes: longBytes))
    var first = SyntheticPage(trace.formats.layout, time: 100)
    first.append(Self.number, delta: 7)
    var second = SyntheticPage(trace.formats.layout, time: 500)
    second.append(Self.number)
    var third = SyntheticPage(trace.formats.layout, time: 900)
    third.append(Self.number)
    let (batches, outcomes) = trace.decode(
      first.bytes() + second.bytes(missed: .counted(1234)) + third.bytes(missed: .uncounted))
    #expect(outcomes.map(\.missed) == [.none, .counted(1234), .uncounted])
    #expect(
      batches.flatMap(\.losses) == [
        Loss(stream: StreamID(0), reason: .kernelOverrun, count: 1234, first: 107, last: 500),
        Loss(stream: StreamID(0), reason: .kernelOverrun, count: nil, first: 501, last: 900),
      ])
  }

  @Test func `varying values are cut out of their records`() throws {
    let trace = try Self.trace(Self.layout())
    var page = SyntheticPage(trace.formats.layout, time: 0)
    // name at 20, 3 bytes; list 8 bytes behind its own word (12 + 4 + 8 = 24), two numbers.
    page.append(
      [UInt8].record(8).adding(UInt32(3 << 16 | 20)).adding(UInt32(8 << 16 | 8)).adding(Int32(-5))
        .adding("ab\0\u{7f}").adding(UInt32(1000)).adding(UInt32(2000)))
    page.append(
      [UInt8].record(8).adding(UInt32(0)).adding(UInt32(0)).adding(Int32(6)))
    let (batches, _) = trace.decode(page.bytes())
    let events = batches.flatMap(trace.events)
    #expect(events.map { $0.text("name") } == ["ab", ""])
    #expect(events.map { $0.bytes("list") } == [[0xe8, 3, 0, 0, 0xd0, 7, 0, 0], []])
    #expect(events.map { $0.integer("y") } == [-5, 6])
    #expect(batches[0].contradiction(trace.types) == nil)
    #expect(batches[0].groups[0].remainder == nil)
  }

  static let short: [UInt8] = .record(7).adding(UInt32(1))

  @Test(arguments: [
    ("test:number", short),
    ("id 4660", .record(0x1234).adding(UInt64(1))),
    ("test:texts", .record(8).adding(UInt32(100 << 16 | 20)).adding(UInt64(0))),
    ("test:texts", .record(8).adding(UInt32(0)).adding(UInt32(6 << 16)).adding(UInt64(0))),
    ("test:texts", .record(8).adding(UInt32(0xffff_ffff)).adding(UInt32(0xffff_fffc)).adding(1)),
  ])
  func `records that do not fit their format are kept whole`(name: String, record: [UInt8]) throws {
    let trace = try Self.trace(Self.layout())
    var page = SyntheticPage(trace.formats.layout, time: 0)
    page.append(Self.number)
    page.append(record)
    page.append(Self.number)
    let (batches, outcomes) = trace.decode(page.bytes())
    #expect(outcomes == [PageOutcome(events: 3)])
    #expect(batches[0].contradiction(trace.types) == nil)
    let kept = trace.events(of: batches[0])[1]
    #expect(kept.type == PageFormats.undecoded)
    #expect(kept.text("event") == name)
    #expect(kept.bytes("bytes") == record)
    #expect(kept.thread == 42)
  }

  @Test func `what no field explains is kept beside the record`() throws {
    let trace = try Self.trace(Self.layout())
    var page = SyntheticPage(trace.formats.layout, time: 0)
    page.append(Self.number)
    page.append(Self.number.adding(UInt32(0xabcd)).adding(UInt32(1)))
    page.append(Self.number)
    let (batches, _) = trace.decode(page.bytes())
    let remainder = try #require(batches[0].groups[0].remainder)
    #expect(remainder == Column(bytes: [0xcd, 0xab, 0, 0, 1, 0, 0, 0], ends: [0, 8, 8]))
    #expect(batches[0].contradiction(trace.types) == nil)
  }

  @Test func `a bit field's values are its own`() throws {
    let trace = try Self.trace(
      Self.layout(),
      [
        "\tfield:unsigned int a:3;\toffset:8;\tsize:4;\tsigned:0;",
        "\tfield:int b:5;\toffset:8;\tsize:4;\tsigned:1;",
      ])
    var page = SyntheticPage(trace.formats.layout, time: 0)
    page.append(.record(9).adding(UInt32(0xffff_ff00 | 0b11101 << 3 | 0b101)))
    let event = try #require(trace.decode(page.bytes()).batches.flatMap(trace.events).first)
    #expect(event.integer("a") == 5)
    #expect(event.integer("b") == -3)
  }

  @Test func `an event may fill its page`() throws {
    let trace = try Self.trace(
      Self.layout(65536), ["\tfield:char all[];\toffset:8;\tsize:0;\tsigned:0;"])
    var page = SyntheticPage(trace.formats.layout, time: 0)
    let text = String(repeating: "x", count: 65536 - 16 - 8 - 8)
    page.append(.record(9).adding(text))
    #expect(page.used == 65536 - 16)
    let events = trace.decode(page.bytes()).batches.flatMap(trace.events)
    #expect(events.map { $0.text("all") } == [text])
  }

  @Test func `a page that is none is a loss`() throws {
    let trace = try Self.trace(Self.layout())
    var decoder = PageDecoder(trace.formats, stream: StreamID(3))
    let page = [UInt8](repeating: 0, count: 15)
    let outcome = unsafe decoder.decode(page.span.bytes)
    #expect(outcome.damage == .shortHeader)
    let taken = decoder.takeBatch()
    let batch = try #require(taken)
    #expect(batch.count == 0)
    #expect(batch.losses.map(\.reason) == [.damaged])
    #expect(batch.losses.map(\.stream) == [StreamID(3)])
  }

  enum Harm: CaseIterable {
    case byteSwapped, unusedBits, overlongCommit, cutPage, overlongEvent, wordAtEnd, shortLength
  }

  @Test(
    arguments: zip(
      Harm.allCases,
      [
        (PageOutcome.Damage.bigEndian, 0), (.notAPage, 0), (.shortData, 200), (.shortData, 1),
        (.event(offset: 36), 1), (.event(offset: 36), 1), (.event(offset: 36), 1),
      ]))
  func `damage keeps what lies before it`(
    harm: Harm, expected: (damage: PageOutcome.Damage, events: Int)
  ) throws {
    let trace = try Self.trace(Self.layout())
    var page = SyntheticPage(trace.formats.layout, time: 0x10_0000)
    page.append(Self.number)
    switch harm {
    case .overlongEvent:
      page.word(28, 1)
    case .wordAtEnd:
      page.word(30, 1)
    case .shortLength:
      page.word(0, 1)
      page.word(3, 0)
    case .overlongCommit:
      for _ in 1..<200 { page.append(Self.number) }
    default: page.append(Self.number)
    }
    var bytes = page.bytes()
    switch harm {
    case .byteSwapped:
      bytes.replaceSubrange(0..<16, with: bytes[0..<8].reversed() + bytes[8..<16].reversed())
    case .unusedBits: bytes[10] = 0x50
    case .overlongCommit: bytes.replaceSubrange(8..<11, with: [0xff, 0xff, 0x0f])
    case .cutPage: bytes.removeLast(bytes.count - 40)
    default: break
    }
    let (batches, outcomes) = trace.decode(bytes)
    #expect(outcomes == [PageOutcome(events: expected.events, damage: expected.damage)])
    #expect(batches.flatMap(\.losses).map(\.reason) == [.damaged])
    #expect(batches.reduce(0) { $0 + $1.count } == expected.events)
  }

  @Test func `20000 mutated pages do no harm`() throws {
    let trace = try DecodedTrace(Tracefs(root: Surroundings.fixtures + "/formats/linux-6.18"))
    let good = try Surroundings.bytes(Surroundings.fixtures + "/pages/linux-6.18.page")
    var random = SeededRandom(seed: 20_260_727)
    var decoder = PageDecoder(trace.formats, stream: StreamID(0))
    var damaged = 0
    for round in 0..<20_000 {
      var page = good
      let used = 16 + Int(page[8]) + Int(page[9]) << 8
      switch round % 5 {
      case 0: page.removeLast(Int.random(in: 0...page.count, using: &random))
      case 1:
        for place in 8..<12 where Bool.random(using: &random) {
          page[place] = UInt8.random(in: 0...255, using: &random)
        }
      default:
        for _ in 0..<Int.random(in: 1...12, using: &random) {
          let place = Int.random(in: 0..<used, using: &random)
          let edges: [UInt8] = [0, 1, 0x1d, 0x1e, 0x1f, 0x7f, 0x80, 0xff]
          page[place] =
            Bool.random(using: &random)
            ? edges[Int.random(in: 0..<8, using: &random)]
            : UInt8.random(in: 0...255, using: &random)
        }
      }
      let outcome = unsafe decoder.decode(page.span.bytes)
      if outcome.damage != nil { damaged += 1 }
      if round % 40 == 39, let batch = decoder.takeBatch() {
        #expect(batch.contradiction(trace.types) == nil)
      }
    }
    #expect(damaged > 4000 && damaged < 20_000)
  }
}
