internal import Events

extension MachineReading {
  static let largestCgroupCount = 4096

  /// Groups that limit CPU time or CPUs, of both cgroup versions.
  mutating func readCgroups() {
    var unified: String?
    var quota: String?
    var cpuset: String?
    for line in ProcFile.lines("\(proc)/self/mounts") {
      let parts = line.split(separator: " ")
      guard parts.count > 3 else { continue }
      let options = parts[3].split(separator: ",")
      if parts[2] == "cgroup2" { unified = String(parts[1]) }
      if parts[2] == "cgroup", options.contains("cpu") { quota = String(parts[1]) }
      if parts[2] == "cgroup", options.contains("cpuset") { cpuset = String(parts[1]) }
    }
    for path in groups(below: quota ?? unified) {
      let limit = quota.map { limitOfVersion1($0 + path) } ?? limitOfVersion2(unified, path)
      let statistics = keyed("\(quota ?? unified ?? "")\(path)/cpu.stat")
      let cpus =
        cpuset.map { ProcFile.text("\($0)\(path)/cpuset.cpus") }
        ?? unified.map { ProcFile.text("\($0)\(path)/cpuset.cpus.effective") } ?? ""
      guard limit.quota >= 0 || !cpus.isEmpty || (statistics["nr_throttled"] ?? 0) > 0 else {
        continue
      }
      let throttled =
        statistics["throttled_time"] ?? (statistics["throttled_usec"] ?? 0) * 1000
      add(
        MachineEvents.cgroup,
        [
          .text(path.isEmpty ? "/" : path), .text(cpus), .integer(limit.quota),
          .integer(limit.period), .integer(statistics["nr_periods"] ?? 0),
          .integer(statistics["nr_throttled"] ?? 0), .integer(throttled),
        ])
    }
  }

  private func limitOfVersion1(_ directory: String) -> (quota: Int64, period: Int64) {
    (
      ProcFile.number("\(directory)/cpu.cfs_quota_us") ?? -1,
      ProcFile.number("\(directory)/cpu.cfs_period_us") ?? 0
    )
  }

  private func limitOfVersion2(_ root: String?, _ path: String) -> (quota: Int64, period: Int64) {
    let parts = ProcFile.text("\(root ?? "")\(path)/cpu.max").split(separator: " ")
    guard parts.count == 2 else { return (-1, 0) }
    return (Int64(parts[0]) ?? -1, Int64(parts[1]) ?? 0)
  }

  private func keyed(_ path: String) -> [Substring: Int64] {
    var values: [Substring: Int64] = [:]
    for line in ProcFile.lines(path) {
      let parts = line.split(separator: " ")
      if parts.count == 2 { values[parts[0]] = Int64(parts[1]) }
    }
    return values
  }

  /// The root group as an empty path, and all below it, breadth first.
  private func groups(below root: String?) -> [String] {
    guard let root else { return [] }
    var paths = [""]
    var next = 0
    while next < paths.count, paths.count < Self.largestCgroupCount {
      let path = paths[next]
      next += 1
      for name in ProcFile.names(in: root + path)
      where !ProcFile.names(in: "\(root)\(path)/\(name)").isEmpty {
        paths.append("\(path)/\(name)")
      }
    }
    return paths
  }
}
