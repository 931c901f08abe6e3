import Events
import SyntheticTrace
import Testing
import TraceFile

@testable import Analysis

/// Every term of the filter language, with one condition that something in a trace meets and one that
/// nothing does.
///
/// Thread 11 runs from 1 ms to 9 ms; it wakes thread 10 at 2 ms, makes a call from 3 ms to 3.5 ms, and
/// is in the span `web:request` from 1.5 ms to 4 ms.
@Suite struct FilterMomentsTests {
  private static let ms: UInt64 = 1_000_000

  private static func marker(_ kind: EventType.Kind) -> EventType {
    EventType(
      system: "web", name: "request", kind: kind, origin: .program,
      fields: [Field("path", .string)])
  }

  private static func trace() throws -> (file: ScratchFile, trace: OpenTrace) {
    let (begin, end) = (marker(.begin), marker(.end))
    let process = EventStream(
      source: .process(
        TracedProcess(pid: 11, namespacePid: 11, nonce: 1, start: 0, executable: "/bin/web")),
      clock: .monotonic)
    var hand = HandMadeTrace(cpus: 2, types: [begin, end], streams: [process])
    hand.change(1 * ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
    hand.wake(2 * ms, cpu: 0, by: 11, 10)
    hand.enter(3 * ms, cpu: 0, 11, 0)
    hand.exit(3 * ms + 500_000, cpu: 0, 11, 0)
    hand.change(9 * ms, cpu: 0, from: 11, KernelTypes.preempted, to: 10)
    hand.change(12 * ms, cpu: 0, from: 10, KernelTypes.sleeping, to: 11)
    var program = Batch(stream: StreamID(3))
    for (place, type, time) in [(0, begin, 1_500_000), (1, end, 4 * ms)] {
      program.append(
        HandMadeTrace.id(ofExtra: place), of: type, time: time, thread: 11, cpu: 0,
        values: [.text("/items")])
    }
    let file = ScratchFile()
    var preamble = SyntheticTrace(seed: 1, cpus: 2, clock: .monotonic).preamble
    preamble.reading = ClockReading(processor: 0, monotonic: 0, realtime: 0, boottime: 0)
    var writer = try TraceWriter(descriptor: file.descriptor, preamble: preamble)
    try writer.append(types: hand.tables.types[...])
    try writer.append(streams: hand.tables.streams[...])
    var encoder = try BlockEncoder(level: 1)
    for batch in hand.all + [program] { try writer.append(try encoder.encode(batch)) }
    try writer.finish(
      TraceTotals(
        reading: ClockReading(
          processor: 0, monotonic: 13 * ms, realtime: 13 * ms, boottime: 13 * ms),
        recorderNanoseconds: 0))
    return (file, try OpenTrace(path: file.path))
  }

  /// Terms about events, for `print` and the table `events`.
  private static let aboutEvents: [(term: String, met: String, unmet: String)] = [
    ("==", "prev_pid == 10", "prev_pid == 99"), ("!=", "prev_prio != 1", "prev_prio != 120"),
    ("<", "prev_prio < 121", "prev_prio < 120"), ("<=", "prev_prio <= 120", "prev_prio <= 119"),
    (">", "prev_prio > 119", "prev_prio > 120"), (">=", "prev_prio >= 120", "prev_prio >= 121"),
    ("&", "prev_prio & 8", "prev_prio & 7"),
    ("~", "next_comm ~ \"t1*\"", "next_comm ~ \"x*\""),
    ("=~", "next_comm =~ \"^t1[01]$\"", "next_comm =~ \"^x\""),
    ("in {}", "id in {0, 5}", "id in {7, 9}"),
    ("& CPUS{}", "cpu & CPUS{0}", "cpu & CPUS{1-7}"),
    ("== CPUS{}", "cpu == CPUS{0}", "cpu == CPUS{1}"),
    ("!= CPUS{}", "cpu != CPUS{1}", "cpu != CPUS{0}"),
    ("has", "has target_cpu", "has target_cpu && event == sched_switch"),
    ("word", "waking", "zebra"),
    (
      "in span", "in span \"request\" && event == sys_enter",
      "in span \"request\" && event == sched_switch"
    ),
    (
      "outside span", "outside span \"web:request\" && event == sched_switch",
      "outside span \"web:request\" && event == sys_enter"
    ),
    ("waker of", "waker of (tid == 10)", "waker of (tid == 11)"),
    (
      "within after", "event == sys_enter && within 2ms after (event == sched_waking)",
      "event == sys_enter && within 500us after (event == sched_waking)"
    ),
    ("waker of", "waker of (dur >= 1ms && state == S)", "waker of (state == D)"),
    ("!", "!prev_pid == 10", "!(prev_prio == 120)"),
    ("&&", "prev_pid == 11 && next_pid == 10", "prev_pid == 11 and next_pid == 11"),
    ("||", "prev_pid == 99 || prev_pid == 10", "prev_pid == 99 or prev_pid == 98"),
    ("!", "not prev_pid == 99 && event == sched_switch", "not prev_prio == 120"),
    ("==", "prev_prio == 0x78", "prev_prio == 0x10"),
    ("==", "time == 2000us && event == sched_waking", "time == 2001us && event == sched_waking"),
    ("<", "prev_prio < 1KiB", "prev_prio < 119B"),
    ("events :", "sched_switch : prev_pid == 10", "sched_waking : waking && pid == 99"),
  ]

  /// Terms about what takes time.
  private static let aboutInstances: [(term: String, met: String, unmet: String)] = [
    ("dur", "dur > 7500us", "dur > 9ms"), ("state", "state == wakeup", "state == D"),
    ("state", "state == \"wakeup latency\"", "state == \"D-io\""),
    ("in span", "in span request || state == run", "in span request && tid == 10"),
    ("waker of", "waker of (tid == 10)", "waker of (tid == 11)"),
    (
      "within after", "within 100us after (event == sched_waking)",
      "within 100us after (event == sys_exit)"
    ),
  ]

  @Test(arguments: aboutEvents.indices)
  func `print and the table of events choose by a term`(place: Int) throws {
    let (file, trace) = try Self.trace()
    let example = Self.aboutEvents[place]
    for (condition, isMet) in [(example.met, true), (example.unmet, false)] {
      let filter = try Filter(parsing: condition)
      let lines = try OpenTraceTests.printed(trace, PrintOptions(.ndjson, filter: filter))
      #expect(lines.isEmpty != isMet, "print: \(condition)")
      let answers = try trace.statistics(
        StatisticsOptions(tables: ["events"], filter: filter))
      #expect(answers.tables[0].rows.isEmpty != isMet, "events: \(condition)")
    }
    _ = file
  }

  @Test(arguments: aboutInstances.indices)
  func `tables choose by a term`(place: Int) throws {
    let (file, trace) = try Self.trace()
    let example = Self.aboutInstances[place]
    for (condition, isMet) in [(example.met, true), (example.unmet, false)] {
      let answers = try trace.statistics(
        StatisticsOptions(tables: ["states"], filter: try Filter(parsing: condition)))
      #expect(answers.tables[0].rows.isEmpty != isMet, "\(condition)")
    }
    _ = file
  }

  @Test func `every term of the grammar has its examples`() throws {
    var met: Set<String> = []
    var unmet: Set<String> = []
    for example in Self.aboutEvents + Self.aboutInstances {
      met.formUnion(try Self.terms(of: example.met))
      unmet.formUnion(try Self.terms(of: example.unmet))
      #expect(try Self.terms(of: example.met).contains(example.term), "\(example.met)")
      #expect(try Self.terms(of: example.unmet).contains(example.term), "\(example.unmet)")
    }
    let all: Set = [
      "==", "!=", "<", "<=", ">", ">=", "&", "~", "=~", "in {}", "& CPUS{}", "== CPUS{}",
      "!= CPUS{}", "has", "word", "in span", "outside span", "waker of", "within after", "dur",
      "state", "!", "&&", "||", "events :",
    ]
    #expect(met == all)
    #expect(unmet == all)
  }

  private static func terms(of text: String) throws -> Set<String> {
    let filter = try Filter(parsing: text)
    var terms = terms(of: filter.root)
    if filter.scope != nil { terms.insert("events :") }
    return terms
  }

  private static func terms(of node: FilterNode) -> Set<String> {
    switch node {
    case .all(let nodes): nodes.reduce(into: ["&&"]) { $0.formUnion(terms(of: $1)) }
    case .any(let nodes): nodes.reduce(into: ["||"]) { $0.formUnion(terms(of: $1)) }
    case .not(let node): terms(of: node).union(["!"])
    case .term(let term): terms(of: term.question)
    }
  }

  private static func terms(of question: FilterQuestion) -> Set<String> {
    var terms: Set<String> = []
    switch question.field {
    case .duration: terms.insert("dur")
    case .state: terms.insert("state")
    default: break
    }
    switch question {
    case .compare(_, let order, _):
      switch order {
      case .equal: terms.insert("==")
      case .unequal: terms.insert("!=")
      case .less: terms.insert("<")
      case .lessOrEqual: terms.insert("<=")
      case .greater: terms.insert(">")
      case .greaterOrEqual: terms.insert(">=")
      }
    case .anyBit: terms.insert("&")
    case .glob: terms.insert("~")
    case .regex: terms.insert("=~")
    case .among: terms.insert("in {}")
    case .cpus(_, .intersects, _): terms.insert("& CPUS{}")
    case .cpus(_, .equal, _): terms.insert("== CPUS{}")
    case .cpus(_, .unequal, _): terms.insert("!= CPUS{}")
    case .has: terms.insert("has")
    case .word: terms.insert("word")
    case .inSpan: terms.insert("in span")
    case .outsideSpan: terms.insert("outside span")
    case .wakerOf(let node): terms.formUnion(self.terms(of: node).union(["waker of"]))
    case .after(_, let node): terms.formUnion(self.terms(of: node).union(["within after"]))
    }
    return terms
  }

  @Test(arguments: [
    ("dur > 1ms", "dur"), ("state == run", "state"),
    ("within 1ms after (dur > 1ms)", "dur"), ("waker of (waker of (tid == 1))", "waker of"),
  ])
  func `what an event does not have is refused by its name`(
    condition: String, term: String
  ) throws {
    let (file, trace) = try Self.trace()
    let filter = try Filter(parsing: condition)
    do {
      _ = try OpenTraceTests.printed(trace, PrintOptions(.ndjson, filter: filter))
      Issue.record("\(condition) was taken")
    } catch AnalysisError.filter(.filter(.needsTrace(let told), _, _)) {
      #expect(told == term)
    } catch {
      Issue.record("\(error)")
    }
    _ = file
  }

  @Test func `moments that overlap are one, in any order`() {
    var list = MomentList()
    list.add(10, 20)
    list.add(15, 30)
    list.add(40, 50)
    #expect(list.touches(30, 30))
    #expect(!list.touches(31, 39))
    #expect(list.touches(31, 40))
    #expect(!list.touches(51, .max))
    list.add(endingLast: 25, 60)
    #expect(list.touches(35, 35))
    #expect(!list.touches(0, 9))
    #expect(list.touches(60, 61))
    list.add(endingLast: 70, 80)
    #expect(!list.touches(61, 69))
  }
}
