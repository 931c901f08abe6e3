internal import Events

/// How a synthetic machine is built: its CPUs are dealt out to nodes and caches in turn, its threads,
/// four a process, to control groups.
package struct SyntheticTopology: Sendable {
  package var nodes: Int
  /// A multiple of `nodes`.
  package var caches: Int
  package var cgroups: [String]

  package init(nodes: Int, caches: Int, cgroups: [String] = ["/"]) {
    precondition(nodes > 0 && caches % nodes == 0 && !cgroups.isEmpty)
    self.nodes = nodes
    self.caches = caches
    self.cgroups = cgroups
  }

  static let types = [MachineEvents.cpu, MachineEvents.thread]

  func batch(of stream: StreamID, cpus: Int, threads: Int, at time: UInt64) -> Batch {
    var batch = Batch(stream: stream)
    func add(_ place: Int, _ given: [String: FieldValue]) {
      let type = Self.types[place]
      batch.append(
        EventTypeID(UInt32(SyntheticTypes.all.count + place)), of: type, time: time,
        values: type.fields.map { field in
          given[field.name] ?? (field.type == .string ? .text("") : .integer(0))
        })
    }
    for cpu in 0..<cpus {
      let (node, cache) = (Int64(cpu % nodes), Int64(cpu % caches))
      add(
        0,
        [
          "cpu": .integer(Int64(cpu)), "online": .integer(1), "core": .integer(Int64(cpu)),
          "package": .integer(node), "node": .integer(node), "last_level_cache": .integer(cache),
        ])
    }
    for thread in 0..<threads {
      let process = thread / 4
      add(
        1,
        [
          "tid": .integer(1000 + Int64(thread)), "pid": .integer(1000 + 4 * Int64(process)),
          "comm": .text("worker-\(1000 + thread)"), "state": .text("S"),
          "cgroup": .text(cgroups[process % cgroups.count]),
        ])
    }
    return batch
  }
}
