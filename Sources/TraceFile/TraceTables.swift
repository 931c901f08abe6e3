internal import Events

/// The types and streams of a trace as far as they are known; what damage took has a stand-in.
struct TraceTables: Sendable {
  private(set) var types: [EventType] = []
  private(set) var streams: [EventStream] = []
  /// The widths of a type's columns, nil for a stand-in.
  private(set) var widths: [[Int]?] = []

  static let unknownType = EventType(system: "lost", name: "type", origin: .kernel, fields: [])
  static let unknownStream = EventStream(source: .machine, clock: .monotonic)

  /// Adds types of which the first has this number; numbers that were given before keep theirs.
  mutating func add(_ new: [EventType], first: Int) {
    guard first <= BlockLimits.types, first + new.count <= BlockLimits.types else { return }
    reserve(types: first + new.count)
    for (offset, type) in new.enumerated() where widths[first + offset] == nil {
      types[first + offset] = type
      widths[first + offset] = type.fields.map { $0.type.width ?? 0 }
    }
  }

  mutating func add(_ new: [EventStream], first: Int) {
    guard first <= BlockLimits.streams, first + new.count <= BlockLimits.streams else { return }
    reserve(streams: first)
    for (offset, stream) in new.enumerated() {
      if first + offset < streams.count {
        streams[first + offset] = stream
      } else {
        streams.append(stream)
      }
    }
  }

  /// Makes stand-ins up to this many types and streams.
  mutating func reserve(types count: Int = 0, streams streamCount: Int = 0) {
    while types.count < count {
      types.append(TraceTables.unknownType)
      widths.append(nil)
    }
    while streams.count < streamCount { streams.append(TraceTables.unknownStream) }
  }
}
