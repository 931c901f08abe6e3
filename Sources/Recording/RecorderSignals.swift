internal import CLinux
internal import Glibc

/// The signals that end a recording, read instead of delivered.
struct RecorderSignals: ~Copyable {
  private static let ends = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  let descriptor: Int32
  /// Signals that were blocked before: what the command gets.
  let before: UInt64

  /// `snapshots`: SIGUSR1 asks for one, instead of ending the recorder.
  init(snapshots: Bool = false) {
    let signals = snapshots ? Self.ends + [SIGUSR1] : Self.ends
    swtrace_linux_ignore_signal(SIGPIPE)
    var mask: UInt64 = 0
    descriptor = unsafe swtrace_linux_signal_descriptor(
      signals, Int32(signals.count), &mask)
    before = mask
  }

  /// The next signal that came, nil where none did; `wasSent` by a process, not by a terminal.
  func next() -> (number: Int32, wasSent: Bool)? {
    let signal = swtrace_linux_next_signal(descriptor)
    guard signal != 0 else { return nil }
    return (signal & 0xff, signal & SWTRACE_LINUX_SENT != 0)
  }

  func restore() {
    swtrace_linux_restore_signals(before)
  }

  deinit {
    close(descriptor)
  }
}
