internal import CLinux
internal import Glibc

/// Waiting for descriptors.
enum Readiness {
  /// Sleeps until one of `descriptors` can be read, so many milliseconds at most; negative
  /// descriptors are passed over.
  static func wait(for descriptors: [Int32], milliseconds: Int32) {
    var polls = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    unsafe _ = poll(&polls, nfds_t(polls.count), milliseconds)
  }
}
