internal import Events
internal import TraceFile

extension TraceContents {
  static let fellOutKey = "flight_recorder fell_out"

  /// Reads the few blocks of a file that have facts in them.
  mutating func readFacts(_ reader: TraceReader) throws(TraceFileError) {
    guard let fact = types.firstIndex(where: Self.isFact) else { return }
    let type = EventTypeID(UInt32(fact))
    var decoder = try BlockDecoder()
    for (index, block) in reader.blocks.enumerated()
    where block.kind == .events && block.counts.contains(where: { $0.type == type }) {
      do throws(TraceFileError) {
        addFacts(try reader.batch(index, .types([type]), with: &decoder))
      } catch {
        guard case .damaged = error else { throw error }
        // --check tells of it.
      }
    }
  }

  mutating func addFacts(_ batch: Batch) {
    for group in batch.groups where group.columns.count == MachineEvents.fact.fields.count {
      let index = Int(group.type.index)
      guard types.indices.contains(index), Self.isFact(types[index]) else { continue }
      for row in 0..<group.rows where group.text(0, row) == Self.fellOutKey {
        fellOut = Self.eventsOf(group.text(1, row))
      }
    }
  }

  private static func isFact(_ type: EventType) -> Bool {
    type.origin == .machine && type.name == MachineEvents.fact.name
      && type.fields.map(\.type) == MachineEvents.fact.fields.map(\.type)
  }

  /// `events=12 blocks=3 …`.
  private static func eventsOf(_ text: String) -> UInt64? {
    text.split(separator: " ").first { $0.hasPrefix("events=") }
      .flatMap { UInt64($0.dropFirst("events=".count)) }
  }
}

extension EventGroup {
  fileprivate func text(_ column: Int, _ row: Int) -> String {
    String(decoding: columns[column].bytes[columns[column].range(ofRow: row)], as: UTF8.self)
  }
}
