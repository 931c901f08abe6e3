import Glibc

/// A command that runs, or ran, in a process group of its own.
struct Command {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// How a command ended and what it printed.
  struct End {
    /// The exit status, or 128 + the number of the signal.
    let status: Int32
    let output: String
  }

  let pid: pid_t
  private let words: [String]
  private let descriptor: Int32

  /// Starts `words`, the first of them looked for in PATH.
  ///
  /// Variables that would switch markers on are not inherited.
  init(_ words: [String], environment: [String] = []) throws {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw Failure(description: "pipe: errno \(errno)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    // Tests run at once: what one has just opened is not another's child's.
    for other in Int32(3)..<256 { unsafe posix_spawn_file_actions_addclose(&actions, other) }
    // Threads that run tests block signals; a child must not inherit that.
    var attributes = posix_spawnattr_t()
    var none = sigset_t()
    unsafe posix_spawnattr_init(&attributes)
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var inherited: [String] = []
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let variable = unsafe String(cString: text)
      if !variable.hasPrefix("SWTRACE_") { inherited.append(variable) }
      unsafe entry += 1
    }
    let argv = unsafe words.map { unsafe strdup($0) } + [nil]
    let envp = unsafe (inherited + environment).map { unsafe strdup($0) } + [nil]
    defer { unsafe (argv + envp).forEach { unsafe free($0) } }
    var child: pid_t = 0
    let error = unsafe posix_spawnp(&child, words[0], &actions, &attributes, argv, envp)
    close(ends[1])
    guard error == 0 else {
      close(ends[0])
      throw Failure(description: "\(words[0]): errno \(error)")
    }
    pid = child
    self.words = words
    descriptor = ends[0]
  }

  /// Waits for the end of the command and of everybody who may still print.
  ///
  /// After `seconds` the whole process group is killed, and the wait fails.
  func wait(seconds: Double = 300) throws -> End {
    let deadline = now() + seconds
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    var isLate = false
    while true {
      var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let left = max(0, deadline - now())
      let ready = unsafe Glibc.poll(&poll, 1, isLate ? -1 : Int32(left * 1000) + 1)
      if ready == 0 {
        isLate = true
        Glibc.kill(-pid, SIGKILL)
        continue
      }
      let count = unsafe read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      output += buffer.prefix(count)
    }
    close(descriptor)
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
    let text = String(decoding: output, as: UTF8.self)
    if isLate { throw Failure(description: "\(words) did not end in \(seconds) s\n\(text)") }
    return End(status: status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f, output: text)
  }

  /// Kills the command and takes its status: a child that nobody takes keeps those who wait for any
  /// child busy for ever.
  func kill() {
    Glibc.kill(pid, SIGKILL)
    _ = try? wait()
  }

  /// Runs a command to its end, which must be a good one; what it printed.
  @discardableResult
  static func run(_ words: [String], environment: [String] = []) throws -> String {
    let end = try Command(words, environment: environment).wait()
    guard end.status == 0 else {
      throw Failure(description: "\(words): status \(end.status)\n\(end.output)")
    }
    return end.output
  }

  /// Whether PATH has a program of this name.
  static func exists(_ name: String) -> Bool {
    let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
    return path.split(separator: ":").contains { unsafe access("\($0)/\(name)", X_OK) == 0 }
  }
}

/// Seconds on the monotonic clock.
func now() -> Double {
  var now = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}
