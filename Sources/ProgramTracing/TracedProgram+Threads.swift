internal import CLinux
internal import Events

extension TracedProgram {
  /// The number by which this host knows a thread of the program, told with its name when it is met
  /// first.
  ///
  /// A thread of a foreign pid namespace that has ended before it could be looked up is known by
  /// its number there, made negative.
  func hostThread(_ number: ThreadNumber, _ target: inout DrainTarget) -> ThreadNumber {
    if let known = threads[number] { return known }
    var host = number
    if number == layout.pid {
      host = pid
    } else if pid != layout.pid {
      if threadsInside[number] == nil { learnThreads() }
      host = threadsInside[number] ?? -abs(max(number, -ThreadNumber.max))
    }
    // Numbers that a program makes up without end are not remembered.
    guard threads.count < 1 << 17 else { return host }
    threads[number] = host
    let comm = own { $0.text(pid, "task/\(host)/comm") } ?? programName
    target.drained.threads.append(
      FoundThread(
        thread: host, process: pid, namespaceThread: number, comm: comm,
        clock: layout.clock, time: now))
    return host
  }

  /// What /proc tells of the process, nil where its number may be another's by now.
  func own<Value>(_ read: (ProcFilesystem) -> Value?) -> Value? {
    guard pidfd >= 0, let value = read(proc), swtrace_linux_has_process(pidfd) != 0 else {
      return nil
    }
    return value
  }

  /// The name that a process has from its executable.
  var programName: String {
    let path = layout.executable
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    return String(decoding: path[start...].utf8.prefix(15), as: UTF8.self)
  }

  private func learnThreads() {
    for thread in own({ $0.threads(pid) }) ?? [] {
      if let inner = proc.namespaceNumbers(pid, status: "task/\(thread)/status").last {
        threadsInside[inner] = thread
      }
    }
  }
}
