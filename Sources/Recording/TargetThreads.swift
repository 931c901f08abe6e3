internal import CLinux
internal import Events
internal import Glibc

/// The threads that -p, -t, -u and a command ask for, as they are now.
enum TargetThreads {
  static func resolve(
    _ targets: RecordingOptions.Targets, command: Int32?
  ) throws(RecordingError) -> [ThreadNumber] {
    var threads: [ThreadNumber] = command.map { [$0] } ?? []
    for pid in targets.processes {
      let tasks = ProcFile.names(in: "/proc/\(pid)/task").compactMap { ThreadNumber($0) }
      if tasks.isEmpty { throw .noSuchTarget("process \(pid)") }
      threads += tasks
    }
    for tid in targets.threads {
      if unsafe access("/proc/\(tid)", F_OK) != 0 { throw .noSuchTarget("thread \(tid)") }
      threads.append(tid)
    }
    for user in targets.users {
      for name in ProcFile.names(in: "/proc") where ProcessNumber(name) != nil {
        var status = stat()
        guard unsafe stat("/proc/\(name)", &status) == 0, status.st_uid == user else { continue }
        threads += ProcFile.names(in: "/proc/\(name)/task").compactMap { ThreadNumber($0) }
      }
    }
    return threads
  }
}
