/// Makes a filter's predicate for one type of event.
struct FilterCompiler {
  /// What a term comes to for the type.
  enum Outcome {
    case node(FilterPredicate.Node)
    /// The type has no such field.
    case missing
    /// The field's values cannot be compared so.
    case incomparable
  }

  let type: EventType
  let symbols: FilterSymbols?
  private lazy var names = FlagNames(type)

  init(_ type: EventType, symbols: FilterSymbols?) {
    self.type = type
    self.symbols = symbols
  }

  mutating func predicate(_ filter: Filter) -> FilterPredicate {
    FilterPredicate(root: node(filter.root, isInverted: false))
  }

  /// An event that lacks a field does not match, whether the term is negated or not.
  private mutating func node(_ node: FilterNode, isInverted: Bool) -> FilterPredicate.Node {
    switch node {
    case .not(let inner): return self.node(inner, isInverted: !isInverted)
    case .all(let parts):
      var nodes: [FilterPredicate.Node] = []
      for part in parts { nodes.append(self.node(part, isInverted: isInverted)) }
      return isInverted ? FilterPredicate.any(nodes) : FilterPredicate.all(nodes)
    case .any(let parts):
      var nodes: [FilterPredicate.Node] = []
      for part in parts { nodes.append(self.node(part, isInverted: isInverted)) }
      return isInverted ? FilterPredicate.all(nodes) : FilterPredicate.any(nodes)
    case .term(let term):
      guard case .node(let node) = outcome(of: term) else { return .constant(false) }
      return isInverted ? inverted(node) : node
    }
  }

  private func inverted(_ node: FilterPredicate.Node) -> FilterPredicate.Node {
    switch node {
    case .constant(let value): .constant(!value)
    case .test(let test, let isInverted): .test(test, isInverted: !isInverted)
    case .all(let nodes): .any(nodes.map(inverted))
    case .any(let nodes): .all(nodes.map(inverted))
    }
  }

  mutating func outcome(of term: FilterTerm) -> Outcome {
    let question = term.question
    if question.needsTrace { return test(.answer(term)) }
    switch question {
    case .has(.field(let name)): return .node(.constant(place(of: name) != nil))
    case .has: return .node(.constant(true))
    case .word(let word): return self.word(word)
    default: break
    }
    switch question.field {
    case .event: return fixed(question, [type.name, type.qualifiedName])
    case .system: return fixed(question, [type.system])
    case .comm:
      guard let (text, isInverted) = textTest(question) else { return .incomparable }
      return test(.comm(text), isInverted)
    case .tid: return common(question, bytes: 4, FilterTest.thread)
    case .pid: return common(question, bytes: 4, FilterTest.process)
    case .cpu: return common(question, bytes: 4, FilterTest.cpu)
    case .time: return common(question, bytes: 8, FilterTest.time)
    case .field(let name): return fieldOutcome(question, name)
    default: return .incomparable
    }
  }

  private func test(_ test: FilterTest, _ isInverted: Bool = false) -> Outcome {
    .node(.test(test, isInverted: isInverted))
  }

  private func word(_ word: String) -> Outcome {
    let bytes = Array(word.utf8)
    if TextTest.contains(bytes).matches(type.qualifiedName) { return .node(.constant(true)) }
    let columns = type.fields.indices.filter { type.fields[$0].type.isText }
    return test(.word(bytes, columns: columns))
  }

  /// What is the same for all events of the type.
  private func fixed(_ question: FilterQuestion, _ texts: [String]) -> Outcome {
    guard let (test, isInverted) = textTest(question) else { return .incomparable }
    return .node(.constant(texts.contains { test.matches($0) } != isInverted))
  }

  private func common(
    _ question: FilterQuestion, bytes: Int, _ make: ([NumberInterval]) -> FilterTest
  ) -> Outcome {
    let domain = NumberInterval(everyNumberOf: bytes, isSigned: true)
    guard let (intervals, isInverted) = intervals(question, domain, { number($0) }) else {
      return .incomparable
    }
    if intervals.isEmpty { return .node(.constant(isInverted)) }
    return test(make(intervals), isInverted)
  }

  private func number(_ value: FilterValue) -> FilterNumber? { value.number }

  // Fields.

  private enum Place {
    case number(NumberPlace)
    case float(NumberPlace)
    case text(Int)
    case words(Int)
  }

  /// The column of a field, or of an element of an array: `args[2]`.
  private func place(of name: String) -> Place? {
    if let index = type.index(ofField: name) { return place(index) }
    guard name.hasSuffix("]"), let bracket = name.firstIndex(of: "["),
      let element = Int(name[name.index(after: bracket)...].dropLast()), element >= 0,
      let index = type.index(ofField: String(name[..<bracket])),
      case .array(let scalar, let count) = type.fields[index].type, element < count
    else { return nil }
    let place = NumberPlace(
      column: index, offset: element * scalar.width, width: scalar.width,
      isSigned: scalar.isSigned)
    return scalar.isFloat ? .float(place) : .number(place)
  }

  private func place(_ index: Int) -> Place {
    let field = type.fields[index]
    func number(_ width: Int, _ isSigned: Bool) -> NumberPlace {
      NumberPlace(
        column: index, width: width, isSigned: isSigned,
        kernelName: type.origin == .kernel && field.name.isKernelFieldName ? field.name : nil)
    }
    return switch field.type {
    case .unsigned(let bytes), .pointer(let bytes): .number(number(bytes, false))
    case .bool: .number(number(1, false))
    case .signed(let bytes): .number(number(bytes, true))
    case .float(let bytes): .float(number(bytes, true))
    case .text, .string: .text(index)
    case .array, .sequence, .bytes: .words(index)
    }
  }

  private mutating func fieldOutcome(_ question: FilterQuestion, _ name: String) -> Outcome {
    guard let place = place(of: name) else { return .missing }
    switch place {
    case .number(let place): return numberOutcome(question, place)
    case .float(let place):
      guard case .compare(_, let order, let value) = question, let number = value.number else {
        return .incomparable
      }
      return test(.float(place, order, number.value))
    case .text(let column):
      guard let (text, isInverted) = textTest(question) else { return .incomparable }
      return test(.text(column: column, text), isInverted)
    case .words(let column):
      guard case .cpus(_, let kind, let list) = question else { return .incomparable }
      return test(
        .cpuMask(column: column, kind == .unequal ? .equal : kind, list), kind == .unequal)
    }
  }

  private mutating func numberOutcome(_ question: FilterQuestion, _ place: NumberPlace) -> Outcome {
    if case .anyBit(_, let value) = question {
      guard let number = value.number, number.isWhole, !number.isNegative else {
        return .incomparable
      }
      let mask = place.width >= 8 ? UInt64.max : (UInt64(1) << UInt64(8 * place.width)) - 1
      let bits = number.magnitude & mask
      return bits == 0 ? .node(.constant(false)) : test(.bits(place, bits))
    }
    let field = type.fields[place.column]
    if let (intervals, isInverted) = intervals(
      question, place.domain, { $0.number ?? symbol($0, field, place) })
    {
      if intervals.isEmpty { return .node(.constant(isInverted)) }
      if intervals.count == 1 {
        let isAll = intervals[0] == place.domain
        return isAll
          ? .node(.constant(!isInverted)) : test(.interval(place, intervals[0]), isInverted)
      }
      return test(.numbers(place, intervals), isInverted)
    }
    guard place.offset == 0, names.hasNames(field: place.column),
      let (text, isInverted) = textTest(question)
    else { return .incomparable }
    return test(.named(column: place.column, text), isInverted)
  }

  /// The number that a name means as a value of this field.
  private mutating func symbol(
    _ value: FilterValue, _ field: Field, _ place: NumberPlace
  ) -> FilterNumber? {
    let known: Int64?
    if case .bool = field.type, value.text == "true" || value.text == "false" {
      known = value.text == "true" ? 1 : 0
    } else {
      known =
        names.value(named: Array(value.text.utf8), field: place.column)
        ?? symbols?(type, field, value.text)
    }
    guard let known else { return nil }
    return FilterNumber(
      isNegative: known < 0, magnitude: known.magnitude, isWhole: true, value: Double(known))
  }

  /// The intervals of numbers that a question lets through, none empty; nil where it is not about
  /// numbers.
  private func intervals(
    _ question: FilterQuestion, _ domain: NumberInterval, _ number: (FilterValue) -> FilterNumber?
  ) -> ([NumberInterval], isInverted: Bool)? {
    var intervals: [NumberInterval] = []
    var isInverted = false
    switch question {
    case .compare(_, let order, let value):
      guard let number = number(value) else { return nil }
      intervals = [NumberInterval(order, number)]
      isInverted = order == .unequal
    case .among(_, let values):
      for value in values {
        guard let number = number(value) else { return nil }
        intervals.append(NumberInterval(.equal, number))
      }
    case .cpus(_, let kind, let list):
      intervals = list.ranges.map { NumberInterval(Int128($0.lowerBound), Int128($0.upperBound)) }
      isInverted = kind == .unequal
    default: return nil
    }
    let kept = intervals.map { $0.clamped(to: domain) }.filter { !$0.isEmpty }
    return (kept, isInverted)
  }

  private func textTest(_ question: FilterQuestion) -> (TextTest, isInverted: Bool)? {
    switch question {
    case .compare(_, .equal, let value): (.equal(Array(value.text.utf8)), false)
    case .compare(_, .unequal, let value): (.equal(Array(value.text.utf8)), true)
    case .glob(_, let glob): (.glob(glob), false)
    case .regex(_, let expression): (.regex(expression), false)
    case .among(_, let values): (.anyOf(values.map { Array($0.text.utf8) }), false)
    default: nil
    }
  }
}

extension FieldType {
  var isText: Bool {
    switch self {
    case .text, .string: true
    default: false
    }
  }
}

extension ScalarType {
  var isSigned: Bool {
    switch self {
    case .signed8, .signed16, .signed32, .signed64, .float32, .float64: true
    default: false
    }
  }

  var isFloat: Bool { self == .float32 || self == .float64 }
}

extension String {
  /// Letters, digits and `_`, as the kernel calls its fields.
  fileprivate var isKernelFieldName: Bool {
    guard let first = utf8.first, !(0x30...0x39).contains(first) else { return false }
    return utf8.allSatisfy {
      switch $0 {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
      default: false
      }
    }
  }
}
