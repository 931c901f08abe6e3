internal import CLinux
internal import Events
internal import Glibc

extension MachineReading {
  /// Descriptors that are kept of one process, and of all.
  static let descriptorsOfProcess = 256
  static let descriptorsOfMachine = 50_000

  mutating func readProcesses() {
    var descriptors = 0
    for name in ProcFile.names(in: proc) {
      guard let pid = ProcessNumber(name) else { continue }
      readProcess(pid)
      if descriptors < Self.descriptorsOfMachine { descriptors += readDescriptors(of: pid) }
    }
  }

  mutating func readProcess(_ pid: ProcessNumber) {
    let directory = "\(proc)/\(pid)"
    var status = stat()
    guard unsafe stat(directory, &status) == 0 else { return }
    let executable = ProcFile.link("\(directory)/exe") ?? []
    var commandLine = ProcFile.bytes("\(directory)/cmdline")
    while commandLine.last == 0 { commandLine.removeLast() }
    add(
      MachineEvents.process, thread: pid,
      [
        .integer(Int64(pid)), .bytes(executable),
        .bytes(commandLine.prefix(4096).map { $0 == 0 ? 32 : $0 }), .integer(Int64(status.st_uid)),
      ])

    var namespacePid = Int64(pid)
    if let namespace = ProcFile.link("\(directory)/ns/pid"), namespace != ownNamespace {
      for line in ProcFile.lines("\(directory)/status") where line.hasPrefix("NSpid:") {
        if let last = line.split(whereSeparator: \.isWhitespace).last, let number = Int64(last) {
          namespacePid = number
        }
      }
    }
    let cgroup = Self.cgroupPath(in: ProcFile.bytes("\(directory)/cgroup"))
    for name in ProcFile.names(in: "\(directory)/task") {
      guard let tid = ThreadNumber(name) else { continue }
      readThread(tid, of: pid, cgroup: cgroup, namespacePid: tid == pid ? namespacePid : 0)
    }
  }

  private mutating func readThread(
    _ tid: ThreadNumber, of pid: ProcessNumber, cgroup: [UInt8], namespacePid: Int64
  ) {
    let directory = "\(proc)/\(pid)/task/\(tid)"
    guard let stat = ThreadStat(ProcFile.bytes("\(directory)/stat")) else { return }
    let times = ProcFile.bytes("\(directory)/schedstat").split(separator: 32).map {
      Int64(String(decoding: $0.filter { $0 > 32 }, as: UTF8.self)) ?? 0
    }
    add(
      MachineEvents.thread, thread: tid,
      [
        .integer(Int64(tid)), .integer(Int64(pid)), .integer(stat.parent), .bytes(stat.name),
        .integer(stat.startTicks * (1_000_000_000 / Int64(sysconf(Int32(_SC_CLK_TCK))))),
        .bytes([stat.state]), .text(affinity(of: tid)), .bytes(cgroup), .integer(stat.policy),
        .integer(stat.priority), .integer(namespacePid),
        .integer(times.first ?? 0), .integer(times.count > 1 ? times[1] : 0),
        .integer(times.count > 2 ? times[2] : 0),
      ])
  }

  /// The group that limits CPU time: of the `cpu` controller where there are several hierarchies.
  static func cgroupPath(in file: [UInt8]) -> [UInt8] {
    var unified: [UInt8] = []
    for line in file.split(separator: 10) {
      let parts = line.split(separator: 58, maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      if parts[1].split(separator: 44).contains(where: { $0.elementsEqual("cpu".utf8) }) {
        return Array(parts[2])
      }
      if parts[1].isEmpty { unified = Array(parts[2]) }
    }
    return unified
  }

  /// CPUs that a thread may use, as a list: `0-3,8`.
  private func affinity(of tid: ThreadNumber) -> String {
    var mask = [UInt64](repeating: 0, count: 128)
    let bytes = unsafe swtrace_linux_affinity(tid, &mask, UInt(mask.count * 8))
    guard bytes > 0 else { return "" }
    return CPUList(mask: mask.prefix(bytes / 8)).description
  }

  private mutating func readDescriptors(of pid: ProcessNumber) -> Int {
    let directory = "\(proc)/\(pid)/fd"
    var kept = 0
    for name in ProcFile.names(in: directory) {
      guard kept < Self.descriptorsOfProcess else { break }
      guard let descriptor = Int64(name), let target = ProcFile.link("\(directory)/\(name)") else {
        continue
      }
      add(
        MachineEvents.descriptor, thread: pid,
        [.integer(Int64(pid)), .integer(descriptor), .bytes(target)])
      kept += 1
    }
    return kept
  }
}
