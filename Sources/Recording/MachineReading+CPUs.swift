internal import Events
internal import Glibc

extension MachineReading {
  mutating func readCPUs() {
    let online = Set(CPUList.online(sys: sys).numbers)
    let root = "\(sys)/devices/system/cpu"
    let model = modelName()
    for cpu in CPUList(ProcFile.text("\(root)/present"))?.numbers ?? [] {
      let directory = "\(root)/cpu\(cpu)"
      add(
        MachineEvents.cpu,
        [
          .integer(Int64(cpu)), .integer(online.contains(cpu) ? 1 : 0),
          .integer(ProcFile.number("\(directory)/topology/core_id") ?? -1),
          .integer(ProcFile.number("\(directory)/topology/physical_package_id") ?? -1),
          .integer(node(of: directory)), .integer(lastLevelCache(of: directory)), .text(model),
          .integer(ProcFile.number("\(directory)/cpufreq/cpuinfo_max_freq") ?? 0),
        ])
    }
  }

  private func modelName() -> String {
    for line in ProcFile.lines("\(proc)/cpuinfo") where line.hasPrefix("model name") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      return String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    return ""
  }

  private func node(of directory: String) -> Int64 {
    let name = ProcFile.names(in: directory).first { $0.hasPrefix("node") }
    return name.flatMap { Int64($0.dropFirst(4)) } ?? -1
  }

  /// The lowest CPU that shares the largest cache: CPUs of one cache have the same number.
  private func lastLevelCache(of directory: String) -> Int64 {
    var deepest: Int64 = -1
    var first: Int64 = -1
    for name in ProcFile.names(in: "\(directory)/cache") where name.hasPrefix("index") {
      let cache = "\(directory)/cache/\(name)"
      guard let level = ProcFile.number("\(cache)/level"), level > deepest else { continue }
      deepest = level
      first =
        CPUList(ProcFile.text("\(cache)/shared_cpu_list"))?.numbers.first.map(Int64.init) ?? -1
    }
    return first
  }

  mutating func readCPUTimes() {
    let tick = 1_000_000_000 / Int64(sysconf(Int32(_SC_CLK_TCK)))
    for line in ProcFile.lines("\(proc)/stat") where line.hasPrefix("cpu") {
      let parts = line.split(separator: " ")
      guard let cpu = Int64(parts[0].dropFirst(3)) else { continue }
      let times = parts.dropFirst().map { (Int64($0) ?? 0) * tick }
      guard times.count >= 8 else { continue }
      add(
        MachineEvents.cpuTime,
        [
          .integer(cpu), .integer(times[0] + times[1]), .integer(times[2]), .integer(times[3]),
          .integer(times[4]), .integer(times[5]), .integer(times[6]), .integer(times[7]),
        ])
    }
  }
}
