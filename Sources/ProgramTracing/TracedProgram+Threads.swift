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
    if pid != layout.pid {
      learnThreads()
      host = threads[number] ?? -abs(max(number, -ThreadNumber.max))
    }
    // Numbers that a program makes up without end are not remembered.
    guard threads.count < 1 << 17 else { return host }
    threads[number] = host
    let comm = proc.text(pid, "task/\(host)/comm") ?? programName
    target.drained.threads.append(
      FoundThread(
        thread: host, process: pid, namespaceThread: number, comm: comm,
        clock: layout.clock, time: now))
    return host
  }

  /// The name that a process has from its executable.
  var programName: String {
    let path = layout.executable
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    return String(decoding: path[start...].utf8.prefix(15), as: UTF8.self)
  }

  private func learnThreads() {
    for thread in proc.threads(pid) {
      if let inner = proc.namespaceNumbers(pid, status: "task/\(thread)/status").last {
        threads[inner] = thread
      }
    }
  }
}
