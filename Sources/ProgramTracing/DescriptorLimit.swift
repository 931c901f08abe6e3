internal import CLinux
internal import Glibc

/// The limit of open descriptors: two a traced process are needed.
package struct DescriptorLimit: Hashable, Sendable {
  /// The soft limit as it was found, which a command under trace gets back.
  package let soft: UInt64
  package let hard: UInt64

  package init(soft: UInt64, hard: UInt64) {
    self.soft = soft
    self.hard = hard
  }

  /// The limit that is in force now.
  package static var current: DescriptorLimit {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(7), &limit) == 0 else {
      return DescriptorLimit(soft: 1024, hard: 1024)
    }
    return DescriptorLimit(soft: UInt64(limit.rlim_cur), hard: UInt64(limit.rlim_max))
  }

  /// Raises the soft limit to the hard one (root: to at least 65,536) and returns what it was.
  package static func raise() -> DescriptorLimit {
    let before = current
    let wanted = max(before.hard, geteuid() == 0 ? 65_536 : 0)
    for hard in [wanted, before.hard] {
      var limit = rlimit(rlim_cur: rlim_t(hard), rlim_max: rlim_t(hard))
      if unsafe setrlimit(__rlimit_resource_t(7), &limit) == 0 { break }
    }
    return before
  }
}
