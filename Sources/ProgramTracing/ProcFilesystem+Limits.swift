internal import CLinux
internal import Events
internal import Glibc

extension ProcFilesystem {
  /// Whether the process is under seccomp: 0 no, 1 strict, 2 filtered; nil where it cannot be told.
  func seccomp(_ process: ProcessNumber) -> Int? {
    guard let text = text(process, "status") else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix("Seccomp:") {
      return Int(line.dropFirst(8).drop { $0 == "\t" || $0 == " " })
    }
    return nil
  }

  /// The smallest memory limit of the process's control groups, nil where there is none.
  func memoryLimit(_ process: ProcessNumber, mounts: String = "/sys/fs/cgroup") -> UInt64? {
    guard let text = text(process, "cgroup") else { return nil }
    var smallest: UInt64?
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isUnified = parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains("memory") else { continue }
      let mount = isUnified ? mounts : mounts + "/memory"
      let name = isUnified ? "memory.max" : "memory.limit_in_bytes"
      var group = parts[2][...]
      while true {
        if let limit = number("\(mount)\(group)/\(name)"), limit < UInt64(Int64.max) / 2 {
          smallest = min(smallest ?? limit, limit)
        }
        guard let slash = group.lastIndex(of: "/"), group.count > 1 else { break }
        group = group[..<slash]
        if group.isEmpty { break }
      }
    }
    return smallest
  }

  private func number(_ path: String) -> UInt64? {
    guard !path.contains("/../") else { return nil }
    let descriptor = unsafe swtrace_linux_open(path, O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 64)
    let got = unsafe buffer.withUnsafeMutableBytes {
      unsafe Glibc.read(descriptor, $0.baseAddress, 64)
    }
    return UInt64(String(decoding: buffer.prefix(max(got, 0)).prefix { $0 > 32 }, as: UTF8.self))
  }
}
