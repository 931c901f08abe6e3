internal import CLinux
internal import Glibc

/// How much memory this process may use.
package struct MemoryLimit: Hashable, Sendable {
  /// The least that its control groups allow, nil where they set no limit.
  package let group: UInt64?
  /// What `ulimit -v` allows, nil where it is unlimited.
  package let addressSpace: UInt64?

  package init(group: UInt64?, addressSpace: UInt64?) {
    self.group = group
    self.addressSpace = addressSpace
  }

  /// The limits that are in force now.
  package static var current: MemoryLimit {
    var limit = rlimit()
    let isKnown = unsafe getrlimit(__rlimit_resource_t(9), &limit) == 0
    return MemoryLimit(
      group: ProcFilesystem().memoryLimit(getpid()),
      addressSpace: isKnown && limit.rlim_cur != rlim_t.max ? UInt64(limit.rlim_cur) : nil)
  }

  /// What one kind of buffer may take of it: as much as `wanted`, but a quarter at most.
  package func share(_ wanted: Int) -> Int {
    let least = min(group ?? .max, addressSpace ?? .max)
    return min(wanted, Int(clamping: least / 4))
  }
}
