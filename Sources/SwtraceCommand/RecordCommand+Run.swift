internal import ArgumentParser
internal import CLinux
internal import Events
internal import Glibc
internal import Recording

extension RecordCommand {
  mutating func run() throws {
    try refuseUnknownOption()
    let options = try options()
    let ready = options.isDetached ? try detach(options) : nil
    let session = RecordingSession(options, quiet: output.quiet || options.isDetached)
    let status = try session.run(failsOnLoss: end.failOnLoss) {
      if let ready { swtrace_linux_detached(ready) }
    }
    throw ExitCode(status)
  }

  /// Goes on in a process apart; this one ends when recording has begun there, or with its status.
  private func detach(_ options: RecordingOptions) throws -> Int32 {
    var ready: Int32 = -1
    let child = unsafe swtrace_linux_detach(&ready)
    if child < 0 { throw Words.cannotDetach(errno) }
    if child == 0 { return ready }
    let status = swtrace_linux_wait_detached(child, ready)
    if status == 0, !output.quiet {
      var text = StandardOutput()
      let name = options.sessionName ?? "\(child)"
      text.write("recording \(name), process \(child)    swtrace stop \(name)  ends it\n")
      try text.close()
    }
    throw ExitCode(status)
  }
}
