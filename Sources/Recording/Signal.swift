internal import CLinux
internal import Glibc

/// A flag that a thread can wait for, alone or together with descriptors.
final class Signal: Sendable {
  let descriptor: Int32

  init() {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    precondition(descriptor >= 0, "no descriptor left for an eventfd")
  }

  deinit {
    close(descriptor)
  }

  func raise() {
    eventfd_write(descriptor, 1)
  }

  /// Takes the flag back.
  func clear() {
    var count: UInt64 = 0
    unsafe eventfd_read(descriptor, &count)
  }

  func wait() {
    while !wait(milliseconds: -1) {}
  }

  /// Waits for so long at most; whether the flag is raised.
  @discardableResult func wait(milliseconds: Int32) -> Bool {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe Glibc.poll(&poll, 1, milliseconds) > 0
  }

  var isRaised: Bool { wait(milliseconds: 0) }
}
