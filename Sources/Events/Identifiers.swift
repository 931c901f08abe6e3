/// An event type of a trace: an index into its table of types, interned by content.
package struct EventTypeID: Hashable, Comparable, Sendable {
  package var index: UInt32

  package init(_ index: UInt32) {
    self.index = index
  }

  package static func < (left: EventTypeID, right: EventTypeID) -> Bool {
    left.index < right.index
  }
}

/// A stream of a trace: an index into its table of streams.
package struct StreamID: Hashable, Comparable, Sendable {
  package var index: UInt32

  package init(_ index: UInt32) {
    self.index = index
  }

  package static func < (left: StreamID, right: StreamID) -> Bool {
    left.index < right.index
  }
}

/// A process as the recording host numbers it.
package typealias ProcessNumber = Int32

/// A thread as the recording host numbers it.
package typealias ThreadNumber = Int32
