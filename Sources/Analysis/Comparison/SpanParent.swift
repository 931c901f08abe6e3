/// What spans of a name stand in.
enum SpanParent: Hashable, Sendable {
  case none, several
  case one(String)

  /// What two sightings come to together.
  func merged(with other: SpanParent) -> SpanParent { self == other ? self : .several }

  var name: String? {
    if case .one(let name) = self { name } else { nil }
  }
}

extension StatisticsPass {
  /// What the spans of each name stood in, where instances ended.
  func spanParents(_ names: StatisticsNames) -> [String: SpanParent] {
    var parents: [String: SpanParent] = [:]
    for (place, row) in rare.spans.rows.rows.enumerated()
    where place < rare.spans.parents.count && rare.spans.parents[place] != -2 {
      let number = rare.spans.parents[place]
      let parent: SpanParent =
        number >= 0 ? .one(names.spans[Int(number)]) : number == -1 ? .none : .several
      let name = names.spans[Int(row.name)]
      parents[name] = parents[name]?.merged(with: parent) ?? parent
    }
    return parents
  }
}

extension ComparedTable {
  /// Puts rows below the one that they stand in; beside each other they keep their order, and the
  /// gravest of a row's descendants speaks for it.
  mutating func nest() {
    let places = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1.name, $0) })
    var children: [Int: [Int]] = [:]
    var roots: [Int] = []
    for (place, row) in rows.enumerated() {
      if let parent = row.parent.flatMap({ places[$0] }), parent != place {
        children[parent, default: []].append(place)
      } else {
        roots.append(place)
      }
    }
    var isPlaced = [Bool](repeating: false, count: rows.count)
    var gravest = Array(rows.indices)
    func visit(_ root: Int, _ body: (Int, Int) -> Void) {
      var open = [(place: root, depth: 0)]
      while let (place, depth) = open.popLast() {
        guard !isPlaced[place] else { continue }
        isPlaced[place] = true
        body(place, depth)
        for child in (children[place] ?? []).reversed() { open.append((child, depth + 1)) }
      }
    }
    var trees: [(gravest: Int, rows: [ComparedRow])] = []
    // Those that stand in each other are in no root's tree.
    for root in roots + Array(rows.indices) where !isPlaced[root] {
      var tree: [ComparedRow] = []
      visit(root) { place, depth in
        gravest[root] = min(gravest[root], place)
        tree.append(rows[place])
        tree[tree.count - 1].depth = depth
      }
      trees.append((gravest[root], tree))
    }
    rows = trees.sorted { $0.gravest < $1.gravest }.flatMap(\.rows)
  }
}
