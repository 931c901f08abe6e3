package import Events

/// What of a block is wanted; the rest is neither read nor decompressed where it lies apart.
///
/// A batch always has its times, groups, threads, cpus, streams and losses. A group that is not
/// wanted has its rows and no columns.
package struct BlockSelection: Hashable, Sendable {
  enum Groups: Hashable, Sendable {
    case all
    case some(Set<EventTypeID>)
  }

  var groups: Groups

  /// Everything.
  package static let all = BlockSelection(groups: .all)
  /// Times, types, threads, cpus and streams.
  package static let common = BlockSelection(groups: .some([]))

  /// The columns of these types besides.
  package static func types(_ types: some Sequence<EventTypeID>) -> BlockSelection {
    BlockSelection(groups: .some(Set(types)))
  }

  func wants(_ type: EventTypeID) -> Bool {
    switch groups {
    case .all: true
    case .some(let types): types.contains(type)
    }
  }
}
