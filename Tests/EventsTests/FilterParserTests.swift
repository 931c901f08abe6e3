import Testing

@testable import Events

@Suite struct FilterParserTests {
  /// A filter's tree, written out.
  func tree(_ text: String) throws -> String {
    let filter = try Filter(parsing: text)
    let scope = filter.scope?.map(\.pattern.text).joined(separator: ",")
    return (scope.map { "\($0): " } ?? "") + show(filter.root)
  }

  func show(_ node: FilterNode) -> String {
    switch node {
    case .all(let nodes): "(\(nodes.map(show).joined(separator: " and ")))"
    case .any(let nodes): "(\(nodes.map(show).joined(separator: " or ")))"
    case .not(let inner): "not \(show(inner))"
    case .term(let term): show(term.question)
    }
  }

  func show(_ question: FilterQuestion) -> String {
    switch question {
    case .compare(let field, let order, let value): "\(field) \(order) \(show(value))"
    case .anyBit(let field, let value): "\(field) bit \(show(value))"
    case .glob(let field, let glob): "\(field) glob \(glob.text)"
    case .regex(let field, let expression): "\(field) regex \(expression.text)"
    case .among(let field, let values):
      "\(field) among \(values.map(show).joined(separator: " "))"
    case .cpus(let field, let kind, let list): "\(field) \(kind) \(list.ranges)"
    case .has(let field): "has \(field)"
    case .word(let word): "word \(word)"
    case .inSpan(let span): "in span \(span)"
    case .outsideSpan(let span): "outside span \(span)"
    case .wakerOf(let inner): "waker of \(show(inner))"
    case .after(let span, let inner): "\(span.nanoseconds) after \(show(inner))"
    }
  }

  func show(_ value: FilterValue) -> String {
    guard let number = value.number else { return "'\(value.text)'" }
    return (number.isNegative ? "-" : "") + String(number.magnitude) + (number.isWhole ? "" : "+")
  }

  @Test(
    arguments: [
      ("prev_prio < 100", #"field("prev_prio") less 100"#),
      (
        "a==1&&b!=2||c>=3",
        #"((field("a") equal 1 and field("b") unequal 2) or field("c") greaterOrEqual 3)"#
      ),
      (
        "a == 1 and not (b == 2 or c <= 3)",
        #"(field("a") equal 1 and not (field("b") equal 2 or field("c") lessOrEqual 3))"#
      ),
      ("!a == 1", #"not field("a") equal 1"#), ("!!(x)", "not not word x"),
      ("flags & 0x10", #"field("flags") bit 16"#),
      ("a & 1 && b & 2", #"(field("a") bit 1 and field("b") bit 2)"#),
      ("comm ~ \"kworker*\"", "comm glob kworker*"), ("comm ~ post*", "comm glob post*"),
      ("comm =~ ^(a|b)$ && x", "(comm regex ^(a|b)$ and word x)"),
      ("(comm =~ a|b)", "comm regex a|b"),
      ("comm =~ \"a\\\\d b\"", #"comm regex a\\d b"#), ("comm == \"a\\\"b\"", #"comm equal 'a"b'"#),
      ("comm == 'it is'", "comm equal 'it is'"),
      ("cpu & CPUS{17-42}", "cpu intersects [ClosedRange(17...42)]"),
      (
        "cpumask == CPUS{0, 2-3}",
        #"field("cpumask") equal [ClosedRange(0...0), ClosedRange(2...3)]"#
      ),
      ("cpu != CPUS{1}", "cpu unequal [ClosedRange(1...1)]"),
      ("id in {1, openat,0x3}", #"field("id") among 1 'openat' 3"#),
      ("has delay", #"has field("delay")"#), ("delay > 1.5ms", #"field("delay") greater 1500000"#),
      ("bytes >= 4KiB", #"field("bytes") greaterOrEqual 4096"#),
      ("delay == 10us", #"field("delay") equal 10000"#),
      ("x > 1.5", #"field("x") greater 1+"#), ("x > -1", #"field("x") greater -1"#),
      ("postgres", "word postgres"),
      ("\"two words\"", "word two words"),
      ("sched_switch: prev_prio == 0", #"sched_switch: field("prev_prio") equal 0"#),
      ("sched_switch:prev_prio==0", #"sched_switch: field("prev_prio") equal 0"#),
      ("sched:sched_switch , irq/* : x == 0", #"sched:sched_switch,irq:*: field("x") equal 0"#),
      ("sched_*, irq : word", "sched_*,irq: word word"),
      ("event == sched:sched_switch", "event equal 'sched:sched_switch'"),
      ("ev == x", "event equal 'x'"), ("system == sched", "system equal 'sched'"),
      ("pid == 1", "pid equal 1"),
      (".pid == 1", #"field("pid") equal 1"#), ("common_pid == 1", "tid equal 1"),
      ("CPU == 1", "cpu equal 1"),
      ("COMM == x", "comm equal 'x'"), ("time > 4.2s", "time greater 4200000000"),
      ("dur > 2.3ms", "duration greater 2300000"),
      ("state == D", "state equal 'D'"),
      (
        "in span \"http.request\" && dur > 2.3ms",
        "(in span http.request and duration greater 2300000)"
      ),
      ("outside span idle", "outside span idle"),
      ("waker of (comm == x)", "waker of comm equal 'x'"),
      ("within 1ms after (irq_handler_entry)", "1000000 after word irq_handler_entry"),
      ("waker", "word waker"),
      ("within", "word within"), ("args[2] == 3", #"field("args[2]") equal 3"#),
      ("and_more", "word and_more"),
      ("not notable", "not word notable"), ("foo:bar && x", "foo: (word bar and word x)"),
      ("x == 99999999999999999999", #"field("x") equal '99999999999999999999'"#),
    ] as [(String, String)])
  func `reads the whole language`(text: String, expected: String) throws {
    #expect(try tree(text) == expected)
  }

  @Test(
    arguments: [
      ("", FilterProblem.empty, 0..<0), ("   ", .empty, 0..<3),
      ("a ==", .unexpectedEnd(expected: .value), 4..<4),
      ("a == )", .unexpectedText(expected: .value), 5..<6),
      ("(a == 1", .openParenthesis, 0..<1), ("a == 1)", .unexpectedText(expected: .end), 6..<7),
      ("a == \"x", .openString, 5..<7), ("a b", .unexpectedText(expected: .end), 2..<3),
      ("a &&", .unexpectedEnd(expected: .term), 4..<4),
      ("&& a", .unexpectedText(expected: .term), 0..<1),
      ("a < b", .badNumber, 4..<5), ("dur > 10mss", .badUnit(nearest: ["ms"]), 8..<11),
      ("a & x", .badNumber, 4..<5), ("cpu & CPUS{3-1}", .badCPUList, 10..<15),
      ("cpu & CPUS{", .badCPUList, 10..<11),
      ("cpu == CPUS", .unexpectedEnd(expected: .cpus), 11..<11),
      ("cpu & CPUS{99999}", .badCPUList, 10..<15),
      ("a in 3", .unexpectedText(expected: .set), 5..<6),
      ("a in {1,", .unexpectedEnd(expected: .value), 8..<8),
      ("a in {1 2}", .unexpectedText(expected: .set), 8..<9),
      ("comm =~ \"a(b\"", .badRegex(.openGroup), 10..<11),
      ("comm ~ \"a[b\"", .badPattern(.openBracket), 9..<11),
      ("comm =~", .unexpectedEnd(expected: .regex), 7..<7),
      ("has", .unexpectedEnd(expected: .field), 3..<3),
      ("has 3", .unexpectedText(expected: .field), 4..<5),
      ("3x == 1", .unexpectedText(expected: .field), 0..<2),
      ("in", .unexpectedText(expected: .term), 0..<2),
      ("within 1ms (x)", .unexpectedText(expected: .parenthesis), 11..<12),
      ("waker of x", .unexpectedText(expected: .parenthesis), 9..<10),
      ("sched_switch:", .unexpectedEnd(expected: .afterEvents), 13..<13),
      ("in span", .unexpectedEnd(expected: .span), 7..<7),
      ("a,:b == 1", .badPattern(.empty), 2..<2),
      ("x = 3", .unexpectedText(expected: .end), 2..<3),
    ] as [(String, FilterProblem, Range<Int>)])
  func `says what is wrong and where`(text: String, problem: FilterProblem, at: Range<Int>) {
    #expect(throws: EventsError.filter(problem, text: text, at: at)) { try Filter(parsing: text) }
  }

  @Test func `bounds nesting, terms and length`() throws {
    let open = String(repeating: "(", count: 60) + "a" + String(repeating: ")", count: 60)
    #expect(try tree(open) == "word a")
    for deep in ["(", "!", "not ", "waker of ("] {
      let text = String(repeating: deep, count: 5000) + "a"
      let error = #expect(throws: EventsError.self) { try Filter(parsing: text) }
      guard case .filter(.nestedTooDeep(limit: 64), _, _) = error else {
        Issue.record("\(deep)")
        continue
      }
    }
    let many = (0..<5000).map { "a\($0)" }.joined(separator: " or ")
    let error = #expect(throws: EventsError.self) { try Filter(parsing: many) }
    guard case .filter(.tooManyTerms(limit: 4096), _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let long = String(repeating: "a", count: 70_000)
    let other = #expect(throws: EventsError.self) { try Filter(parsing: long) }
    guard case .filter(.tooLong(limit: 65_536), _, _) = other else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `lists the terms that need a trace`() throws {
    let filter = try Filter(parsing: "dur > 1ms && (in span x || !state == D) && pid == 1")
    #expect(filter.traceTerms.map { $0.question.traceName } == ["dur", "in span", "state"])
    #expect(filter.traceTerms.map(\.range) == [0..<9, 14..<23, 28..<38])
    #expect(throws: EventsError.filter(.needsTrace(term: "dur"), text: filter.text, at: 0..<9)) {
      try filter.refuseTraceTerms()
    }
    try Filter(parsing: "pid == 1 && has x").refuseTraceTerms()
  }

  @Test func `survives 20 000 random filters`() {
    var random = SplitMix(seed: 6)
    let words = [
      "comm", "pid", "prev_prio", ".state", "args[1]", "dur", "state", " ", " ", "==", "!=", "<",
      ">=",
      "&", "&&", "||", "~", "=~", "!", "(", ")", "{", "}", ",", ":", "CPUS{1-3}", "in ", "has ",
      "and ",
      "or ", "not ", "\"", "'", "10us", "0x1f", "-3", "4KiB", "\"a*\"", "in span x",
      "within 1ms after (",
      "waker of (", "sched:", "[", "\\", "é", "\u{1B}", "1.5", "*",
    ]
    let evaluator = EventType(
      system: "sched", name: "sched_switch", origin: .kernel,
      fields: [
        Field("prev_prio", .signed(bytes: 4)), Field("state", .unsigned(bytes: 8)),
        Field("args", .array(.unsigned64, count: 6)),
      ])
    var read = 0
    for _ in 0..<20_000 {
      guard let filter = try? Filter(parsing: random.phrase(of: words, upTo: 14)) else { continue }
      read += 1
      try? filter.check(against: [evaluator])
      _ = FilterEvaluation(filter).kernelFilter(for: evaluator)
    }
    #expect(read > 500)
  }

  @Test(arguments: [
    ("dur > 4KiB", true, 7..<10), ("time in {1ms, 2B}", true, 15..<16),
    ("pid == 3ms", false, 8..<10),
    ("cpu != 1K", false, 8..<9),
  ])
  func `refuses units that a field's values cannot have`(
    text: String, takesTimes: Bool, at: Range<Int>
  ) {
    #expect(
      throws: EventsError.filter(.wrongUnit(takesTimes: takesTimes), text: text, at: at)
    ) { try Filter(parsing: text) }
  }
}
