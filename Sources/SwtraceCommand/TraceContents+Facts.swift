internal import Events
internal import TraceFile

extension TraceContents {
  static let fellOutKey = "flight_recorder fell_out"

  struct NumberPair: Hashable {
    let pid: ProcessNumber
    let namespacePid: ProcessNumber
  }

  /// What rows of the machine's state tell of a whole trace or of its programs.
  private static let told = [MachineEvents.fact, MachineEvents.thread]

  func container(of process: TracedProcess) -> String? {
    containers[NumberPair(pid: process.pid, namespacePid: process.namespacePid)]
  }

  /// Reads the few blocks of a file that have such rows in them.
  mutating func readFacts(_ reader: TraceReader) throws(TraceFileError) {
    let wanted = types.indices.filter { index in Self.told.contains { Self.is(types[index], $0) } }
      .map { EventTypeID(UInt32($0)) }
    guard !wanted.isEmpty else { return }
    var decoder = try BlockDecoder()
    for (index, block) in reader.blocks.enumerated()
    where block.kind == .events && block.counts.contains(where: { wanted.contains($0.type) }) {
      do throws(TraceFileError) {
        addFacts(try reader.batch(index, .types(wanted), with: &decoder))
      } catch {
        guard case .damaged = error else { throw error }
        // --check tells of it.
      }
    }
  }

  mutating func addFacts(_ batch: Batch) {
    for group in batch.groups where types.indices.contains(Int(group.type.index)) {
      let type = types[Int(group.type.index)]
      guard group.columns.count == type.fields.count else { continue }
      if Self.is(type, MachineEvents.fact) {
        for row in 0..<group.rows where group.text(0, row) == Self.fellOutKey {
          fellOut = Self.eventsOf(group.text(1, row))
        }
      } else if Self.is(type, MachineEvents.thread) {
        for row in 0..<group.rows { addContainer(group, row) }
      }
    }
  }

  private static func `is`(_ type: EventType, _ known: EventType) -> Bool {
    type.origin == .machine && type.name == known.name
      && type.fields.map(\.type) == known.fields.map(\.type)
  }

  private static let place = (
    tid: column("tid"), pid: column("pid"), cgroup: column("cgroup"),
    namespacePid: column("namespace_pid")
  )

  private static func column(_ name: String) -> Int {
    MachineEvents.thread.index(ofField: name) ?? 0
  }

  private mutating func addContainer(_ group: EventGroup, _ row: Int) {
    let pid = group.columns[Self.place.pid].signed(row)
    guard group.columns[Self.place.tid].signed(row) == pid else { return }
    let cgroup = group.columns[Self.place.cgroup]
    let name = ContainerName.of(cgroup: Array(cgroup.bytes[cgroup.range(ofRow: row)]))
    guard !name.isEmpty else { return }
    let inside = group.columns[Self.place.namespacePid].signed(row)
    let key = NumberPair(
      pid: ProcessNumber(truncatingIfNeeded: pid),
      namespacePid: ProcessNumber(truncatingIfNeeded: inside))
    containers[key] = String(decoding: name, as: UTF8.self)
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
