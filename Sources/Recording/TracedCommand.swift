internal import CLinux
internal import Glibc
internal import ProgramTracing

/// The command under trace: forked but not yet executed, then let go, then waited for.
final class TracedCommand {
  private var child: swtrace_linux_command
  private let name: String
  private var isReaped = false

  var pid: Int32 { child.pid }
  /// Becomes readable when the command ends.
  var descriptor: Int32 { child.pidfd }

  /// Forks a child that waits to be let go.
  init(
    _ arguments: [String], credentials: RecordingOptions.Credentials?, blockedSignals: UInt64,
    descriptors: DescriptorLimit
  ) throws(RecordingError) {
    name = arguments[0]
    child = swtrace_linux_command()
    var argv = unsafe arguments.map { unsafe strdup($0) }
    unsafe argv.append(nil)
    defer { for index in unsafe argv.indices { unsafe free(argv[index]) } }
    let groups = credentials?.groups ?? []
    let error = unsafe groups.withUnsafeBufferPointer { groups in
      var identity = unsafe swtrace_linux_credentials(
        change: credentials == nil ? 0 : 1, uid: credentials?.user ?? 0,
        gid: credentials?.group ?? 0, groups: groups.baseAddress, group_count: Int32(groups.count))
      return unsafe swtrace_linux_command_start(
        &child, argv, &identity, blockedSignals, descriptors.soft, descriptors.hard)
    }
    if error != 0 { throw .cannotExecute(command: arguments[0], errno: error) }
  }

  /// Lets the child execute the command.
  func go() throws(RecordingError) {
    let error = unsafe swtrace_linux_command_go(&child)
    if error != 0 { throw .cannotExecute(command: name, errno: error) }
  }

  /// The command's exit status once it has ended, as a shell would tell it.
  func status() -> Int32? {
    let status = swtrace_linux_exit_status(child.pid)
    if status >= 0 { isReaped = true }
    return status < 0 ? nil : status
  }

  func send(_ signal: Int32) {
    kill(child.pid, signal)
  }

  /// Waits for the command to end.
  func wait() -> Int32 {
    var poll = pollfd(fd: child.pidfd, events: Int16(POLLIN), revents: 0)
    while true {
      if let status = status() { return status }
      unsafe Glibc.poll(&poll, 1, -1)
    }
  }

  deinit {
    var child = self.child
    if !isReaped, child.go >= 0 { unsafe swtrace_linux_command_abandon(&child) }
  }
}
