extension Filter {
  /// Refuses what no recorded event can answer, so that nothing is silently false.
  ///
  /// That is: names of events, fields and spans that there are not, values that a field of `values`
  /// does not have, and comparisons that no field of that name allows.
  package func check(
    against types: [EventType], symbols: FilterSymbols? = nil,
    values: [FilterField: [String]] = [:]
  ) throws(EventsError) {
    for name in scope ?? [] where !types.contains(where: { name.matches($0) }) {
      throw unknownEvent(name.pattern.text, among: types, at: name.range)
    }
    let covered = types.filter { covers($0) }
    let spans = Set(types.compactMap(\.spanName)).sorted()
    var failure: EventsError?
    visitNested(root) { term in
      failure =
        failure ?? problem(with: term, among: covered, symbols) ?? unknownSpan(term, spans)
        ?? unknownValue(term, values)
    }
    if let failure { throw failure }
  }

  /// Every term, also those inside of `waker of (…)` and `within … after (…)`.
  private func visitNested(_ node: FilterNode, _ body: (FilterTerm) -> Void) {
    node.visit { term in
      body(term)
      switch term.question {
      case .wakerOf(let inner), .after(_, let inner): visitNested(inner, body)
      default: break
      }
    }
  }

  private func problem(
    with term: FilterTerm, among types: [EventType], _ symbols: FilterSymbols?
  ) -> EventsError? {
    guard let field = term.question.field else { return nil }
    switch field {
    case .event, .system: return unknownName(term, field, types)
    case .comm, .pid, .tid, .cpu, .time:
      var compiler = FilterCompiler(MachineEvents.thread, symbols: symbols)
      guard case .incomparable = compiler.outcome(of: term) else { return nil }
      return incomparable(term)
    case .duration: return term.question.isAboutNumber ? nil : incomparable(term)
    case .state: return term.question.isAboutText ? nil : incomparable(term)
    case .field(let name):
      var isKnown = false
      for type in types {
        var compiler = FilterCompiler(type, symbols: symbols)
        switch compiler.outcome(of: term) {
        case .node(let node):
          if case .has = term.question, case .constant(false) = node { continue }
          return nil
        case .incomparable: isKnown = true
        case .missing: continue
        }
      }
      return isKnown ? incomparable(term) : unknownField(name, term, types)
    }
  }

  private func incomparable(_ term: FilterTerm) -> EventsError {
    let bytes = Array(text.utf8)
    let field = String(decoding: bytes[term.fieldRange], as: UTF8.self)
    return .filter(.incomparable(field: field), text: text, at: term.range)
  }

  private func unknownField(
    _ name: String, _ term: FilterTerm, _ types: [EventType]
  ) -> EventsError {
    var names = Set(FilterField.names)
    for type in types { names.formUnion(type.fields.map(\.name)) }
    let nearest = NearestNames.of(String(name.prefix { $0 != "[" }), among: names)
    return .filter(
      .unknownField(name, nearest: nearest), text: text, at: term.fieldRange)
  }

  private func unknownEvent(
    _ name: String, among types: [EventType], at range: Range<Int>
  ) -> EventsError {
    let names =
      name.contains(":")
      ? types.map(\.qualifiedName) : types.map(\.name) + types.map(\.system)
    let nearest = NearestNames.of(name, among: names)
    return .filter(.unknownEvent(name, nearest: nearest), text: text, at: range)
  }

  private func unknownSpan(_ term: FilterTerm, _ spans: [String]) -> EventsError? {
    guard case .inSpan(let name) = term.question.insideOut,
      !spans.contains(where: { $0 == name || $0.hasSuffix(":" + name) })
    else { return nil }
    let short = spans.compactMap { $0.split(separator: ":").last.map(String.init) }
    let nearest = NearestNames.of(name, among: name.contains(":") ? spans : short)
    return .filter(.unknownSpan(name, nearest: nearest), text: text, at: term.range)
  }

  /// A question that no value of the field answers with yes, where all of them are known by name.
  private func unknownValue(
    _ term: FilterTerm, _ values: [FilterField: [String]]
  ) -> EventsError? {
    guard let field = term.question.field, let known = values[field] else { return nil }
    func error(_ word: String, _ range: Range<Int>) -> EventsError {
      let bytes = Array(text.utf8)
      return .filter(
        .unknownValue(
          word, field: String(decoding: bytes[term.fieldRange], as: UTF8.self),
          nearest: NearestNames.of(word, among: known)), text: text, at: range)
    }
    let unmet = unmet(term.question, by: known) { value in
      value.number != nil && !value.isQuoted && field != .state
    }
    return unmet.map { error($0.word, $0.range ?? term.range) }
  }

  /// The word by which a question asks for none of the names there are, and where it stands where that
  /// is not all of the term; values for which `isOther` holds are no names.
  private func unmet(
    _ question: FilterQuestion, by known: [String], unless isOther: (FilterValue) -> Bool
  ) -> (word: String, range: Range<Int>?)? {
    func isUnmet(_ value: FilterValue) -> Bool { !isOther(value) && !known.contains(value.text) }
    switch question {
    case .compare(_, .equal, let value), .compare(_, .unequal, let value):
      return isUnmet(value) ? (value.text, value.range) : nil
    case .among(_, let values): return values.first(where: isUnmet).map { ($0.text, $0.range) }
    case .glob(_, let glob):
      let test = TextTest.glob(glob)
      return known.contains { test.matches($0) } ? nil : (glob.text, nil)
    case .regex(_, let expression):
      let test = TextTest.regex(expression)
      return known.contains { test.matches($0) } ? nil : (expression.text, nil)
    default: return nil
    }
  }

  /// A question about the event's name that no recorded event could answer with yes.
  private func unknownName(
    _ term: FilterTerm, _ field: FilterField, _ types: [EventType]
  ) -> EventsError? {
    func names(_ type: EventType) -> [String] {
      field == .event ? [type.name, type.qualifiedName] : [type.system]
    }
    func error(_ word: String, _ range: Range<Int>) -> EventsError {
      let candidates = field == .event ? types.map(\.name) : types.map(\.system)
      let nearest = NearestNames.of(word, among: candidates)
      return .filter(.unknownEvent(word, nearest: nearest), text: text, at: range)
    }
    switch term.question {
    case .compare(_, .equal, _), .compare(_, .unequal, _), .among, .glob, .regex:
      let unmet = unmet(term.question, by: types.flatMap(names)) { _ in false }
      return unmet.map { error($0.word, $0.range ?? term.range) }
    case .has: return nil
    default: return incomparable(term)
    }
  }
}

extension FilterQuestion {
  /// `outside span` as `in span`, which is asked of the same name.
  fileprivate var insideOut: FilterQuestion {
    if case .outsideSpan(let name) = self { .inSpan(name) } else { self }
  }

  fileprivate var isAboutNumber: Bool {
    switch self {
    case .compare(_, _, let value): value.number != nil && !value.isQuoted
    case .among(_, let values): values.allSatisfy { $0.number != nil && !$0.isQuoted }
    case .has: true
    default: false
    }
  }

  fileprivate var isAboutText: Bool {
    switch self {
    case .compare(_, .equal, _), .compare(_, .unequal, _), .among, .glob, .regex, .has: true
    default: false
    }
  }
}
