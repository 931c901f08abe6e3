import Testing

@testable import Events

/// Three types of events, five events.
///
/// ```
/// 0 sched_switch  prev_comm bash   prev_prio 120  prev_state 1 (S)  cpu 0  tid 71  pid 70  web
/// 1 request       name GET /a      bytes 5000     ratio 0.5         cpu 1  tid 72  pid 70  worker
/// 2 sched_switch  prev_comm nginx  prev_prio -5   prev_state 258    cpu 3  tid 71  pid 70  web
/// 3 request       name PUT /b      bytes 2^63     ratio -2          cpu ?  tid 0   unknown
/// 4 sched_waking  comm bash  pid 9  target_cpu 2   mask CPUs 1 and 9  cpu 2  tid 73  pid 73  db
/// ```
@Suite struct FilterEvaluationTests {
  static let types = [
    EventType(
      system: "sched", name: "sched_switch", origin: .kernel,
      fields: [
        Field("prev_comm", .text(capacity: 16)), Field("prev_prio", .signed(bytes: 4)),
        Field("prev_state", .signed(bytes: 8)), Field("args", .array(.unsigned32, count: 2)),
      ],
      printFormat:
        "\"%s%s\", __print_flags(REC->prev_state & 255, \"|\", { 1, \"S\" }, { 2, \"D\" }), "
        + "REC->prev_state & 256 ? \"+\" : \"\""),
    EventType(
      system: "http", name: "request", kind: .begin, origin: .program,
      fields: [
        Field("name", .string), Field("bytes", .unsigned(bytes: 8)),
        Field("ratio", .float(bytes: 8)),
        Field("fast", .bool),
      ]),
    EventType(
      system: "sched", name: "sched_waking", origin: .kernel,
      fields: [
        Field("comm", .text(capacity: 16)), Field("pid", .signed(bytes: 4)),
        Field("target_cpu", .unsigned(bytes: 2)), Field("mask", .bytes),
        Field("vec", .unsigned(bytes: 1)),
      ], printFormat: "\"%s\", __print_symbolic(REC->vec, { 3, \"NET_RX\" }, { 9, \"RCU\" })"),
  ]

  static let batch: Batch = {
    var batch = Batch(stream: StreamID(0))
    func add(
      _ type: UInt32, _ time: UInt64, _ thread: ThreadNumber, _ cpu: UInt16, _ values: [FieldValue]
    ) {
      batch.append(
        EventTypeID(type), of: types[Int(type)], time: time, thread: thread, cpu: cpu,
        values: values)
    }
    let little: [UInt8] = [7, 0, 0, 0, 9, 0, 0, 0]
    add(0, 10, 71, 0, [.text("bash"), .integer(120), .integer(1), .bytes(little)])
    add(1, 20, 72, 1, [.text("GET /a"), .integer(5000), .number(0.5), .integer(1)])
    add(0, 30, 71, 3, [.text("nginx"), .integer(-5), .integer(258), .bytes(little)])
    add(1, 40, 0, Batch.unknownCPU, [.text("PUT /b"), .integer(.min), .number(-2), .integer(0)])
    add(2, 50, 73, 2, [.text("bash"), .integer(9), .integer(2), .bytes([2, 2]), .integer(3)])
    return batch
  }()

  static let derived: DerivedColumns = {
    var derived = DerivedColumns()
    derived.names = [Array("web".utf8), Array("worker".utf8), Array("db".utf8)]
    derived.comms = [0, 1, 0, DerivedColumns.unknownName, 2]
    derived.processes = [70, 70, 70, DerivedColumns.unknownProcess, 73]
    derived.times = [0, 1_000_000, 2_000_000, 3_000_000, 4_000_000]
    return derived
  }()

  func matching(
    _ text: String, answers: [Int: [Bool]] = [:], outside: FilterEvaluation.OutsideScope = .drop
  ) throws -> [Int] {
    let filter = try Filter(parsing: text)
    var evaluation = FilterEvaluation(filter, outsideScope: outside) { type, field, name in
      type.name == "sched_waking" && field.name == "target_cpu" && name == "last" ? 2 : nil
    }
    let mask = try evaluation.mask(
      of: Self.batch, types: Self.types, derived: Self.derived, answers: answers)
    // The second time the predicates are known.
    #expect(
      try evaluation.mask(
        of: Self.batch, types: Self.types, derived: Self.derived, answers: answers) == mask)
    return mask.indices.filter { mask[$0] }
  }

  @Test(
    arguments: [
      // A true and a false example for each term; an event without the field never matches.
      ("prev_prio == 120", [0]), ("prev_prio == 7", []), ("prev_prio != 120", [2]),
      ("prev_prio < 0", [2]), ("prev_prio < -5", []), ("prev_prio <= -5", [2]),
      ("prev_prio <= -6", []),
      ("prev_prio > 119", [0]), ("prev_prio > 120", []), ("prev_prio >= 120", [0]),
      ("prev_prio >= 121", []),
      ("prev_prio > -5.5", [0, 2]), ("prev_prio < -5.5", []), ("prev_prio == 0.5", []),
      ("prev_prio != 0.5", [0, 2]),
      ("prev_prio < 99999999999", [0, 2]), ("prev_prio > 99999999999", []),
      ("prev_state & 2", [2]), ("prev_state & 4", []), ("!(prev_state & 2)", [0]),
      ("prev_state & 0", []),
      ("bytes > 4KiB", [1, 3]), ("bytes < 4KiB", []), ("bytes == 9223372036854775808", [3]),
      ("bytes > 9223372036854775807", [3]), ("bytes == -1", []), ("bytes != -1", [1, 3]),
      ("bytes == 0x1388", [1]),
      ("bytes == 5us", [1]), ("ratio > 0", [1]), ("ratio < -2", []), ("ratio <= -2", [3]),
      ("ratio == 0.5", [1]),
      ("fast == true", [1]), ("fast == 0", [3]), ("fast != false", [1]),
      ("prev_comm == bash", [0]), ("prev_comm == bas", []), ("prev_comm != bash", [2]),
      ("name == \"GET /a\"", [1]), ("name == \"GET\"", []),
      ("prev_comm ~ \"n*x\"", [2]), ("prev_comm ~ \"n?x\"", []), ("!(prev_comm ~ \"n*\")", [0]),
      ("name ~ \"[A-G]*\"", [1]), ("prev_comm =~ \"^(ba|n)\"", [0, 2]), ("prev_comm =~ x$", [2]),
      ("prev_comm =~ ^x", []), ("prev_prio in {1, 120}", [0]), ("prev_prio in {1, 2}", []),
      ("prev_prio in {-5,120}", [0, 2]), ("!(prev_prio in {-5})", [0]),
      ("prev_comm in {nginx, apache}", [2]),
      ("prev_comm in {apache}", []), ("has bytes", [1, 3]), ("!has bytes", [0, 2, 4]),
      ("has .pid", [4]),
      ("has pid", [0, 1, 2, 3, 4]), ("mask & CPUS{0-1}", [4]), ("mask & CPUS{2-8}", []),
      ("mask == CPUS{1,9}", [4]), ("mask == CPUS{1}", []), ("mask != CPUS{1}", [4]),
      ("target_cpu & CPUS{1-3}", [4]), ("target_cpu & CPUS{3-9}", []),
      ("target_cpu == CPUS{2}", [4]),
      ("args[0] == 7", [0, 2]), ("args[1] == 7", []), ("args[2] == 7", []),
      // Names that the kernel's format gives to numbers.
      ("prev_state == S", [0]), ("prev_state == D+", [2]), ("prev_state == D", []),
      ("prev_state != S", [2]),
      ("prev_state ~ \"D*\"", [2]), ("prev_state =~ ^S$", [0]), ("vec == NET_RX", [4]),
      ("vec == RCU", []),
      ("vec == 3", [4]), ("vec in {RCU, NET_RX}", [4]), ("target_cpu == last", [4]),
      // What every event has.
      ("event == sched_switch", [0, 2]), ("event == \"sched:sched_waking\"", [4]),
      ("ev != sched_switch", [1, 3, 4]),
      ("event ~ \"sched_*\"", [0, 2, 4]), ("event =~ ^req", [1, 3]),
      ("event in {request, x}", [1, 3]),
      ("system == http", [1, 3]), ("system == irq", []), ("comm == web", [0, 2]),
      ("comm == nobody", []),
      ("comm != web", [1, 4]), ("comm ~ \"w*\"", [0, 1, 2]), ("comm =~ ^d", [4]),
      ("pid == 70", [0, 1, 2]),
      ("pid == 71", []), ("pid != 70", [4]), ("tid == 71", [0, 2]), ("tid == 70", []),
      ("common_pid > 71", [1, 4]),
      ("cpu == 3", [2]), ("cpu == 4", []), ("cpu != 3", [0, 1, 4]), ("cpu & CPUS{0-1}", [0, 1]),
      ("CPU >= 2", [2, 4]),
      ("time >= 3ms", [3, 4]), ("time > 4ms", []), ("time < 0.5ms", [0]), (".pid == 9", [4]),
      (".comm == bash", [4]),
      // Words and logic.
      ("bash", [0, 4]), ("switch", [0, 2]), ("GET", [1]), ("work", [1]), ("nothing", []),
      ("!bash", [1, 2, 3]),
      ("http:req", [1, 3]), ("prev_prio == 120 || bytes == 5000", [0, 1]),
      ("prev_prio == 120 && bytes == 5000", []),
      ("!(prev_prio == 120 && prev_comm == x)", [0, 2]), ("!(prev_prio == 120 || bytes == 1)", []),
      ("not (event == sched_switch or event == request)", [4]),
      ("prev_prio == 120 and comm == web", [0]),
      ("sched_switch : prev_prio > 0", [0]), ("sched : prev_prio > 0 || .pid == 9", [0, 4]),
      ("request : bash", []),
    ] as [(String, [Int])])
  func `answers each term`(text: String, expected: [Int]) throws {
    #expect(try matching(text) == expected)
  }

  @Test func `keeps what the filter is not bound to where it is recorded`() throws {
    #expect(try matching("sched_switch : prev_prio > 0", outside: .keep) == [0, 1, 3, 4])
  }

  @Test func `takes answers to terms that need the trace`() throws {
    let text = "tid == 71 && in span x"
    #expect(try matching(text, answers: [13: [false, true, true, true, true]]) == [2])
    #expect(
      try matching("!(\(text))", answers: [15: [false, true, true, true, true]]) == [0, 1, 3, 4])
    #expect(throws: EventsError.filter(.needsTrace(term: "in span"), text: text, at: 13..<22)) {
      try matching(text)
    }
    #expect(throws: EventsError.filter(.needsTrace(term: "dur"), text: "dur > 1", at: 0..<7)) {
      try matching("dur > 1")
    }
  }

  @Test(arguments: [
    ("comm == x", FilterNeeds.comm, "comm"), ("pid == 1", .process, "pid"),
    ("time > 1", .time, "time"),
    ("word", .comm, "comm"),
  ])
  func `names the column that it was not given`(text: String, needs: FilterNeeds, term: String)
    throws
  {
    let filter = try Filter(parsing: text)
    #expect(filter.needs == needs)
    var evaluation = FilterEvaluation(filter)
    #expect(
      throws: EventsError.filter(.missingColumn(term: term), text: text, at: 0..<text.utf8.count)
    ) {
      try evaluation.mask(of: Self.batch, types: Self.types)
    }
  }

  @Test func `needs nothing for fields`() throws {
    #expect(try Filter(parsing: "prev_prio == 1 && event == x || tid == 3").needs == [])
    #expect(try Filter(parsing: "cpu == 1 && dur > 3").needs == [.cpu, .trace])
  }

  @Test func `answers for the stream's own CPU`() throws {
    var batch = Self.batch
    batch.cpus = []
    var derived = DerivedColumns()
    derived.cpu = 3
    var evaluation = FilterEvaluation(try Filter(parsing: "cpu == 3 && event == request"))
    let mask = try evaluation.mask(of: batch, types: Self.types, derived: derived)
    #expect(mask == [false, true, false, true, false])
    batch.cpus = [3, Batch.streamCPU, 1, 7, 3]
    let gathered = try evaluation.mask(of: batch, types: Self.types, derived: derived)
    #expect(gathered == [false, true, false, false, false])
    #expect(throws: EventsError.self) { try evaluation.mask(of: batch, types: Self.types) }
  }

  @Test func `does not trap on columns that are too short`() throws {
    var batch = Self.batch
    for index in batch.groups.indices { batch.groups[index].columns = [] }
    var evaluation = FilterEvaluation(
      try Filter(parsing: "prev_prio == 1 || name == x || prev_state == S || mask & CPUS{1}"))
    #expect(try evaluation.mask(of: batch, types: Self.types) == Array(repeating: false, count: 5))
    batch.groupOf = [9, 9, 0, 1, 2]
    #expect(try evaluation.mask(of: batch, types: Self.types) == Array(repeating: false, count: 5))
    batch.groups[0].type = EventTypeID(99)
    #expect(try evaluation.mask(of: batch, types: Self.types) == Array(repeating: false, count: 5))
  }

  @Test func `agrees with a plain reading of 3 000 random filters`() throws {
    var random = SplitMix(seed: 8)
    let terms: [(String, [Bool?])] = [
      ("prev_prio < 0", [false, nil, true, nil, nil]),
      ("bytes > 4KiB", [nil, true, nil, true, nil]),
      ("tid == 71", [true, false, true, false, false]),
      ("event == request", [false, true, false, true, false]),
      ("prev_comm ~ n*", [false, nil, true, nil, nil]),
      ("has mask", [false, false, false, false, true]),
      ("comm == web", [true, false, true, nil, false]),
    ]
    func make(_ depth: Int) -> (String, [Bool?]) {
      let choice = depth == 0 ? 0 : random.below(4)
      if choice == 0 { return terms[random.below(terms.count)] }
      let (left, leftValues) = make(depth - 1)
      if choice == 1 { return ("!(\(left))", leftValues.map { $0.map { !$0 } }) }
      let (right, rightValues) = make(depth - 1)
      let isAnd = choice == 2
      let values = zip(leftValues, rightValues).map { left, right -> Bool? in
        let decided = !isAnd
        if left == decided || right == decided { return decided }
        return left == nil || right == nil ? nil : !decided
      }
      return ("(\(left)) \(isAnd ? "&&" : "or") (\(right))", values)
    }
    for _ in 0..<3000 {
      let (text, values) = make(5)
      #expect(try matching(text) == values.indices.filter { values[$0] == true }, "\(text)")
    }
  }
}
