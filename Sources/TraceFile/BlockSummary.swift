package import Events

/// What a block holds.
///
/// Raw values are those of the trace file.
package enum BlockKind: UInt16, Hashable, Sendable, CaseIterable {
  case preamble = 1
  case types = 2
  case streams = 3
  case reading = 4
  case events = 5
  case pageFormats = 6
  case rawPages = 7
  case watermark = 8
  case losses = 9
  case index = 10
  case end = 11
}

/// How many events of a type a block holds.
package struct TypeCount: Hashable, Sendable {
  package var type: EventTypeID
  package var events: Int

  package init(type: EventTypeID, events: Int) {
    self.type = type
    self.events = events
  }
}

/// What a block's header says: all that is known of a block without reading its payload.
package struct BlockSummary: Hashable, Sendable {
  /// nil for a kind that this version does not know.
  package var kind: BlockKind?
  /// Counts a trace's blocks from 0.
  package var sequence: UInt64
  /// Where the block starts, in bytes from the start of the trace.
  package var offset: UInt64
  /// Length with header and padding.
  package var bytes: Int
  /// Streams whose events are in the block, ascending.
  package var streams: [StreamID]
  /// Least and greatest time of its events, of its pages, or of what it says.
  package var first: UInt64
  package var last: UInt64
  package var events: Int
  /// In the order of the batch's groups.
  package var counts: [TypeCount]
  package var losses: [Loss]
  /// Length of the payload once decompressed.
  package var rawBytes: Int
}

extension BlockSummary {
  /// Its events without those of `types`: swtrace's own readings of the machine, as a rule.
  func events(besides types: Set<EventTypeID>) -> UInt64 {
    let others = counts.reduce(0) { $0 + (types.contains($1.type) ? $1.events : 0) }
    return UInt64(max(0, events - others))
  }
}
