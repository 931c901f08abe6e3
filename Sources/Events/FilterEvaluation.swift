/// What only those know who hold the trace, an entry an event of a batch; empty where not known.
package struct DerivedColumns: Sendable {
  package static let unknownProcess: ProcessNumber = -1
  package static let unknownName: UInt32 = .max

  /// Names by number, each once or seldom more.
  package var names: [[UInt8]] = []
  /// The number of the name of each event's thread, or `unknownName`.
  package var comms: [UInt32] = []
  package var processes: [ProcessNumber] = []
  /// Where the batch does not tell: each event's CPU, or one CPU for all.
  package var cpus: [UInt16] = []
  package var cpu: UInt16?
  /// Nanoseconds since the start of the trace.
  package var times: [Int64] = []

  package init() {}
}

/// The columns without which a filter cannot be answered.
package struct FilterNeeds: OptionSet, Hashable, Sendable {
  package var rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let comm = FilterNeeds(rawValue: 1)
  package static let process = FilterNeeds(rawValue: 2)
  package static let cpu = FilterNeeds(rawValue: 4)
  package static let time = FilterNeeds(rawValue: 8)
  package static let trace = FilterNeeds(rawValue: 16)
}

extension Filter {
  package var needs: FilterNeeds {
    var needs: FilterNeeds = []
    root.visit { term in
      if term.question.needsTrace { return needs.formUnion(.trace) }
      if case .word = term.question { return needs.formUnion(.comm) }
      switch term.question.field {
      case .comm: needs.formUnion(.comm)
      case .pid: needs.formUnion(.process)
      case .cpu: needs.formUnion(.cpu)
      case .time: needs.formUnion(.time)
      default: break
      }
    }
    return needs
  }
}

/// Answers a filter for batch after batch; predicates are made once for each type of event.
package struct FilterEvaluation: Sendable {
  /// What becomes of events that the filter's `events :` does not name.
  package enum OutsideScope: Hashable, Sendable {
    /// They do not match: rows that are looked for.
    case drop
    /// They match: events that are recorded as if there were no filter.
    case keep
  }

  package let filter: Filter
  private let outsideScope: OutsideScope
  private let symbols: FilterSymbols?
  private var predicates: [EventTypeID: FilterPredicate] = [:]
  private var renderings: [EventTypeID: FlagNames] = [:]

  package init(
    _ filter: Filter, outsideScope: OutsideScope = .drop, symbols: FilterSymbols? = nil
  ) {
    self.filter = filter
    self.outsideScope = outsideScope
    self.symbols = symbols
  }

  /// Which events of a batch match, an entry each.
  ///
  /// `answers` holds, by the offset of its first byte, what each of the filter's trace terms says
  /// about each event of the batch.
  package mutating func mask(
    of batch: Batch, types: [EventType], derived: DerivedColumns = DerivedColumns(),
    answers: [Int: [Bool]] = [:]
  ) throws(EventsError) -> [Bool] {
    let layout = GroupLayout(batch)
    var mask = [Bool](repeating: false, count: batch.count)
    for (index, group) in batch.groups.enumerated() {
      let positions = layout.positions(ofGroup: index)
      guard !positions.isEmpty, group.type.index < types.count else { continue }
      let type = types[Int(group.type.index)]
      let predicate = predicate(for: group.type, type)
      if case .constant(let value) = predicate.root {
        if value { for place in positions { mask[Int(layout.order[place])] = true } }
        continue
      }
      var rows = FilterRows(
        batch: batch, group: group, order: layout.order, positions: positions, derived: derived,
        answers: answers, filter: filter, names: renderings[group.type])
      let matches = try rows.evaluate(predicate.root)
      for (row, place) in positions.enumerated() where matches[row] {
        mask[Int(layout.order[place])] = true
      }
    }
    return mask
  }

  private mutating func predicate(for id: EventTypeID, _ type: EventType) -> FilterPredicate {
    if let known = predicates[id] { return known }
    let made = predicate(for: type)
    if made.usesNames { renderings[id] = FlagNames(type) }
    predicates[id] = made
    return made
  }

  func predicate(for type: EventType) -> FilterPredicate {
    if !filter.covers(type) { return FilterPredicate(root: .constant(outsideScope == .keep)) }
    var compiler = FilterCompiler(type, symbols: symbols)
    return compiler.predicate(filter)
  }
}

extension FilterPredicate {
  var usesNames: Bool { Self.usesNames(root) }

  private static func usesNames(_ node: Node) -> Bool {
    switch node {
    case .all(let nodes), .any(let nodes): nodes.contains(where: usesNames)
    case .test(.named, _): true
    default: false
    }
  }
}

/// Which events of a batch are a group's rows: their positions, group after group.
struct GroupLayout {
  var order: [Int32]
  private var starts: [Int]

  init(_ batch: Batch) {
    var counts = [Int](repeating: 0, count: batch.groups.count + 1)
    for group in batch.groupOf where Int(group) < batch.groups.count { counts[Int(group) + 1] += 1 }
    for index in 1..<max(1, counts.count) { counts[index] += counts[index - 1] }
    starts = counts
    var next = counts
    order = [Int32](repeating: 0, count: counts.last ?? 0)
    for (position, group) in batch.groupOf.enumerated() where Int(group) < batch.groups.count {
      order[next[Int(group)]] = Int32(truncatingIfNeeded: position)
      next[Int(group)] += 1
    }
  }

  func positions(ofGroup group: Int) -> Range<Int> { starts[group]..<starts[group + 1] }
}
