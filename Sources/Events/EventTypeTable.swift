/// A trace's event types, each kept once, by content.
package struct EventTypeTable: Hashable, Sendable {
  package private(set) var types: [EventType]
  private var numbers: [EventType: EventTypeID]

  package init() {
    types = []
    numbers = [:]
  }

  /// The number of `type`, a new one where it was not met before.
  package mutating func intern(_ type: EventType) -> EventTypeID {
    if let known = numbers[type] { return known }
    let id = EventTypeID(UInt32(types.count))
    types.append(type)
    numbers[type] = id
    return id
  }

  package var count: Int { types.count }

  /// The type with this number, nil for a number that was never given out.
  package subscript(id: EventTypeID) -> EventType? {
    id.index < types.count ? types[Int(id.index)] : nil
  }

  package static func == (left: EventTypeTable, right: EventTypeTable) -> Bool {
    left.types == right.types
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(types)
  }
}
