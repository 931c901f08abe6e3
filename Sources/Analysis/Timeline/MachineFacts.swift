import Events
import TraceFile

/// What a trace says of the machine that lanes are folded and named by.
struct MachineFacts {
  private(set) var cpus: [TimelineCPU] = []
  private(set) var cgroups: [ThreadNumber: String] = [:]
  private(set) var interrupts: [Int32: String] = [:]

  /// Reads the few blocks that have such rows.
  init(_ trace: OpenTrace) throws(AnalysisError) {
    var fields: [EventTypeID: [Int]] = [:]
    var readings: [EventTypeID: Reading] = [:]
    for (number, type) in trace.tables.types.enumerated() where type.origin == .machine {
      guard let reading = Reading(rawValue: type.name) else { continue }
      let positions = reading.fields.compactMap { type.index(ofField: $0) }
      let suits = zip(reading.fields, positions).allSatisfy {
        Reading.isText($0) == type.fields[$1].type.isText
      }
      guard positions.count == reading.fields.count, suits else { continue }
      fields[EventTypeID(UInt32(number))] = positions
      readings[EventTypeID(UInt32(number))] = reading
    }
    guard !fields.isEmpty else { return }
    let choice = trace.tables.types.indices.map { fields[EventTypeID(UInt32($0))] ?? [] }
    var decoder: BlockDecoder
    do {
      decoder = try BlockDecoder()
    } catch {
      throw .file(error)
    }
    for (position, block) in trace.reader.blocks.enumerated()
    where block.kind == .events && block.counts.contains(where: { fields[$0.type] != nil }) {
      do {
        for batch in try trace.batches(position, .types(fields.keys), with: &decoder) {
          let flat = FlatBatch(
            batch, tables: trace.tables, clock: trace.clock, choice: .some(choice))
          for group in flat?.groups ?? [] {
            guard let reading = readings[group.type], let places = fields[group.type] else {
              continue
            }
            for row in 0..<group.rows { take(reading, group, places, row) }
          }
        }
      } catch .file(.damaged) {
        // The pass over all events tells of it as a loss.
        continue
      }
    }
  }

  fileprivate func cgroup(
    of thread: ThreadNumber, _ parents: [ThreadNumber: ThreadNumber]
  ) -> String {
    var thread = thread
    for _ in 0..<Self.mostGenerations {
      if let cgroup = cgroups[thread] { return cgroup }
      guard let parent = parents[thread] else { break }
      thread = parent
    }
    return ""
  }

  private static let mostGenerations = 64

  private enum Reading: String {
    case cpu, thread, interrupt

    var fields: [String] {
      switch self {
      case .cpu: ["cpu", "core", "package", "node", "last_level_cache"]
      case .thread: ["tid", "cgroup"]
      case .interrupt: ["irq", "name"]
      }
    }

    static func isText(_ field: String) -> Bool { field == "cgroup" || field == "name" }
  }

  private mutating func take(_ reading: Reading, _ group: FlatGroup, _ places: [Int], _ row: Int) {
    func number(_ field: Int) -> Int {
      Int(clamping: group.columns[places[field]].integer(row, signed: true))
    }
    func text(_ field: Int) -> String { safeText(group.columns[places[field]].text(row) ?? []) }
    switch reading {
    case .cpu:
      let cpu = number(0)
      guard cpu >= 0, cpu < Int(Batch.unknownCPU) else { return }
      while cpus.count <= cpu { cpus.append(TimelineCPU(number: cpus.count)) }
      cpus[cpu].core = number(1)
      cpus[cpu].package = number(2)
      cpus[cpu].node = number(3)
      cpus[cpu].lastLevelCache = number(4)
    case .thread: cgroups[ThreadNumber(truncatingIfNeeded: number(0))] = text(1)
    case .interrupt: interrupts[Int32(truncatingIfNeeded: number(0))] = text(1)
    }
  }
}

extension FieldType {
  fileprivate var isText: Bool {
    switch self {
    case .text, .string: true
    default: false
    }
  }
}

extension TimelineDirectory {
  /// Takes them; threads of which nothing is said are in the control group of who forked them.
  mutating func take(_ facts: MachineFacts, parents: [ThreadNumber: ThreadNumber]) {
    for cpu in facts.cpus {
      while cpus.count <= cpu.number { cpus.append(TimelineCPU(number: cpus.count)) }
      cpus[cpu.number].core = cpu.core
      cpus[cpu.number].package = cpu.package
      cpus[cpu.number].node = cpu.node
      cpus[cpu.number].lastLevelCache = cpu.lastLevelCache
    }
    for place in threads.indices {
      threads[place].cgroup = facts.cgroup(of: threads[place].number, parents)
    }
    hardInterruptNames = facts.interrupts
    for (vector, name) in InterruptRows.vectorNames.enumerated() {
      softInterruptNames[Int32(vector)] = name
    }
  }
}
