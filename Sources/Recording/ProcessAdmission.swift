internal import Events
internal import Synchronization

/// Whose markers are recorded where a recording is narrowed: some processes and their descendants.
final class ProcessAdmission: Sendable {
  private static let longestChain = 64
  private let admitted = Mutex<Set<ProcessNumber>>([])

  func admit(_ processes: some Sequence<ProcessNumber>) {
    admitted.withLock { $0.formUnion(processes) }
  }

  /// Whether `pid` or one of its ancestors is admitted; if so its own children are from now on.
  func admits(_ pid: ProcessNumber) -> Bool {
    var chain: [ProcessNumber] = []
    var current = pid
    while current > 0, chain.count < Self.longestChain {
      if admitted.withLock({ $0.contains(current) }) {
        admit(chain)
        return true
      }
      chain.append(current)
      guard let stat = ThreadStat(ProcFile.bytes("/proc/\(current)/stat")) else { return false }
      current = ProcessNumber(truncatingIfNeeded: stat.parent)
    }
    return false
  }
}
