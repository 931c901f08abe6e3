extension Filter {
  /// What the filter asks of a thing of which only these fields are known, as if what it asks of others
  /// may hold.
  ///
  /// Nil where it asks nothing.
  package func demands(on fields: Set<FilterField>) -> Filter? {
    root.demands(on: fields, othersHold: true).map { Filter(part: $0, of: text) }
  }
}

extension FilterNode {
  /// Nil where the node is as `othersHold` says, whatever is known.
  fileprivate func demands(on fields: Set<FilterField>, othersHold: Bool) -> FilterNode? {
    switch self {
    case .all(let nodes):
      let known = nodes.compactMap { $0.demands(on: fields, othersHold: othersHold) }
      if othersHold { return known.isEmpty ? nil : .all(known) }
      return known.count < nodes.count ? nil : .all(known)
    case .any(let nodes):
      let known = nodes.compactMap { $0.demands(on: fields, othersHold: othersHold) }
      if othersHold { return known.count < nodes.count ? nil : .any(known) }
      return known.isEmpty ? nil : .any(known)
    case .not(let node):
      return node.demands(on: fields, othersHold: !othersHold).map { .not($0) }
    case .term(let term):
      return term.question.field.map { fields.contains($0) } ?? false ? self : nil
    }
  }
}
